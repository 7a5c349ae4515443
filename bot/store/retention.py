"""The clock: what is older than the operator keeps it goes, a little at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, String, case, cast, delete, or_, select, update

from bot.core.retention import Retention
from bot.store import tables as t
from bot.store.columns import EPOCH, NOBODY
from bot.store.personal import people, replacement
from bot.store.store import Store

log = logging.getLogger(__name__)

BATCH = 500
"""So many rows are changed in one transaction: no comment waits for longer than that takes."""

Sweep = Callable[[Connection, datetime], int]


def _rows(moment: Column[Any]) -> Sweep:
    """Deletes the rows older than that."""
    table, key = moment.table, next(iter(moment.table.primary_key.columns))

    def sweep(connection: Connection, before: datetime) -> int:
        old = select(key).where(moment < before).limit(BATCH)
        return connection.execute(delete(table).where(key.in_(old))).rowcount

    return sweep


def _names(moment: Column[Any], *only: Column[Any]) -> Sweep:
    """Forgets the people in rows older than that, or `only` those; the rows stay, and so what is counted."""
    table, key = moment.table, next(iter(moment.table.primary_key.columns))
    named = only or people(table)

    def sweep(connection: Connection, before: datetime) -> int:
        known: ColumnElement[bool] = or_(*(column > NOBODY for column in named))
        old = select(key).where(moment < before, known).limit(BATCH)
        blank = {
            column.name: case((column > NOBODY, replacement(table, column)), else_=column) for column in named
        }
        return connection.execute(update(table).where(key.in_(old)).values(blank)).rowcount

    return sweep


def _links(connection: Connection, before: datetime) -> int:
    """Cuts replies and decisions from the comments they were about; a number with a minus tells them apart."""
    old = connection.execute(
        select(t.decisions.c.id)
        .where(t.decisions.c.decided_at < before, t.decisions.c.message_id > NOBODY)
        .limit(BATCH)
    ).scalars()
    ids = list(old)
    cut = -t.outbox.c.decision_id
    connection.execute(
        update(t.outbox)
        .where(t.outbox.c.decision_id.in_(ids))
        .values(message_id=cut, nonce=cast(cut, String))
    )
    connection.execute(
        update(t.decisions).where(t.decisions.c.id.in_(ids)).values(message_id=-t.decisions.c.id)
    )
    return len(ids)


CLOCKS: tuple[tuple[str, Sweep], ...] = (
    ("inbox", _rows(t.inbox.c.received_at)),
    ("authors", _names(t.decisions.c.decided_at)),
    ("authors", _names(t.outbox.c.withdrawn_at)),
    ("verdicts", _names(t.verdicts.c.at)),
    ("audit", _rows(t.audit.c.at)),
    ("audit", _rows(t.acts.c.at)),
    # A mute holds until it is lifted, and for that it has to know whom it mutes.
    ("audit", _names(t.mutes.c.at, t.mutes.c.by)),
    ("audit", _rows(t.takeovers.c.until)),
    ("audit", _names(t.suggestions.c.confirmed_at)),
    ("audit", _rows(t.mod_log.c.at)),
    ("audit", _rows(t.pointers.c.at)),
    ("audit", _names(t.opinions.c.at)),
    ("audit", _rows(t.subscriptions.c.at)),
    ("audit", _names(t.venues.c.changed_at)),
    ("replies", _links),
)
"""What goes by the clock, each with the kind of `Retention` that says when."""


class Clock:
    """Forgets what is older than it is kept."""

    def __init__(self, store: Store, retention: Retention) -> None:
        self._store = store
        self._next = EPOCH
        self.retention = retention

    async def tick(self, now: datetime) -> None:
        """Sweeps once an hour, however often it is called."""
        if now >= self._next:
            await self.sweep(now)
            self._next = now + timedelta(hours=1)

    async def sweep(self, now: datetime) -> None:
        """Forgets everything whose time has come, in small transactions."""
        periods = self.retention.periods
        for kind, work in CLOCKS:
            total = count = await self._store.transact(work, now - periods[kind])
            while count == BATCH:
                count = await self._store.transact(work, now - periods[kind])
                total += count
            if total:
                log.info("retention of %s: %s rows", kind, total)
