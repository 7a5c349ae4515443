"""A reply is sent once, taken back once, and found again after a crash."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import event

from bot.store import NotStoredError, OutboxRow, OutboxState, Store, StoreError, Venue, open_store
from tests.store.conftest import ALICE, BOB, CHANNEL, GUILD, MODERATOR, NOON, dump, minutes, reply_to, to_send


@pytest.fixture
async def decision_id(store: Store, venue: Venue) -> int:
    await store.receive(10, venue.id, CHANNEL, ALICE, NOON)
    return await store.record_decision(reply_to(10, venue), to_send(10))


async def test_a_reply_waits_until_it_is_sent(store: Store, venue: Venue, decision_id: int) -> None:
    (row,) = await store.unsent()
    assert row == OutboxRow(
        decision_id=decision_id,
        venue_id=venue.id,
        channel_id=CHANNEL,
        message_id=10,
        author_id=ALICE,
        nonce="d10",
        content=to_send(10).content,
        state=OutboxState.PENDING,
        reply_id=None,
        attempts=0,
        created_at=NOON,
        sent_at=None,
        withdrawn_by=None,
        withdrawn_at=None,
        removed_at=None,
    )
    assert await store.mark_attempt(decision_id)
    assert await store.mark_attempt(decision_id)
    assert (await store.unsent())[0].attempts == 2
    assert await store.mark_sent(decision_id, 1010, minutes(1))
    assert await store.unsent() == []
    sent = await store.outbox_by_reply(1010)
    assert sent is not None
    assert sent == await store.outbox_by_comment(10)
    assert (sent.state, sent.reply_id, sent.sent_at) == (OutboxState.SENT, 1010, minutes(1))
    assert await store.outbox_by_reply(1) is None
    assert await store.outbox_by_comment(1) is None


async def test_what_is_sent_is_not_tried_again(store: Store, decision_id: int) -> None:
    await store.mark_sent(decision_id, 1010, NOON)
    assert not await store.mark_attempt(decision_id)
    assert not await store.mark_failed(decision_id)
    assert await store.mark_sent(decision_id, 1010, minutes(9))
    row = await store.outbox_by_reply(1010)
    assert row is not None
    assert row.sent_at == NOON


async def test_a_second_message_for_one_reply_is_to_be_deleted(store: Store, decision_id: int) -> None:
    assert await store.mark_sent(decision_id, 1010, NOON)
    assert not await store.mark_sent(decision_id, 2020, NOON)
    assert await store.outbox_by_reply(2020) is None


async def test_one_message_is_one_reply(store: Store, venue: Venue, decision_id: int) -> None:
    other = await store.record_decision(reply_to(20, venue), to_send(20))
    await store.mark_sent(decision_id, 1010, NOON)
    with pytest.raises(StoreError):
        await store.mark_sent(other, 1010, NOON)
    assert [row.decision_id for row in await store.unsent()] == [other]


async def test_a_failed_reply_is_left_alone(store: Store, decision_id: int) -> None:
    assert await store.mark_failed(decision_id)
    assert not await store.mark_failed(decision_id)
    assert await store.unsent() == []
    assert not await store.mark_attempt(decision_id)
    assert await store.withdraw(decision_id, ALICE, NOON) is None


async def test_a_reply_is_withdrawn_once_and_stays_so(path: Path) -> None:
    async with open_store(path) as store:
        venue = await store.open_venue(GUILD, CHANNEL, "wijk", "nl", MODERATOR, NOON)
        decision_id = await store.record_decision(reply_to(10, venue), to_send(10))
        await store.mark_attempt(decision_id)
        await store.mark_sent(decision_id, 1010, NOON)
        withdrawn = await store.withdraw(decision_id, ALICE, minutes(1))
        assert withdrawn is not None
        assert (withdrawn.state, withdrawn.reply_id) == (OutboxState.WITHDRAWN, 1010)
        assert (withdrawn.withdrawn_by, withdrawn.withdrawn_at) == (ALICE, minutes(1))
        assert await store.withdraw(decision_id, BOB, minutes(2)) is None
        assert await store.withdraw(decision_id + 1, BOB, minutes(2)) is None
    # The process ends before the message is deleted at Discord.
    async with open_store(path) as store:
        assert await store.outbox_by_reply(1010) == withdrawn
        assert await store.unsent() == []
        assert not await store.receive(10, venue.id, CHANNEL, ALICE, NOON)
        assert await store.unremoved() == [withdrawn]
        assert await store.mark_removed(decision_id, minutes(3))
        assert not await store.mark_removed(decision_id, minutes(4))
        assert await store.unremoved() == []


async def test_a_reply_withdrawn_before_any_attempt_is_never_sent(store: Store, decision_id: int) -> None:
    assert await store.withdraw(decision_id, ALICE, NOON) is not None
    assert not await store.mark_attempt(decision_id)
    assert await store.unsent() == []
    assert await store.unremoved() == []


async def test_a_reply_withdrawn_while_it_is_sent_must_be_deleted(store: Store, decision_id: int) -> None:
    assert await store.mark_attempt(decision_id)
    assert await store.withdraw(decision_id, ALICE, NOON) is not None
    # Until the sending ends it may be there under an unknown id, as after a crash.
    assert [row.reply_id for row in await store.unremoved()] == [None]
    assert not await store.mark_sent(decision_id, 1010, minutes(1))
    (row,) = await store.unremoved()
    assert (row.reply_id, row.state) == (1010, OutboxState.WITHDRAWN)


async def test_only_a_withdrawn_reply_is_removed(store: Store, decision_id: int) -> None:
    await store.mark_sent(decision_id, 1010, NOON)
    assert not await store.mark_removed(decision_id, NOON)
    with pytest.raises(NotStoredError):
        await store.mark_sent(decision_id + 1, 1011, NOON)


async def test_the_last_replies_are_those_that_stand(store: Store, venue: Venue) -> None:
    other = await store.open_venue(GUILD, CHANNEL + 1, "wijk", "en", MODERATOR, NOON)
    for message_id in (10, 20, 30, 40):
        decision_id = await store.record_decision(reply_to(message_id, venue), to_send(message_id))
        if message_id != 40:
            await store.mark_sent(decision_id, 1000 + message_id, NOON)
        if message_id == 20:
            await store.withdraw(decision_id, ALICE, NOON)
    elsewhere = await store.record_decision(reply_to(50, other), to_send(50))
    await store.mark_sent(elsewhere, 1050, NOON)
    assert [row.message_id for row in await store.last_replies(venue.id)] == [30, 10]
    assert [row.message_id for row in await store.last_replies(venue.id, limit=1)] == [30]


CRASH = """
    import asyncio, os, sys
    from pathlib import Path
    from sqlalchemy import event
    from bot.store import open_store
    from tests.store.conftest import ALICE, CHANNEL, NOON, reply_to, to_send

    async def main(path, before):
        async with open_store(path) as store:
            (venue,) = await store.venues()
            await store.receive(10, venue.id, CHANNEL, ALICE, NOON)

            def stop(connection, cursor, statement, *rest):
                if statement.startswith("INSERT INTO " + before):
                    os._exit(9)

            event.listen(store._engine.sync_engine, "before_cursor_execute", stop)
            await store.record_decision(reply_to(10, venue), to_send(10))
            os._exit(9)

    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
