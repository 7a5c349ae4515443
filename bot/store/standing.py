"""How often members brought a claim up, by stance and hour, from what was decided on their comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, text

from bot.store.columns import EPOCH
from bot.store.store import Store

# A claim that somebody said was not their point does not count.
_COUNT = text(
    """
    SELECT claim, stance, hour, count(*) AS comments FROM (
        SELECT json_extract(answer.value, '$.claim') AS claim,
               json_extract(answer.value, '$.stance') AS stance,
               decisions.decided_at / 3600000 AS hour,
               decisions.id AS decision_id
        FROM decisions, json_each(decisions.record, '$.answers') AS answer
        WHERE decisions.venue_id = :venue_id
    ) AS brought_up
    WHERE NOT EXISTS (
        SELECT 1 FROM verdicts
        WHERE verdicts.decision_id = brought_up.decision_id AND verdicts.claim_id = brought_up.claim
          AND verdicts.kind = 'not_my_point' AND verdicts.value = 1
    )
    GROUP BY claim, stance, hour ORDER BY claim, stance, hour
    """
)


@dataclass(frozen=True, slots=True)
class BroughtUp:
    """So many comments brought a claim up in that hour, taking that stance."""

    claim: str
    stance: str
    hour: datetime
    comments: int


async def brought_up(store: Store, venue_id: int) -> list[BroughtUp]:
    """The counts of one venue."""
    return await store.transact(_brought_up, venue_id)


def _brought_up(connection: Connection, venue_id: int) -> list[BroughtUp]:
    rows = connection.execute(_COUNT, {"venue_id": venue_id})
    return [BroughtUp(r.claim, r.stance, EPOCH + timedelta(hours=r.hour), r.comments) for r in rows]
