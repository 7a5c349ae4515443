"""The wording as a whole: every language complete, every template used, its variables known."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from bot.checks.asked import FAMILIES, Asked, asked
from bot.checks.messages import too_long
from bot.debates.files import Problem, ProblemsError
from bot.replies import LONGEST_MESSAGE
from bot.wording import Wording, WordingError, read_wording

REQUIRED = ("nl", "en")
"""Commands are declared in the first; the second is for whoever speaks none of ours."""

LONGEST_LABEL = 80
LONGEST_MENU = 32
LONGEST_DESCRIPTION = 100
_COMMAND_NAME = re.compile(r"[-_\w]{1,32}")


def lint_templates(wordings: Mapping[str, Wording], faults: Iterable[WordingError]) -> list[Problem]:
    """Everything that is wrong with the templates, however many languages there are.

    In a file that could not be read whole, nothing is said to be missing.
    """
    problems = [_at(fault.where, "template_broken", detail=fault.detail) for fault in faults]
    torn = {problem.path for problem in problems}
    problems += [
        Problem.at(f"prompts/{locale}", 1, "no_locale", locale=locale)
        for locale in REQUIRED
        if locale not in wordings
    ]
    keys = frozenset[str]().union(*(wording.keys for wording in wordings.values()))
    uses = asked({_file(key) for key in (*keys, *FAMILIES)})
    wanted = {*uses.given, *filter(uses.uses, keys)}
    for wording in wordings.values():
        problems += _missing(wording, wanted - wording.keys, torn)
        for key in sorted(wording.keys):
            problems += _lint(wording, key, uses)
    if wordings:
        problems += _differences(wordings, uses)
    return sorted(set(problems))


class BrokenWordingError(ProblemsError):
    """The wording has faults that would leave somebody without an answer."""


def sound_wording(folder: Path) -> dict[str, Wording]:
    """The wording of every language; raises `BrokenWordingError` unless every template can be rendered.

    A template that nothing asks for is left to `check`: it does no harm.
    """
    wordings, faults = read_wording(folder)
    problems = [p for p in lint_templates(wordings, faults) if p.key != "lint.template_unused"]
    if problems:
        raise BrokenWordingError(problems)
    return wordings


def _file(key: str) -> str:
    return key.split(".")[0]


def _at(where: str, key: str, /, **values: object) -> Problem:
    path, _, line = where.rpartition(":")
    return Problem.at(path, int(line), key, **values)


def _missing(wording: Wording, keys: Iterable[str], torn: set[str]) -> Iterator[Problem]:
    files = {_file(key) for key in wording.keys}
    for key in sorted(keys):
        path = f"prompts/{wording.locale}/{_file(key)}.toml"
        if path in torn:
            continue
        if _file(key) in files:
            yield Problem.at(path, 1, "template_missing", template=key, locale=wording.locale)
        else:
            yield Problem.at(path, 1, "missing_file")  # once, however much stands in it


def _lint(wording: Wording, key: str, uses: Asked) -> Iterator[Problem]:
    where, source = wording.where(key), wording.source(key)
    if not uses.uses(key):
        yield _at(where, "template_unused", template=key)
        return
    if not source.strip():
        yield _at(where, "template_empty", template=key)
    given = uses.given.get(key)
    if given is not None:
        for name in sorted(wording.variables(key) - given):
            known = ", ".join(sorted(given)) or "–"
            yield _at(where, "template_unknown", template=key, name=name, known=known)
    most = LONGEST_MESSAGE
    if _file(key).endswith("command"):
        most = LONGEST_DESCRIPTION
        if not key.endswith("_about") and not _is_command_name(source):
            yield _at(where, "command_name", name=source)
            return
    elif key.startswith("message_menu."):
        most = LONGEST_MENU
    elif key in uses.labels or ".button_" in key:
        most = LONGEST_LABEL
    if len(source) > most:
        yield too_long(wording, key, most)


def _is_command_name(name: str) -> bool:
    return bool(_COMMAND_NAME.fullmatch(name)) and name == name.lower()


def _differences(wordings: Mapping[str, Wording], uses: Asked) -> Iterator[Problem]:
    """Values that one language shows and another does not; a template with an unknown one is told already."""
    first, *others = sorted(wordings.values(), key=lambda wording: wording.locale not in REQUIRED[:1])
    for wording in others:
        for key in sorted(wording.keys & first.keys):
            mine, theirs = wording.variables(key), first.variables(key)
            given = uses.given.get(key)
            if given is not None and not mine | theirs <= given:
                continue
            for name in sorted(mine ^ theirs):
                told = "template_variable" if name in mine else "template_silent"
                yield _at(wording.where(key), told, template=key, name=name, other=first.locale)
