"""The commands of `/debat` with which moderators set the rules and see what they changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from discord import app_commands

from bot.gateway.aliases import Interaction
from bot.gateway.changes import show_changes
from bot.gateway.figures import add_figure_commands
from bot.gateway.locales import named
from bot.gateway.muting import add_mute_commands
from bot.gateway.pressing import Press, answer_press
from bot.gateway.settings_form import show_settings
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


def add_rules_commands(group: app_commands.Group, bot: DebateBot, wording: Mapping[str, Wording]) -> None:
    """Adds them to the group."""

    def simple(key: str, press: Press) -> None:
        async def run(interaction: Interaction) -> None:
            await answer_press(interaction, press)

        name, about = named(wording, f"command.{key}"), named(wording, f"command.{key}_about")
        group.command(name=name, description=about)(run)

    simple("settings", show_settings)
    simple("changes", show_changes)
    add_mute_commands(group, bot, wording)
    add_figure_commands(group, wording)
