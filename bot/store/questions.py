"""Which discussion questions were asked, and when somebody last wrote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from bot.store import tables as t
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question that the bot asked, and the message it became."""

    message_id: int
    venue_id: int
    debate_id: str
    question: str
    at: datetime


class Questions:
    """The questions asked in every venue."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def record(self, asked: AskedQuestion) -> None:
        """Writes a question down."""
        await self._store.transact(_record, asked)

    async def asked(self, venue_id: int, debate_id: str) -> list[AskedQuestion]:
        """The questions asked in a debate, oldest first."""
        return await self._store.transact(_asked, venue_id, debate_id)

    async def last_comment(self, venue_id: int) -> datetime | None:
        """When the latest comment that the store knows of was received."""
        return await self._store.transact(_last_comment, venue_id)


def _record(connection: Connection, asked: AskedQuestion) -> None:
    connection.execute(
        insert(t.questions).values(
            message_id=asked.message_id,
            venue_id=asked.venue_id,
            debate_id=asked.debate_id,
            question=asked.question,
            at=asked.at,
        )
    )


def _asked(connection: Connection, venue_id: int, debate_id: str) -> list[AskedQuestion]:
    columns = t.questions.c
    asked = select(t.questions).where(columns.venue_id == venue_id, columns.debate_id == debate_id)
    rows = connection.execute(asked.order_by(columns.at, columns.message_id))
    return [AskedQuestion(**row._mapping) for row in rows]


def _last_comment(connection: Connection, venue_id: int) -> datetime | None:
    asked = select(func.max(t.inbox.c.received_at)).where(t.inbox.c.venue_id == venue_id)
    return connection.execute(asked).scalar()
