"""When a channel is warm, and that nothing is remembered for longer than it takes to know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.heat import Heat, Limits, Signal

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIMITS = Limits(messages=5, replies=3, hits=2)
ROOM, ANNA, BRAM, CEES = 1, 11, 12, 13


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def test_many_messages_within_ten_minutes_and_not_spread_over_more() -> None:
    spread, dense = Heat(), Heat()
    for number in range(5):
        spread.message(ROOM, ANNA, None, at(number * 3))
        dense.message(ROOM, ANNA, None, at(number))
    assert spread.alarm(ROOM, LIMITS, at(12)) == {}
    assert dense.alarm(ROOM, LIMITS, at(4)) == {Signal.MESSAGES: 5}
    assert dense.alarm(ROOM + 1, LIMITS, at(4)) == {}


def test_replies_between_the_same_two_either_way_and_not_to_oneself() -> None:
    heat = Heat()
    limits = Limits(0, 3, 0)
    for author, other in ((ANNA, BRAM), (BRAM, ANNA), (ANNA, CEES), (ANNA, ANNA), (ANNA, ANNA), (BRAM, None)):
        heat.message(ROOM, author, other, NOON)
    assert heat.alarm(ROOM, limits, NOON) == {}
    heat.message(ROOM, ANNA, BRAM, NOON)
    assert heat.alarm(ROOM, limits, NOON) == {Signal.REPLIES: 3}


def test_what_the_filters_held_back() -> None:
    heat = Heat()
    heat.hit(ROOM, at(0))
    assert heat.alarm(ROOM, LIMITS, at(0)) == {}
    heat.hit(ROOM, at(1))
    assert heat.alarm(ROOM, LIMITS, at(1)) == {Signal.HITS: 2}


@pytest.mark.parametrize(("minutes", "again"), [(59, False), (60, True)])
def test_one_alarm_an_hour(minutes: int, again: bool) -> None:
    heat = Heat()
    for _ in range(5):
        heat.message(ROOM, ANNA, None, NOON)
    assert heat.alarm(ROOM, LIMITS, NOON)
    for _ in range(5):
        heat.message(ROOM, ANNA, None, at(minutes))
    assert bool(heat.alarm(ROOM, LIMITS, at(minutes))) is again


def test_zero_is_never() -> None:
    heat = Heat()
    for _ in range(100):
        heat.message(ROOM, ANNA, BRAM, NOON)
        heat.hit(ROOM, NOON)
    assert heat.alarm(ROOM, Limits(0, 0, 0), NOON) == {}


def test_nothing_is_held_longer_than_the_window() -> None:
    heat = Heat()
    heat.message(ROOM, ANNA, BRAM, NOON)
    heat.cool(at(9))
    assert heat._channels
    heat.cool(at(10))
    assert heat._channels == {}
