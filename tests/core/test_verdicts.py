"""Verdicts by claim, and when a week ends."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.verdicts import Voice, agreements
from bot.core.weeks import last_moment

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def test_verdicts_are_counted_by_who_gave_them_and_the_worst_claim_comes_first() -> None:
    found = agreements(
        [
            Voice("apples", "fits", True, False, 6),
            Voice("apples", "fits", False, False, 3),
            Voice("apples", "not_my_point", True, True, 1),
            Voice("apples", "not_my_point", True, False, 2),
            Voice("apples", "helpful", True, False, 5),
            Voice("apples", "not_my_point", False, True, 9),  # taken back: it says nothing
            Voice("apples", "unheard_of", True, True, 9),
            Voice("boats", "fits", False, False, 10),
        ]
    )
    assert [agreement.claim for agreement in found] == ["boats", "apples"]
    boats, apples = found
    assert (apples.moderators.right, apples.moderators.of) == (6, 10)
    assert (apples.members.right, apples.members.of) == (5, 7)
    assert apples.moderators.interval == pytest.approx((0.3127, 0.8318), abs=1e-3)
    assert boats.moderators.value == 0.0
    assert boats.members.of == 0


@pytest.mark.parametrize(
    ("here", "weekday", "hour", "wanted"),
    [
        ("2026-11-25T12:00", 0, 9, "2026-11-23T09:00"),
        ("2026-11-23T09:00", 0, 9, "2026-11-23T09:00"),
        ("2026-11-23T08:59", 0, 9, "2026-11-16T09:00"),
        ("2026-11-22T23:59", 6, 0, "2026-11-22T00:00"),
        ("2026-10-26T09:30", 0, 9, "2026-10-26T09:00"),  # the day after the clock went back
        ("2026-10-26T08:30", 0, 9, "2026-10-19T09:00"),
    ],
)
def test_the_last_moment_of_a_week(here: str, weekday: int, hour: int, wanted: str) -> None:
    found = last_moment(datetime.fromisoformat(here).replace(tzinfo=AMSTERDAM), weekday, hour)
    assert found == datetime.fromisoformat(wanted).replace(tzinfo=AMSTERDAM)
    assert found.hour == hour
