"""Which permissions a debate needs, and which the bot lacks in a channel."""

from __future__ import annotations

import discord

from bot.wording import Wording

TEXT = (
    "view_channel",
    "send_messages",
    "read_message_history",
    "send_messages_in_threads",
    "pin_messages",
)
FORUM = ("view_channel", "send_messages", "read_message_history", "send_messages_in_threads")


def missing(
    channel: discord.TextChannel | discord.ForumChannel, me: discord.Member, wording: Wording
) -> list[str]:
    """The needed permissions that the bot does not have there, as Discord calls them."""
    have = channel.permissions_for(me)
    needed = TEXT if isinstance(channel, discord.TextChannel) else FORUM
    return [wording.say(f"permission.{name}") for name in needed if not getattr(have, name)]
