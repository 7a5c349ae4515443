"""A channel that is locked: what that takes from everyone, and how it is given back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from bot.gateway.aliases import Room
from bot.gateway.standing import NotDoneError

SHUT = ("send_messages", "send_messages_in_threads")
"""What a locked channel takes from everyone."""


def room_of(channel: object) -> Room:
    """A channel in which members write; refuses any other."""
    if not isinstance(channel, discord.TextChannel | discord.Thread):
        raise NotDoneError("moderation.wrong_channel")
    return channel


def what_is_open(room: Room) -> dict[str, object]:
    """What everyone may there, by code."""
    if isinstance(room, discord.Thread):
        return {"locked": room.locked}
    overwrite = room.overwrites_for(room.guild.default_role)
    return {name: getattr(overwrite, name) for name in SHUT}


def is_shut(room: Room) -> bool:
    """Whether everyone is kept from writing there."""
    return all(value is (name == "locked") for name, value in what_is_open(room).items())


async def change_lock(room: Room, wanted: Mapping[str, Any], reason: str) -> None:
    """Sets what everyone may there; raises discord.py's errors."""
    if isinstance(room, discord.Thread):
        await room.edit(locked=bool(wanted["locked"]), reason=reason)
        return
    everyone = room.guild.default_role
    overwrite = room.overwrites_for(everyone)
    overwrite.update(**{name: wanted[name] for name in SHUT})
    # An overwrite that says nothing is taken away, as it was before.
    await room.set_permissions(everyone, overwrite=None if overwrite.is_empty() else overwrite, reason=reason)
