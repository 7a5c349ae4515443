"""What can go wrong with the store, each by its name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from sqlalchemy.exc import StatementError

from bot.core.errors import ExpectedError, Told


class StoreFault(StrEnum):
    """Why the store cannot be opened, read or written."""

    NOT_A_DATABASE = "not_a_database"
    FOREIGN = "foreign"
    NEWER_SCHEMA = "newer_schema"
    OLDER_SCHEMA = "older_schema"
    DAMAGED = "damaged"
    NOT_WRITABLE = "not_writable"
    FULL = "full"
    LOCKED = "locked"
    DEVICE = "device"
    CONSTRAINT = "constraint"
    CLOSED = "closed"


class StoreError(ExpectedError):
    """The store cannot do its work; nothing of the refused transaction was written."""

    def __init__(self, reason: StoreFault, path: Path, detail: str) -> None:
        super().__init__(f"{reason}: {path}: {detail}")
        self.reason = reason
        self.path = path
        self.detail = detail

    @property
    def told(self) -> Told:
        return Told("cli.store", {"path": str(self.path), "sentence": Told(f"store.{self.reason}")})


class AlreadyDecidedError(Exception):
    """The comment has a decision; a second one could double a reply."""

    def __init__(self, message_id: int, decision_id: int) -> None:
        super().__init__(f"message {message_id}: decision {decision_id}")
        self.message_id = message_id
        self.decision_id = decision_id


class DroppedError(Exception):
    """The comment was dropped before it was decided, and nobody asked for a decision."""

    def __init__(self, message_id: int) -> None:
        super().__init__(f"message {message_id}")
        self.message_id = message_id


class NotStoredError(LookupError):
    """The store holds no such row."""

    def __init__(self, kind: str, id_: int) -> None:
        super().__init__(f"{kind} {id_}")
        self.kind = kind
        self.id = id_


class TextRefusedError(ValueError):
    """A string that is no code was offered for a JSON column; the error names its place, never its words."""

    def __init__(self, place: str) -> None:
        super().__init__(place)
        self.place = place


_FAULTS = {
    sqlite3.SQLITE_NOTADB: StoreFault.NOT_A_DATABASE,
    sqlite3.SQLITE_CORRUPT: StoreFault.DAMAGED,
    sqlite3.SQLITE_READONLY: StoreFault.NOT_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: StoreFault.NOT_WRITABLE,
    sqlite3.SQLITE_PERM: StoreFault.NOT_WRITABLE,
    sqlite3.SQLITE_FULL: StoreFault.FULL,
    # SQLite says so when the disk has no room for its shared-memory file.
    sqlite3.SQLITE_IOERR_SHMSIZE: StoreFault.FULL,
    sqlite3.SQLITE_BUSY: StoreFault.LOCKED,
    sqlite3.SQLITE_LOCKED: StoreFault.LOCKED,
    sqlite3.SQLITE_IOERR: StoreFault.DEVICE,
    sqlite3.SQLITE_CONSTRAINT: StoreFault.CONSTRAINT,
}

_PRIMARY = 0xFF
"""The part of SQLite's result code that is the same for all variants of a fault."""


@contextmanager
def named_faults(path: Path) -> Iterator[None]:
    """Turns the driver's errors into `StoreError`; what is a mistake in the code goes through as it is."""
    try:
        yield
    except sqlite3.Error as error:
        raise _store_error(error, path) or error from error
    except StatementError as error:
        if not isinstance(error.orig, sqlite3.Error):
            raise error.orig or error from None
        raise _store_error(error.orig, path) or error from error


def _store_error(error: sqlite3.Error, path: Path) -> StoreError | None:
    # Errors that the driver raises by itself, such as a wrong number of parameters, carry no code.
    code: int | None = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    reason = _FAULTS.get(code) or _FAULTS.get(code & _PRIMARY)
    return StoreError(reason, path, str(error)) if reason else None
