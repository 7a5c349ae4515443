"""Recorded decisions for who only reads the file: changing nothing in it, and without the people behind them."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, select

from bot.core.claims import Stance
from bot.core.lessons import Likely, Recorded, Said
from bot.store import tables as t
from bot.store.columns import NOBODY
from bot.store.engine import reading_engine
from bot.store.errors import named_faults
from bot.store.figures import BY_MODERATOR
from bot.store.schema import require_current

# Where whoever wrote the comment was forgotten, at their wish or by the clock, nothing leads there any more.
_LEADS_THERE = and_(t.decisions.c.message_id > 0, t.decisions.c.author_id > NOBODY)


def read_recorded(path: Path, debate_id: str, patience: timedelta = timedelta(seconds=5)) -> list[Recorded]:
    """The decisions on a debate in all its channels, oldest first; raises `StoreError`.

    It may be the file of a bot that is running. The file must be of this version.
    """
    with named_faults(path), reading_engine(path, patience).begin() as connection:
        require_current(connection, path)
        return _recorded(connection, debate_id)


def _recorded(connection: Connection, debate_id: str) -> list[Recorded]:
    said = _said(connection, debate_id)
    decided = t.decisions.c
    rows = connection.execute(
        select(
            decided.id,
            t.venues.c.guild_id,
            decided.channel_id,
            decided.message_id,
            _LEADS_THERE.label("leads_there"),
            decided.reason,
            decided.asked,
            decided.claim_set,
            decided.record,
        )
        .join(t.venues, t.venues.c.id == decided.venue_id)
        .where(t.venues.c.debate_id == debate_id)
        .order_by(decided.id)
    )
    return [
        Recorded(
            place=(row.guild_id, row.channel_id, row.message_id) if row.leads_there else None,
            reason=row.reason,
            asked=row.asked,
            claim_set=row.claim_set,
            said=tuple(said[row.id]),
            **_judged(row.record),
        )
        for row in rows
    ]


def _said(connection: Connection, debate_id: str) -> defaultdict[int, list[Said]]:
    """What people said of each decision."""
    given = t.verdicts.c
    rows = connection.execute(
        select(given.decision_id, given.claim_id, given.kind, given.value, BY_MODERATOR)
        .join(t.decisions, t.decisions.c.id == given.decision_id)
        .join(t.venues, t.venues.c.id == t.decisions.c.venue_id)
        .where(t.venues.c.debate_id == debate_id)
        .order_by(given.id)
    )
    said: defaultdict[int, list[Said]] = defaultdict(list)
    for decision_id, claim, kind, value, by_moderator in rows:
        said[decision_id].append(Said(claim, kind, value, bool(by_moderator)))
    return said


def _judged(record: dict[str, Any]) -> dict[str, Any]:
    """What `record_of` wrote down; a choice of the member took the place of the answers."""
    answers = [answer["claim"] for answer in record["answers"]]
    chosen = answers[0] if record.get("chosen") else None
    return {
        "stance": Stance(record["stance"]),
        "likely": tuple(Likely(c["claim"], c["score"], c["nearest"]) for c in record["candidates"]),
        "answered": frozenset(() if chosen else answers),
        "offered": frozenset(answer["claim"] for answer in record.get("offered", ())),
        "chosen": chosen,
    }
