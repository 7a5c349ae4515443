"""Replies that say something else than they did: their author chose, edited the comment, or withdrew it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from bot.store import outbox
from bot.store import tables as t
from bot.store.decisions import insert_claims, insert_suggestion
from bot.store.rows import (
    UNSETTLED,
    NewDecision,
    NewOutbox,
    OutboxRow,
    OutboxState,
    SuggestionState,
)
from bot.store.store import Store

_STANDING = (OutboxState.PENDING, OutboxState.SENT)


class Revisions:
    """Changes of what was decided and said; what Discord still has to show is kept until it does."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of_decision(self, decision_id: int) -> OutboxRow | None:
        """The reply of a decision."""
        return await self._store.transact(_of_decision, decision_id)

    async def revise(
        self,
        row: OutboxRow,
        content: Mapping[str, object],
        at: datetime,
        *,
        record: Mapping[str, object] | None = None,
        claims: tuple[str, ...] | None = None,
    ) -> OutboxRow | None:
        """Lets a reply say this; None when it does not stand any more, or says something else meanwhile.

        With `record` and `claims` the decision behind it becomes another one too.
        """
        return await self._store.transact(_revise, row, content, at, record, claims)

    async def redecide(self, decision: NewDecision, reply: NewOutbox | None, by: int) -> OutboxRow | None:
        """Puts a decision in the place of the earlier one on the same comment; the reply as it then is.

        A reply that stands is changed, or withdrawn when there is none any more (`by` is who withdraws it); one
        that Discord refused is written anew. What somebody decided meanwhile stays: then nothing changes, and
        None is returned.
        """
        return await self._store.transact(_redecide, decision, reply, by)

    async def unshown(self) -> list[OutboxRow]:
        """The sent replies that Discord shows as they were before."""
        return await self._store.transact(_unshown)

    async def mark_shown(self, decision_id: int, revised_at: datetime) -> bool:
        """Writes down that Discord shows a reply as it was revised then; False when it was revised again."""
        return await self._store.transact(_mark_shown, decision_id, revised_at)


def _of_decision(connection: Connection, decision_id: int) -> OutboxRow | None:
    return outbox.one(connection, t.outbox.c.decision_id == decision_id)


def _revise(
    connection: Connection,
    row: OutboxRow,
    content: Mapping[str, object],
    at: datetime,
    record: Mapping[str, object] | None,
    claims: tuple[str, ...] | None,
) -> OutboxRow | None:
    revised = connection.execute(
        update(t.outbox)
        .where(
            t.outbox.c.decision_id == row.decision_id,
            t.outbox.c.content == row.content,
            t.outbox.c.state.in_(_STANDING),
        )
        .values(content=content, revised_at=at)
    )
    if not revised.rowcount:
        return None
    if record is not None:
        this = t.decisions.c.id == row.decision_id
        connection.execute(update(t.decisions).where(this).values(record=record))
    if claims is not None:
        connection.execute(
            delete(t.answered_claims).where(t.answered_claims.c.decision_id == row.decision_id)
        )
        insert_claims(connection, row.decision_id, claims)
    return _of_decision(connection, row.decision_id)


def _redecide(
    connection: Connection, decision: NewDecision, reply: NewOutbox | None, by: int
) -> OutboxRow | None:
    decision_id = connection.execute(
        select(t.decisions.c.id).where(t.decisions.c.message_id == decision.message_id)
    ).scalar_one()
    standing = _of_decision(connection, decision_id)
    if _is_settled(connection, decision_id, standing):
        return None
    connection.execute(
        update(t.decisions)
        .where(t.decisions.c.id == decision_id)
        .values(
            outcome=decision.outcome,
            reason=decision.reason,
            model=decision.model,
            claim_set=decision.claim_set,
            decided_at=decision.decided_at,
            asked=decision.asked,
            record=decision.record,
        )
    )
    connection.execute(delete(t.answered_claims).where(t.answered_claims.c.decision_id == decision_id))
    insert_claims(connection, decision_id, decision.claims)
    _ask_again(connection, decision_id, decision.proposal, decision.decided_at)
    if standing is None or standing.state is OutboxState.FAILED:
        if reply is not None:
            outbox.put(connection, decision_id, reply, decision.decided_at)
    elif reply is None:
        outbox.withdraw(connection, decision_id, by, decision.decided_at)
    elif reply.content != standing.content:
        connection.execute(
            update(t.outbox)
            .where(t.outbox.c.decision_id == decision_id, t.outbox.c.state.in_(_STANDING))
            .values(content=reply.content, revised_at=decision.decided_at)
        )
    return _of_decision(connection, decision_id)


def _is_settled(connection: Connection, decision_id: int, standing: OutboxRow | None) -> bool:
    """Whether a moderator had their say on the comment, or somebody took its reply back or wanted to keep it."""
    said = connection.execute(
        select(t.suggestions.c.state).where(t.suggestions.c.decision_id == decision_id)
    ).scalar_one_or_none()
    if said not in (None, *UNSETTLED):
        return True
    return standing is not None and (
        standing.state is OutboxState.WITHDRAWN or bool(standing.content.get("kept"))
    )


def _ask_again(
    connection: Connection, decision_id: int, proposal: Mapping[str, object] | None, at: datetime
) -> None:
    """What moderators are asked about the comment from now on; one that was shown to them is kept to say so."""
    if proposal is None:
        lapsed = {"state": SuggestionState.GONE, "confirmed_at": at}
        connection.execute(
            update(t.suggestions)
            .where(
                t.suggestions.c.decision_id == decision_id, t.suggestions.c.state == SuggestionState.WAITING
            )
            .values(lapsed)
        )
        return
    waiting = {
        "content": proposal,
        "state": SuggestionState.WAITING,
        "confirmed_by": None,
        "confirmed_at": None,
    }
    this = t.suggestions.c.decision_id == decision_id
    if not connection.execute(update(t.suggestions).where(this).values(waiting)).rowcount:
        insert_suggestion(connection, decision_id, proposal)


def _unshown(connection: Connection) -> list[OutboxRow]:
    return outbox.rows(connection, t.outbox.c.revised_at.is_not(None), t.outbox.c.state == OutboxState.SENT)


def _mark_shown(connection: Connection, decision_id: int, revised_at: datetime) -> bool:
    shown = connection.execute(
        update(t.outbox)
        .where(t.outbox.c.decision_id == decision_id, t.outbox.c.revised_at == revised_at)
        .values(revised_at=None)
    )
    return shown.rowcount == 1
