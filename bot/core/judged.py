"""A labelled comment beside what the bot decided on it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.claims import ClaimSet, Stance
from bot.core.decisions import Decision, Outcome


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled comment with the bot's decision; no points means that silence is right."""

    id: str
    text: str
    lang: str
    topic: str
    points: tuple[tuple[tuple[str, ...], Stance], ...]
    decision: Decision

    @property
    def wanted(self) -> frozenset[str]:
        """Every claim that answers some point of the comment."""
        return frozenset(claim for claims, _ in self.points for claim in claims)

    @property
    def replied(self) -> bool:
        """Whether the bot posts an answer; a suggestion to moderators and an offer are none."""
        return self.decision.outcome is Outcome.REPLY and not self.decision.offered

    @property
    def offered(self) -> tuple[str, ...]:
        """The claims between which the bot lets the author choose, none when it does not ask."""
        asks = self.decision.outcome is Outcome.REPLY
        return tuple(answer.claim for answer in self.decision.offered) if asks else ()

    @property
    def spoke(self) -> bool:
        """Whether the bot posts anything at all."""
        return self.replied or bool(self.offered)

    @property
    def told(self) -> str | None:
        """The claim that the bot answers first, or None for its silence."""
        return self.decision.answers[0].claim if self.replied else None

    @property
    def best(self) -> str | None:
        """The likeliest claim, answered or not."""
        return self.decision.candidates[0].claim if self.decision.candidates else None


def is_right(claim: str, row: Judged, claim_set: ClaimSet) -> bool:
    """Whether that claim is wanted, or its passages all stand under a wanted one.

    A wanted claim that the set no longer has is no claim of it.
    """
    if claim in row.wanted:
        return True
    spans = {quote.span for quote in claim_set.by_id[claim].quotes}
    wanted = [claim_set.by_id[w] for w in row.wanted if w in claim_set.by_id]
    return bool(spans) and any(spans <= {q.span for q in other.passages} for other in wanted)


def label_of(row: Judged, taken: str | None, claim_set: ClaimSet) -> str | None:
    """The one class that a comment counts under, None for silence.

    That is the claim it was taken for when that is right, else the best one of its first point.
    """
    if not row.points:
        return None
    return taken if taken is not None and is_right(taken, row, claim_set) else row.points[0][0][0]
