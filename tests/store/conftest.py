"""A store in a real file, and the rows that the tests put into it."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.store import NewDecision, NewOutbox, Outcome, Store, Venue, open_store

NOON = datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)
GUILD, CHANNEL, MODERATOR, ALICE, BOB = 101, 202, 303, 404, 505
Dump = dict[str, list[tuple[Any, ...]]]
Refuse = Callable[[str], None]
Allow = Callable[[], None]


def minutes(number: float) -> datetime:
    """So many minutes past noon."""
    return NOON + timedelta(minutes=number)


def reply_to(message_id: int, venue: Venue, **changes: Any) -> NewDecision:
    """A decision to reply to a comment of Alice's in the venue's channel."""
    values: dict[str, Any] = {
        "message_id": message_id,
        "venue_id": venue.id,
        "channel_id": venue.channel_id,
        "author_id": ALICE,
        "outcome": Outcome.REPLY,
        "reason": None,
        "model": "intfloat/multilingual-e5-small",
        "claim_set": "0123456789abcdef",
        "decided_at": NOON,
        "asked": False,
        "record": {"points": [{"claim": "diversity", "score": 0.875, "margin": 0.25, "stance": "disputes"}]},
        "claims": ("diversity", "balance"),
    }
    return NewDecision(**(values | changes))


def abstention(message_id: int, venue: Venue, **changes: Any) -> NewDecision:
    """A decision to keep silent."""
    silent = {"outcome": Outcome.ABSTAIN, "reason": "unsure", "claims": ()}
    return reply_to(message_id, venue, **(silent | changes))


def to_send(message_id: int) -> NewOutbox:
    """The reply to that comment."""
    return NewOutbox(
        nonce=f"d{message_id}", content={"key": "reply.rebuttal", "spans": [["interview", 10, 42]]}
    )


def dump(path: Path) -> Dump:
    """Every row of every table, read past the store."""
    with closing(sqlite3.connect(path)) as raw:
        names = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return {name: raw.execute(f'SELECT * FROM "{name}"').fetchall() for (name,) in names}


def script(path: Path, sql: str) -> None:
    """Runs SQL past the store."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.executescript(sql)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "bot.sqlite3"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[Store]:
    async with open_store(path) as opened:
        yield opened


@pytest.fixture
async def venue(store: Store) -> Venue:
    return await store.open_venue(GUILD, CHANNEL, "wijk", "nl", MODERATOR, NOON)


@pytest.fixture
def refuse(path: Path) -> Refuse:
    """Makes the next insert into that table fail, inside SQLite."""

    def refuse_inserts(table: str) -> None:
        script(
            path, f"CREATE TRIGGER refused BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END"
        )

    return refuse_inserts


@pytest.fixture
def allow(path: Path) -> Allow:
    """Ends what `refuse` began."""
    return lambda: script(path, "DROP TRIGGER refused")
