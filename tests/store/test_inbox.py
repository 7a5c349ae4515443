"""A comment is received once, in any order, and a watermark never goes back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.store import InboxState, Store, StoreError, Venue, open_store
from tests.store.conftest import (
    ALICE,
    CHANNEL,
    NOON,
    Allow,
    Refuse,
    abstention,
    dump,
    minutes,
    reply_to,
    to_send,
)


async def test_a_comment_is_new_once(store: Store, venue: Venue) -> None:
    assert await store.receive(10, venue.id, CHANNEL, ALICE, NOON)
    assert not await store.receive(10, venue.id, CHANNEL, ALICE, minutes(1))
    (row,) = await store.pending()
    assert (row.message_id, row.venue_id, row.channel_id, row.author_id) == (10, venue.id, CHANNEL, ALICE)
    assert (row.received_at, row.state) == (NOON, InboxState.PENDING)


async def test_pending_comments_come_oldest_first_whatever_the_order_of_arrival(
    store: Store, venue: Venue
) -> None:
    for message_id in (30, 10, 20):
        await store.receive(message_id, venue.id, CHANNEL, ALICE, minutes(-message_id))
    assert [row.message_id for row in await store.pending()] == [10, 20, 30]


async def test_what_is_decided_or_dropped_stays_so_after_a_restart(path: Path) -> None:
    async with open_store(path) as store:
        venue = await store.open_venue(1, CHANNEL, "wijk", "nl", ALICE, NOON)
        for message_id in (10, 20, 30):
            await store.receive(message_id, venue.id, CHANNEL, ALICE, NOON)
        await store.record_decision(abstention(10, venue))
        assert await store.drop(20)
        assert not await store.drop(20)
        assert not await store.drop(10)
        assert not await store.drop(99)
    async with open_store(path) as store:
        assert not await store.receive(10, venue.id, CHANNEL, ALICE, NOON)
        assert not await store.receive(20, venue.id, CHANNEL, ALICE, NOON)
        assert [row.message_id for row in await store.pending()] == [30]


async def test_a_comment_decided_without_being_received_is_not_new_later(store: Store, venue: Venue) -> None:
    await store.record_decision(reply_to(10, venue, asked=True), to_send(10))
    assert not await store.receive(10, venue.id, CHANNEL, ALICE, NOON)
    assert await store.pending() == []


async def test_a_watermark_only_moves_forward(store: Store, venue: Venue) -> None:
    await store.receive(20, venue.id, CHANNEL, ALICE, NOON)
    await store.receive(10, venue.id, CHANNEL, ALICE, NOON)
    await store.receive(15, venue.id, CHANNEL + 1, ALICE, NOON)
    assert await store.watermarks() == {CHANNEL: 20, CHANNEL + 1: 15}
    await store.advance_watermark(CHANNEL, 19)
    await store.advance_watermark(CHANNEL + 1, 25)
    assert await store.watermarks() == {CHANNEL: 20, CHANNEL + 1: 25}


async def test_a_live_comment_during_a_catch_up_leaves_the_watermark(store: Store, venue: Venue) -> None:
    await store.receive(10, venue.id, CHANNEL, ALICE, NOON)
    assert await store.receive(90, venue.id, CHANNEL, ALICE, NOON, advance=False)
    # A crash here must not lose what was written between the two.
    assert await store.watermarks() == {CHANNEL: 10}


async def test_comment_and_watermark_are_one(
    store: Store, venue: Venue, path: Path, refuse: Refuse, allow: Allow
) -> None:
    before = dump(path)
    refuse("watermarks")
    with pytest.raises(StoreError):
        await store.receive(10, venue.id, CHANNEL, ALICE, NOON)
    allow()
    assert dump(path) == before
    assert await store.receive(10, venue.id, CHANNEL, ALICE, NOON)


async def test_fifty_at_once(store: Store, venue: Venue) -> None:
    # Each of twenty-five comments comes twice, as from the gateway and from a catch-up.
    arrivals = [10 + number // 2 for number in range(50)]
    new = await asyncio.gather(
        *(store.receive(message_id, venue.id, CHANNEL, ALICE, NOON) for message_id in arrivals)
    )
    assert sum(new) == 25
    assert [row.message_id for row in await store.pending()] == sorted(set(arrivals))
    assert await store.watermarks() == {CHANNEL: max(arrivals)}


async def test_two_stores_on_one_file_wait_for_each_other(store: Store, venue: Venue, path: Path) -> None:
    async with open_store(path) as second:
        new = await asyncio.gather(
            *(
                one.receive(10 + n, venue.id, CHANNEL, ALICE, NOON)
                for n in range(20)
                for one in (store, second)
            )
        )
    assert sum(new) == 20
