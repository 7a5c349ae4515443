"""Decisions, what the next one depends on, and what people think of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, insert, or_, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store import outbox
from bot.store import tables as t
from bot.store.errors import AlreadyDecidedError, DroppedError
from bot.store.rows import (
    Counts,
    DecisionRow,
    InboxState,
    NewDecision,
    NewOutbox,
    OutboxState,
    Outcome,
    RecentReplies,
    SuggestionState,
    Verdict,
)


def record(connection: Connection, decision: NewDecision, reply: NewOutbox | None) -> int:
    """Writes the decision with its claims and its reply, and marks the comment as done; returns its id."""
    _require_consistent(decision, reply)
    _require_undecided(connection, decision)
    _mark_done(connection, decision)
    decision_id = connection.execute(
        insert(t.decisions)
        .values(
            message_id=decision.message_id,
            venue_id=decision.venue_id,
            channel_id=decision.channel_id,
            author_id=decision.author_id,
            outcome=decision.outcome,
            reason=decision.reason,
            model=decision.model,
            claim_set=decision.claim_set,
            decided_at=decision.decided_at,
            asked=decision.asked,
            record=decision.record,
        )
        .returning(t.decisions.c.id)
    ).scalar_one()
    insert_claims(connection, decision_id, decision.claims)
    if decision.proposal is not None:
        insert_suggestion(connection, decision_id, decision.proposal)
    if reply is not None:
        outbox.put(connection, decision_id, reply, decision.decided_at)
    return decision_id


def insert_claims(connection: Connection, decision_id: int, claims: tuple[str, ...]) -> None:
    """Writes which claims a decision answers, each once."""
    rows = [{"decision_id": decision_id, "claim_id": claim} for claim in dict.fromkeys(claims)]
    if rows:
        connection.execute(insert(t.answered_claims), rows)


def insert_suggestion(connection: Connection, decision_id: int, proposal: Mapping[str, object]) -> None:
    """Puts an answer to moderators."""
    waiting = {"content": proposal, "state": SuggestionState.WAITING}
    connection.execute(insert(t.suggestions).values(decision_id=decision_id, **waiting))


def _require_consistent(decision: NewDecision, reply: NewOutbox | None) -> None:
    if decision.outcome == Outcome.REPLY and reply is None:
        raise ValueError("reply without an outbox row")
    if reply is not None and decision.outcome == Outcome.ABSTAIN and not decision.asked:
        raise ValueError("abstention with an outbox row")
    if decision.claims and reply is None:
        raise ValueError("answered claims without an outbox row")


def _require_undecided(connection: Connection, decision: NewDecision) -> None:
    message_id = decision.message_id
    earlier = connection.execute(
        select(t.decisions.c.id).where(t.decisions.c.message_id == message_id)
    ).scalar_one_or_none()
    if earlier is not None:
        raise AlreadyDecidedError(message_id, earlier)
    state = connection.execute(
        select(t.inbox.c.state).where(t.inbox.c.message_id == message_id)
    ).scalar_one_or_none()
    if state == InboxState.DROPPED and not decision.asked:
        raise DroppedError(message_id)


def _mark_done(connection: Connection, decision: NewDecision) -> None:
    # A comment that somebody asked about may never have been received; a catch-up must not find it new.
    connection.execute(
        upsert(t.inbox)
        .values(
            message_id=decision.message_id,
            venue_id=decision.venue_id,
            channel_id=decision.channel_id,
            author_id=decision.author_id,
            received_at=decision.decided_at,
            state=InboxState.DONE,
        )
        .on_conflict_do_update(index_elements=["message_id"], set_={"state": InboxState.DONE})
    )


def of_message(connection: Connection, message_id: int) -> DecisionRow | None:
    """The decision on a comment."""
    row = connection.execute(select(t.decisions).where(t.decisions.c.message_id == message_id)).one_or_none()
    if row is None:
        return None
    claims = connection.execute(
        select(t.answered_claims.c.claim_id)
        .where(t.answered_claims.c.decision_id == row.id)
        .order_by(t.answered_claims.c.claim_id)
    ).scalars()
    return DecisionRow(**row._mapping, claims=tuple(claims))


def history(
    connection: Connection, venue_id: int, channel_id: int, author_id: int, since: datetime
) -> RecentReplies:
    """What was said, or is about to be; what failed or was withdrawn does not count."""
    said_at = func.coalesce(t.outbox.c.sent_at, t.outbox.c.created_at)
    stands = t.outbox.c.state.in_([OutboxState.PENDING, OutboxState.SENT])
    here = (stands, t.outbox.c.channel_id == channel_id)
    by_claim = connection.execute(
        select(t.answered_claims.c.claim_id, func.max(said_at))
        .join(t.outbox, t.outbox.c.decision_id == t.answered_claims.c.decision_id)
        .where(*here)
        .group_by(t.answered_claims.c.claim_id)
    )
    to_member = connection.execute(
        select(func.max(said_at))
        .join(t.decisions, t.decisions.c.id == t.outbox.c.decision_id)
        .where(stands, t.decisions.c.author_id == author_id, t.decisions.c.venue_id == venue_id)
    )
    replies = connection.execute(select(said_at).where(*here, said_at >= since).order_by(said_at))
    server = select(t.venues.c.guild_id).where(t.venues.c.id == venue_id).scalar_subquery()
    in_server = connection.execute(
        select(func.count())
        .select_from(t.outbox)
        .join(t.decisions, t.decisions.c.id == t.outbox.c.decision_id)
        .join(t.venues, t.venues.c.id == t.decisions.c.venue_id)
        .where(stands, said_at >= since, t.venues.c.guild_id == server)
    )
    return RecentReplies(
        last_by_claim=dict(by_claim.all()),
        last_to_member=to_member.scalar_one(),
        replies=tuple(replies.scalars()),
        in_server=in_server.scalar_one(),
    )


def record_verdict(
    connection: Connection, decision_id: int, claim_id: str, kind: str, by: int, at: datetime, value: bool
) -> bool:
    """Writes a verdict in the place of the same person's earlier one; tells whether anything changed."""
    given = upsert(t.verdicts).values(
        decision_id=decision_id, claim_id=claim_id, kind=kind, by=by, value=value, at=at
    )
    changed = connection.execute(
        given.on_conflict_do_update(
            index_elements=["decision_id", "claim_id", "kind", "by"],
            set_={"value": value, "at": at},
            where=t.verdicts.c.value != given.excluded.value,
        )
    )
    return changed.rowcount == 1


