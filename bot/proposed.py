"""Exemplars that moderators put forward in their own words, for maintainers to take into a debate."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from bot.core.claims import ExemplarKind
from bot.debates.files import BrokenFileError, Problem, read_json_lines

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class ProposedExemplar(BaseModel):
    """One line of the file: a claim, how a comment stands to it, and somebody's own words.

    Nothing leads to the comment that prompted them: what a member deletes, or the clock, leaves no trace here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim: Line
    kind: ExemplarKind
    lang: Line
    text: Line


def put_forward(folder: Path, debate_id: str, proposed: ProposedExemplar) -> Path:
    """Adds a line to the file of that debate, which it returns; raises `OSError`."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{debate_id}.jsonl"
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{proposed.model_dump_json()}\n")
    return path


def read_proposed(path: Path) -> list[ProposedExemplar]:
    """Every line of such a file; raises `BrokenFileError` for what is wrong in it."""
    problems: list[Problem] = []
    rows = [row for _, row in read_json_lines(path, str(path), ProposedExemplar, problems)]
    if problems:
        raise BrokenFileError(problems)
    return rows
