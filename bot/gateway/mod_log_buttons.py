"""What moderators press under the log: a reply is taken back, another message of the bot removed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.gateway.aliases import Interaction
from bot.gateway.pressing import answer_press
from bot.gateway.telling import tell
from bot.store.mod_log import ModLog, OwnAct
from bot.store.rows import OutboxState
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


def retract_view(decision_id: int, wording: Wording) -> discord.ui.View:
    """The button under what the log tells of a reply."""
    view = discord.ui.View(timeout=None)
    view.add_item(RetractButton(decision_id, wording.say("mod_log.retract")))
    return view


class RetractButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"wederhoor:retract:(?P<decision>[0-9]{1,18})",
):
    """Takes a reply back, from where moderators read of it."""

    def __init__(self, decision_id: int, label: str) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                custom_id=f"wederhoor:retract:{decision_id}",
            )
        )
        self._decision_id = decision_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["decision"]), getattr(item, "label", None) or match["decision"])

    async def callback(self, interaction: Interaction) -> None:
        await answer_press(interaction, self._retract, moderators=True)

    async def _retract(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        row = await ModLog(bot.service.store).reply(self._decision_id)
        venue = bot.service.venues.find(row.venue_id) if row else None
        if row is None or venue is None or venue.guild_id != interaction.guild_id:
            await tell(interaction, wording.say("error.stale_button"))
        elif row.state not in (OutboxState.SENT, OutboxState.PENDING):
            await tell(interaction, wording.say("mod_log.retracted_already"))
        else:
            await bot.withdraw(row, interaction.user.id)
            await tell(interaction, wording.say("mod_log.retracted"))


def remove_view(message_id: int, wording: Wording) -> discord.ui.View:
    """The button under what the log tells of a message that is no reply."""
    view = discord.ui.View(timeout=None)
    view.add_item(RemoveButton(message_id, wording.say("mod_log.remove")))
    return view


class RemoveButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"wederhoor:remove:(?P<message>[0-9]{1,20})",
):
    """Removes a message that the bot posted by itself."""

    def __init__(self, message_id: int, label: str) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                custom_id=f"wederhoor:remove:{message_id}",
            )
        )
        self._message_id = message_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["message"]), getattr(item, "label", None) or match["message"])

    async def callback(self, interaction: Interaction) -> None:
        await answer_press(interaction, self._remove, moderators=True)

    async def _remove(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        acts = await ModLog(bot.service.store).about(self._message_id)
        venue = bot.service.venues.find(acts[0].venue_id) if acts else None
        if venue is None or venue.guild_id != interaction.guild_id:
            await tell(interaction, wording.say("error.stale_button"))
        elif any(act.act == OwnAct.REMOVED for act in acts):
            await tell(interaction, wording.say("mod_log.removed_already"))
        elif await bot.delivery.remove(acts[0].room_id, self._message_id):
            await bot.polls.taken_away(self._message_id)
            await bot.mod_log.note_removed(acts[0], interaction.user.id)
            await tell(interaction, wording.say("mod_log.removed_now"))
        else:
            await tell(interaction, wording.say("mod_log.not_removed"))
