"""Engines on one SQLite file: how it is opened and how its transactions begin."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

PRAGMAS = {
    "journal_mode": "WAL",
    # A decision must survive a power cut; the second line is the same for macOS, where FULL is not enough.
    "synchronous": "FULL",
    "fullfsync": "ON",
    "foreign_keys": "ON",
}


def live_engine(path: Path, patience: timedelta) -> AsyncEngine:
    """The engine for everything but migrations; it has one connection."""
    engine = create_async_engine(
        _url("sqlite+aiosqlite", path),
        connect_args=_connect_args(patience),
        pool_size=1,
        max_overflow=0,
        hide_parameters=True,
    )
    event.listen(engine.sync_engine, "connect", _set_pragmas)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def migration_engine(path: Path, patience: timedelta) -> Engine:
    """The engine for migrations, which may rebuild a table that others refer to.

    It sets nothing that stays in the file, so that a file that is not ours is left as it was.
    """
    engine = create_engine(
        _url("sqlite", path), connect_args=_connect_args(patience), poolclass=NullPool, hide_parameters=True
    )
    event.listen(engine, "begin", _begin)
    return engine


def reading_engine(path: Path, patience: timedelta) -> Engine:
    """The engine for who only looks, also while the bot writes; it makes no file and changes none."""
    engine = create_engine(
        _url("sqlite", path),
        creator=lambda: sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, **_connect_args(patience)
        ),
        poolclass=NullPool,
        hide_parameters=True,
    )
    # All that is read is of one moment.
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _url(driver: str, path: Path) -> URL:
    # Absolute, so that no name of a file has a meaning of its own, as `:memory:` has.
    return URL.create(driver, database=str(path.absolute()))


def _connect_args(patience: timedelta) -> dict[str, Any]:
    # Without an isolation level the driver leaves transactions to us; the timeout is SQLite's busy timeout.
    return {"isolation_level": None, "timeout": patience.total_seconds()}


def _set_pragmas(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    try:
        for name, value in PRAGMAS.items():
            cursor.execute(f"PRAGMA {name} = {value}")
    finally:
        cursor.close()


def _begin(connection: Connection) -> None:
    # The write lock is taken first: a transaction that reads and then writes could otherwise fail half-way.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