def verdicts_of(connection: Connection, decision_id: int) -> list[Verdict]:
    """The verdicts on a decision, in the order of the first giving."""
    columns = [column for column in t.verdicts.c if column.name != "id"]
    rows = connection.execute(
        select(*columns).where(t.verdicts.c.decision_id == decision_id).order_by(t.verdicts.c.id)
    )
    return [Verdict(**row._mapping) for row in rows]


def counts(connection: Connection, venue_id: int | None) -> Counts:
    """How many rows there are in the inbox, of each outcome and reason, and in the outbox.

    A reply that was withdrawn before it was sent is none.
    """
    inbox = select(t.inbox.c.state, func.count()).group_by(t.inbox.c.state)
    outcomes = select(t.decisions.c.outcome, func.count()).group_by(t.decisions.c.outcome)
    reasons = (
        select(t.decisions.c.reason, func.count())
        .where(t.decisions.c.reason.is_not(None))
        .group_by(t.decisions.c.reason)
    )
    outbox = (
        select(t.outbox.c.state, func.count())
        .join(t.decisions, t.decisions.c.id == t.outbox.c.decision_id)
        .where(or_(t.outbox.c.state != OutboxState.WITHDRAWN, t.outbox.c.sent_at.is_not(None)))
        .group_by(t.outbox.c.state)
    )
    if venue_id is not None:
        inbox = inbox.where(t.inbox.c.venue_id == venue_id)
        outcomes = outcomes.where(t.decisions.c.venue_id == venue_id)
        reasons = reasons.where(t.decisions.c.venue_id == venue_id)
        outbox = outbox.where(t.decisions.c.venue_id == venue_id)
    return Counts(
        inbox=dict(connection.execute(inbox).all()),
        outcomes=dict(connection.execute(outcomes).all()),
        reasons=dict(connection.execute(reasons).all()),
        outbox=dict(connection.execute(outbox).all()),
    )
