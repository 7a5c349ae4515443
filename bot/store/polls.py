"""The polls of a debate: where they stand, until when, and how many votes each answer got; never whose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.core.polls import PollMoment
from bot.store import tables as t
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class PollRow:
    """A poll that was posted; `votes` by the number of the answer, None until it has ended."""

    venue_id: int
    debate_id: str
    moment: PollMoment
    channel_id: int
    message_id: int
    digest: str
    posted_at: datetime
    ends_at: datetime
    votes: Mapping[str, int] | None = None


class PollRows:
    """One poll a moment of a debate; a later one takes the place of the earlier."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def record(self, row: PollRow) -> None:
        """Writes a poll down."""
        await self._store.transact(_record, row)

    async def of(self, venue_id: int, debate_id: str) -> dict[PollMoment, PollRow]:
        """The polls of a debate in a venue."""
        return await self._store.transact(_of, venue_id, debate_id)

    async def running(self) -> list[PollRow]:
        """The polls whose votes are still to be read."""
        return await self._store.transact(_running)

    async def finish(self, message_id: int, votes: Mapping[str, int]) -> None:
        """Writes down the votes that a poll ended with."""
        await self._store.transact(_finish, message_id, votes)


def _record(connection: Connection, row: PollRow) -> None:
    key = {"venue_id": row.venue_id, "debate_id": row.debate_id, "moment": row.moment}
    poll = {
        "channel_id": row.channel_id,
        "message_id": row.message_id,
        "digest": row.digest,
        "posted_at": row.posted_at,
        "ends_at": row.ends_at,
        "votes": row.votes,
    }
    connection.execute(
        upsert(t.polls).values(**key, **poll).on_conflict_do_update(index_elements=list(key), set_=poll)
    )


def _of(connection: Connection, venue_id: int, debate_id: str) -> dict[PollMoment, PollRow]:
    columns = t.polls.c
    asked = select(t.polls).where(columns.venue_id == venue_id, columns.debate_id == debate_id)
    return {row.moment: PollRow(**row._mapping) for row in connection.execute(asked)}


def _running(connection: Connection) -> list[PollRow]:
    asked = select(t.polls).where(t.polls.c.votes.is_(None)).order_by(t.polls.c.posted_at)
    return [PollRow(**row._mapping) for row in connection.execute(asked)]


def _finish(connection: Connection, message_id: int, votes: Mapping[str, int]) -> None:
    connection.execute(update(t.polls).where(t.polls.c.message_id == message_id).values(votes=votes))
