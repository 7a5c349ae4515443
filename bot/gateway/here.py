"""Where a command or press was given: its debate, and the forum that may hold it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.gateway.aliases import Interaction
from bot.store.rows import Venue

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


def venue_here(bot: DebateBot, interaction: Interaction) -> Venue | None:
    """The debate of the channel or of a thread's channel, also when it is closed."""
    ids = (interaction.channel_id, getattr(interaction.channel, "parent_id", None))
    return next((v for i in ids if i and (v := bot.service.venues.at(i))), None)


def forum_of(bot: DebateBot, venue: Venue) -> discord.ForumChannel | None:
    """The forum in which a debate is held, if it is held in one."""
    channel = bot.get_channel(venue.channel_id)
    return channel if isinstance(channel, discord.ForumChannel) else None
