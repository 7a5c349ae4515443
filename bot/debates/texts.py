"""Texts that may stand only once: exemplars, the bank, and labelled comments, which have to be unseen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.core.claims import BankComment, Claim, ExemplarKind
from bot.debates.files import Problem
from bot.debates.labelled import LABELLED_SPLITS, read_labelled
from bot.toml_lines import Located, Location


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a text stands: its file, and its line or what to look for in the file's lines."""

    path: str
    at: int | Location
    lines: Located | None = None

    @property
    def line(self) -> int:
        if isinstance(self.at, int):
            return self.at
        return self.lines.line(self.at) if self.lines else 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


_Seen = dict[str, list[tuple[str, ExemplarKind | None, _Place]]]
"""Each text with the claims and kinds it stands under, and where."""


def lint_texts(
    folder: Path,
    claims: Iterable[tuple[Claim, str, Located]],
    bank: Iterable[tuple[BankComment, int]],
    claim_ids: Collection[str],
    problems: list[Problem],
) -> None:
    """Note every text that stands twice or under two labels, and every label that names no claim."""
    seen: _Seen = {}
    for claim, name, lines in claims:
        path = f"{folder.name}/{name}"
        for index, exemplar in enumerate(claim.exemplars):
            place = _Place(path, ("exemplars", index, "text"), lines)
            _lint_text(seen, place, exemplar.text, claim.id, exemplar.kind, problems)
    for row, line in bank:
        _lint_text(seen, _Place(f"{folder.name}/bank.jsonl", line), row.text, "", None, problems)
    _lint_labelled(folder, seen, claim_ids, problems)


def _lint_text(
    seen: _Seen, place: _Place, text: str, claim: str, kind: ExemplarKind | None, problems: list[Problem]
) -> None:
    before = seen.setdefault(_normal(text), [])
    for other, other_kind, where in before:
        if (claim, kind) == (other, other_kind):
            problems.append(Problem.at(place.path, place.line, "duplicate", where=where))
            break
        # What one claim must not be taken for may well be another claim.
        if other == claim or ExemplarKind.NEAR_MISS not in (kind, other_kind):
            problems.append(Problem.at(place.path, place.line, "contradictory", where=where))
            break
    before.append((claim, kind, place))


def _lint_labelled(folder: Path, seen: _Seen, claim_ids: Collection[str], problems: list[Problem]) -> None:
    texts: dict[str, str] = {}
    ids: dict[str, str] = {}
    for split in LABELLED_SPLITS:
        path = f"{folder.name}/labelled/{split}.jsonl"
        if not (folder / "labelled" / f"{split}.jsonl").exists():
            continue
        for line, row in read_labelled(folder, split, problems):
            wanted_ids = {claim for point in row.points for claim in point.claims}
            for wanted in wanted_ids.difference(claim_ids or wanted_ids):
                problems.append(Problem.at(path, line, "no_claim", id=wanted))
            key = _normal(row.text)
            if key in seen:
                problems.append(Problem.at(path, line, "labelled_exemplar", where=seen[key][0][2]))
            if key in texts:
                problems.append(Problem.at(path, line, "labelled_twice", where=texts[key]))
            if row.id in ids:
                problems.append(Problem.at(path, line, "id_twice", id=row.id, where=ids[row.id]))
            texts.setdefault(key, f"{path}:{line}")
            ids.setdefault(row.id, f"{path}:{line}")


def _normal(text: str) -> str:
    # A text without words, such as an emoji, is compared as it stands.
    return " ".join(_WORDS.findall(text.casefold())) or text


_WORDS = re.compile(r"\w+")
