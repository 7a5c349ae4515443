"""Two sets of decisions on the same comments: what one answers that the other does not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.core.claims import ClaimSet
from bot.core.judged import Judged, is_right
from bot.core.metrics import Share, mcnemar


class Change(StrEnum):
    """What became of a reply."""

    GAINED = "gained"
    LOST = "lost"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Answered:
    """The claims that a comment is answered with, none for silence; `right` is None where nobody knows."""

    id: str
    text: str
    claims: tuple[str, ...]
    right: bool | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """A comment that is not answered as it was."""

    change: Change
    before: Answered
    after: Answered


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every difference, and how likely one as lopsided is by chance.

    `better` and `worse` count comments that are now done right, or no longer; where nobody knows what is right,
    replies gained and lost.
    """

    rows: int
    differences: tuple[Difference, ...]
    better: int
    worse: int

    @property
    def chance(self) -> float:
        """The p-value of McNemar's exact test."""
        return mcnemar(self.better, self.worse)

    def of(self, change: Change) -> tuple[Difference, ...]:
        """The differences of one kind."""
        return tuple(one for one in self.differences if one.change is change)


def compare(before: Sequence[Answered], after: Sequence[Answered]) -> Comparison:
    """The comparison of the same comments in the same order."""
    pairs = list(zip(before, after, strict=True))
    differences = tuple(
        Difference(_change(old, new), old, new) for old, new in pairs if set(old.claims) != set(new.claims)
    )
    if all(old.right is None for old in before):
        better = sum(one.change is Change.GAINED for one in differences)
        worse = sum(one.change is Change.LOST for one in differences)
    else:
        better = sum(bool(new.right and not old.right) for old, new in pairs)
        worse = sum(bool(old.right and not new.right) for old, new in pairs)
    return Comparison(len(pairs), differences, better, worse)


def _change(before: Answered, after: Answered) -> Change:
    if not before.claims:
        return Change.GAINED
    return Change.CHANGED if after.claims else Change.LOST


def answered(row: Judged, claim_set: ClaimSet) -> Answered:
    """What a labelled comment was answered with; right is also the silence that it deserves."""
    claims = tuple(answer.claim for answer in row.decision.answers) if row.replied else ()
    wrong = any(not is_right(claim, row, claim_set) for claim in claims)
    return Answered(row.id, row.text, claims, not wrong and bool(claims) == bool(row.points))


def hardest_hit(
    before: Sequence[Judged], after: Sequence[Judged], old: ClaimSet, new: ClaimSet
) -> tuple[str, Share, Share] | None:
    """The claim that lost most right answers and gained most wrong ones, with its precision then and now."""
    was, now = _by_claim(before, old), _by_claim(after, new)
    none = Share(0, 0)
    losses: Counter[str] = Counter()
    for claim in {*was, *now}:
        then, later = was.get(claim, none), now.get(claim, none)
        losses[claim] = (then.right - later.right) + (later.of - later.right) - (then.of - then.right)
    worst = min(losses, key=lambda claim: (-losses[claim], claim), default=None)
    if worst is None or losses[worst] <= 0:
        return None
    return worst, was.get(worst, none), now.get(worst, none)


def _by_claim(rows: Sequence[Judged], claim_set: ClaimSet) -> dict[str, Share]:
    """How often each claim that was told was right."""
    told: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for row in rows:
        for answer in row.decision.answers if row.replied else ():
            told[answer.claim] += 1
            right[answer.claim] += is_right(answer.claim, row, claim_set)
    return {claim: Share(right[claim], told[claim]) for claim in told}
