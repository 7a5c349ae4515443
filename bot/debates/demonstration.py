"""The comments of a debate's demonstration: what the sandbox lets its members say."""

from __future__ import annotations

from pathlib import Path

from bot.debates.files import Problem, read_json_lines
from bot.debates.schema import DemonstrationRow

DEMONSTRATION = "demonstration.jsonl"


def read_demonstration(folder: Path, problems: list[Problem]) -> list[DemonstrationRow]:
    """The comments in their order; a debate need not have any. Faulty lines are noted as problems."""
    path = folder / DEMONSTRATION
    if not path.exists():
        return []
    shown = f"{folder.name}/{DEMONSTRATION}"
    return [row for _, row in read_json_lines(path, shown, DemonstrationRow, problems)]
