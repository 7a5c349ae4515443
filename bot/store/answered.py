"""Where a claim was answered last, and the lines that point there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from bot.core.decisions import Reason
from bot.store import tables as t
from bot.store.rows import OutboxState
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Answered:
    """The reply that answered a claim."""

    claim_id: str
    decision_id: int
    channel_id: int
    reply_id: int


@dataclass(frozen=True, slots=True)
class Pointer:
    """A line under the comment of `decision_id` that points to the reply of `answer_id` about that claim."""

    message_id: int
    channel_id: int
    decision_id: int
    answer_id: int
    claim_id: str
    at: datetime


class EarlierAnswers:
    """The replies that stand, by channel and claim, and what points to them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def last(self, channel_id: int, claim_ids: tuple[str, ...]) -> Answered | None:
        """The latest reply in that channel that answers one of those claims and was not taken back."""
        return await self._store.transact(_last, channel_id, claim_ids)

    async def point(self, pointer: Pointer) -> None:
        """Writes down a line that was posted."""
        await self._store.transact(_point, pointer)

    async def under(self, decision_id: int) -> frozenset[int]:
        """The messages that point away from the comment of a decision."""
        return await self._store.transact(_under, decision_id)

    async def deleted(self, message_id: int) -> None:
        """A message is gone: a line is forgotten, and one under that comment is wanted no more."""
        await self._store.transact(_deleted, message_id)

    async def unwanted(self) -> list[Pointer]:
        """The lines whose comment is gone or is about something else, or whose reply does not stand any more."""
        return await self._store.transact(_unwanted)

    async def removed(self, message_id: int) -> None:
        """Forgets a line that Discord shows no more."""
        await self._store.transact(_removed, message_id)


def _last(connection: Connection, channel_id: int, claim_ids: tuple[str, ...]) -> Answered | None:
    row = connection.execute(
        select(
            t.answered_claims.c.claim_id, t.outbox.c.decision_id, t.outbox.c.channel_id, t.outbox.c.reply_id
        )
        .join(t.outbox, t.outbox.c.decision_id == t.answered_claims.c.decision_id)
        .where(
            t.outbox.c.channel_id == channel_id,
            t.outbox.c.state == OutboxState.SENT,
            t.answered_claims.c.claim_id.in_(claim_ids),
        )
        .order_by(t.outbox.c.decision_id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Answered(**row._mapping)


def _point(connection: Connection, pointer: Pointer) -> None:
    connection.execute(
        insert(t.pointers).values(
            message_id=pointer.message_id,
            channel_id=pointer.channel_id,
            decision_id=pointer.decision_id,
            answer_id=pointer.answer_id,
            claim_id=pointer.claim_id,
            at=pointer.at,
            unwanted=False,
        )
    )


def _under(connection: Connection, decision_id: int) -> frozenset[int]:
    line = t.pointers.c
    return frozenset(connection.scalars(select(line.message_id).where(line.decision_id == decision_id)))


def _deleted(connection: Connection, message_id: int) -> None:
    _removed(connection, message_id)
    comment = select(t.decisions.c.id).where(t.decisions.c.message_id == message_id).scalar_subquery()
    connection.execute(update(t.pointers).where(t.pointers.c.decision_id == comment).values(unwanted=True))


def _unwanted(connection: Connection) -> list[Pointer]:
    line = t.pointers.c
    answered = (
        select(t.outbox.c.decision_id)
        .join(t.answered_claims, t.answered_claims.c.decision_id == t.outbox.c.decision_id)
        .where(
            t.outbox.c.decision_id == line.answer_id,
            t.outbox.c.state == OutboxState.SENT,
            t.answered_claims.c.claim_id == line.claim_id,
        )
    )
    rows = connection.execute(
        select(line.message_id, line.channel_id, line.decision_id, line.answer_id, line.claim_id, line.at)
        .join(t.decisions, t.decisions.c.id == line.decision_id)
        .where(
            or_(
                line.unwanted,
                ~answered.exists(),
                t.decisions.c.reason.is_distinct_from(Reason.CLAIM_COOLDOWN),
            )
        )
        .order_by(line.message_id)
    )
    return [Pointer(**row._mapping) for row in rows]


def _removed(connection: Connection, message_id: int) -> None:
    connection.execute(delete(t.pointers).where(t.pointers.c.message_id == message_id))
