"""The regressions of a claim index: which claim, by all voices and by each alone, and which stance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bot.core.claims import STANCE_OF, ClaimSet, ExemplarKind, Stance
from bot.core.kernel import Matrix, Voices, ridge
from bot.core.vectors import Vectors

TOPIC_WEIGHTS = {
    "dense": 2.0,
    "layer10": 1.0,
    "layer8": 1.0,
    "sparse": 2.0,
    "light": 1.0,
    "pieces": 3.0,
    "tuned": 1.0,
}
STANCE_WEIGHTS = {"dense": 1.0, "sparse": 1.0, "light": 1.0, "pieces": 1.0, "phrases": 2.0}
"""How much each voice weighs; chosen by hand on dev (docs/matching.md)."""

LEXICAL = ("pieces", "phrases")
"""The voices that are not a model's."""

PENALTY = 0.2
STANCE_PENALTY = 0.3
SAME_CLAIM = 8.0
"""How much more two texts on the same claim tell about each other's stance than any two texts do."""

STANCES = (Stance.DISPUTES, Stance.AGREES, Stance.ASKS)


@dataclass(frozen=True)
class Labels:
    """What the n texts of an index are: the column of their claim (the last is "no claim"), and their stance.

    `told` are the rows that have a stance, and `stance` is theirs.
    """

    owner: Matrix
    told: Matrix
    stance: Matrix
    claims: int


@dataclass(frozen=True)
class Fit:
    """Coefficients: `topic` (n, claims + 1), the same by each voice alone, `stance` (told, 3)."""

    topic: Matrix
    alone: Mapping[str, Matrix]
    stance: Matrix


def label_texts(claim_set: ClaimSet) -> Labels:
    """The labels of the exemplars and then the bank; a near miss belongs to no claim."""
    none = len(claim_set.claims)
    kinds = [(at, e.kind) for at, claim in enumerate(claim_set.claims) for e in claim.exemplars]
    owner = [none if kind is ExemplarKind.NEAR_MISS else at for at, kind in kinds]
    stances = [
        (row, STANCES.index(STANCE_OF[kind])) for row, (_, kind) in enumerate(kinds) if kind in STANCE_OF
    ]
    return Labels(
        owner=np.array([*owner, *[none] * len(claim_set.bank)]),
        told=np.array([row for row, _ in stances], dtype=int),
        stance=np.array([column for _, column in stances], dtype=int),
        claims=none,
    )


def weights_of(known: Mapping[str, float], vectors: Vectors) -> dict[str, float]:
    """The weights of the voices that there are: those of the model at hand, and the lexical ones."""
    return {name: weight for name, weight in known.items() if name in vectors.by_voter or name in LEXICAL}


def fit(
    voices: Voices, labels: Labels, topic_weights: Mapping[str, float], stance_weights: Mapping[str, float]
) -> Fit:
    """The coefficients for these voices and labels."""
    targets = one_hot(labels.owner, labels.claims + 1)
    return Fit(
        topic=ridge(voices.gram(topic_weights), targets, PENALTY),
        alone={name: ridge(voices.gram({name: 1.0}), targets, PENALTY) for name in topic_weights},
        stance=_fit_stance(voices.gram(stance_weights), labels),
    )


def _fit_stance(gram: Matrix, labels: Labels) -> Matrix:
    owner = labels.owner[labels.told]
    told = gram[np.ix_(labels.told, labels.told)]
    if not len(told):
        return np.zeros((0, len(STANCES)), dtype=np.float32)
    told *= np.where(owner[:, None] == owner[None, :], np.float32(1 + SAME_CLAIM), np.float32(1))
    counts = np.bincount(labels.stance, minlength=len(STANCES))
    balance = (len(labels.stance) / len(STANCES) / np.maximum(counts, 1))[labels.stance]
    return ridge(told, one_hot(labels.stance, len(STANCES)), STANCE_PENALTY, balance)


def one_hot(column: Matrix, width: int) -> Matrix:
    """(n, width): 1 in each row's column, and in the others what makes the row sum to nothing."""
    targets = np.full((len(column), width), -1.0 / max(1, width - 1))
    targets[np.arange(len(column)), column.astype(int)] = 1.0
    return targets
