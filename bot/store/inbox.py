"""What came in and is to be decided, and how far each channel was read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store import tables as t
from bot.store.rows import InboxRow, InboxState


def receive(
    connection: Connection,
    message_id: int,
    venue_id: int,
    channel_id: int,
    author_id: int,
    at: datetime,
    advance: bool,
) -> bool:
    """Writes a comment down; tells whether it is new."""
    written = connection.execute(
        upsert(t.inbox)
        .values(
            message_id=message_id,
            venue_id=venue_id,
            channel_id=channel_id,
            author_id=author_id,
            received_at=at,
            state=InboxState.PENDING,
        )
        .on_conflict_do_nothing(index_elements=["message_id"])
    )
    if advance:
        advance_watermark(connection, channel_id, message_id)
    return written.rowcount == 1


def pending(connection: Connection) -> list[InboxRow]:
    """The comments that are not decided, oldest first."""
    # A snowflake holds the time of writing; the order of arrival says less after a catch-up.
    rows = connection.execute(
        select(t.inbox).where(t.inbox.c.state == InboxState.PENDING).order_by(t.inbox.c.message_id)
    )
    return [InboxRow(**row._mapping) for row in rows]


def drop(connection: Connection, message_id: int) -> bool:
    """Gives a pending comment up; tells whether it was pending."""
    dropped = connection.execute(
        update(t.inbox)
        .where(t.inbox.c.message_id == message_id, t.inbox.c.state == InboxState.PENDING)
        .values(state=InboxState.DROPPED)
    )
    return dropped.rowcount == 1


def advance_watermark(connection: Connection, channel_id: int, message_id: int) -> None:
    """Moves the watermark forward, never back."""
    mark = upsert(t.watermarks).values(channel_id=channel_id, message_id=message_id)
    connection.execute(
        mark.on_conflict_do_update(
            index_elements=["channel_id"],
            set_={"message_id": func.max(t.watermarks.c.message_id, mark.excluded.message_id)},
        )
    )


def watermarks(connection: Connection) -> dict[int, int]:
    """The newest message received of each channel."""
    return {row.channel_id: row.message_id for row in connection.execute(select(t.watermarks))}
