"""Where a claim was answered last, for whoever brings it up again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from bot.store import tables as t
from bot.store.rows import OutboxState
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class Answered:
    """The reply that answered a claim."""

    claim_id: str
    channel_id: int
    reply_id: int


class EarlierAnswers:
    """The replies that stand, by channel and claim."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def last(self, channel_id: int, claim_ids: tuple[str, ...]) -> Answered | None:
        """The latest reply in that channel that answers one of those claims and was not taken back."""
        return await self._store.transact(_last, channel_id, claim_ids)


def _last(connection: Connection, channel_id: int, claim_ids: tuple[str, ...]) -> Answered | None:
    row = connection.execute(
        select(t.answered_claims.c.claim_id, t.outbox.c.channel_id, t.outbox.c.reply_id)
        .join(t.outbox, t.outbox.c.decision_id == t.answered_claims.c.decision_id)
        .where(
            t.outbox.c.channel_id == channel_id,
            t.outbox.c.state == OutboxState.SENT,
            t.answered_claims.c.claim_id.in_(claim_ids),
        )
        .order_by(t.outbox.c.decision_id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Answered(**row._mapping)
