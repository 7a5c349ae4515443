"""The kinds of columns: none of them can hold a sentence.

A code is printable ASCII without spaces. The schema checks it in text columns; inside JSON, where a
constraint cannot look at each string, it is checked on the way in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, Text, TypeDecorator
from sqlalchemy.engine import Dialect

from bot.store.errors import TextRefusedError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_CODE = re.compile(r"[!-~]{0,200}")


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as whole milliseconds since 1970."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """The milliseconds of a moment; a naive one is refused."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError("naive datetime")
        return (value - EPOCH) // _MILLISECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """The moment in UTC."""
        return None if value is None else EPOCH + value * _MILLISECOND


class Choice(TypeDecorator[StrEnum]):
    """A member of an enumeration, kept as its value."""

    impl = Text
    cache_ok = True

    def __init__(self, choices: type[StrEnum]) -> None:
        super().__init__()
        self.choices = choices

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        """The value of a member; anything else is refused."""
        return None if value is None else self.choices(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        """The member of a value."""
        return None if value is None else self.choices(value)


class Flag(TypeDecorator[bool]):
    """Yes or no, kept as 1 or 0: a STRICT table knows no BOOLEAN."""

    impl = Integer
    cache_ok = True

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        """Whether it is set."""
        return None if value is None else bool(value)


class Codes(TypeDecorator[Mapping[str, object]]):
    """A JSON object whose strings are codes: printable ASCII without spaces, at most 200 characters."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, object] | None, dialect: Dialect) -> str | None:
        """The JSON of an object; one that holds something else than codes is refused."""
        if value is None:
            return None
        _require_codes(value, "$")
        return json.dumps(value, separators=(",", ":"), allow_nan=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Mapping[str, object] | None:
        """The object."""
        return None if value is None else json.loads(value)


def _require_codes(value: object, place: str) -> None:
    if isinstance(value, str):
        if not _CODE.fullmatch(value):
            raise TextRefusedError(place)
    elif isinstance(value, Mapping):
        for number, (key, below) in enumerate(value.items()):
            # A key that is refused may be somebody's words too, so only its number goes into the error.
            _require_codes(key, f"{place}.key[{number}]")
            _require_codes(below, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for number, below in enumerate(value):
            _require_codes(below, f"{place}[{number}]")


def number(name: str, *more: ForeignKey, **options: Any) -> Column[int]:
    """A whole number: an id, or a count."""
    options.setdefault("nullable", False)
    return Column(name, Integer, *more, **options)


class Forget(StrEnum):
    """What is done with somebody's id when it is forgotten."""

    ROW = "row"
    """The whole row goes: it is about nobody else."""

    NOBODY = "nobody"
    """`NOBODY` takes its place: what happened is kept, not through or to whom."""

    NUMBER = "number"
    """The row's own number with a minus takes its place, where one may not stand for two people."""


NOBODY = 0
"""Stands where an id of a person was forgotten; no such id is that low."""


def person(name: str, forget: Forget, **options: Any) -> Column[int]:
    """The id of a person, with how it is forgotten: what they may see and delete is found by this."""
    return number(name, info={"forget": forget}, **options)


def at(name: str, *, nullable: bool = False) -> Column[datetime]:
    """A moment."""
    return Column(name, Moment, nullable=nullable)


def code(name: str, longest: int = 64, **options: Any) -> Column[str]:
    """A text that is a code: printable ASCII without spaces, which the schema itself demands."""
    options.setdefault("nullable", False)
    rule = f"length({name}) BETWEEN 1 AND {longest} AND {name} NOT GLOB '*[^!-~]*'"
    return Column(name, Text, CheckConstraint(rule, name=name), **options)


def choice(name: str, choices: type[StrEnum], **options: Any) -> Column[StrEnum]:
    """A member of an enumeration."""
    options.setdefault("nullable", False)
    values = ", ".join(f"'{choice.value}'" for choice in choices)
    rule = f"{name} IN ({values})"
    return Column(name, Choice(choices), CheckConstraint(rule, name=name), **options)


def flag(name: str) -> Column[bool]:
    """Yes or no."""
    return Column(name, Flag, CheckConstraint(f"{name} IN (0, 1)", name=name), nullable=False)


def codes(name: str, *, nullable: bool = False) -> Column[Mapping[str, object]]:
    """A JSON object of codes and numbers."""
    # Releases of SQLite differ in what json_valid says of NULL.
    rule = f"{name} IS NULL OR json_valid({name})" if nullable else f"json_valid({name})"
    return Column(name, Codes, CheckConstraint(rule, name=name), nullable=nullable)
