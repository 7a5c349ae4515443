"""Telling moderators that it gets warm in a debate, with a button for slow mode; the bot does nothing by itself."""

from __future__ import annotations

import logging
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import discord
from discord.ext import commands

from bot.core.heat import Heat, Limits
from bot.gateway.aliases import Interaction
from bot.gateway.listener import is_comment
from bot.gateway.locking import room_of
from bot.gateway.moderation import MODERATE, attempt
from bot.gateway.pressing import answer_press
from bot.gateway.standing import NotDoneError, require_powers, require_rights
from bot.gateway.telling import tell
from bot.store.rows import Venue
from bot.venues import rules_of
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)

PROPOSED = 30
"""The seconds between two messages that the button asks for."""


class HeatWatch(commands.Cog):
    """Counts what happens in the channels of debates, in memory alone."""

    def __init__(self, bot: DebateBot) -> None:
        self._bot = bot
        self._heat = Heat()
        bot.rounds.add(self._cool)

    async def _cool(self, now: datetime) -> None:
        self._heat.cool(now)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """A message anywhere."""
        if not is_comment(message):
            return
        venue = await self._bot.listener.venue_of(message)
        if venue is not None and self._bot.office.has_room(venue):
            answered = message.reference.resolved if message.reference else None
            other = answered.author.id if isinstance(answered, discord.Message) else None
            self._heat.message(message.channel.id, message.author.id, other, self._bot.now())
            await self._look(venue, message.channel.id)

    @commands.Cog.listener()
    async def on_automod_action(self, execution: discord.AutoModAction) -> None:
        """A filter of Discord's did something; what it held back counts, once however many things it did."""
        if execution.action.type is not discord.AutoModRuleActionType.block_message:
            return
        channel = execution.channel
        parent = getattr(channel, "parent_id", None)
        venue = self._bot.service.venues.of(execution.channel_id, parent)
        if venue is not None and execution.channel_id and self._bot.office.has_room(venue):
            self._heat.hit(execution.channel_id, self._bot.now())
            await self._look(venue, execution.channel_id)

    async def _look(self, venue: Venue, channel_id: int) -> None:
        rules = rules_of(venue)
        limits = Limits(rules.heat_messages, rules.heat_replies, rules.heat_hits)
        warm = self._heat.alarm(channel_id, limits, self._bot.now())
        if not warm:
            return
        log.info("channel %s is warm: %s", channel_id, warm)
        wording = self._bot.service.wording[venue.locale]
        signals = [wording.say(f"heat.signal_{signal}", count=count) for signal, count in warm.items()]
        view = discord.ui.View(timeout=None)
        view.add_item(SlowButton(channel_id, wording.say("heat.button")))
        text = wording.say("heat.alarm", where=f"<#{channel_id}>", signals=signals)
        await self._bot.office.post(venue, text, view=view)


class SlowButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"wederhoor:slow:(?P<channel>[0-9]{1,20})",
):
    """Puts the channel that an alarm is about into slow mode."""

    def __init__(self, channel_id: int, label: str) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                custom_id=f"wederhoor:slow:{channel_id}",
            )
        )
        self._channel_id = channel_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["channel"]), getattr(item, "label", None) or match["channel"])

    async def callback(self, interaction: Interaction) -> None:
        await answer_press(interaction, self._press)

    async def _press(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        async def slow(wording: Wording) -> str:
            room = room_of(await bot.delivery.channel(self._channel_id))
            if room.guild.id != interaction.guild_id or not isinstance(interaction.user, discord.Member):
                raise NotDoneError("moderation.wrong_channel")
            name = "manage_threads" if isinstance(room, discord.Thread) else "manage_channels"
            # The press is made in another channel: what counts is what is allowed in that one.
            theirs, ours = room.permissions_for(interaction.user), room.permissions_for(room.guild.me)
            await require_rights(interaction, wording, (MODERATE, name), theirs)
            require_powers(interaction, wording, (name,), ours)
            return await bot.channel_acts.slow(interaction, wording, room, PROPOSED)

        await tell(interaction, await attempt(wording, slow))
