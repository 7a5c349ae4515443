# ruff: noqa: ASYNC240 - a test may block
"""Whatever is wrong with the file has one name, and nothing is half done."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store import Store, StoreError, StoreFault, Venue, engine, open_store
from tests.store.conftest import ALICE, CHANNEL, NOON, dump, reply_to, to_send

SOON = timedelta(milliseconds=50)


async def fault_at_opening(path: Path) -> StoreError:
    """The error with which the file is refused."""
    with pytest.raises(StoreError) as error:
        async with open_store(path, SOON):
            pass
    assert error.value.path == path
    assert error.value.detail
    return error.value


async def test_what_is_not_a_database(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"These are notes, not a database. " * 99)
    before = path.read_bytes()
    assert (await fault_at_opening(path)).reason is StoreFault.NOT_A_DATABASE
    assert path.read_bytes() == before


async def test_a_damaged_database(path: Path) -> None:
    async with open_store(path):
        pass
    content = path.read_bytes()
    path.write_bytes(content[:100] + b"\xff" * (len(content) - 100))
    assert (await fault_at_opening(path)).reason is StoreFault.DAMAGED


async def test_a_folder_in_the_place_of_the_file(path: Path) -> None:
    path.mkdir(parents=True)
    assert (await fault_at_opening(path)).reason is StoreFault.NOT_WRITABLE


async def test_a_file_in_the_place_of_the_folder(path: Path) -> None:
    path.parent.write_text("in the way")
    assert (await fault_at_opening(path)).reason is StoreFault.NOT_WRITABLE


def close_to_writing(place: Path, mode: int) -> None:
    """Takes the right to write away, as far as this process can be kept from writing at all."""
    place.chmod(mode)
    if os.access(place, os.W_OK):
        place.chmod(0o700)
        pytest.skip("this process may write everywhere")


@pytest.mark.parametrize("existing", [False, True])
async def test_a_read_only_folder(path: Path, existing: bool) -> None:
    path.parent.mkdir()
    if existing:
        async with open_store(path):
            pass
    close_to_writing(path.parent, 0o500)
    try:
        assert (await fault_at_opening(path)).reason is StoreFault.NOT_WRITABLE
        assert (await fault_at_opening(path.parent / "deeper" / path.name)).reason is StoreFault.NOT_WRITABLE
    finally:
        path.parent.chmod(0o700)


async def test_a_read_only_file(path: Path) -> None:
    async with open_store(path):
        pass
    close_to_writing(path, 0o400)
    assert (await fault_at_opening(path)).reason is StoreFault.NOT_WRITABLE


async def test_a_file_that_another_process_keeps_locked(path: Path) -> None:
    async with open_store(path):
        pass
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert (await fault_at_opening(path)).reason is StoreFault.LOCKED
        other.execute("ROLLBACK")
    async with open_store(path, SOON) as store:
        assert await store.venues() == []


async def test_a_lock_while_writing(path: Path) -> None:
    async with open_store(path, SOON) as store:
        venue = await store.open_venue(1, CHANNEL, "wijk", "nl", ALICE, NOON)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError) as error:
                await store.receive(10, venue.id, CHANNEL, ALICE, NOON)
            assert error.value.reason is StoreFault.LOCKED
            other.execute("ROLLBACK")
        assert await store.receive(10, venue.id, CHANNEL, ALICE, NOON)


async def test_no_room_for_a_new_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # SQLite itself stops at the page, as it does when the disk has no more.
    begin = engine._begin

    def begin_in_little_room(connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 4")
        begin(connection)

    monkeypatch.setattr(engine, "_begin", begin_in_little_room)
    assert (await fault_at_opening(path)).reason is StoreFault.FULL
    monkeypatch.undo()
    async with open_store(path) as store:
        assert await store.venues() == []


async def test_a_disk_that_fills_up_while_writing(store: Store, venue: Venue, path: Path) -> None:
    async def limit_pages(number: int) -> None:
        async with store._engine.connect() as connection:
            await connection.exec_driver_sql(f"PRAGMA max_page_count = {number}")

    async def fill() -> None:
        nonlocal message_id, before
        while True:
            message_id += 1
            before = dump(path)
            decision = reply_to(message_id, venue, record={"scores": [0.123456789] * 30})
            await store.record_decision(decision, to_send(message_id))

    message_id, before = 10, dump(path)
    # Less than there is: SQLite then takes what there is for the limit.
    await limit_pages(1)
    with pytest.raises(StoreError) as error:
        await fill()
    assert error.value.reason is StoreFault.FULL
    assert dump(path) == before
    # Reading goes on, and with room the same work succeeds.
    assert await store.venue_of(CHANNEL) == venue
    await limit_pages(1_000_000)
    await store.record_decision(reply_to(message_id, venue), to_send(message_id))


async def test_a_closed_store_says_so(path: Path) -> None:
    async with open_store(path) as store:
        pass
    with pytest.raises(StoreError) as error:
        await store.venues()
    assert error.value.reason is StoreFault.CLOSED


async def test_an_error_shows_no_values(store: Store, venue: Venue) -> None:
    with pytest.raises(StoreError) as error:
        await store.receive(10, 987654321, CHANNEL, ALICE, NOON)
    assert error.value.reason is StoreFault.CONSTRAINT
    assert "987654321" not in f"{error.value} {error.value.__cause__}"


async def test_a_name_with_signs_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (":memory:", "file:x?mode=memory", "100%s é.sqlite3"):
        async with open_store(Path(name)):
            pass
        assert (tmp_path / name).is_file()
