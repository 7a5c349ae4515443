"""The trail of what moderators changed in a venue, to be read page by page."""

from __future__ import annotations

from sqlalchemy import Connection, select

from bot.store import tables as t
from bot.store.rows import AuditRow
from bot.store.store import Store


class Audit:
    """Reads the trail; it is written with each change, in one transaction with it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def page(self, venue_id: int, skip: int, count: int) -> list[AuditRow]:
        """So many changes of a venue after the newest `skip`, newest first."""
        return await self._store.transact(_page, venue_id, skip, count)

    async def entry(self, venue_id: int, id_: int) -> AuditRow | None:
        """One change of that venue."""
        return await self._store.transact(_entry, venue_id, id_)


def _page(connection: Connection, venue_id: int, skip: int, count: int) -> list[AuditRow]:
    rows = connection.execute(
        select(t.audit)
        .where(t.audit.c.venue_id == venue_id)
        .order_by(t.audit.c.id.desc())
        .offset(skip)
        .limit(count)
    )
    return [AuditRow(**row._mapping) for row in rows]


def _entry(connection: Connection, venue_id: int, id_: int) -> AuditRow | None:
    row = connection.execute(
        select(t.audit).where(t.audit.c.venue_id == venue_id, t.audit.c.id == id_)
    ).one_or_none()
    return None if row is None else AuditRow(**row._mapping)
