"""What recorded decisions teach about the claims: without a word of a comment, and without whose it was."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from bot.core.claims import STANCE_OF, Claim, ExemplarKind, Stance
from bot.core.decisions import TIE_GAP, Reason
from bot.core.source import digest
from bot.core.suggestions import NEAR

FEWEST_TIES = 2
"""Comments between two claims that make a confusion: a single one may well have been about both."""

_SHORT = (Reason.UNSURE, Reason.TIE)
_UNJUDGED = (Reason.NOT_CALIBRATED, Reason.UNREADABLE)
"""Without a calibration a score is a rough guess, not to be laid beside the others."""

KIND_OF = {stance: kind for kind, stance in STANCE_OF.items()}
"""The kind of the exemplars that a comment with this stance asks for; an unclear stance asks for none."""


@dataclass(frozen=True, slots=True)
class Likely:
    """A candidate as it was recorded: its claim, its score, the digest of its nearest exemplar."""

    claim: str
    score: float
    nearest: str


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said of a claim: whether it fits, or that it was not the point."""

    claim: str
    kind: str
    value: bool
    by_moderator: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision as it was recorded, without its author.

    `place` are the server, channel and message of the comment; None once nothing may lead there. `answered` are
    the claims that matching answered, `offered` those that it let the member choose between, `chosen` the choice.
    """

    place: tuple[int, int, int] | None
    reason: str | None
    asked: bool
    claim_set: str
    stance: Stance
    likely: tuple[Likely, ...]
    answered: frozenset[str] = frozenset()
    offered: frozenset[str] = frozenset()
    chosen: str | None = None
    said: tuple[Said, ...] = ()

    @property
    def meant(self) -> frozenset[str]:
        """The claims that a moderator found fitting, or else that the member chose."""
        fitting = {said.claim for said in self.said if (said.kind, said.value) == ("fits", True)}
        found = fitting or {self.chosen} - {None}
        return frozenset(claim for claim in found if claim is not None) - self.not_the_point

    @property
    def not_the_point(self) -> frozenset[str]:
        """The claims of which the member or a moderator said after the reply that they were not the point."""
        return frozenset(
            said.claim for said in self.said if (said.kind, said.value) == ("not_my_point", True)
        )

    @property
    def unfitting(self) -> frozenset[str]:
        """The claims that a moderator found unfitting before anything was posted."""
        return frozenset(said.claim for said in self.said if (said.kind, said.value) == ("fits", False))


class Lesson(StrEnum):
    """What can be learnt from a comment, in the order of how sure that is."""

    CORRECTED = "corrected"
    REFUSED = "refused"
    CONFUSED = "confused"
    SHORT = "short"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Lessons:
    """The comments, oldest first, that teach the same about the same claims.

    `claims` are what it was taken for and what it was (corrected), one claim (refused, short), the two that were
    confused, or none (unknown).
    """

    lesson: Lesson
    claims: tuple[str, ...]
    rows: tuple[Recorded, ...]


def lessons(rows: Iterable[Recorded], known: Collection[str]) -> list[Lessons]:
    """What the decisions teach about the claims that there still are; each lesson's weightiest first."""
    found: defaultdict[tuple[Lesson, tuple[str, ...]], list[Recorded]] = defaultdict(list)
    for row in rows:
        for lesson, claims in _taught(row):
            if all(claim in known for claim in claims):
                found[lesson, claims].append(row)
    groups = [Lessons(lesson, claims, tuple(taught)) for (lesson, claims), taught in found.items()]
    order = list(Lesson)
    return sorted(
        (g for g in groups if g.lesson is not Lesson.CONFUSED or len(g.rows) >= FEWEST_TIES),
        key=lambda g: (order.index(g.lesson), -len(g.rows), g.claims),
    )


def _taught(row: Recorded) -> Iterator[tuple[Lesson, tuple[str, ...]]]:
    """The lesson of one comment; what people said of it goes before what scores say."""
    elsewhere = row.meant - row.answered - row.offered
    if row.unfitting and elsewhere:
        yield from ((Lesson.CORRECTED, (was, is_)) for was in row.unfitting for is_ in elsewhere)
    elif wrong := row.unfitting | row.not_the_point:
        yield from ((Lesson.REFUSED, (claim,)) for claim in wrong)
    elif row.likely and row.reason not in _UNJUDGED:
        yield from _scored(row, row.likely[0])


def _scored(row: Recorded, first: Likely) -> Iterator[tuple[Lesson, tuple[str, ...]]]:
    if second := _rival(row):
        a, b = sorted((first.claim, second.claim))
        yield Lesson.CONFUSED, (a, b)
    elif row.reason in _SHORT or (row.reason == Reason.OFF_TOPIC and first.score >= NEAR):
        yield from ((Lesson.SHORT, (claim,)) for claim in row.meant or {first.claim})
    elif row.reason == Reason.OFF_TOPIC and row.asked:
        yield Lesson.UNKNOWN, ()


def _rival(row: Recorded) -> Likely | None:
    """The second claim, where the first hardly leads; not where both were answered, each to its own point."""
    for first, second in zip(row.likely[:1], row.likely[1:2], strict=False):
        close = second.score >= NEAR and first.score - second.score < TIE_GAP
        if close and not {first.claim, second.claim} <= row.answered:
            return second
    return None


def kinds_asked_for(rows: Iterable[Recorded]) -> Counter[ExemplarKind]:
    """Exemplars of which kinds the comments ask for, by their stance."""
    return Counter(KIND_OF[row.stance] for row in rows if row.stance in KIND_OF)


def drawn_by(rows: Iterable[Recorded], claim: Claim) -> tuple[str, int] | None:
    """The exemplar of a claim that was most often the nearest, with how often; None when it is there no more."""
    own = {digest(exemplar.text): exemplar.text for exemplar in claim.exemplars}
    nearest = (each.nearest for row in rows for each in row.likely if each.claim == claim.id)
    counted = Counter(own[mark] for mark in nearest if mark in own).most_common(1)
    return counted[0] if counted else None
