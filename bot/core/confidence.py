"""From evidence to a confidence that means "this is the claim"."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.core.claims import Exemplar, Stance
from bot.core.kernel import Matrix
from bot.core.matching import Evidence, Ranking


@dataclass(frozen=True, slots=True)
class Candidate:
    """A claim with the confidence that it answers the comment, and its nearest exemplar."""

    claim: str
    score: float
    nearest: Exemplar
    similarity: float


@dataclass(frozen=True, slots=True)
class Match:
    """What matching says of one text: candidates by falling score, the lead of the first, and the stance."""

    text: str
    candidates: tuple[Candidate, ...]
    stances: Mapping[Stance, float]

    @property
    def score(self) -> float:
        """The confidence of the best candidate, from 0 to 1."""
        return self.candidates[0].score if self.candidates else 0.0

    @property
    def margin(self) -> float:
        """How far the best candidate is ahead of the second."""
        return self.score - (self.candidates[1].score if len(self.candidates) > 1 else 0.0)

    @property
    def stance(self) -> Stance:
        """The likeliest stance."""
        return max(self.stances, key=lambda stance: self.stances[stance])


@dataclass(frozen=True, slots=True)
class Confidence:
    """A logistic model over evidence, its squares and its products.

    `centre` and `scale` bring each feature to a common measure; then one weight a feature and one a pair.
    """

    centre: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float

    def of(self, evidence: Evidence) -> float:
        """The confidence, from 0 to 1."""
        terms = expand(features(evidence), self.centre, self.scale)
        return logistic(self.intercept + sum(w * t for w, t in zip(self.weights, terms, strict=True)))

    def of_rows(self, rows: Matrix) -> Matrix:
        """The same for the evidence of many, (n, features) as numbers: (n,)."""
        terms = expand_rows(rows, np.array(self.centre), np.array(self.scale))
        totals = self.intercept + terms @ np.array(self.weights)
        return 1.0 / (1.0 + np.exp(-np.clip(totals, -MOST, MOST)))

    def judge(self, ranking: Ranking) -> Match:
        """The ranking with a confidence for each claim, best first."""
        return _match(ranking, self.of)


def guess(ranking: Ranking) -> Match:
    """The ranking before anybody calibrated: it orders candidates, and nothing is posted on its strength."""
    return _match(ranking, lambda e: logistic(9 * e.value - 3 * e.none + 9 * e.lead - 3))


def features(evidence: Evidence) -> tuple[float, ...]:
    """The evidence as numbers, in the order of a Confidence's centre and scale."""
    return (
        evidence.value,
        evidence.none,
        evidence.lead,
        evidence.near,
        evidence.bank,
        math.log(max(1, evidence.words)),
        float(evidence.votes),
        *evidence.nones,
    )


def expand(values: Sequence[float], centre: Sequence[float], scale: Sequence[float]) -> list[float]:
    """The features in a common measure, then each product of two of them, squares among them."""
    common = [(v - c) / s for v, c, s in zip(values, centre, scale, strict=True)]
    return common + [common[i] * common[j] for i in range(len(common)) for j in range(i, len(common))]


def expand_rows(rows: Matrix, centre: Matrix, scale: Matrix) -> Matrix:
    """The same for many: (n, features) to (n, terms)."""
    common = (rows - centre) / scale
    first, second = np.triu_indices(rows.shape[1])
    return np.hstack([common, common[:, first] * common[:, second]])


MOST = 30.0
"""A total further from nothing is as sure as one can be."""


def logistic(total: float) -> float:
    """A number as a share of one."""
    return 1.0 / (1.0 + math.exp(-max(-MOST, min(MOST, total))))


def _match(ranking: Ranking, confidence: Callable[[Evidence], float]) -> Match:
    candidates = [
        Candidate(ranked.claim, confidence(ranked.evidence), ranked.nearest, ranked.similarity)
        for ranked in ranking.claims
    ]
    candidates.sort(key=lambda candidate: -candidate.score)
    return Match(ranking.text, tuple(candidates), ranking.stances)
