"""Opening a debate in a channel: what it takes is looked at before anything is posted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.core.claims import Debate
from bot.gateway.forum import seed_forum
from bot.gateway.permissions import TEXT, missing
from bot.gateway.seeding import MissingPermissionsError, Report, Seeding
from bot.opening import compose_opening

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


async def open_debate(
    bot: DebateBot, channel: discord.TextChannel | discord.ForumChannel, debate: Debate, by: int
) -> Report:
    """Opens the debate there, or brings its opening up to date.

    Raises `MissingPermissionsError` or, for a forum, `NoRoomForTagsError` before anything is posted.
    """
    # Two moderators may give the command at once.
    async with bot.opening[channel.id]:
        if isinstance(channel, discord.ForumChannel):
            return await seed_forum(bot, channel, debate, by)
        return await _seed_channel(bot, channel, debate, by)


async def _seed_channel(bot: DebateBot, channel: discord.TextChannel, debate: Debate, by: int) -> Report:
    lacking = missing(channel, TEXT)
    if lacking:
        raise MissingPermissionsError(lacking)
    venue = await bot.service.venues.open(channel.guild.id, channel.id, debate.id, debate.language, by)
    seeding = Seeding(bot, venue, await bot.service.store.posts(venue.id))
    posts = compose_opening(debate, bot.service.wording[venue.locale])
    await seeding.fill(channel, posts)
    await seeding.clear({post.key for post in posts})
    return seeding.report
