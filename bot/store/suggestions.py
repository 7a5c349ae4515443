"""Suggestions: what waits for a moderator's say, and what was said of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, select, update

from bot.store import outbox
from bot.store import tables as t
from bot.store.decisions import insert_claims
from bot.store.rows import NewOutbox, OutboxRow, OutboxState, Suggestion, SuggestionState
from bot.store.store import Store

_WAITING = t.suggestions.c.state == SuggestionState.WAITING
_KNOWN = (t.decisions.c.author_id > 0, t.decisions.c.message_id > 0)
"""Whoever had themselves forgotten, or whose comment was, is asked about no more."""


class Suggestions:
    """The moderators' queue; what a moderator decided there nothing decides again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of_decision(self, decision_id: int) -> Suggestion | None:
        """The suggestion on a decision, whatever became of it."""
        return await self._store.transact(_one, t.suggestions.c.decision_id == decision_id)

    async def of_comment(self, message_id: int) -> Suggestion | None:
        """The suggestion on a comment, whatever became of it."""
        return await self._store.transact(_one, t.decisions.c.message_id == message_id)

    async def waiting(self, venue_id: int) -> list[Suggestion]:
        """Everything that waits in a venue, oldest first."""
        return await self._store.transact(_all, _WAITING, t.decisions.c.venue_id == venue_id, *_KNOWN)

    async def note_post(self, decision_id: int, office_id: int, post_id: int) -> None:
        """Writes down which message shows a suggestion to moderators."""
        await self._store.transact(_note_post, decision_id, office_id, post_id)

    async def propose(self, decision_id: int, content: Mapping[str, object]) -> Suggestion | None:
        """Puts another answer in the place of the one proposed; None when nothing waits any more."""
        return await self._store.transact(_propose, decision_id, content)

    async def accept(
        self, decision_id: int, reply: NewOutbox, claims: tuple[str, ...], by: int, at: datetime
    ) -> OutboxRow | None:
        """Lets the bot say it: the reply that is now to be sent; None when somebody was first, or it changed."""
        return await self._store.transact(_accept, decision_id, reply, claims, by, at)

    async def refused(self, venue_id: int) -> list[Suggestion]:
        """What a moderator accepted in a venue and Discord refused, oldest first."""
        return await self._store.transact(_all, _refused(), t.decisions.c.venue_id == venue_id, *_KNOWN)

    async def reopen(self, decision_id: int) -> bool:
        """Lets such a suggestion wait again; tells whether there was one."""
        return await self._store.transact(_reopen, decision_id)

    async def settle(self, decision_id: int, state: SuggestionState, by: int, at: datetime) -> bool:
        """Ends the waiting without a reply; tells whether nobody was first."""
        return await self._store.transact(_settle, decision_id, state, by, at)


def _suggestions(*conditions: ColumnElement[bool]) -> Select[*tuple[object, ...]]:
    decided = t.decisions.c
    return (
        select(
            t.suggestions,
            decided.venue_id,
            decided.channel_id,
            decided.message_id,
            decided.author_id,
            decided.reason,
            decided.decided_at,
            decided.record,
        )
        .join(t.decisions, decided.id == t.suggestions.c.decision_id)
        .where(*conditions)
        .order_by(t.suggestions.c.decision_id)
    )


def _all(connection: Connection, *conditions: ColumnElement[bool]) -> list[Suggestion]:
    return [Suggestion(**row._mapping) for row in connection.execute(_suggestions(*conditions))]


def _one(connection: Connection, condition: ColumnElement[bool]) -> Suggestion | None:
    found = _all(connection, condition)
    return found[0] if found else None


def _note_post(connection: Connection, decision_id: int, office_id: int, post_id: int) -> None:
    connection.execute(
        update(t.suggestions)
        .where(t.suggestions.c.decision_id == decision_id)
        .values(office_id=office_id, post_id=post_id)
    )


def _propose(connection: Connection, decision_id: int, content: Mapping[str, object]) -> Suggestion | None:
    changed = connection.execute(
        update(t.suggestions)
        .where(t.suggestions.c.decision_id == decision_id, _WAITING)
        .values(content=content)
    )
    return _one(connection, t.suggestions.c.decision_id == decision_id) if changed.rowcount else None


def _settle(connection: Connection, decision_id: int, state: SuggestionState, by: int, at: datetime) -> bool:
    settled = connection.execute(
        update(t.suggestions)
        .where(t.suggestions.c.decision_id == decision_id, _WAITING)
        .values(state=state, confirmed_by=by, confirmed_at=at)
    )
    return settled.rowcount == 1


def _refused() -> ColumnElement[bool]:
    failed = select(t.outbox.c.decision_id).where(t.outbox.c.state == OutboxState.FAILED)
    return and_(t.suggestions.c.state == SuggestionState.ACCEPTED, t.suggestions.c.decision_id.in_(failed))


def _reopen(connection: Connection, decision_id: int) -> bool:
    reopened = connection.execute(
        update(t.suggestions)
        .where(t.suggestions.c.decision_id == decision_id, _refused())
        .values(state=SuggestionState.WAITING, confirmed_by=None, confirmed_at=None)
    )
    if reopened.rowcount:
        connection.execute(delete(t.answered_claims).where(t.answered_claims.c.decision_id == decision_id))
    return reopened.rowcount == 1


def _accept(
    connection: Connection,
    decision_id: int,
    reply: NewOutbox,
    claims: tuple[str, ...],
    by: int,
    at: datetime,
) -> OutboxRow | None:
    this = _one(connection, t.suggestions.c.decision_id == decision_id)
    if this is None or this.content != reply.content:
        return None
    if not _settle(connection, decision_id, SuggestionState.ACCEPTED, by, at):
        return None
    insert_claims(connection, decision_id, claims)
    outbox.put(connection, decision_id, reply, at)
    return outbox.one(connection, t.outbox.c.decision_id == decision_id)
