"""House rules in words: what each is called, what it is set to, and what somebody typed instead."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time
from decimal import Decimal
from enum import StrEnum
from typing import Any

import discord
from babel.dates import format_time
from babel.numbers import NumberFormatError, format_decimal, parse_decimal

from bot.core.errors import ExpectedError, Told
from bot.core.rule_shapes import RuleKind, RuleShape
from bot.wording import Wording

MOST_NAMED = 5
"""So many roles or tags are named one by one; of more the rest is counted."""

_LONG = 2 * 3600
"""From so many seconds on, whole hours are said as hours."""

Forum = discord.ForumChannel


class WrongRuleError(ExpectedError):
    """Somebody filled in what a rule cannot be set to; nothing was changed."""

    def __init__(self, told: Told) -> None:
        super().__init__(told.key)
        self._told = told

    @property
    def told(self) -> Told:
        return self._told


class RuleWords:
    """Says the rules of one debate in one language; `plain` values hold no mentions, for where Discord shows none."""

    def __init__(self, wording: Wording, guild: discord.Guild | None, forum: Forum | None) -> None:
        self.wording = wording
        self._guild = guild
        self._tags = {tag.id: tag.name for tag in forum.available_tags} if forum else {}

    def name(self, name: str) -> str:
        """What a rule is called."""
        return self.wording.say(f"settings.name_{name}")

    def choice(self, code: str) -> str:
        """What a choice is called."""
        return self.wording.say(f"settings.choice_{code}")

    def value(self, shape: RuleShape, value: Any, *, plain: bool = False) -> str:
        """What a rule is set to."""
        match shape.kind:
            case RuleKind.CHOICE:
                return self.choice(code_of(value))
            case RuleKind.SECONDS:
                if value >= _LONG and value % 3600 == 0:
                    return self.wording.say("settings.hours", count=self._number(value / 3600))
                return self.wording.say("settings.minutes", count=self._number(value / 60))
            case RuleKind.HOURS:
                return self.wording.say("settings.hours", count=self._number(value))
            case RuleKind.HOUR_OF_DAY:
                return format_time(time(value), "short", locale=self.wording.customs)
            case RuleKind.CHANNEL:
                return self._channel(value, plain=plain)
            case RuleKind.ROLES:
                return self._several([self._role(id_, plain=plain) for id_ in value])
            case RuleKind.TAGS:
                return self._several(
                    [self._tags.get(id_, self.wording.say("settings.gone")) for id_ in value]
                )
            case _:
                return self._number(value)

    def range(self, shape: RuleShape) -> str:
        """Which numbers a rule may be set to, in the unit in which it is asked for."""
        scale = 60 if shape.kind is RuleKind.SECONDS else 1
        key = "settings.range_minutes" if shape.kind is RuleKind.SECONDS else "settings.range"
        return self.wording.say(key, **self._bounds(shape, scale))

    def typed(self, shape: RuleShape, value: int) -> str:
        """A number as somebody would type it."""
        shown = value / 60 if shape.kind is RuleKind.SECONDS else value
        return format_decimal(shown, locale=self.wording.locale, group_separator=False)

    def parse(self, shape: RuleShape, text: str) -> int:
        """The number that somebody typed; raises `WrongRuleError` for anything else."""
        scale = 60 if shape.kind is RuleKind.SECONDS else 1
        wanted = text.strip()
        if shape.kind is RuleKind.HOUR_OF_DAY:
            wanted = re.sub(r"[:.]00$", "", wanted)
        try:
            number = parse_decimal(wanted, locale=self.wording.locale, strict=True) * scale
        except NumberFormatError:
            number = None
        if number is None or not _is_whole(number) or not self._is_within(shape, int(number)):
            bounds = self._bounds(shape, scale)
            raise WrongRuleError(
                Told("settings.wrong_number", {"name": self.name(shape.name), "given": wanted[:50], **bounds})
            )
        return int(number)

    def _is_within(self, shape: RuleShape, number: int) -> bool:
        return shape.least <= number and (shape.most is None or number <= shape.most)

    def _bounds(self, shape: RuleShape, scale: int) -> dict[str, str]:
        most = shape.most if shape.most is not None else 10**9
        return {"least": self._number(shape.least / scale), "most": self._number(most // scale)}

    def _number(self, number: float) -> str:
        return format_decimal(number, locale=self.wording.locale)

    def _channel(self, id_: int, *, plain: bool) -> str:
        if not id_:
            return self.wording.say("settings.none")
        channel = self._guild.get_channel_or_thread(id_) if self._guild else None
        if plain:
            return f"#{channel.name}" if channel else self.wording.say("settings.gone")
        return f"<#{id_}>"

    def _role(self, id_: int, *, plain: bool) -> str:
        role = self._guild.get_role(id_) if self._guild else None
        if plain or role is None:
            return f"@{role.name}" if role else self.wording.say("settings.gone")
        return role.mention

    def _several(self, names: Iterable[str]) -> str:
        shown = list(names)
        if not shown:
            return self.wording.say("settings.none")
        listed = ", ".join(shown[:MOST_NAMED])
        rest = len(shown) - MOST_NAMED
        return self.wording.say("settings.and_more", names=listed, count=rest) if rest > 0 else listed


def _is_whole(number: Decimal) -> bool:
    return number.is_finite() and number == number.to_integral_value()


def code_of(value: Any) -> str:
    """The code of a choice."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.value if isinstance(value, StrEnum) else str(value)
