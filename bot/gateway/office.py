"""The moderators' channel of a debate: what is told there never stands in the way of what it tells of."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import discord

from bot.gateway.delivery import PASSING
from bot.store.rows import Venue
from bot.venues import rules_of

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)


class Office:
    """Posts in the channel that moderators chose with the house rules; without one it posts nothing."""

    def __init__(self, bot: DebateBot) -> None:
        self._bot = bot

    def has_room(self, venue: Venue) -> bool:
        """Whether moderators chose a channel."""
        return self.room_of(venue) != 0

    def room_of(self, venue: Venue) -> int:
        """The channel that moderators chose, or 0."""
        return rules_of(venue).office

    async def post(self, venue: Venue, text: str | None, **more: Any) -> discord.Message | None:
        """Says something there, pinging nobody unless `more` allows it; None when it could not be said.

        `text` is None where `more` brings a layout that holds all of it.
        """
        if not self.has_room(venue):
            return None
        channel_id = self.room_of(venue)
        options: dict[str, Any] = {
            "allowed_mentions": discord.AllowedMentions.none(),
            "suppress_embeds": True,
            **more,
        }
        try:
            room = await self._bot.delivery.channel(channel_id)
            return await room.send(text, **options) if room else None
        except (discord.HTTPException, *PASSING) as error:
            log.warning("moderators' channel %s not written to: %s", channel_id, error)
            return None
