"""Members whose comments the bot does not read: their ids and nothing else."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store import tables as t
from bot.store.store import Store


class OptOuts:
    """Who opted out; known without asking the file, because every message is held against it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ids: frozenset[int] = frozenset()

    def __contains__(self, user_id: int) -> bool:
        return user_id in self._ids

    async def load(self) -> None:
        """Reads who opted out."""
        self._ids = await self._store.transact(_all)

    async def add(self, user_id: int) -> None:
        """From now on this member's comments are not read."""
        self._ids = await self._store.transact(_add, user_id)

    async def remove(self, user_id: int) -> None:
        """From now on they are read again."""
        self._ids = await self._store.transact(_remove, user_id)


def _all(connection: Connection) -> frozenset[int]:
    return frozenset(connection.execute(select(t.opt_outs.c.user_id)).scalars())


def _add(connection: Connection, user_id: int) -> frozenset[int]:
    connection.execute(upsert(t.opt_outs).values(user_id=user_id).on_conflict_do_nothing())
    return _all(connection)


def _remove(connection: Connection, user_id: int) -> frozenset[int]:
    connection.execute(delete(t.opt_outs).where(t.opt_outs.c.user_id == user_id))
    return _all(connection)
