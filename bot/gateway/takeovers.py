"""Where a moderator answers a member in person, the bot leaves the channel to them for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import discord

from bot.gateway.queue_items import SpeakAgain
from bot.store.rows import SuggestionState, Takeover, Venue
from bot.venues import rules_of

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


class HumanTurns:
    """Notices that a moderator takes a channel over, tells the others, and gives it back."""

    def __init__(self, bot: DebateBot) -> None:
        self._bot = bot
        self._stored = bot.service.takeovers

    async def notice(self, venue: Venue, message: discord.Message) -> None:
        """Leaves a channel to the moderator who answers a member there; settles what waited on that comment."""
        answered = message.reference.resolved if message.reference else None
        if not isinstance(answered, discord.Message) or not _is_answer(message, answered):
            return
        suggestion = await self._bot.service.suggestions.of_comment(answered.id)
        if suggestion is not None and suggestion.state is SuggestionState.WAITING:
            await self._bot.suggesting.answer_in_person(suggestion, message.author.id)
            await self._bot.queue.refresh(suggestion.decision_id)
        await self.begin(venue, message.channel.id, message.author.id, message.created_at)

    async def begin(
        self, venue: Venue, channel_id: int, by: int, since: datetime | None = None
    ) -> datetime | None:
        """Keeps quiet in a channel as long as the house rules say; until when, or None for not at all."""
        now = self._bot.now()
        since = since or now
        until = since + timedelta(hours=rules_of(venue).human_hours)
        if until <= now:
            return None
        if await self._stored.begin(Takeover(channel_id, venue.id, by, since, until)):
            wording = self._bot.queue.wording(venue)
            view = discord.ui.View(timeout=None)
            view.add_item(SpeakAgain(channel_id, wording.say("queue.press_speak")))
            sentence = wording.say(
                "queue.taken_over",
                by=f"<@{by}>",
                channel=f"<#{channel_id}>",
                until=discord.utils.format_dt(until, "f"),
            )
            await self._bot.office.post(venue, sentence, view=view)
        return until

    async def end(self, channel_id: int, guild_id: int | None) -> bool:
        """Gives a channel of that server back to the bot; tells whether it was a moderator's."""
        of_guild = [venue for venue in self._bot.service.venues.all() if venue.guild_id == guild_id]
        for venue in of_guild:
            current = await self._stored.current(venue.id, self._bot.now())
            if any(takeover.channel_id == channel_id for takeover in current):
                return await self._stored.end(channel_id) is not None
        return False

    async def current(self, venue: Venue) -> list[Takeover]:
        """What moderators have taken over in a venue."""
        return await self._stored.current(venue.id, self._bot.now())


def _is_answer(message: discord.Message, answered: discord.Message) -> bool:
    """Whether a moderator answers somebody else's comment there."""
    author, channel = message.author, message.channel
    if answered.author.bot or answered.author.id == author.id or not isinstance(author, discord.Member):
        return False
    try:
        known = isinstance(channel, discord.TextChannel | discord.Thread)
        rights = channel.permissions_for(author) if known else author.guild_permissions
    except discord.ClientException:  # a thread whose channel is unknown
        rights = author.guild_permissions
    return rights.manage_messages
