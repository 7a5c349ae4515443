"""Texts that mean nearly the same, in groups."""

# scikit-learn comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.cluster import AgglomerativeClustering

from bot.core.kernel import Matrix, Voice
from bot.core.vectors import Vectors


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that lie together, the most typical first, and their mean likeness to each other."""

    rows: tuple[int, ...]
    likeness: float


def likeness_of(vectors: Vectors) -> Matrix:
    """(n, n) centred cosines of the texts to each other, the mean over all voters."""
    voters = vectors.by_voter.values()
    return sum((Voice(rows).gram / np.float32(len(voters)) for rows in voters), np.float32(0))  # type: ignore[return-value]


def group(likeness: Matrix, least: float) -> list[Group]:
    """Every row in one group, the largest groups first; in each the mean likeness is at least `least`."""
    count = len(likeness)
    if count < 2:
        return [Group((at,), 1.0) for at in range(count)]
    found = AgglomerativeClustering(
        n_clusters=None,  # type: ignore[arg-type]  # so many as the distance makes
        metric="precomputed",
        linkage="average",
        distance_threshold=1 - least,
    ).fit_predict(1 - likeness)
    groups = [_group(np.flatnonzero(found == at), likeness) for at in range(found.max() + 1)]
    return sorted(groups, key=lambda each: (-len(each.rows), -each.likeness, each.rows))


def _group(rows: Matrix, likeness: Matrix) -> Group:
    inside = likeness[np.ix_(rows, rows)]
    order = np.argsort(-inside.mean(axis=1), kind="stable")
    others = ~np.eye(len(rows), dtype=bool)
    mean = float(inside[others].mean()) if len(rows) > 1 else 1.0
    return Group(tuple(int(rows[at]) for at in order), mean)
