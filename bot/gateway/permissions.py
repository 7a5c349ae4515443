"""Which permissions a debate needs and why, and which the bot lacks; docs/operators.md lists them all."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from bot.wording import Wording

SPEAK = ("view_channel", "send_messages", "read_message_history", "send_messages_in_threads")
"""What answering takes, in a channel and in its threads."""

WRITE = ("view_channel", "send_messages")
"""What telling moderators takes, in the channel that they chose."""

TEXT = (*SPEAK, "pin_messages")
FORUM = (*SPEAK, "manage_threads")
FURNISH = "manage_channels"
"""Needed only while a forum still lacks tags or guidelines."""

MODERATION = (
    "moderate_members",
    "manage_messages",
    "manage_channels",
    "manage_roles",
    "manage_guild",
    "manage_threads",
    "read_message_history",
)
"""What `/moderatie` takes, each only for some of its commands and when they are given."""
POLL = "send_polls"
"""Asked for only by a debate that has a poll, and not when moderators want none."""

Room = discord.TextChannel | discord.ForumChannel | discord.Thread


def missing(room: Room, names: Iterable[str]) -> list[str]:
    """Those of the named permissions that the bot does not have there; none when that cannot be known."""
    me = room.guild.me
    if me is None or (isinstance(room, discord.Thread) and room.parent is None):
        return []
    have = room.permissions_for(me)
    return [name for name in names if not getattr(have, name)]


def missing_to_answer(room: Room) -> list[str]:
    """What the bot lacks to reply in exactly that channel or thread."""
    passed_over = "send_messages" if isinstance(room, discord.Thread) else "send_messages_in_threads"
    return missing(room, (name for name in SPEAK if name != passed_over))


def told(names: Iterable[str], wording: Wording) -> str:
    """The permissions as Discord calls them, each with what it is for."""
    return ", ".join(wording.say(f"permission.{name}") for name in names)
