"""Mutes hold for the one that was muted, in the one debate, until they are lifted."""

from __future__ import annotations

from pathlib import Path

from bot.store import Store, Venue, open_store
from bot.store.mutes import Mutes
from tests.store.conftest import ALICE, BOB, CHANNEL, GUILD, MODERATOR, NOON, minutes


async def test_a_mute_holds_for_what_was_muted_alone(store: Store, venue: Venue) -> None:
    other = await store.open_venue(GUILD, CHANNEL + 1, "wijk", "nl", MODERATOR, NOON)
    mutes = Mutes(store)
    assert await mutes.member(venue.id, ALICE, MODERATOR, NOON)
    assert not await mutes.member(venue.id, ALICE, BOB, minutes(1))
    assert await mutes.channel(venue.id, CHANNEL + 9, MODERATOR, minutes(2))
    assert await mutes.claim(venue.id, "diversity", MODERATOR, minutes(3))
    assert await mutes.silences(venue.id, ALICE, CHANNEL)
    assert await mutes.silences(venue.id, BOB, CHANNEL + 9)
    assert not await mutes.silences(venue.id, BOB, CHANNEL)
    assert not await mutes.silences(other.id, ALICE, CHANNEL + 9)
    assert await mutes.claims(venue.id) == {"diversity"}
    assert await mutes.claims(other.id) == frozenset()


async def test_a_mute_is_lifted_once_and_in_its_own_debate(path: Path) -> None:
    async with open_store(path) as store:
        venue = await store.open_venue(GUILD, CHANNEL, "wijk", "nl", MODERATOR, NOON)
        await Mutes(store).member(venue.id, ALICE, MODERATOR, NOON)
    async with open_store(path) as store:
        mutes = Mutes(store)
        (mute,) = await mutes.of(venue.id)
        assert (mute.member_id, mute.by, mute.at) == (ALICE, MODERATOR, NOON)
        assert not await mutes.lift(venue.id + 1, mute.id)
        assert await mutes.lift(venue.id, mute.id)
        assert not await mutes.lift(venue.id, mute.id)
        assert await mutes.of(venue.id) == []
        # Muted again it is another mute, so that an old list does not lift it.
        await mutes.member(venue.id, ALICE, MODERATOR, NOON)
        assert not await mutes.lift(venue.id, mute.id)
