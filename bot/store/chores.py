"""What the bot does by itself once a period, so that a restart does not do it again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store import tables as t
from bot.store.store import Store


class Chores:
    """Which chores were done; `stamp` names the period, such as a day or a week."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def begin(self, venue_id: int, chore: str, stamp: str, at: datetime) -> bool:
        """Writes a chore down as done, before it is; False when it was done already in that period."""
        return await self._store.transact(_begin, venue_id, chore, stamp, at)

    async def last(self, venue_id: int, chore: str) -> datetime | None:
        """When a chore was done last."""
        return await self._store.transact(_last, venue_id, chore)

    async def give_up(self, venue_id: int, chore: str, stamp: str) -> None:
        """Takes back that a chore was done, when it could not be: the next round tries again."""
        await self._store.transact(_give_up, venue_id, chore, stamp)


def _begin(connection: Connection, venue_id: int, chore: str, stamp: str, at: datetime) -> bool:
    written = connection.execute(
        upsert(t.chores)
        .values(venue_id=venue_id, chore=chore, stamp=stamp, done_at=at)
        .on_conflict_do_nothing()
    )
    return written.rowcount == 1


def _last(connection: Connection, venue_id: int, chore: str) -> datetime | None:
    done = t.chores.c
    asked = select(func.max(done.done_at)).where(done.venue_id == venue_id, done.chore == chore)
    return connection.execute(asked).scalar()


def _give_up(connection: Connection, venue_id: int, chore: str, stamp: str) -> None:
    done = t.chores.c
    connection.execute(
        delete(t.chores).where(done.venue_id == venue_id, done.chore == chore, done.stamp == stamp)
    )
