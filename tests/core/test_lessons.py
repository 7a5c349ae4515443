"""What a recorded decision teaches: one thing, and only where its score means something."""

from __future__ import annotations

import pytest

from bot.core.claims import Stance
from bot.core.lessons import Lesson, Likely, Recorded, Said, lessons

KNOWN = ("quay", "grass", "crews")


def row(*scores: tuple[str, float], reason: str | None = "unsure", **more: object) -> Recorded:
    """A decision with those candidates."""
    likely = tuple(Likely(claim, score, "0") for claim, score in scores)
    return Recorded((1, 2, 3), reason, False, "hash", Stance.UNCLEAR, likely, **more)  # type: ignore[arg-type]


def fits(claim: str, value: bool) -> Said:
    return Said(claim, "fits", value, by_moderator=True)


def taught(*rows: Recorded) -> list[tuple[Lesson, tuple[str, ...]]]:
    return [(each.lesson, each.claims) for each in lessons(rows, KNOWN)]


CLOSE = (("quay", 0.6), ("grass", 0.5))


@pytest.mark.parametrize("reason", ["not_calibrated", "unreadable"])
def test_a_rough_guess_teaches_nothing(reason: str) -> None:
    assert taught(*[row(*CLOSE, reason=reason)] * 2) == []


@pytest.mark.parametrize("reason", ["claim_cooldown", "too_short", "stale", None])
def test_what_was_sure_enough_fell_not_short(reason: str | None) -> None:
    assert taught(row(("quay", 0.9), reason=reason)) == []


@pytest.mark.parametrize(("score", "short"), [(0.31, True), (0.29, False)])
def test_off_topic_is_just_short_only_from_a_guess_worth_making(score: float, short: bool) -> None:
    assert taught(row(("quay", score), reason="off_topic")) == [(Lesson.SHORT, ("quay",))] * short


def test_a_pair_is_confused_whichever_leads_unless_both_were_answered() -> None:
    both = [row(*CLOSE), row(("grass", 0.6), ("quay", 0.5))]
    assert taught(*both) == [(Lesson.CONFUSED, ("grass", "quay"))]
    assert taught(*[row(*CLOSE, reason=None, answered=frozenset({"quay", "grass"}))] * 2) == []
    assert taught(*[row(("quay", 0.6), ("grass", 0.39))] * 2) == [(Lesson.SHORT, ("quay",))]
    assert taught(*[row(("quay", 0.4), ("grass", 0.29))] * 2) == [(Lesson.SHORT, ("quay",))]


def test_what_people_said_goes_before_what_scores_say() -> None:
    moved = (fits("quay", False), fits("crews", True))
    assert taught(*[row(*CLOSE, said=moved, answered=frozenset({"quay"}))] * 2) == [
        (Lesson.CORRECTED, ("quay", "crews"))
    ]
    # Of two that were proposed one fits: the other was not the point, and nothing was lacking.
    assert taught(row(*CLOSE, said=moved, answered=frozenset({"quay", "crews"}))) == [
        (Lesson.REFUSED, ("quay",))
    ]
    # What a moderator let the bot say the member found beside the point all the same.
    missed = (fits("quay", True), Said("quay", "not_my_point", True, by_moderator=False))
    assert taught(row(("quay", 0.6), said=missed)) == [(Lesson.REFUSED, ("quay",))]


def test_a_claim_that_is_gone_teaches_nothing() -> None:
    moved = (fits("old", False), fits("quay", True))
    assert taught(row(("old", 0.6)), row(("old", 0.6), said=moved)) == []


def test_the_surest_lesson_and_the_most_comments_come_first() -> None:
    rows = [row(("quay", 0.5)), *[row(("grass", 0.5))] * 2, row(said=(fits("crews", False),))]
    assert taught(*rows) == [
        (Lesson.REFUSED, ("crews",)),
        (Lesson.SHORT, ("grass",)),
        (Lesson.SHORT, ("quay",)),
    ]
