"""Who wants to be told when a claim without an answer gets one, and where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store import tables as t
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Subscription:
    """One member who waits for an answer to one claim; `telling_at` once the telling has begun."""

    venue_id: int
    claim_id: str
    member_id: int
    channel_id: int
    at: datetime
    telling_at: datetime | None = None


class Subscriptions:
    """The members who wait; who was told waits no more, and nothing of it is kept."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def follow(
        self, venue_id: int, claim_id: str, member_id: int, channel_id: int, at: datetime
    ) -> None:
        """Writes down that a member waits, in the place of what they asked before."""
        await self._store.transact(_follow, venue_id, claim_id, member_id, channel_id, at)

    async def stop(self, venue_id: int, claim_id: str, member_ids: Iterable[int]) -> int:
        """Forgets that those members wait; tells how many did."""
        return await self._store.transact(_stop, venue_id, claim_id, list(member_ids))

    async def begin(self, venue_id: int, claim_id: str, member_ids: Iterable[int], at: datetime) -> None:
        """Writes down that those members are being told, before they are."""
        await self._store.transact(_begin, venue_id, claim_id, list(member_ids), at)

    async def waiting(self, venue_id: int, member_id: int | None = None) -> list[Subscription]:
        """Who waits in a venue, all or only that member, the first to ask first."""
        return await self._store.transact(_waiting, venue_id, member_id)


def _follow(
    connection: Connection, venue_id: int, claim_id: str, member_id: int, channel_id: int, at: datetime
) -> None:
    connection.execute(
        upsert(t.subscriptions)
        .values(venue_id=venue_id, claim_id=claim_id, member_id=member_id, channel_id=channel_id, at=at)
        .on_conflict_do_update(
            index_elements=["venue_id", "claim_id", "member_id"], set_={"channel_id": channel_id}
        )
    )


def _stop(connection: Connection, venue_id: int, claim_id: str, member_ids: list[int]) -> int:
    columns = t.subscriptions.c
    return connection.execute(
        delete(t.subscriptions).where(
            columns.venue_id == venue_id, columns.claim_id == claim_id, columns.member_id.in_(member_ids)
        )
    ).rowcount


def _begin(connection: Connection, venue_id: int, claim_id: str, member_ids: list[int], at: datetime) -> None:
    columns = t.subscriptions.c
    connection.execute(
        update(t.subscriptions)
        .where(columns.venue_id == venue_id, columns.claim_id == claim_id, columns.member_id.in_(member_ids))
        .values(telling_at=at)
    )


def _waiting(connection: Connection, venue_id: int, member_id: int | None) -> list[Subscription]:
    columns = t.subscriptions.c
    wanted = [columns[field.name] for field in fields(Subscription)]
    asked = select(*wanted).where(columns.venue_id == venue_id).order_by(columns.at, columns.id)
    if member_id is not None:
        asked = asked.where(columns.member_id == member_id)
    return [Subscription(**row._mapping) for row in connection.execute(asked)]
