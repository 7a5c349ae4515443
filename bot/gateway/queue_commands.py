"""`/debat modus` and `/debat wachtrij`: what the bot does by itself, and what waits for a moderator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.core.house_rules import Mode
from bot.gateway.aliases import Interaction
from bot.gateway.here import venue_here
from bot.gateway.locales import named, wording_for
from bot.gateway.queue_overview import overview
from bot.gateway.queue_status import mode_sentence
from bot.gateway.telling import promise, tell
from bot.store.rows import Venue
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


def add_queue_commands(group: app_commands.Group, bot: DebateBot, wording: Mapping[str, Wording]) -> None:
    """Adds them to the moderators' group."""

    def name(key: str) -> app_commands.locale_str:
        return named(wording, f"command.{key}")

    @app_commands.rename(mode=name("mode"))
    @app_commands.describe(mode=name("mode_choice_about"))
    @app_commands.choices(
        mode=[app_commands.Choice(name=named(wording, f"queue.choice_{mode}"), value=mode) for mode in Mode]
    )
    async def mode(interaction: Interaction, mode: str | None = None) -> None:
        venue, spoken = await _place(bot, interaction)
        if venue is None:
            return
        if mode is not None:
            venue = await bot.service.venues.change_rules(venue, {"mode": mode}, interaction.user.id)
        await tell(interaction, mode_sentence(venue, spoken))

    group.command(name=name("mode"), description=name("mode_about"))(mode)

    async def queue(interaction: Interaction) -> None:
        venue, spoken = await _place(bot, interaction)
        if venue is not None:
            view = await overview(bot, venue, spoken)
            await interaction.followup.send(
                view=view, ephemeral=True, allowed_mentions=discord.AllowedMentions.none()
            )

    group.command(name=name("queue"), description=name("queue_about"))(queue)


async def _place(bot: DebateBot, interaction: Interaction) -> tuple[Venue | None, Wording]:
    """The debate where a command was given, after promising an answer; None when there is none to answer about."""
    wording = wording_for(bot.service.wording, interaction.locale)
    venue = venue_here(bot, interaction)
    if venue is None:
        await tell(interaction, wording.say("error.no_venue"))
        return None, wording
    return (venue if await promise(interaction) else None), wording
