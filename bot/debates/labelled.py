"""Labelled comments: what calibration is fitted on (dev) and what evaluation measures on (test)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bot.core.claims import Stance
from bot.debates.files import BrokenFileError, Problem, read_json_lines
from bot.debates.schema import LabelledRow

Split = Literal["dev", "test"]
LABELLED_SPLITS: tuple[Split, ...] = ("dev", "test")


@dataclass(frozen=True, slots=True)
class LabelledPoint:
    """One point of a comment: the claims that answer it fittingly, best first, and its stance."""

    claims: tuple[str, ...]
    stance: Stance


@dataclass(frozen=True, slots=True)
class LabelledComment:
    """A comment with its label; no points means that the bot should keep silent."""

    id: str
    text: str
    lang: str
    topic: Literal["on", "near", "off"]
    points: tuple[LabelledPoint, ...]


def load_labelled(folder: Path, split: Split) -> tuple[LabelledComment, ...]:
    """The labelled comments of a debate that passed its check."""
    return tuple(row for _, row in read_labelled(folder, split, []))


def read_labelled(folder: Path, split: Split, problems: list[Problem]) -> list[tuple[int, LabelledComment]]:
    """Each labelled comment with its line; contradictions in a label are noted as problems."""
    shown = f"{folder.name}/labelled/{split}.jsonl"
    return _read(folder / "labelled" / f"{split}.jsonl", shown, problems)


def load_labelled_file(path: Path, claim_ids: Collection[str]) -> tuple[LabelledComment, ...]:
    """The labelled comments of any file; raises `BrokenFileError` for what is wrong in it."""
    problems: list[Problem] = []
    rows = _read(path, str(path), problems)
    for line, row in rows:
        for wanted in {claim for point in row.points for claim in point.claims}.difference(claim_ids):
            problems.append(Problem.at(str(path), line, "no_claim", id=wanted))
    if problems:
        raise BrokenFileError(problems)
    return tuple(row for _, row in rows)


def _read(path: Path, shown: str, problems: list[Problem]) -> list[tuple[int, LabelledComment]]:
    comments: list[tuple[int, LabelledComment]] = []
    for line, row in read_json_lines(path, shown, LabelledRow, problems):
        points = tuple(LabelledPoint(tuple(point.claims), point.stance) for point in row.points)
        if row.claims and row.stance:
            points = (LabelledPoint(tuple(row.claims), row.stance), *points)
        if bool(points) != (row.topic == "on") or bool(row.claims) != bool(row.stance):
            problems.append(Problem.at(shown, line, "label_contradicts"))
        comments.append((line, LabelledComment(row.id, row.text, row.lang, row.topic, points)))  # type: ignore[arg-type]
    return comments
