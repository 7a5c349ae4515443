"""Which debate a member means: the one of the channel they are in, or the only one of the server.

One that is closed, or whose channel is gone, stands in no other's way.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import discord

from bot.core.claims import Debate
from bot.core.source import Span
from bot.gateway.here import venue_here
from bot.links import message_link
from bot.store.rows import Venue, VenueState

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


class NoDebateError(LookupError):
    """No debate is meant, or its folder is gone."""


def venue_around(bot: DebateBot, interaction: discord.Interaction[Any]) -> Venue:
    """The venue, whatever its state; raises `NoDebateError`."""
    of_guild = [venue for venue in bot.service.venues.all() if venue.guild_id == interaction.guild_id]
    under_way = [
        venue
        for venue in of_guild
        if venue.state is not VenueState.CLOSED and bot.get_channel(venue.channel_id) is not None
    ]
    only = next((few[0] for few in (under_way, of_guild) if len(few) == 1), None)
    venue = venue_here(bot, interaction) or only
    if venue is None or venue.debate_id not in bot.service.debates:
        raise NoDebateError
    return venue


def debate_of(bot: DebateBot, venue: Venue) -> Debate:
    """The debate of a venue that `venue_around` found."""
    return bot.service.debates[venue.debate_id].debate


async def links_in(bot: DebateBot, venue: Venue, spans: Iterable[Span]) -> dict[Span, str]:
    """Where those words stand in the venue, as far as they were posted there."""
    return {
        span: message_link(venue.guild_id, post.channel_id, post.message_id)
        for span, post in (await bot.service.replies.places_of(venue.id, spans)).items()
    }
