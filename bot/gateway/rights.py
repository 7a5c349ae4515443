"""Who may give a moderator's command: Discord's permission, or what a server decided in its settings."""

from __future__ import annotations

import logging
from typing import Any

import discord

log = logging.getLogger(__name__)

_ROLE, _USER = 1, 2


async def may_moderate(interaction: discord.Interaction[Any]) -> bool:
    """Whether a command or press is allowed; Discord hides commands from others, a forged call is refused here."""
    return interaction.permissions.manage_messages or await granted(interaction)


async def granted(interaction: discord.Interaction[Any], group: str = "command.debate") -> bool:
    """Whether the server's own settings give this member the command.

    That takes an entry for the command itself: who may use the bot as a whole is still held to what each command
    asks for (Discord's change log, 17 November 2022). `group` is the key of the commands' name by which a button
    or form of theirs goes.
    """
    member = interaction.user
    if not isinstance(member, discord.Member) or interaction.data is None:
        return False
    command_id = await _command_of(interaction, group)
    try:
        stored = await interaction.client.http.get_application_command_permissions(
            interaction.application_id, member.guild.id, command_id
        )
    except discord.NotFound:
        return False  # as the bot declared it
    except discord.HTTPException as error:
        log.warning("permissions of command %s not read: %s", command_id, error.status)
        return False
    return _decide(stored["permissions"], member, {role.id for role in member.roles}) or False


async def _command_of(interaction: discord.Interaction[Any], group: str) -> int:
    """The command that was given; a button or form of moderators goes by the group that it belongs to."""
    if interaction.type is discord.InteractionType.application_command and interaction.data is not None:
        return int(interaction.data.get("id", 0))
    return await interaction.client.command_id(group)


def _decide(entries: list[Any], member: discord.Member, roles: set[int]) -> bool | None:
    """As Discord does: the member first, then any of the roles, then everyone; None when none is named."""
    by_target = {(entry["type"], int(entry["id"])): entry["permission"] for entry in entries}
    if (_USER, member.id) in by_target:
        return by_target[_USER, member.id]
    everyone = member.guild.id
    of_roles = [by_target[_ROLE, role] for role in roles - {everyone} if (_ROLE, role) in by_target]
    if of_roles:
        return any(of_roles)
    return by_target.get((_ROLE, everyone))