"""


@pytest.mark.parametrize("before", ["decisions", "answered_claims", "outbox", "nothing"])
async def test_a_process_that_dies_leaves_all_or_nothing(path: Path, before: str) -> None:
    async with open_store(path) as store:
        await store.open_venue(GUILD, CHANNEL, "wijk", "nl", MODERATOR, NOON)
    died = subprocess.run([sys.executable, "-c", textwrap.dedent(CRASH), path, before], check=False)  # noqa: ASYNC221
    assert died.returncode == 9
    async with open_store(path) as store:
        decided = before == "nothing"
        assert len(await store.pending()) == (0 if decided else 1)
        assert len(await store.unsent()) == (1 if decided else 0)
        assert (await store.decision_of(10) is not None) == decided


async def test_cancelling_at_any_statement_leaves_all_or_nothing_and_no_lock(path: Path) -> None:
    # Python's driver leaves the write lock behind when a connection is closed with a statement open.
    async with open_store(path, timedelta(milliseconds=200)) as store:
        venue = await store.open_venue(GUILD, CHANNEL, "wijk", "nl", MODERATOR, NOON)
        ends: list[BaseException | int] = []
        for number in range(10):
            task = asyncio.create_task(store.record_decision(reply_to(number, venue), to_send(number)))
            statements = count()

            def cancel(*_: object, task: asyncio.Task[int], statements: count[int], number: int) -> None:
                if next(statements) == number:
                    task.cancel()

            listener = partial(cancel, task=task, statements=statements, number=number)
            event.listen(store._engine.sync_engine, "before_cursor_execute", listener)
            ends += await asyncio.gather(task, return_exceptions=True)
            event.remove(store._engine.sync_engine, "before_cursor_execute", listener)
            assert await store.receive(100 + number, venue.id, CHANNEL, ALICE, NOON)
    assert sum(isinstance(end, asyncio.CancelledError) for end in ends) >= 7
    rows = dump(path)
    decided = {row[1] for row in rows["decisions"]}
    assert decided == {row[0] for row in rows["inbox"] if row[5] == "done"}
    assert decided == {row[1] for row in rows["outbox"]}
    assert len(rows["answered_claims"]) == 2 * len(decided)
