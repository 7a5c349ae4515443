"""From evidence to a confidence that means "this is the claim"."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.claims import Exemplar, Stance
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
    """A logistic model over evidence: one weight a feature, then the intercept."""

    weights: tuple[float, ...]
    intercept: float

    def of(self, evidence: Evidence) -> float:
        """The confidence, from 0 to 1."""
        total = self.intercept + sum(w * f for w, f in zip(self.weights, features(evidence), strict=True))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, total))))

    def judge(self, ranking: Ranking) -> Match:
        """The ranking with a confidence for each claim, best first."""
        candidates = [
            Candidate(ranked.claim, self.of(ranked.evidence), ranked.nearest, ranked.similarity)
            for ranked in ranking.claims
        ]
        candidates.sort(key=lambda candidate: -candidate.score)
        return Match(ranking.text, tuple(candidates), ranking.stances)


def features(evidence: Evidence) -> tuple[float, ...]:
    """The evidence as numbers, in the order of a Confidence's weights."""
    return (
        evidence.value,
        evidence.none,
        evidence.lead,
        evidence.near,
        evidence.bank,
        math.log(max(1, evidence.words)),
    )
