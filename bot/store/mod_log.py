"""What the bot did by itself, and which message told moderators of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, literal, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store import outbox
from bot.store import tables as t
from bot.store.rows import OutboxRow
from bot.store.store import Store


class OwnAct(StrEnum):
    """What the bot does without a moderator."""

    POSTED = "posted"
    EDITED = "edited"
    WITHDRAWN = "withdrawn"
    POINTED = "pointed"
    POLLED = "polled"
    SHIFTED = "shifted"
    ASKED = "asked"
    MENTIONED = "mentioned"
    REMOVED = "removed"
    FELL_SILENT = "fell_silent"
    KEPT_OLD = "kept_old"


@dataclass(frozen=True, slots=True)
class Logged:
    """One act; `decision_id` is 0 for one that is about no comment, `post_id` None while nobody was told.

    `message_id` and `room_id` are those of the message it was about, 0 when that is a reply or none.
    """

    id: int
    venue_id: int
    act: str
    decision_id: int
    by: int
    at: datetime
    post_id: int | None
    room_id: int
    message_id: int


class ModLog:
    """The log of a venue's acts. Replies and withdrawals are read from the outbox, so that none can be missed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def gather(self, venue_id: int, since: datetime) -> None:
        """Writes down what the outbox tells of and the log does not yet; only since there is a room for it."""
        await self._store.transact(_gather, venue_id, since)

    async def note(
        self,
        venue_id: int,
        act: OwnAct,
        by: int,
        at: datetime,
        decision_id: int = 0,
        *,
        room_id: int = 0,
        message_id: int = 0,
    ) -> None:
        """Writes down an act that the outbox does not tell of; the same one again changes nothing."""
        await self._store.transact(_note, venue_id, act, by, at, decision_id, room_id, message_id)

    async def about(self, message_id: int) -> list[Logged]:
        """What was done with a message of the bot that is no reply, first that it was posted."""
        return await self._store.transact(_about, message_id)

    async def untold(self, venue_id: int, since: datetime, limit: int) -> list[Logged]:
        """The acts of which moderators were not told yet, oldest first; those from before the room are left."""
        return await self._store.transact(_untold, venue_id, since, limit)

    async def reply(self, decision_id: int) -> OutboxRow | None:
        """The reply on a decision, whatever became of it."""
        return await self._store.transact(outbox.one, t.outbox.c.decision_id == decision_id)

    async def mark_told(self, id_: int, post_id: int) -> None:
        """Writes down which message told of an act."""
        await self._store.transact(_mark_told, id_, post_id)


def _since(connection: Connection, venue_id: int) -> datetime:
    """Since when moderators have the room that they have; what happened before is nobody's news."""
    old, new = (
        func.coalesce(func.json_extract(column, "$.office"), 0) for column in (t.audit.c.old, t.audit.c.new)
    )
    moved = connection.execute(
        select(func.max(t.audit.c.at)).where(
            t.audit.c.venue_id == venue_id, t.audit.c.action == "rules", old != new
        )
    ).scalar_one()
    if moved is not None:
        return moved
    return connection.execute(select(t.venues.c.opened_at).where(t.venues.c.id == venue_id)).scalar_one()


def _gather(connection: Connection, venue_id: int, since: datetime) -> None:
    since = max(since, _since(connection, venue_id))
    replies = t.outbox.c
    for act, by, at in (
        (OwnAct.POSTED, literal(0), replies.sent_at),
        (OwnAct.WITHDRAWN, replies.withdrawn_by, replies.withdrawn_at),
    ):
        # What was withdrawn before it was ever seen is no news.
        found = (
            select(t.decisions.c.venue_id, literal(act.value), t.decisions.c.id, by, at)
            .join(t.outbox, replies.decision_id == t.decisions.c.id)
            .where(t.decisions.c.venue_id == venue_id, replies.sent_at.is_not(None), at >= since)
        )
        columns = ["venue_id", "act", "decision_id", "by", "at"]
        connection.execute(upsert(t.mod_log).from_select(columns, found).on_conflict_do_nothing())


def _note(
    connection: Connection,
    venue_id: int,
    act: OwnAct,
    by: int,
    at: datetime,
    decision_id: int,
    room_id: int,
    message_id: int,
) -> None:
    connection.execute(
        upsert(t.mod_log)
        .values(
            venue_id=venue_id,
            act=act.value,
            decision_id=decision_id,
            by=by,
            at=at,
            room_id=room_id,
            message_id=message_id,
        )
        .on_conflict_do_nothing()
    )


def _about(connection: Connection, message_id: int) -> list[Logged]:
    rows = connection.execute(
        select(t.mod_log).where(t.mod_log.c.message_id == message_id).order_by(t.mod_log.c.id)
    )
    return [Logged(**row._mapping) for row in rows]


def _untold(connection: Connection, venue_id: int, since: datetime, limit: int) -> list[Logged]:
    log = t.mod_log.c
    since = max(since, _since(connection, venue_id))
    rows = connection.execute(
        select(t.mod_log)
        .where(log.venue_id == venue_id, log.post_id.is_(None), log.at >= since)
        .order_by(log.at, log.id)
        .limit(limit)
    )
    return [Logged(**row._mapping) for row in rows]


def _mark_told(connection: Connection, id_: int, post_id: int) -> None:
    connection.execute(update(t.mod_log).where(t.mod_log.c.id == id_).values(post_id=post_id))
