"""Reading a debate's translations of its quotes: an aid to readers, outside the claim set and its hash."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable
from pathlib import Path

from bot.core.claims import Claim, Translations
from bot.core.source import digest
from bot.debates.files import Problem, read_toml
from bot.debates.schema import TranslationsFile

_LANGUAGE = re.compile("[a-z]{2}")


def read_translations(
    folder: Path, claims: Iterable[Claim], refused: Collection[str] | None, problems: list[Problem]
) -> dict[str, Translations]:
    """The translations by language; one of a quote that no claim has is noted as a problem.

    Not so when the quote is the problem: it is one of the `refused`, or like one that was altered. None stands for
    those of a claim that could not be read.
    """
    quoted = {quote.text for claim in claims for quote in claim.passages}
    found: dict[str, Translations] = {}
    for path in sorted((folder / "translations").glob("*.toml")):
        shown = f"{folder.name}/translations/{path.name}"
        if not _LANGUAGE.fullmatch(path.stem):
            problems.append(Problem.at(shown, 1, "no_language", name=path.stem))
            continue
        read = read_toml(path, shown, TranslationsFile, problems)
        if read is None:
            continue
        file, lines = read
        texts: dict[str, str] = {}
        for at, entry in enumerate(file.translations):
            line = lines.line(("translations", at, "quote"))
            key = digest(entry.quote)
            if entry.quote not in quoted:
                if refused is None or _is_one_of(refused, entry.quote):
                    continue
                problems.append(Problem.at(shown, line, "translation_of_none", text=_short(entry.quote)))
            elif key in texts:
                problems.append(Problem.at(shown, line, "translated_twice", text=_short(entry.quote)))
            texts.setdefault(key, entry.text)
        found[path.stem] = Translations(file.translator, texts)
    return found


def _is_one_of(refused: Collection[str], quote: str) -> bool:
    return quote in refused or bool(difflib.get_close_matches(quote, refused, 1))


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}…"
