"""Before a moderator's act: whether they may, whether the bot can, and whether this member may be acted on."""

from __future__ import annotations

import logging
from collections.abc import Iterable

import discord

from bot.core.errors import ExpectedError, Told
from bot.gateway.aliases import Interaction
from bot.gateway.rights import granted
from bot.wording import Wording

log = logging.getLogger(__name__)


GROUP = "moderation_command.group"
"""The name of the commands by which their buttons go too."""

GUARDED = (
    "administrator",
    "manage_guild",
    "ban_members",
    "kick_members",
    "moderate_members",
    "manage_messages",
)
"""Whoever has one of these moderates, and is no subject of these commands."""


class NotDoneError(ExpectedError):
    """A moderator's act was refused before anything was done."""

    def __init__(self, key: str, **values: str | Told) -> None:
        super().__init__(key)
        self._told = Told(key, values)

    @property
    def told(self) -> Told:
        return self._told


async def require_rights(
    interaction: Interaction, wording: Wording, names: Iterable[str], have: discord.Permissions | None = None
) -> None:
    """Refuses who lacks those permissions, unless the server's settings gave them these very commands.

    Nobody gets a power from the bot that neither gave them. `have` stands for another channel than this one.
    """
    have = interaction.permissions if have is None else have
    lacking = [name for name in names if not getattr(have, name)]
    if lacking and not await granted(interaction, GROUP):
        log.warning("moderation refused to %s in %s", interaction.user.id, interaction.channel_id)
        raise NotDoneError("moderation.you_lack", names=powers(lacking, wording))


def require_powers(
    interaction: Interaction, wording: Wording, names: Iterable[str], have: discord.Permissions | None = None
) -> None:
    """Refuses what the bot itself lacks the permissions for, before anything is done."""
    have = interaction.app_permissions if have is None else have
    lacking = [name for name in names if not getattr(have, name)]
    if lacking:
        raise NotDoneError("moderation.bot_lacks", names=powers(lacking, wording))


def powers(names: Iterable[str], wording: Wording) -> str:
    """Permissions as Discord calls them."""
    return ", ".join(wording.say(f"moderation.power_{name}") for name in names)


def require_subject(interaction: Interaction, member: discord.abc.User) -> None:
    """Refuses to act on oneself, on a bot, on the owner, or on whoever moderates."""
    guild = interaction.guild
    if member.id == interaction.user.id:
        raise NotDoneError("moderation.not_yourself")
    if member.bot:
        raise NotDoneError("moderation.not_a_bot")
    if guild is not None and member.id == guild.owner_id:
        raise NotDoneError("moderation.not_the_owner")
    if isinstance(member, discord.Member):
        theirs = member.resolved_permissions or discord.Permissions.none()
        if any(getattr(theirs, name) or getattr(member.guild_permissions, name) for name in GUARDED):
            raise NotDoneError("moderation.not_a_moderator", member=member.mention)


def require_below(interaction: Interaction, member: discord.Member) -> None:
    """Refuses what Discord would: to act on whose highest role is not below the bot's and the moderator's."""
    guild, by = interaction.guild, interaction.user
    if guild is None:
        return
    if guild.me.top_role <= member.top_role:
        raise NotDoneError("moderation.above_me", member=member.mention)
    if isinstance(by, discord.Member) and by.id != guild.owner_id and by.top_role <= member.top_role:
        raise NotDoneError("moderation.above_you", member=member.mention)


def present(member: discord.abc.User) -> discord.Member:
    """The same as a member; refuses who is not in the server any more."""
    if not isinstance(member, discord.Member):
        raise NotDoneError("moderation.gone", member=member.mention)
    return member
