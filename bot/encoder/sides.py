"""Learning which key point an argument makes: a batch holds whole sides, each text of them once.

A pair at a time would encode every key point anew for each argument; side by side, some forty texts give the
loss hundreds of pairs, and those that are hard to tell apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from sentence_transformers import SentenceTransformer
from sentence_transformers.base.sampler import DefaultBatchSampler

ARGUMENTS, SIDES = 32, 2
"""Arguments of a side in a batch, beside all its key points, and sides in a batch."""


@dataclass(frozen=True, slots=True)
class Pair:
    """An argument and a key point, and whether they match."""

    argument: str
    key_point: str
    matches: bool


@dataclass(frozen=True)
class Sides:
    """Pairs by sides: `texts` are all arguments and then all key points, and the rest names them by number.

    `answers` (arguments, key points) is 1 where they match, -1 where they do not, also across sides, and 0 where
    nobody said; `members` holds the arguments and the key points of each side.
    """

    texts: tuple[str, ...]
    arguments: int
    answers: np.ndarray
    members: tuple[tuple[np.ndarray, np.ndarray], ...]


def sides_of(pairs: Sequence[Pair]) -> Sides:
    """The sides that pairs make up: what was ever held against each other belongs together."""
    said = {text: at for at, text in enumerate(dict.fromkeys(pair.argument for pair in pairs))}
    points = {text: at for at, text in enumerate(dict.fromkeys(pair.key_point for pair in pairs))}
    rows = np.array([said[pair.argument] for pair in pairs])
    columns = np.array([points[pair.key_point] for pair in pairs])
    count = len(said) + len(points)
    links = coo_matrix((np.ones(len(pairs)), (rows, columns + len(said))), shape=(count, count))
    found, side = connected_components(links, directed=False)
    ours, theirs = side[: len(said)], side[len(said) :]
    answers = np.where(ours[:, None] == theirs[None, :], 0, -1).astype(np.int8)
    answers[rows, columns] = [1 if pair.matches else -1 for pair in pairs]
    members = tuple(
        (np.flatnonzero(ours == at), len(said) + np.flatnonzero(theirs == at)) for at in range(found)
    )
    return Sides((*said, *points), len(said), answers, members)


class SideBatches(DefaultBatchSampler):
    """Batches of row numbers: some arguments of a few sides, with all key points of these."""

    def __init__(self, dataset: Any, sides: Sides, **options: Any) -> None:
        super().__init__(dataset, **options)
        self._sides = sides

    def __len__(self) -> int:
        return -(-sum(self._parts(ours) for ours, _ in self._sides.members) // SIDES)

    def __iter__(self) -> Iterator[list[int]]:
        chance = np.random.default_rng(self.seed + self.epoch)
        parts = [
            [*part, *theirs]
            for ours, theirs in self._sides.members
            for part in np.array_split(chance.permutation(ours), self._parts(ours))
        ]
        order = chance.permutation(len(parts))
        for start in range(0, len(order), SIDES):
            yield [int(row) for at in order[start : start + SIDES] for row in parts[at]]

    @staticmethod
    def _parts(ours: np.ndarray) -> int:
        return max(1, round(len(ours) / ARGUMENTS))


class SideLoss(torch.nn.Module):
    """Every pair that matches is to be more alike than every pair that does not (CoSENT, over a whole batch)."""

    def __init__(self, model: SentenceTransformer, sides: Sides, sharpness: float) -> None:
        super().__init__()
        self.model = model
        self._sides = sides
        self._sharpness = sharpness

    def forward(self, sentence_features: Iterable[dict[str, Any]], labels: torch.Tensor) -> torch.Tensor:
        """`labels` are the numbers of the texts."""
        (features,) = sentence_features
        rows = torch.nn.functional.normalize(self.model(features)["sentence_embedding"], dim=1)
        argues = labels < self._sides.arguments
        likeness = self._sharpness * rows[argues] @ rows[~argues].T
        numbers = labels[argues].numpy(), labels[~argues].numpy() - self._sides.arguments
        answers = torch.from_numpy(self._sides.answers[np.ix_(*numbers)])
        ahead = likeness[answers < 0][:, None] - likeness[answers > 0][None, :]
        return torch.logsumexp(torch.cat([likeness.new_zeros(1), ahead.flatten()]), dim=0)
