"""A press of what is no longer under its message: the library drops it, a person still gets an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.gateway.aliases import Interaction
from bot.gateway.pressing import answer_press
from bot.gateway.telling import tell
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

OURS = "wederhoor:"


class StalePresses(commands.Cog):
    """Answers who pressed something that was taken away a moment before, or never was there."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """Any press."""
        pressed: Any = interaction.data or {}
        custom_id = str(pressed.get("custom_id"))
        message = interaction.message
        if interaction.type is not discord.InteractionType.component or message is None:
            return
        if custom_id.startswith(OURS) and custom_id not in _custom_ids(message):
            await answer_press(interaction, _stale)


async def _stale(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
    await tell(interaction, wording.say("error.stale_button"))


def _custom_ids(message: discord.Message) -> set[str]:
    kind = discord.ui.LayoutView if message.flags.components_v2 else discord.ui.View
    children = kind.from_message(message, timeout=None).walk_children()
    return {str(getattr(child, "custom_id", "")) for child in children}
