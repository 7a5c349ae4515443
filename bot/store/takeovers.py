"""Where a moderator answers in person, and until when the bot leaves that channel to them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store import tables as t
from bot.store.rows import Takeover
from bot.store.store import Store


class Takeovers:
    """The channels and threads that a moderator has taken over."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def begin(self, takeover: Takeover) -> bool:
        """Leaves a channel to a moderator, or leaves it longer; tells whether it was the bot's before."""
        return await self._store.transact(_begin, takeover)

    async def end(self, channel_id: int) -> Takeover | None:
        """Gives a channel back to the bot; what it was, or None when it was not taken over."""
        return await self._store.transact(_end, channel_id)

    async def current(self, venue_id: int, at: datetime) -> list[Takeover]:
        """What is taken over in a venue at that moment, by channel."""
        return await self._store.transact(_current, venue_id, at)


def _begin(connection: Connection, takeover: Takeover) -> bool:
    before = connection.execute(
        select(t.takeovers).where(t.takeovers.c.channel_id == takeover.channel_id)
    ).one_or_none()
    until = max(takeover.until, before.until) if before else takeover.until
    values = {"venue_id": takeover.venue_id, "by": takeover.by, "since": takeover.since, "until": until}
    connection.execute(
        upsert(t.takeovers)
        .values(channel_id=takeover.channel_id, **values)
        .on_conflict_do_update(index_elements=["channel_id"], set_=values)
    )
    return before is None or before.until <= takeover.since


def _end(connection: Connection, channel_id: int) -> Takeover | None:
    here = t.takeovers.c.channel_id == channel_id
    row = connection.execute(select(t.takeovers).where(here)).one_or_none()
    connection.execute(delete(t.takeovers).where(here))
    return None if row is None else Takeover(**row._mapping)


def _current(connection: Connection, venue_id: int, at: datetime) -> list[Takeover]:
    rows = connection.execute(
        select(t.takeovers)
        .where(t.takeovers.c.venue_id == venue_id, t.takeovers.c.until > at)
        .order_by(t.takeovers.c.channel_id)
    )
    return [Takeover(**row._mapping) for row in rows]
