"""What moderators muted: members and channels that get no answer, claims that are only recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select

from bot.store import tables as t
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Mute:
    """One mute: of a member, of a channel or thread, or of a claim; the other two are None."""

    id: int
    venue_id: int
    member_id: int | None
    channel_id: int | None
    claim_id: str | None
    by: int
    at: datetime


class Mutes:
    """The mutes of every venue; they hold until somebody lifts them."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def member(self, venue_id: int, member_id: int, by: int, at: datetime) -> bool:
        """Gives a member no answer any more; tells whether that is news."""
        return await self._store.transact(_mute, venue_id, by, at, member_id=member_id)

    async def channel(self, venue_id: int, channel_id: int, by: int, at: datetime) -> bool:
        """Computes nothing any more in a channel or thread; tells whether that is news."""
        return await self._store.transact(_mute, venue_id, by, at, channel_id=channel_id)

    async def claim(self, venue_id: int, claim_id: str, by: int, at: datetime) -> bool:
        """Says and suggests nothing any more on a claim; tells whether that is news."""
        return await self._store.transact(_mute, venue_id, by, at, claim_id=claim_id)

    async def lift(self, venue_id: int, mute_id: int) -> bool:
        """Lifts a mute of that venue; tells whether it was there."""
        return await self._store.transact(_lift, venue_id, mute_id)

    async def of(self, venue_id: int) -> list[Mute]:
        """The mutes of a venue, the newest first."""
        return await self._store.transact(_of, venue_id)

    async def silences(self, venue_id: int, member_id: int, channel_id: int) -> bool:
        """Whether this member is muted, or that channel."""
        return await self._store.transact(_silences, venue_id, member_id, channel_id)

    async def claims(self, venue_id: int) -> frozenset[str]:
        """The muted claims of a venue."""
        return await self._store.transact(_claims, venue_id)


def _mute(connection: Connection, venue_id: int, by: int, at: datetime, **target: int | str) -> bool:
    same = [t.mutes.c[name] == value for name, value in target.items()]
    if connection.execute(select(t.mutes.c.id).where(t.mutes.c.venue_id == venue_id, *same)).first():
        return False
    connection.execute(insert(t.mutes).values(venue_id=venue_id, by=by, at=at, **target))
    return True


def _lift(connection: Connection, venue_id: int, mute_id: int) -> bool:
    lifted = connection.execute(
        delete(t.mutes).where(t.mutes.c.venue_id == venue_id, t.mutes.c.id == mute_id)
    )
    return lifted.rowcount == 1


def _of(connection: Connection, venue_id: int) -> list[Mute]:
    rows = connection.execute(
        select(t.mutes).where(t.mutes.c.venue_id == venue_id).order_by(t.mutes.c.id.desc())
    )
    return [Mute(**row._mapping) for row in rows]


def _silences(connection: Connection, venue_id: int, member_id: int, channel_id: int) -> bool:
    muted = or_(t.mutes.c.member_id == member_id, t.mutes.c.channel_id == channel_id)
    return (
        connection.execute(select(t.mutes.c.id).where(t.mutes.c.venue_id == venue_id, muted)).first()
        is not None
    )


def _claims(connection: Connection, venue_id: int) -> frozenset[str]:
    claims = select(t.mutes.c.claim_id).where(t.mutes.c.venue_id == venue_id, t.mutes.c.claim_id.is_not(None))
    return frozenset(connection.execute(claims).scalars())
