"""What is done once a period is not done again."""

from __future__ import annotations

from bot.store import Store, Venue
from bot.store.chores import Chores
from tests.store.conftest import NOON


async def test_a_chore_is_begun_once_a_period(store: Store, venue: Venue) -> None:
    chores = Chores(store)
    assert await chores.begin(venue.id, "digest", "2026-W01", NOON)
    assert not await chores.begin(venue.id, "digest", "2026-W01", NOON)
    assert await chores.begin(venue.id, "digest", "2026-W02", NOON)
    assert await chores.begin(venue.id, "reminder", "2026-W01", NOON)
