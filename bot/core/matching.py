"""Ranking the claims for a comment: a regression on the exemplars, by several voices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.core.claims import STANCE_OF, ClaimSet, Exemplar, ExemplarKind, Stance
from bot.core.comments import word_count
from bot.core.kernel import Matrix, Voices, ridge
from bot.core.lexical import phrases, word_pieces
from bot.core.vectors import Vectors

TOPIC_WEIGHTS = {"dense": 2.0, "sparse": 2.0, "light": 1.0, "pieces": 3.0}
STANCE_WEIGHTS = {"dense": 1.0, "sparse": 1.0, "light": 1.0, "pieces": 1.0, "phrases": 2.0}
"""How much each voice weighs; fitted by hand on dev (docs/matching.md)."""

LEXICAL = ("pieces", "phrases")
"""The voices that are not a model's."""

PENALTY = 0.2
STANCE_PENALTY = 0.3
SAME_CLAIM = 8.0
"""How much more two texts on the same claim tell about each other's stance than any two texts do."""

NEAREST = 3
MOST_CANDIDATES = 5
CLAIM_SHARPNESS = 24.0
STANCE_SHARPNESS = 6.0
"""How steeply regression values become shares of one."""

STANCES = (Stance.DISPUTES, Stance.AGREES, Stance.ASKS)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one candidate; calibration turns it into a confidence.

    `value` and `none` are regression values of the claim and of "no claim"; `lead` is the distance to the best
    other claim; `near` and `bank` are mean similarities to the nearest exemplars and to the nearest comments
    that belong to no claim; `words` is the comment's length.
    """

    value: float
    none: float
    lead: float
    near: float
    bank: float
    words: int


@dataclass(frozen=True, slots=True)
class RankedClaim:
    """A claim that may answer a comment, with its nearest exemplar."""

    claim: str
    evidence: Evidence
    nearest: Exemplar
    similarity: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """The best claims for one text, best first, and how the text stands to them (probabilities)."""

    text: str
    claims: tuple[RankedClaim, ...]
    stances: Mapping[Stance, float]


def index_texts(claim_set: ClaimSet) -> tuple[str, ...]:
    """Every text whose vector an index needs, in the order it expects: exemplars, then the bank."""
    exemplars = [e.text for claim in claim_set.claims for e in claim.exemplars]
    return (*exemplars, *(row.text for row in claim_set.bank))


class ClaimIndex:
    """The claims of one debate, fitted on its exemplars and bank."""

    def __init__(self, claim_set: ClaimSet, vectors: Vectors) -> None:
        """Fit; `vectors` are those of `index_texts(claim_set)`, row by row.

        `targets` (n, claims + 1; the last is "no claim") and `penalty` are what the topic regression was fitted with.
        """
        self.claim_set = claim_set
        texts = index_texts(claim_set)
        self._ids = [claim.id for claim in claim_set.claims]
        self._exemplars = [e for claim in claim_set.claims for e in claim.exemplars]
        owner = [at for at, claim in enumerate(claim_set.claims) for _ in claim.exemplars]
        kinds = [e.kind for e in self._exemplars]
        none = len(self._ids)
        self._owner = np.array(
            [none if kind is ExemplarKind.NEAR_MISS else at for at, kind in zip(owner, kinds, strict=True)]
            + [none] * len(claim_set.bank)
        )
        self._pieces = word_pieces(texts)
        self._phrases = phrases(texts)
        rows = {**vectors.by_voter, "pieces": self._pieces.rows, "phrases": self._phrases.rows}
        self._voices = Voices(rows)
        self._topic_weights = _weights(TOPIC_WEIGHTS, vectors)
        self._stance_weights = _weights(STANCE_WEIGHTS, vectors)
        self.targets = _one_hot(self._owner, none + 1)
        self.penalty = PENALTY
        self._coefficients = ridge(self.gram, self.targets, self.penalty)
        self._fit_stance(kinds)

    def _fit_stance(self, kinds: Sequence[ExemplarKind]) -> None:
        stances = [STANCE_OF.get(kind) for kind in kinds]
        self._told = np.array([at for at, stance in enumerate(stances) if stance])
        column = np.array([STANCES.index(stance) for stance in stances if stance])
        owner = self._owner[self._told]
        gram = self._voices.gram(self._stance_weights)[np.ix_(self._told, self._told)]
        gram *= np.where(owner[:, None] == owner[None, :], np.float32(1 + SAME_CLAIM), np.float32(1))
        balance = (len(column) / len(STANCES) / np.bincount(column, minlength=len(STANCES)))[column]
        self._stance_coefficients = ridge(gram, _one_hot(column, len(STANCES)), STANCE_PENALTY, balance)

    @property
    def gram(self) -> Matrix:
        """(n, n) likeness of the index's texts to each other, computed anew: it is large."""
        return self._voices.gram(self._topic_weights)

    def likeness(self, texts: Sequence[str], vectors: Vectors) -> Matrix:
        """(m, n) likeness of texts to those of the index; `vectors` are those of the texts."""
        return self._likeness(texts, vectors)[0]

    def _likeness(self, texts: Sequence[str], vectors: Vectors) -> list[Matrix]:
        rows = {
            **vectors.by_voter,
            "pieces": self._pieces.encode(texts),
            "phrases": self._phrases.encode(texts),
        }
        return self._voices.likeness(rows, self._topic_weights, self._stance_weights)

    def rank(self, texts: Sequence[str], vectors: Vectors) -> list[Ranking]:
        """The best claims for each text; `vectors` are those of the texts, row by row."""
        if not texts:
            return []
        topic, stance = self._likeness(texts, vectors)
        values = topic @ self._coefficients
        stances = self._stances(stance, _softmax(CLAIM_SHARPNESS * values[:, :-1]))
        return [
            Ranking(text, self._best(text, topic[at], values[at]), stances[at])
            for at, text in enumerate(texts)
        ]

    def _best(self, text: str, similarity: Matrix, values: Matrix) -> tuple[RankedClaim, ...]:
        none = len(self._ids)
        order = np.argsort(-values[:none], kind="stable")[:MOST_CANDIDATES]
        bank = _mean_of_nearest(similarity[self._owner == none])
        words = word_count(text)
        ranked: list[RankedClaim] = []
        for at in order:
            rows = np.flatnonzero(self._owner == at)
            nearest = rows[np.argmax(similarity[rows])]
            others = np.delete(values[:none], at)
            evidence = Evidence(
                value=float(values[at]),
                none=float(values[none]),
                lead=float(values[at] - others.max(initial=-1.0)),
                near=_mean_of_nearest(similarity[rows]),
                bank=bank,
                words=words,
            )
            ranked.append(
                RankedClaim(self._ids[at], evidence, self._exemplars[nearest], float(similarity[nearest]))
            )
        return tuple(ranked)

    def _stances(self, likeness: Matrix, posterior: Matrix) -> list[dict[Stance, float]]:
        told = likeness[:, self._told] * (1 + SAME_CLAIM * posterior[:, self._owner[self._told]])
        shares = _softmax(STANCE_SHARPNESS * (told @ self._stance_coefficients))
        return [dict(zip(STANCES, map(float, row), strict=True)) for row in shares]


def _weights(known: Mapping[str, float], vectors: Vectors) -> dict[str, float]:
    """The weights of the voices that there are; a model of the operator's own counts as the dense one does."""
    heard = {name: known.get(name, known["dense"]) for name in vectors.by_voter}
    return heard | {name: weight for name, weight in known.items() if name in LEXICAL}


def _one_hot(column: Matrix, width: int) -> Matrix:
    targets = np.full((len(column), width), -1.0 / max(1, width - 1))
    targets[np.arange(len(column)), column.astype(int)] = 1.0
    return targets


def _softmax(values: Matrix) -> Matrix:
    shifted = np.exp(values - values.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def _mean_of_nearest(similarity: Matrix) -> float:
    if not len(similarity):
        return 0.0
    return float(np.sort(similarity)[-NEAREST:].mean())
