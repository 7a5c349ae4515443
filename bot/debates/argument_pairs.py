"""Public pairs of arguments and key points, in the layout of the Key Point Analysis shared task of 2021.

Three files of one ending, such as `labels_train.csv` with `arguments_train.csv` and `key_points_train.csv`
beside it (github.com/IBM/KPA_2021_shared_task). A pair that is not in the labels is undecided.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.debates.files import BrokenFileError, M, Problem, explain, read_text


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True)


class Argument(_Row):
    """Somebody's argument for (1) or against (-1) a topic."""

    arg_id: str
    argument: str
    topic: str
    stance: Literal["1", "-1"]


class KeyPoint(_Row):
    """An expert's key point for (1) or against (-1) a topic."""

    key_point_id: str
    key_point: str
    topic: str
    stance: Literal["1", "-1"]


class _Label(_Row):
    arg_id: str
    key_point_id: str
    label: Literal["0", "1"]


@dataclass(frozen=True)
class ArgumentPairs:
    """Arguments, key points, and whether an argument's id and a key point's id match."""

    arguments: tuple[Argument, ...]
    key_points: tuple[KeyPoint, ...]
    labels: Mapping[tuple[str, str], bool]

    def texts(self) -> list[tuple[str, str, bool]]:
        """Each labelled pair as the words of the argument, of the key point, and whether they match."""
        said = {row.arg_id: row.argument for row in self.arguments}
        points = {row.key_point_id: row.key_point for row in self.key_points}
        return [(said[one], points[other], matches) for (one, other), matches in self.labels.items()]


def read_argument_pairs(labels: Path) -> ArgumentPairs:
    """The pairs of a file of labels and of the two files beside it; raises `BrokenFileError`."""
    problems: list[Problem] = []
    beside = {
        kind: labels.with_name(labels.name.replace("labels", kind, 1)) for kind in ("arguments", "key_points")
    }
    arguments = _read_csv(beside["arguments"], Argument, problems)
    key_points = _read_csv(beside["key_points"], KeyPoint, problems)
    rows = _read_csv(labels, _Label, problems)
    known = {row.arg_id for _, row in arguments}, {row.key_point_id for _, row in key_points}
    for line, row in rows:
        for name, id, ids in zip(
            ("arg_id", "key_point_id"), (row.arg_id, row.key_point_id), known, strict=True
        ):
            if id not in ids:
                problems.append(Problem.at(str(labels), line, "unknown_id", name=name, id=id))
    if problems:
        raise BrokenFileError(problems)
    return ArgumentPairs(
        tuple(row for _, row in arguments),
        tuple(row for _, row in key_points),
        {(row.arg_id, row.key_point_id): row.label == "1" for _, row in rows},
    )


def _read_csv(path: Path, shape: type[M], problems: list[Problem]) -> list[tuple[int, M]]:
    """Every good row with the line it ends on; the faulty ones are noted as problems."""
    text = read_text(path, str(path), problems)
    reader = csv.DictReader((text or "").splitlines(keepends=True))
    rows: list[tuple[int, M]] = []
    for row in reader:
        try:
            rows.append(
                (reader.line_num, shape.model_validate({k: v for k, v in row.items() if v is not None}))
            )
        except ValidationError as error:
            problems += [
                Problem.at(str(path), reader.line_num, key, **values)
                for _, key, values in explain(error, shape)
            ]
    return rows
