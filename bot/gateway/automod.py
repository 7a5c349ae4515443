"""Discord's own filters, set up once and shown: the bot filters nothing itself, and leaves others' rules alone."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.core.acts import ActKind
from bot.gateway.aliases import Interaction
from bot.gateway.pressing import answer_at_once
from bot.gateway.standing import NotDoneError
from bot.store.acts import Act, NewAct
from bot.store.rows import VenueState
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

RIGHTS = ("manage_guild",)
POWERS = ("manage_guild",)

SIGN = "Wederhoor: "
"""How the names of our rules begin: by this and by who made them they are recognised."""

MOST_MENTIONS = 6
MOST_KEYWORD_RULES = 6
"""Discord takes no more keyword rules in one server, and one rule of each other kind."""

# Strong words are no misconduct in a debate: of Discord's lists, that of profanity stays off.
PRESETS = discord.AutoModPresets(slurs=True, sexual_content=True)

Type = discord.AutoModRuleTriggerType


class FilterState(StrEnum):
    """How a filter that we would set up stands to the server's rules."""

    SET = "set"
    OFF = "off"
    MISSING = "missing"
    CHANGED = "changed"
    TAKEN = "taken"
    FULL = "full"


@dataclass(frozen=True)
class Filter:
    """One filter as we would set it up; `debate` is set for a word list."""

    kind: str
    trigger: discord.AutoModTrigger
    debate: str = ""


@dataclass(frozen=True)
class Finding:
    """What there is of a filter; `rule` is ours, or the one in its place."""

    filter: Filter
    state: FilterState
    rule: discord.AutoModRule | None = None


class AutoMod:
    """Compares what a server has with what we would set up, and sets up what is missing."""

    def __init__(self, bot: DebateBot) -> None:
        self._bot = bot
        self._turn = asyncio.Lock()

    async def show(self, interaction: Interaction, wording: Wording) -> tuple[str, discord.ui.View | None]:
        """How it stands, with a button if there is anything to set up."""
        findings = await self._survey(_guild(interaction))
        view = None
        if any(_is_to_do(finding) for finding in findings):
            view = discord.ui.View(timeout=None)
            view.add_item(AutoModButton(wording.say("automod.button")))
        return self._told(findings, wording, done=0), view

    async def set_up(self, interaction: Interaction, wording: Wording) -> str:
        """Makes what is missing and brings our word lists up to date; done twice, it changes nothing."""
        guild = _guild(interaction)
        async with self._turn:
            to_do = [finding for finding in await self._survey(guild) if _is_to_do(finding)]
            if to_do:
                reason = self._bot.moderation.reason(interaction, "moderation.because_automod")

                async def write(_: Act) -> None:
                    for finding in to_do:
                        await self._write(interaction, guild, finding, reason)

                act = NewAct(
                    guild_id=guild.id,
                    channel_id=interaction.channel_id or 0,
                    kind=ActKind.AUTOMOD,
                    by=interaction.user.id,
                    at=self._bot.now(),
                    record={"rules": [finding.filter.kind for finding in to_do]},
                )
                await self._bot.moderation.carry_out(interaction, act, write)
            return self._told(await self._survey(guild), wording, done=len(to_do))

    async def _write(
        self, interaction: Interaction, guild: discord.Guild, finding: Finding, reason: str
    ) -> None:
        if finding.rule is not None:
            await finding.rule.edit(trigger=finding.filter.trigger, reason=reason)
            return
        house = self._bot.moderation.house(interaction)
        actions = [discord.AutoModRuleAction(custom_message=house.say("automod.blocked"))]
        venue = self._bot.moderation.office_for(interaction)
        if venue is not None:
            actions.append(discord.AutoModRuleAction(channel_id=self._bot.office.room_of(venue)))
        await guild.create_automod_rule(
            name=SIGN + _named(finding.filter, house),
            event_type=discord.AutoModRuleEventType.message_send,
            trigger=finding.filter.trigger,
            actions=actions,
            enabled=True,
            reason=reason,
        )

    async def _survey(self, guild: discord.Guild) -> list[Finding]:
        rules = await guild.fetch_automod_rules()
        me = self._bot.user
        ours = [rule for rule in rules if me and rule.creator_id == me.id and rule.name.startswith(SIGN)]
        return [_find(wanted, rules, ours) for wanted in self._filters(guild.id)]

    def _filters(self, guild_id: int) -> Iterator[Filter]:
        yield Filter("spam", discord.AutoModTrigger(type=Type.spam))
        yield Filter("mentions", discord.AutoModTrigger(mention_limit=MOST_MENTIONS))
        yield Filter("presets", discord.AutoModTrigger(presets=PRESETS))
        service = self._bot.service
        debates = {
            venue.debate_id
            for venue in service.venues.all()
            if venue.guild_id == guild_id and venue.state is not VenueState.CLOSED
        }
        for debate_id in sorted(debates & service.debates.keys()):
            words = service.debates[debate_id].debate.blocked_words
            if words:
                yield Filter("words", discord.AutoModTrigger(keyword_filter=list(words)), debate_id)

    def _told(self, findings: Iterable[Finding], wording: Wording, *, done: int) -> str:
        lines = [
            wording.say(
                "automod.line",
                name=_named(finding.filter, wording),
                state=wording.say(
                    f"automod.state_{finding.state}", name=finding.rule.name if finding.rule else ""
                ),
            )
            for finding in findings
        ]
        return wording.say("automod.shown", lines=lines, done=done)


def _find(wanted: Filter, rules: list[discord.AutoModRule], ours: list[discord.AutoModRule]) -> Finding:
    alike = [rule for rule in rules if rule.trigger.type is wanted.trigger.type]
    mine = [
        rule
        for rule in alike
        if rule in ours and rule.name.endswith(f"({wanted.debate})" if wanted.debate else "")
    ]
    if mine:
        if wanted.debate and mine[0].trigger.keyword_filter != wanted.trigger.keyword_filter:
            return Finding(wanted, FilterState.CHANGED, mine[0])
        return Finding(wanted, FilterState.SET if mine[0].enabled else FilterState.OFF, mine[0])
    if wanted.debate:
        return Finding(wanted, FilterState.FULL if len(alike) >= MOST_KEYWORD_RULES else FilterState.MISSING)
    return Finding(wanted, FilterState.TAKEN, alike[0]) if alike else Finding(wanted, FilterState.MISSING)


def _is_to_do(finding: Finding) -> bool:
    return finding.state in (FilterState.MISSING, FilterState.CHANGED)


def _named(filter_: Filter, wording: Wording) -> str:
    return wording.say(f"automod.rule_{filter_.kind}", debate=filter_.debate)


def _guild(interaction: Interaction) -> discord.Guild:
    if interaction.guild is None:
        raise NotDoneError("moderation.wrong_channel")
    return interaction.guild


class AutoModButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"wederhoor:automod"
):
    """Sets up what is missing."""

    def __init__(self, label: str) -> None:
        super().__init__(
            discord.ui.Button(label=label, style=discord.ButtonStyle.primary, custom_id="wederhoor:automod")
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(getattr(item, "label", None) or match[0])

    async def callback(self, interaction: Interaction) -> None:
        await answer_at_once(interaction, self._press)

    async def _press(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        await bot.moderation.settle(
            interaction, wording, lambda wording: bot.automod.set_up(interaction, wording), RIGHTS, POWERS
        )
