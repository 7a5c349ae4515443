"""A decision is recorded whole or not at all, and once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store import (
    AlreadyDecidedError,
    DecisionRow,
    DroppedError,
    InboxState,
    NewOutbox,
    OutboxState,
    Outcome,
    RecentReplies,
    Store,
    StoreError,
    StoreFault,
    TextRefusedError,
    Venue,
    Verdict,
    open_store,
)
from tests.store.conftest import (
    ALICE,
    BOB,
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


async def test_a_decision_comes_back_as_it_was(store: Store, venue: Venue, path: Path) -> None:
    await store.receive(10, venue.id, CHANNEL, ALICE, NOON)
    new = reply_to(10, venue, asked=True)
    decision_id = await store.record_decision(new, to_send(10))
    expected = DecisionRow(
        id=decision_id,
        message_id=10,
        venue_id=venue.id,
        channel_id=CHANNEL,
        author_id=ALICE,
        outcome=Outcome.REPLY,
        reason=None,
        model=new.model,
        claim_set=new.claim_set,
        decided_at=NOON,
        asked=True,
        record=new.record,
        claims=("balance", "diversity"),
    )
    assert await store.decision_of(10) == expected
    assert await store.decision_of(11) is None
    assert await store.pending() == []
    async with open_store(path) as reopened:
        assert await reopened.decision_of(10) == expected


async def test_a_second_decision_is_refused_by_name(store: Store, venue: Venue, path: Path) -> None:
    first = await store.record_decision(abstention(10, venue))
    before = dump(path)
    with pytest.raises(AlreadyDecidedError) as error:
        await store.record_decision(reply_to(10, venue), to_send(10))
    assert (error.value.message_id, error.value.decision_id) == (10, first)
    assert dump(path) == before


async def test_of_ten_decisions_at_once_one_stands(store: Store, venue: Venue) -> None:
    tried = [store.record_decision(reply_to(10, venue), to_send(10)) for _ in range(10)]
    results = await asyncio.gather(*tried, return_exceptions=True)
    assert sum(isinstance(result, int) for result in results) == 1
    assert sum(isinstance(result, AlreadyDecidedError) for result in results) == 9
    assert len(await store.unsent()) == 1


async def test_a_dropped_comment_is_decided_only_when_somebody_asks(
    store: Store, venue: Venue, path: Path
) -> None:
    await store.receive(10, venue.id, CHANNEL, ALICE, NOON)
    await store.drop(10)
    before = dump(path)
    with pytest.raises(DroppedError):
        await store.record_decision(reply_to(10, venue), to_send(10))
    assert dump(path) == before
    await store.record_decision(reply_to(10, venue, asked=True), to_send(10))
    assert (await store.counts()).inbox == {InboxState.DONE: 1}


@pytest.mark.parametrize("table", ["decisions", "answered_claims", "outbox"])
async def test_a_fault_half_way_leaves_nothing(
    store: Store, venue: Venue, path: Path, refuse: Refuse, allow: Allow, table: str
) -> None:
    await store.receive(10, venue.id, CHANNEL, ALICE, NOON)
    before = dump(path)
    refuse(table)
    with pytest.raises(StoreError) as error:
        await store.record_decision(reply_to(10, venue), to_send(10))
    assert error.value.reason is StoreFault.CONSTRAINT
    allow()
    assert dump(path) == before
    assert [row.message_id for row in await store.pending()] == [10]
    await store.record_decision(reply_to(10, venue), to_send(10))
    assert await store.pending() == []


async def test_a_nonce_is_used_once_and_fits_discord(store: Store, venue: Venue, path: Path) -> None:
    await store.record_decision(reply_to(10, venue), to_send(10))
    before = dump(path)
    for nonce in ("d10", "d" * 26, ""):
        with pytest.raises(StoreError) as error:
            await store.record_decision(reply_to(11, venue), NewOutbox(nonce, {}))
        assert error.value.reason is StoreFault.CONSTRAINT
    assert dump(path) == before


async def test_what_contradicts_itself_is_refused(store: Store, venue: Venue) -> None:
    with pytest.raises(ValueError, match="reply without"):
        await store.record_decision(reply_to(10, venue))
    with pytest.raises(ValueError, match="abstention with"):
        await store.record_decision(abstention(10, venue), to_send(10))
    with pytest.raises(ValueError, match="answered claims"):
        await store.record_decision(reply_to(10, venue, outcome=Outcome.SUGGEST, reason="tie"))
    assert await store.decision_of(10) is None


@pytest.mark.parametrize(
    ("record", "place"),
    [
        ({"text": "Dat is niet waar!"}, "$.text"),
        ({"points": [{"claim": "a", "words": ["één"]}]}, "$.points[0].words[0]"),
        ({"ok": 1, "Dat is niet waar!": 1}, "$.key[1]"),
        ({"long": "x" * 201}, "$.long"),
    ],
)
async def test_words_do_not_get_into_a_record(
    store: Store, venue: Venue, record: dict[str, object], place: str
) -> None:
    for decision, reply in (
        (abstention(10, venue, record=record), None),
        (reply_to(10, venue), NewOutbox("d10", record)),
    ):
        with pytest.raises(TextRefusedError) as error:
            await store.record_decision(decision, reply)
        assert error.value.place == place
        assert "niet waar" not in repr(error.value)
        assert error.value.__cause__ is None
    assert await store.decision_of(10) is None


async def test_a_naive_time_is_refused_and_another_zone_is_understood(store: Store, venue: Venue) -> None:
    with pytest.raises(ValueError, match="naive"):
        await store.record_decision(abstention(10, venue, decided_at=NOON.replace(tzinfo=None)))
    elsewhere = NOON.astimezone(tz=None) + timedelta(microseconds=999)
    await store.record_decision(abstention(10, venue, decided_at=elsewhere))
    row = await store.decision_of(10)
    assert row is not None
    assert row.decided_at == NOON
    assert row.decided_at.utcoffset() == timedelta(0)


async def test_history_tells_what_was_said_where_and_to_whom(store: Store, venue: Venue) -> None:
    thread = CHANNEL + 1
    old = await store.record_decision(reply_to(10, venue, decided_at=minutes(-90)), to_send(10))
    await store.mark_sent(old, 1010, minutes(-80))
    await store.record_decision(
        reply_to(20, venue, author_id=BOB, claims=("balance",), decided_at=minutes(-20)), to_send(20)
    )
    await store.record_decision(reply_to(30, venue, channel_id=thread, decided_at=minutes(-10)), to_send(30))
    await store.record_decision(abstention(40, venue, decided_at=minutes(-1)))
    since = minutes(-60)

    assert await store.history(venue.id, CHANNEL, ALICE, since) == RecentReplies(
        last_by_claim={"diversity": minutes(-80), "balance": minutes(-20)},
        last_to_member=minutes(-10),
        replies=(minutes(-20),),
        in_server=2,
    )
    in_thread = await store.history(venue.id, thread, BOB, since)
    assert in_thread == RecentReplies(
        {"diversity": minutes(-10), "balance": minutes(-10)}, minutes(-20), (minutes(-10),), in_server=2
    )
    elsewhere = await store.history(venue.id + 1, CHANNEL + 2, ALICE, since)
    assert elsewhere == RecentReplies({}, None, ())


async def test_history_counts_all_debates_of_a_server_and_none_of_another(store: Store, venue: Venue) -> None:
    beside = await store.open_venue(venue.guild_id, CHANNEL + 5, "other", "nl", ALICE, NOON)
    abroad = await store.open_venue(venue.guild_id + 1, CHANNEL + 6, "other", "nl", ALICE, NOON)
    for message_id, room in ((10, venue), (20, beside), (30, beside), (40, abroad)):
        await store.record_decision(
            reply_to(message_id, room, channel_id=room.channel_id, decided_at=minutes(-5)),
            to_send(message_id),
        )
    for room, count in ((venue, 3), (beside, 3), (abroad, 1)):
        recent = await store.history(room.id, room.channel_id, ALICE, minutes(-60))
        assert recent.in_server == count


async def test_history_forgets_what_was_withdrawn_or_failed(store: Store, venue: Venue) -> None:
    withdrawn = await store.record_decision(reply_to(10, venue), to_send(10))
    failed = await store.record_decision(reply_to(20, venue), to_send(20))
    await store.withdraw(withdrawn, ALICE, NOON)
    await store.mark_failed(failed)
    assert await store.history(venue.id, CHANNEL, ALICE, minutes(-60)) == RecentReplies({}, None, ())


async def test_a_verdict_is_one_row_a_person_and_the_last_value_stands(store: Store, venue: Venue) -> None:
    decision_id = await store.record_decision(reply_to(10, venue), to_send(10))
    assert await store.record_verdict(decision_id, "diversity", "not_my_point", ALICE, NOON)
    assert not await store.record_verdict(decision_id, "diversity", "not_my_point", ALICE, minutes(1))
    assert await store.record_verdict(decision_id, "diversity", "helpful", BOB, minutes(2), True)
    assert await store.record_verdict(decision_id, "diversity", "helpful", BOB, minutes(3), False)
    assert await store.verdicts_of(decision_id) == [
        Verdict(decision_id, "diversity", "not_my_point", ALICE, True, NOON),
        Verdict(decision_id, "diversity", "helpful", BOB, False, minutes(3)),
    ]
    with pytest.raises(StoreError):
        await store.record_verdict(decision_id + 1, "diversity", "helpful", BOB, NOON)


async def test_counts_by_venue_and_in_all(store: Store, venue: Venue) -> None:
    other = await store.open_venue(1, CHANNEL + 7, "wijk", "en", ALICE, NOON)
    sent = await store.record_decision(reply_to(10, venue), to_send(10))
    await store.mark_sent(sent, 1010, NOON)
    await store.record_decision(reply_to(20, other), to_send(20))
    await store.record_decision(abstention(30, venue))
    await store.receive(40, venue.id, CHANNEL, ALICE, NOON)

    here = await store.counts(venue.id)
    assert here.inbox == {InboxState.DONE: 2, InboxState.PENDING: 1}
    assert here.outcomes == {Outcome.REPLY: 1, Outcome.ABSTAIN: 1}
    assert here.reasons == {"unsure": 1}
    assert here.outbox == {OutboxState.SENT: 1}
    assert (await store.counts()).outbox == {OutboxState.SENT: 1, OutboxState.PENDING: 1}
