"""What members think of a claim: one vote a member, and what "I changed my mind" makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Opinion(StrEnum):
    """How a member's vote counts."""

    AGREE = "agree"
    DISAGREE = "disagree"

    @property
    def other(self) -> Opinion:
        """The opposite."""
        return Opinion.DISAGREE if self is Opinion.AGREE else Opinion.AGREE


class Ballot(StrEnum):
    """What a member may say of a claim."""

    AGREE = "agree"
    DISAGREE = "disagree"
    CHANGED = "changed"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Vote:
    """A member's vote on a claim; `changed` when they said that the debate brought them to it."""

    opinion: Opinion
    changed: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How many members are on each side of a claim, and how many of those changed their mind to it."""

    agree: int = 0
    disagree: int = 0
    to_agree: int = 0
    to_disagree: int = 0

    @property
    def votes(self) -> int:
        """How many members voted."""
        return self.agree + self.disagree

    @property
    def changed(self) -> int:
        """How many of them changed their mind."""
        return self.to_agree + self.to_disagree


def vote_after(before: Vote | None, said: Ballot) -> Vote | None:
    """The vote that stands once a member has said that.

    To agree or disagree replaces what was said before, as a correction. "Changed my mind" turns the vote round
    and counts as a change; said once more it turns back and the change is gone. Without a vote it means nothing.
    """
    if said is Ballot.WITHDRAW or (said is Ballot.CHANGED and before is None):
        return None
    if said is Ballot.CHANGED and before is not None:
        return Vote(before.opinion.other, not before.changed)
    opinion = Opinion(said)
    return before if before is not None and before.opinion is opinion else Vote(opinion)
