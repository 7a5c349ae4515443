"""The buttons with which a member opts out or in, and deletes what is kept of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.gateway.aliases import Interaction
from bot.gateway.pressing import answer_press
from bot.gateway.telling import tell
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


def privacy_view(wording: Wording, *actions: str) -> discord.ui.View:
    """These buttons in a row."""
    view = discord.ui.View(timeout=None)
    for action in actions:
        view.add_item(PrivacyButton(action, wording.say(f"privacy.button_{action}")))
    return view


class PrivacyButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"wederhoor:privacy:(?P<action>out|in|delete|confirm)",
):
    """Acts on what is kept of whoever presses it, and of nobody else."""

    def __init__(self, action: str, label: str) -> None:
        super().__init__(
            discord.ui.Button(
                label=label, style=discord.ButtonStyle.secondary, custom_id=f"wederhoor:privacy:{action}"
            )
        )
        self._action = action

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["action"], getattr(item, "label", None) or match["action"])

    async def callback(self, interaction: Interaction) -> None:
        await answer_press(interaction, self._press)

    async def _press(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        if self._action == "out":
            await leave_alone(bot, interaction, wording)
        elif self._action == "in":
            await bot.privacy.opt_in(interaction.user.id)
            await tell(interaction, wording.say("privacy.opted_in"))
        elif self._action == "delete":
            sentence = wording.say("privacy.confirm", dismiss=wording.say("button.dismiss"))
            await tell(interaction, sentence, view=privacy_view(wording, "confirm"))
        else:
            await _forget(bot, interaction, wording)


async def leave_alone(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
    """Opts whoever asks out, and says how to undo that."""
    await bot.privacy.opt_out(interaction.user.id)
    await tell(interaction, wording.say("privacy.opted_out"), view=privacy_view(wording, "in"))


async def _forget(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
    was_out, venues = bot.privacy.is_out(interaction.user.id), bot.service.venues.all()
    muted = [v for v in venues if await bot.service.mutes.silences(v.id, interaction.user.id, 0)]
    await bot.privacy.forget(interaction.user.id)
    for venue in muted:
        await bot.office.post(venue, bot.service.wording[venue.locale].say("privacy.mute_ended"))
    more = {"view": privacy_view(wording, "out")} if was_out else {}
    await tell(interaction, wording.say("privacy.forgotten", was_out=was_out), **more)
