"""What a change of the house rules changed, rule by rule, so that it can be told and undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from bot.core.house_rules import HouseRules


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One rule with its value before and after."""

    name: str
    old: object
    new: object


def rule_changes(old: Mapping[str, object], new: Mapping[str, object]) -> list[RuleChange]:
    """What differs between two states of the rules as they are stored, in the order of the rules."""
    before, after = _readable(old), _readable(new)
    return [
        RuleChange(name, getattr(before, name), getattr(after, name))
        for name in HouseRules.model_fields
        if getattr(before, name) != getattr(after, name)
    ]


def _readable(stored: Mapping[str, object]) -> HouseRules:
    """The rules as far as this version of the program knows them: an audit trail outlives versions."""
    known = {name: value for name, value in stored.items() if name in HouseRules.model_fields}
    try:
        return HouseRules.model_validate(known)
    except ValidationError as error:
        wrong = {str(fault["loc"][0]) for fault in error.errors()}
        return HouseRules.model_validate({name: v for name, v in known.items() if name not in wrong})
