"""`/stand`: where the debate stands, as a picture and in the same figures."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.gateway.aliases import Interaction
from bot.gateway.around import debate_of, venue_around
from bot.gateway.browsing_commands import in_debate
from bot.gateway.locales import named
from bot.gateway.pressing import answer_press
from bot.gateway.status import zone_named
from bot.gateway.telling import tell_all
from bot.picture import draw
from bot.standing import alt_text, as_picture, in_words, standing_of
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


def standing_commands(
    bot: DebateBot, wording: Mapping[str, Wording]
) -> Iterator[app_commands.Command[Any, ..., Any]]:
    """The command, for everybody."""
    one_at_a_time = asyncio.Lock()

    async def stand(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        venue = venue_around(bot, interaction)
        debate = debate_of(bot, venue)
        standing = await standing_of(bot.service, venue, zone_named(debate.timezone))
        lines = in_words(standing, debate.title, wording)
        more: dict[str, Any] = {}
        if standing.claims:
            # Drawing keeps a processor busy, and what draws is not made for two threads.
            async with one_at_a_time:
                drawn = await asyncio.to_thread(draw, as_picture(standing, debate.title, wording))
            name = f"{wording.say('command.standing')}.png"
            more["file"] = discord.File(io.BytesIO(drawn), name, description=alt_text(standing, wording))
        await tell_all(interaction, lines, **more)

    async def run(interaction: Interaction) -> None:
        await answer_press(interaction, in_debate(stand))

    yield app_commands.Command(
        name=named(wording, "command.standing"),
        description=named(wording, "command.standing_about"),
        callback=run,
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
    )
