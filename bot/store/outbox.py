"""Replies on their way out, and those that were taken back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, or_, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store import tables as t
from bot.store.errors import NotStoredError
from bot.store.rows import NewOutbox, OutboxRow, OutboxState


def unsent(connection: Connection) -> list[OutboxRow]:
    """The replies still to be sent, in the order of deciding."""
    return _rows(connection, _replies(t.outbox.c.state == OutboxState.PENDING))


def mark_attempt(connection: Connection, decision_id: int) -> bool:
    """Counts an attempt; tells whether the reply is still to be sent."""
    counted = connection.execute(
        update(t.outbox)
        .where(t.outbox.c.decision_id == decision_id, t.outbox.c.state == OutboxState.PENDING)
        .values(attempts=t.outbox.c.attempts + 1)
    )
    return counted.rowcount == 1


def mark_sent(connection: Connection, decision_id: int, reply_id: int, at: datetime) -> bool:
    """Writes down the message that a reply became; tells whether it may stay."""
    row = one(connection, t.outbox.c.decision_id == decision_id)
    if row is None:
        raise NotStoredError("outbox", decision_id)
    if row.reply_id is not None:
        return row.reply_id == reply_id and row.state == OutboxState.SENT
    # A reply withdrawn while it was being sent gets its id all the same: it has to be found and removed.
    state = OutboxState.WITHDRAWN if row.state == OutboxState.WITHDRAWN else OutboxState.SENT
    connection.execute(
        update(t.outbox)
        .where(t.outbox.c.decision_id == decision_id)
        .values(reply_id=reply_id, sent_at=at, state=state, removed_at=None)
    )
    return state == OutboxState.SENT


def mark_failed(connection: Connection, decision_id: int) -> bool:
    """Gives a reply up; tells whether it was still to be sent."""
    failed = connection.execute(
        update(t.outbox)
        .where(t.outbox.c.decision_id == decision_id, t.outbox.c.state == OutboxState.PENDING)
        .values(state=OutboxState.FAILED)
    )
    return failed.rowcount == 1


def put(connection: Connection, decision_id: int, reply: NewOutbox, at: datetime) -> None:
    """Writes the reply of a decision, to be sent."""
    decided = connection.execute(
        select(t.decisions.c.message_id, t.decisions.c.channel_id).where(t.decisions.c.id == decision_id)
    ).one()
    now = {"content": reply.content, "state": OutboxState.PENDING, "created_at": at}
    # One that was refused before keeps its attempts: it is looked for in the channel before it is sent again.
    connection.execute(
        upsert(t.outbox)
        .values(
            decision_id=decision_id,
            message_id=decided.message_id,
            channel_id=decided.channel_id,
            nonce=reply.nonce,
            attempts=0,
            **now,
        )
        .on_conflict_do_update(index_elements=[t.outbox.c.decision_id], set_=now)
    )


def withdraw(connection: Connection, decision_id: int, by: int, at: datetime) -> OutboxRow | None:
    """Takes a reply back, once; the row as it then is, or None when there was nothing to take back."""
    standing = t.outbox.c.state.in_([OutboxState.PENDING, OutboxState.SENT])
    taken = connection.execute(
        update(t.outbox)
        .where(t.outbox.c.decision_id == decision_id, standing)
        .values(state=OutboxState.WITHDRAWN, withdrawn_by=by, withdrawn_at=at)
    )
    return one(connection, t.outbox.c.decision_id == decision_id) if taken.rowcount else None


def unremoved(connection: Connection) -> list[OutboxRow]:
    """The withdrawn replies that Discord may still show."""
    maybe_there = or_(t.outbox.c.reply_id.is_not(None), t.outbox.c.attempts > 0)
    withdrawn = t.outbox.c.state == OutboxState.WITHDRAWN
    return _rows(connection, _replies(withdrawn, t.outbox.c.removed_at.is_(None), maybe_there))


def mark_removed(connection: Connection, decision_id: int, at: datetime) -> bool:
    """Writes down that a withdrawn reply is gone; tells whether that is news."""
    removed = connection.execute(
        update(t.outbox)
        .where(
            t.outbox.c.decision_id == decision_id,
            t.outbox.c.state == OutboxState.WITHDRAWN,
            t.outbox.c.removed_at.is_(None),
        )
        .values(removed_at=at)
    )
    return removed.rowcount == 1


def by_reply(connection: Connection, reply_id: int) -> OutboxRow | None:
    """The reply that is this message of the bot."""
    return one(connection, t.outbox.c.reply_id == reply_id)


def by_comment(connection: Connection, message_id: int) -> OutboxRow | None:
    """The reply to this comment."""
    return one(connection, t.outbox.c.message_id == message_id)


def last_replies(connection: Connection, venue_id: int, limit: int) -> list[OutboxRow]:
    """The replies that stand in a venue, newest first."""
    sent = _replies(t.outbox.c.state == OutboxState.SENT, t.decisions.c.venue_id == venue_id)
    newest = sent.order_by(None).order_by(t.outbox.c.decision_id.desc()).limit(limit)
    return _rows(connection, newest)


def one(connection: Connection, condition: ColumnElement[bool]) -> OutboxRow | None:
    """The reply that meets a condition of which there is one at most."""
    found = rows(connection, condition)
    return found[0] if found else None


def rows(connection: Connection, *conditions: ColumnElement[bool]) -> list[OutboxRow]:
    """The replies that meet conditions, in the order of deciding."""
    return _rows(connection, _replies(*conditions))


def _replies(*conditions: ColumnElement[bool]) -> Select[*tuple[object, ...]]:
    return (
        select(t.outbox, t.decisions.c.venue_id, t.decisions.c.author_id)
        .join(t.decisions, t.decisions.c.id == t.outbox.c.decision_id)
        .where(*conditions)
        .order_by(t.outbox.c.decision_id)
    )


def _rows(connection: Connection, query: Select[*tuple[object, ...]]) -> list[OutboxRow]:
    return [OutboxRow(**row._mapping) for row in connection.execute(query)]
