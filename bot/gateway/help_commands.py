"""`/help`: what a member can do here, and for who may moderate also what a moderator can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.gateway.aliases import Interaction
from bot.gateway.locales import COMMAND_LOCALE, CommandNames, named
from bot.gateway.pressing import answer_press
from bot.gateway.privacy_buttons import privacy_view
from bot.gateway.rights import may_moderate
from bot.gateway.telling import tell_all
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


def help_commands(
    bot: DebateBot, wording: Mapping[str, Wording]
) -> Iterator[app_commands.Command[Any, ..., Any]]:
    """The command, for everybody."""

    async def run(interaction: Interaction) -> None:
        await answer_press(interaction, _help)

    yield app_commands.Command(
        name=named(wording, "command.help"),
        description=named(wording, "command.help_about"),
        callback=run,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
    )


async def _help(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
    action = "in" if bot.privacy.is_out(interaction.user.id) else "out"
    members, moderators = await _commands(bot, interaction.locale, wording)
    lines = [
        wording.say(
            "help.member",
            dismiss=wording.say("button.dismiss"),
            why=wording.say("button.why"),
            menu=wording.say("message_menu.which_claim"),
        ),
        *members,
        wording.say("help.left_alone"),
    ]
    await tell_all(interaction, lines, view=privacy_view(wording, action))
    if interaction.guild_id and await may_moderate(interaction):
        await tell_all(interaction, [wording.say("help.moderator"), *moderators])


async def _commands(bot: DebateBot, locale: discord.Locale, wording: Wording) -> tuple[list[str], list[str]]:
    """A line for every command there is, as Discord shows it in that locale: those of all, those of moderators."""
    members: list[str] = []
    moderators: list[str] = []
    for command in bot.tree.get_commands():
        if isinstance(command, app_commands.ContextMenu):
            continue
        payload: Any = await command.get_translated_payload(bot.tree, CommandNames(bot.service.wording))
        name = _shown(payload, "name", str(locale))
        parts = [part for part in payload.get("options", ()) if part["type"] == _SUBCOMMAND]
        names = [(f"{name} {_shown(part, 'name', str(locale))}", part) for part in parts]
        lines = moderators if command.default_permissions else members
        # Discord shows a command's name in its first language to who speaks none of ours; what it is for is told
        # in the language of this answer.
        spoken = COMMAND_LOCALE if wording.locale == COMMAND_LOCALE else _SPOKEN
        lines += [
            wording.say("help.command", name=shown, about=_shown(part, "description", spoken))
            for shown, part in names or [(name, payload)]
        ]
    return members, moderators


_SUBCOMMAND = discord.AppCommandOptionType.subcommand.value
_SPOKEN = str(discord.Locale.british_english)


def _shown(payload: Any, field: str, locale: str) -> str:
    return payload.get(f"{field}_localizations", {}).get(locale) or payload[field]
