"""Venues survive a restart and tell who changed them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store import NotStoredError, Post, Store, StoreError, StoreFault, Venue, VenueState, open_store
from tests.store.conftest import ALICE, BOB, CHANNEL, GUILD, MODERATOR, NOON, Allow, Refuse, dump, minutes


async def test_opening_gives_the_venue_and_finds_it_again(store: Store) -> None:
    opened = await store.open_venue(GUILD, CHANNEL, "wijk", "nl", MODERATOR, NOON, {"min_words": 5})
    assert opened == Venue(
        id=opened.id,
        guild_id=GUILD,
        channel_id=CHANNEL,
        debate_id="wijk",
        locale="nl",
        state=VenueState.OPEN,
        changed_by=MODERATOR,
        changed_at=NOON,
        opened_at=NOON,
        rules={"min_words": 5},
    )
    assert await store.venue_of(CHANNEL) == opened
    assert await store.venues() == [opened]
    assert await store.venue_of(CHANNEL + 1) is None


async def test_opening_twice_changes_nothing(store: Store, venue: Venue, path: Path) -> None:
    before = dump(path)
    assert await store.open_venue(GUILD, CHANNEL, "wijk", "nl", BOB, minutes(5)) == venue
    assert dump(path) == before


async def test_reopening_changes_debate_and_state_and_says_so(store: Store, venue: Venue) -> None:
    await store.set_venue_state(venue.id, VenueState.CLOSED, MODERATOR, minutes(1))
    again = await store.open_venue(GUILD, CHANNEL, "other", "en", BOB, minutes(2))
    assert (again.id, again.debate_id, again.locale, again.state) == (
        venue.id,
        "other",
        "en",
        VenueState.OPEN,
    )
    assert (again.opened_at, again.changed_at, again.changed_by) == (NOON, minutes(2), BOB)
    newest, *earlier = await store.audit_of(venue.id)
    assert newest.old == {"debate_id": "wijk", "locale": "nl", "state": "closed"}
    assert newest.new == {"debate_id": "other", "locale": "en", "state": "open"}
    assert [row.action for row in earlier] == ["state", "open"]


async def test_reopening_keeps_the_rules_unless_some_are_given(store: Store, venue: Venue) -> None:
    await store.set_rules(venue.id, {"hourly_cap": 3}, MODERATOR, NOON)
    kept = await store.open_venue(GUILD, CHANNEL, "other", "nl", MODERATOR, NOON)
    assert kept.rules == {"hourly_cap": 3}
    given = await store.open_venue(GUILD, CHANNEL, "other", "nl", MODERATOR, NOON, {"hourly_cap": 9})
    assert given.rules == {"hourly_cap": 9}


async def test_a_pause_survives_a_restart_with_its_author(path: Path) -> None:
    async with open_store(path) as store:
        venue = await store.open_venue(GUILD, CHANNEL, "wijk", "nl", MODERATOR, NOON)
        await store.set_venue_state(venue.id, VenueState.PAUSED, BOB, minutes(3))
        # Neither a second pause nor a new rule takes the pause from the one who set it.
        await store.set_venue_state(venue.id, VenueState.PAUSED, ALICE, minutes(4))
        await store.set_rules(venue.id, {"hourly_cap": 3}, ALICE, minutes(5))
    async with open_store(path) as store:
        found = await store.venue_of(CHANNEL)
        assert found is not None
        assert (found.state, found.changed_by, found.changed_at) == (VenueState.PAUSED, BOB, minutes(3))
        assert [row.action for row in await store.audit_of(venue.id)] == ["rules", "state", "open"]


async def test_the_audit_tells_old_and_new_newest_first(store: Store, venue: Venue) -> None:
    await store.set_rules(venue.id, {"hourly_cap": 3}, ALICE, minutes(1))
    await store.set_rules(venue.id, {"hourly_cap": 3}, BOB, minutes(2))
    await store.set_rules(venue.id, {"hourly_cap": 4}, BOB, minutes(3))
    (row,) = await store.audit_of(venue.id, limit=1)
    assert (row.by, row.at, row.action) == (BOB, minutes(3), "rules")
    assert (row.old, row.new) == ({"hourly_cap": 3}, {"hourly_cap": 4})
    assert len(await store.audit_of(venue.id)) == 3


async def test_an_unknown_venue_is_named(store: Store) -> None:
    with pytest.raises(NotStoredError) as error:
        await store.set_venue_state(7, VenueState.PAUSED, MODERATOR, NOON)
    assert (error.value.kind, error.value.id) == ("venue", 7)
    with pytest.raises(NotStoredError):
        await store.set_rules(7, {}, MODERATOR, NOON)
    with pytest.raises(StoreError) as refused:
        await store.record_post(7, "opening", CHANNEL, 1, "abc")
    assert refused.value.reason is StoreFault.CONSTRAINT


async def test_a_change_and_its_audit_are_one(
    store: Store, venue: Venue, path: Path, refuse: Refuse, allow: Allow
) -> None:
    before = dump(path)
    refuse("audit")
    for change in (
        store.set_venue_state(venue.id, VenueState.PAUSED, BOB, NOON),
        store.set_rules(venue.id, {"hourly_cap": 1}, BOB, NOON),
        store.open_venue(GUILD, CHANNEL, "other", "en", BOB, NOON),
        store.open_venue(GUILD, CHANNEL + 1, "other", "en", BOB, NOON),
    ):
        with pytest.raises(StoreError):
            await change
    allow()
    assert dump(path) == before


async def test_posts_are_replaced_and_forgotten(store: Store, venue: Venue) -> None:
    await store.record_post(venue.id, "opening", CHANNEL, 1, "aa")
    await store.record_post(venue.id, "theme-balans", CHANNEL + 9, 2, "bb")
    await store.record_post(venue.id, "opening", CHANNEL, 3, "cc")
    assert await store.posts(venue.id) == {
        "opening": Post(venue.id, "opening", CHANNEL, 3, "cc"),
        "theme-balans": Post(venue.id, "theme-balans", CHANNEL + 9, 2, "bb"),
    }
    assert await store.forget_post(venue.id, "opening")
    assert not await store.forget_post(venue.id, "opening")
    assert set(await store.posts(venue.id)) == {"theme-balans"}
