"""Who may give a moderator's command: Discord's permission, or what a server decided in its settings."""

from __future__ import annotations

import logging
from typing import Any

import discord

log = logging.getLogger(__name__)

_ROLE, _USER = 1, 2


async def may_moderate(interaction: discord.Interaction[Any]) -> bool:
    """Whether a command or press is allowed; Discord hides commands from others, a forged call is refused here."""
    return interaction.permissions.manage_messages or await _granted(interaction)


async def _granted(interaction: discord.Interaction[Any]) -> bool:
    """Whether the server's own settings give this member the command, or all commands of the bot."""
    member, application_id = interaction.user, interaction.application_id
    if not isinstance(member, discord.Member) or interaction.data is None:
        return False
    roles = {role.id for role in member.roles}
    for command_id in (await _command_of(interaction), application_id):
        try:
            stored = await interaction.client.http.get_application_command_permissions(
                application_id, member.guild.id, command_id
            )
        except discord.NotFound:
            continue  # as the bot declared it
        except discord.HTTPException as error:
            log.warning("permissions of command %s not read: %s", command_id, error.status)
            continue
        granted = _decide(stored["permissions"], member, roles)
        if granted is not None:
            return granted
    return False


async def _command_of(interaction: discord.Interaction[Any]) -> int:
    """The command that was given; a button or form of moderators goes by the one that they all have."""
    if interaction.type is discord.InteractionType.application_command and interaction.data is not None:
        return int(interaction.data.get("id", 0))
    return await interaction.client.debate_command()


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
