"""Track 1 of the Key Point Analysis shared task of 2021: which key point an argument makes, and how surely.

The organisers changed their measure after the evaluation (github.com/IBM/KPA_2021_shared_task): since September
2021 the average precision is also multiplied by the share of right pairs among those that are judged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from bot.debates.argument_pairs import ArgumentPairs

JUDGED = 0.5
"""Of the arguments of each side of a topic, the surest half is judged."""


@dataclass(frozen=True)
class Precision:
    """Mean average precision over topics and sides; undecided pairs are wrong (strict) or right (relaxed)."""

    strict: float
    relaxed: float


@dataclass(frozen=True)
class Outcome:
    """The same pairs by the organisers' present measure and by the one of the evaluation of June 2021."""

    present: Precision
    evaluation: Precision


def measure(pairs: ArgumentPairs, scores: NDArray[np.float32]) -> Outcome:
    """What scores (arguments, key points) are worth; only key points of an argument's own topic and side count."""
    sides = [(row.topic, row.stance) for row in pairs.key_points]
    groups: defaultdict[tuple[str, str], list[tuple[float, bool | None]]] = defaultdict(list)
    for argument, row in zip(pairs.arguments, scores, strict=True):
        side = (argument.topic, argument.stance)
        mine = [at for at, other in enumerate(sides) if other == side]
        if not mine:  # nothing can be right
            groups[side].append((-np.inf, False))
            continue
        best = mine[int(np.argmax(row[mine]))]
        label = pairs.labels.get((argument.arg_id, pairs.key_points[best].key_point_id))
        groups[side].append((float(row[best]), label))
    judged = [surest(group) for group in groups.values()]
    strict, relaxed = (
        [[(score, undecided if label is None else label) for score, label in group] for group in judged]
        for undecided in (False, True)
    )
    return Outcome(
        present=Precision(_mean(strict, share=True), _mean(relaxed, share=True)),
        evaluation=Precision(_mean(strict, share=False), _mean(relaxed, share=False)),
    )


def surest(group: Sequence[tuple[float, bool | None]]) -> list[tuple[float, bool | None]]:
    """The half with the highest scores."""
    return sorted(group, key=lambda pair: -pair[0])[: int(len(group) * JUDGED)]


def _mean(groups: Sequence[Sequence[tuple[float, bool]]], *, share: bool) -> float:
    return float(np.mean([average_precision(group, share=share) for group in groups if group]))


def average_precision(group: Sequence[tuple[float, bool]], *, share: bool) -> float:
    """Of one group; `share` multiplies it by the share of right pairs."""
    labels = [label for _, label in group]
    if not any(labels):
        return 0.0
    found = float(average_precision_score(labels, [score for score, _ in group]))
    return found * sum(labels) / len(labels) if share else found


def labels_in(folder: Path, *splits: str) -> list[Path]:
    """The files of labels of those splits, wherever in the folder they are."""
    return [file for split in splits for file in sorted(folder.rglob(f"labels{split}.csv"))]
