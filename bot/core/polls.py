"""The question that a debate asks at its opening and at its close, and what shifted in between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class PollMoment(StrEnum):
    """When a debate asks its question."""

    OPENING = "opening"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class PollQuestion:
    """A question with its possible answers, in our words, each by language."""

    question: Mapping[str, str]
    answers: tuple[Mapping[str, str], ...]


@dataclass(frozen=True, slots=True)
class AnswerShift:
    """One answer: how many votes it had and then has, and which whole percentage of all votes that is."""

    before: int
    after: int
    percent_before: int
    percent_after: int

    @property
    def points(self) -> int:
        """By how many percentage points it moved, as the two percentages show it."""
        return self.percent_after - self.percent_before


def shift(before: Sequence[int], after: Sequence[int]) -> tuple[AnswerShift, ...] | None:
    """What shifted, answer by answer; None when one of the two polls had no vote at all."""
    if not sum(before) or not sum(after):
        return None
    return tuple(
        AnswerShift(old, new, round(100 * old / sum(before)), round(100 * new / sum(after)))
        for old, new in zip(before, after, strict=True)
    )
