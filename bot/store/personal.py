"""What the store holds about one person, in whatever table: to be shown, and to be forgotten."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    String,
    Table,
    cast,
    delete,
    func,
    or_,
    select,
    update,
)

from bot.store.columns import NOBODY, Codes, Forget
from bot.store.store import Store
from bot.store.tables import metadata

Rows = dict[str, list[dict[str, Any]]]


class Personal:
    """Finds a person by the columns that hold ids of people, and by their id inside recorded codes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def of(self, user_id: int) -> Rows:
        """Every row that holds this person's id, by table, as JSON can hold it; other people's ids are left out."""
        return await self._store.transact(_of, user_id)

    async def forget(self, user_id: int) -> None:
        """Leaves this person's id nowhere; what others need is kept, without telling of whom it was."""
        await self._store.transact(_forget, user_id)


def people(table: Table) -> list[Column[Any]]:
    """The columns that hold ids of people."""
    return [column for column in table.columns if "forget" in column.info]


def replacement(table: Table, column: Column[Any]) -> ColumnElement[int] | int:
    """What takes the place of an id in a row that stays."""
    return NOBODY if column.info["forget"] is Forget.NOBODY else -table.c.id


def _of(connection: Connection, user_id: int) -> Rows:
    found: Rows = {}
    for table in metadata.sorted_tables:
        holds = [column == user_id for column in people(table)]
        holds += [_mentions(column, user_id) for column in _recorded(table)]
        if holds:
            rows = connection.execute(select(table).where(or_(*holds)))
            shown = [
                _shown(row._mapping, table, user_id)
                for row in rows
                if _is_about(row._mapping, table, user_id)
            ]
            if shown:
                found[table.name] = shown
    return found


def _shown(row: Mapping[Any, Any], table: Table, user_id: int) -> dict[str, Any]:
    # Who muted or warned somebody, and whom, is theirs to know.
    others = {column.name for column in people(table) if row[column.name] != user_id}
    return {
        name: None if name in others else value.isoformat() if isinstance(value, datetime) else value
        for name, value in row.items()
    }


def _is_about(row: Mapping[Any, Any], table: Table, user_id: int) -> bool:
    return any(row[column.name] == user_id for column in people(table)) or any(
        _id_in(user_id).search(json.dumps(row[column.name])) for column in _recorded(table)
    )


def _forget(connection: Connection, user_id: int) -> None:
    # Rows of others may refer to those that go, so the tables are taken from the last to the first.
    for table in reversed(metadata.sorted_tables):
        for column in people(table):
            if column.info["forget"] is Forget.ROW:
                connection.execute(delete(table).where(column == user_id))
            else:
                blank = {column.name: replacement(table, column)}
                connection.execute(update(table).where(column == user_id).values(blank))
        for column in _recorded(table):
            _erase(connection, table, column, user_id)


def _erase(connection: Connection, table: Table, column: Column[Any], user_id: int) -> None:
    keys = list(table.primary_key.columns)
    for row in list(connection.execute(select(*keys, column).where(_mentions(column, user_id)))):
        *key, recorded = row
        erased = json.loads(_id_in(user_id).sub(str(NOBODY), json.dumps(recorded)))
        here = (name == value for name, value in zip(keys, key, strict=True))
        connection.execute(update(table).where(*here).values({column.name: erased}))


def _recorded(table: Table) -> Iterator[Column[Any]]:
    return (column for column in table.columns if isinstance(column.type, Codes))


def _mentions(column: Column[Any], user_id: int) -> ColumnElement[bool]:
    return func.instr(cast(column, String), str(user_id)) > 0


def _id_in(user_id: int) -> re.Pattern[str]:
    # A longer number, such as another id, is somebody else.
    return re.compile(rf"(?<!\d){user_id}(?!\d)")
