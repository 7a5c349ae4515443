"""What can be counted in a venue: verdicts by claim, what a week brought, and the decisions one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from bot.core.decisions import Outcome
from bot.core.verdicts import Voice
from bot.store import tables as t
from bot.store.columns import NOBODY
from bot.store.rows import OutboxState
from bot.store.store import Store

# Only the one who was answered and moderators can say that a reply missed its point. Whoever was forgotten has a
# number of zero or below, and then nothing tells any more which of the two it was.
BY_MODERATOR = and_(
    t.verdicts.c.by > NOBODY,
    t.decisions.c.author_id > NOBODY,
    t.verdicts.c.by != t.decisions.c.author_id,
    t.verdicts.c.kind == "not_my_point",
)
"""Whether a verdict that a reply missed its point is a moderator's."""


@dataclass(frozen=True, slots=True)
class Period:
    """What was done in a stretch of time; `claims` are those answered, with how often."""

    outcomes: Mapping[Outcome, int]
    reasons: Mapping[str, int]
    withdrawn: int
    claims: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LoggedDecision:
    """One decision with what became of its reply."""

    id: int
    message_id: int
    channel_id: int
    author_id: int
    outcome: Outcome
    reason: str | None
    asked: bool
    decided_at: datetime
    model: str
    claim_set: str
    record: Mapping[str, object]
    claims: tuple[str, ...]
    reply: OutboxState | None


class Figures:
    """Counts, from what was recorded."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def voices(
        self, venue_id: int, since: datetime | None = None, until: datetime | None = None
    ) -> list[Voice]:
        """The verdicts on every claim of a venue."""
        return await self._store.transact(_voices, venue_id, since, until)

    async def period(self, venue_id: int, since: datetime, until: datetime) -> Period:
        """What was decided in a venue from one moment to before another."""
        return await self._store.transact(_period, venue_id, since, until)

    async def decisions(self, venue_id: int) -> list[LoggedDecision]:
        """Every decision of a venue, the oldest first."""
        return await self._store.transact(_decisions, venue_id)


def _voices(
    connection: Connection, venue_id: int, since: datetime | None, until: datetime | None
) -> list[Voice]:
    given = t.verdicts.c
    query = (
        select(given.claim_id, given.kind, given.value, BY_MODERATOR, func.count())
        .join(t.decisions, t.decisions.c.id == given.decision_id)
        .where(t.decisions.c.venue_id == venue_id)
        .group_by(given.claim_id, given.kind, given.value, BY_MODERATOR)
    )
    if since is not None and until is not None:
        query = query.where(given.at >= since, given.at < until)
    return [
        Voice(claim, kind, value, bool(moderator), count)
        for claim, kind, value, moderator, count in connection.execute(query)
    ]


def _period(connection: Connection, venue_id: int, since: datetime, until: datetime) -> Period:
    decided = t.decisions.c
    here = (decided.venue_id == venue_id, decided.decided_at >= since, decided.decided_at < until)
    outcomes = connection.execute(
        select(decided.outcome, func.count()).where(*here).group_by(decided.outcome)
    )
    reasons = connection.execute(
        select(decided.reason, func.count())
        .where(*here, decided.reason.is_not(None))
        .group_by(decided.reason)
    )
    answered = t.answered_claims.c
    claims = connection.execute(
        select(answered.claim_id, func.count())
        .join(t.decisions, decided.id == answered.decision_id)
        .where(*here)
        .group_by(answered.claim_id)
        .order_by(func.count().desc(), answered.claim_id)
    )
    withdrawn = connection.execute(
        select(func.count())
        .select_from(t.outbox)
        .join(t.decisions, decided.id == t.outbox.c.decision_id)
        .where(
            decided.venue_id == venue_id,
            t.outbox.c.sent_at.is_not(None),
            t.outbox.c.withdrawn_at >= since,
            t.outbox.c.withdrawn_at < until,
        )
    )
    return Period(dict(outcomes.all()), dict(reasons.all()), withdrawn.scalar_one(), dict(claims.all()))


def _decisions(connection: Connection, venue_id: int) -> list[LoggedDecision]:
    answered: dict[int, list[str]] = {}
    claims = (
        select(t.answered_claims.c.decision_id, t.answered_claims.c.claim_id)
        .join(t.decisions, t.decisions.c.id == t.answered_claims.c.decision_id)
        .where(t.decisions.c.venue_id == venue_id)
        .order_by(t.answered_claims.c.claim_id)
    )
    for decision_id, claim in connection.execute(claims):
        answered.setdefault(decision_id, []).append(claim)
    decided = t.decisions.c
    rows = connection.execute(
        select(*(column for column in decided if column.name != "venue_id"), t.outbox.c.state.label("reply"))
        .outerjoin(t.outbox, t.outbox.c.decision_id == decided.id)
        .where(decided.venue_id == venue_id)
        .order_by(decided.id)
    )
    return [LoggedDecision(**row._mapping, claims=tuple(answered.get(row.id, ()))) for row in rows]
