"""What may be set, read from the house rules themselves: for every rule its kind, its choices and its range."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic.fields import FieldInfo

from bot.core.house_rules import HouseRules, Unit


class RuleKind(StrEnum):
    """How a rule is asked for and shown."""

    CHOICE = "choice"
    COUNT = "count"
    SECONDS = "seconds"
    HOURS = "hours"
    HOUR_OF_DAY = "hour_of_day"
    CHANNEL = "channel"
    ROLES = "roles"
    TAGS = "tags"


@dataclass(frozen=True, slots=True)
class RuleShape:
    """One rule; `choices` are the codes to choose from, `least` and `most` bound a number."""

    name: str
    kind: RuleKind
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None


def rule_shapes() -> tuple[RuleShape, ...]:
    """Every rule, in the order in which they are declared."""
    return tuple(_shape(name, field) for name, field in HouseRules.model_fields.items())


def _shape(name: str, field: FieldInfo) -> RuleShape:
    type_: Any = field.annotation
    if isinstance(type_, type) and issubclass(type_, StrEnum):
        return RuleShape(name, RuleKind.CHOICE, tuple(choice.value for choice in type_))
    if type_ is bool:
        return RuleShape(name, RuleKind.CHOICE, ("yes", "no"))
    unit = next((item for item in field.metadata if isinstance(item, Unit)), None)
    kind = RuleKind(unit.value) if unit else RuleKind.COUNT
    return RuleShape(name, kind, (), _bound(field.metadata, "ge") or 0, _bound(field.metadata, "le"))


def _bound(metadata: Iterable[Any], name: str) -> int | None:
    return next((getattr(item, name) for item in metadata if hasattr(item, name)), None)
