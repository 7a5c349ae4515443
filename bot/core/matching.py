"""Ranking the claims for a comment: what speaks for each, by several voices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.core.claims import ClaimSet, Exemplar, Stance
from bot.core.comments import word_count
from bot.core.fitting import (
    PENALTY,
    SAME_CLAIM,
    STANCE_WEIGHTS,
    STANCES,
    TOPIC_WEIGHTS,
    Fit,
    fit,
    label_texts,
    one_hot,
    weights_of,
)
from bot.core.kernel import Matrix, Voices
from bot.core.lexical import phrases, word_pieces
from bot.core.vectors import Vectors

NEAREST = 3
MOST_CANDIDATES = 5
CLAIM_SHARPNESS = 24.0
STANCE_SHARPNESS = 6.0
"""How steeply regression values become shares of one."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one candidate; calibration turns it into a confidence.

    `value` and `none` are regression values of the claim and of "no claim"; `lead` is the distance to the best
    other claim; `near` and `bank` are mean similarities to the nearest exemplars and to the nearest comments
    that belong to no claim; `words` is the comment's length; `votes` counts the voices that, heard alone, put
    this claim first, and `nones` is what each of them alone says of "no claim".
    """

    value: float
    none: float
    lead: float
    near: float
    bank: float
    words: int
    votes: int
    nones: tuple[float, ...]


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

    def __init__(self, claim_set: ClaimSet, vectors: Vectors, known: Fit | None = None) -> None:
        """Fit, or take what was fitted before on the same; `vectors` are those of `index_texts(claim_set)`.

        `targets` (n, claims + 1; the last is "no claim") and `penalty` are what the topic regression was fitted with.
        """
        self.claim_set = claim_set
        texts = index_texts(claim_set)
        self._ids = [claim.id for claim in claim_set.claims]
        self._exemplars = [e for claim in claim_set.claims for e in claim.exemplars]
        self._labels = label_texts(claim_set)
        self._owner = self._labels.owner
        self._told = self._labels.told
        self._pieces = word_pieces(texts)
        self._phrases = phrases(texts)
        rows = {**vectors.by_voter, "pieces": self._pieces.rows, "phrases": self._phrases.rows}
        self._voices = Voices(rows)
        self._topic_weights = weights_of(TOPIC_WEIGHTS, vectors)
        self._stance_weights = weights_of(STANCE_WEIGHTS, vectors)
        self.targets = one_hot(self._owner, len(self._ids) + 1)
        self.penalty = PENALTY
        self.fit = known or fit(self._voices, self._labels, self._topic_weights, self._stance_weights)

    @property
    def gram(self) -> Matrix:
        """(n, n) likeness of the index's texts to each other, computed anew: it is large."""
        return self._voices.gram(self._topic_weights)

    def likeness(self, texts: Sequence[str], vectors: Vectors) -> Matrix:
        """(m, n) likeness of texts to those of the index; `vectors` are those of the texts."""
        return self._likeness(texts, vectors, self._topic_weights)[0]

    def _likeness(
        self, texts: Sequence[str], vectors: Vectors, *weights: Mapping[str, float]
    ) -> list[Matrix]:
        rows = {
            **vectors.by_voter,
            "pieces": self._pieces.encode(texts),
            "phrases": self._phrases.encode(texts),
        }
        return self._voices.likeness(rows, *weights)

    def rank(self, texts: Sequence[str], vectors: Vectors) -> list[Ranking]:
        """The best claims for each text; `vectors` are those of the texts, row by row."""
        if not texts:
            return []
        alone = [{name: 1.0} for name in self.fit.alone]
        topic, stance, *each = self._likeness(
            texts, vectors, self._topic_weights, self._stance_weights, *alone
        )
        values = topic @ self.fit.topic
        heard = np.stack([one @ c for one, c in zip(each, self.fit.alone.values(), strict=True)], axis=1)
        stances = self._stances(stance, _softmax(CLAIM_SHARPNESS * values[:, :-1]))
        return [
            Ranking(text, self._best(text, topic[at], values[at], heard[at]), stances[at])
            for at, text in enumerate(texts)
        ]

    def _best(self, text: str, similarity: Matrix, values: Matrix, heard: Matrix) -> tuple[RankedClaim, ...]:
        none = len(self._ids)
        order = np.argsort(-values[:none], kind="stable")[:MOST_CANDIDATES]
        bank = _mean_of_nearest(similarity[self._owner == none])
        words = word_count(text)
        first = heard[:, :none].argmax(axis=1)
        nones = tuple(map(float, heard[:, none]))
        ranked: list[RankedClaim] = []
        for at in map(int, order):
            rows = np.flatnonzero(self._owner == at)
            nearest = int(rows[np.argmax(similarity[rows])])
            others = np.delete(values[:none], at)
            evidence = Evidence(
                value=float(values[at]),
                none=float(values[none]),
                lead=float(values[at] - others.max(initial=-1.0)),
                near=_mean_of_nearest(similarity[rows]),
                bank=bank,
                words=words,
                votes=int((first == at).sum()),
                nones=nones,
            )
            ranked.append(
                RankedClaim(self._ids[at], evidence, self._exemplars[nearest], float(similarity[nearest]))
            )
        return tuple(ranked)

    def _stances(self, likeness: Matrix, posterior: Matrix) -> list[dict[Stance, float]]:
        told = likeness[:, self._told] * (1 + SAME_CLAIM * posterior[:, self._owner[self._told]])
        shares = _softmax(STANCE_SHARPNESS * (told @ self.fit.stance))
        return [dict(zip(STANCES, map(float, row), strict=True)) for row in shares]


def _softmax(values: Matrix) -> Matrix:
    shifted = np.exp(values - values.max(axis=1, keepdims=True))
    return shifted / shifted.sum(axis=1, keepdims=True)


def _mean_of_nearest(similarity: Matrix) -> float:
    if not len(similarity):
        return 0.0
    return float(np.sort(similarity)[-NEAREST:].mean())
