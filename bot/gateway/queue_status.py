"""What the status tells of the mode, of what waits for a moderator, and of where one answers in person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.store.rows import Venue
from bot.venues import rules_of
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


def mode_sentence(venue: Venue, wording: Wording) -> str:
    """What the bot does by itself in a venue."""
    return wording.say(f"queue.mode_{rules_of(venue).mode}")


async def queue_lines(bot: DebateBot, venue: Venue, wording: Wording) -> list[str]:
    """What the status says of modes, of what waits, and of where a moderator answers; raises `StoreError`."""
    lines = [mode_sentence(venue, wording)]
    waiting = await bot.service.suggestions.waiting(venue.id)
    if waiting:
        since = discord.utils.format_dt(waiting[0].decided_at, "R")
        lines.append(wording.say("queue.waiting", count=len(waiting), when=since))
    for takeover in await bot.takeovers.current(venue):
        lines.append(
            wording.say(
                "queue.quiet_here",
                by=f"<@{takeover.by}>",
                channel=f"<#{takeover.channel_id}>",
                until=discord.utils.format_dt(takeover.until, "f"),
            )
        )
    return lines
