"""Where a message stands on Discord."""

from __future__ import annotations


def message_link(guild_id: int, channel_id: int, message_id: int | None) -> str:
    """The address of a message, which Discord shows as a jump."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"
