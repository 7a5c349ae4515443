"""The rarer buttons, under what only the asker sees: another passage, a translation, keeping, objecting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.cards import Cards
from bot.gateway.objecting import open_form
from bot.gateway.pressing import answer_at_once, answer_press
from bot.gateway.rights import may_moderate
from bot.gateway.telling import tell
from bot.store.rows import OutboxRow
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

LOOKED_AT = 200
"""So many messages after a reply are looked at for one that replies to it."""


def context_view(cards: Cards, row: OutboxRow, wording: Wording) -> discord.ui.View:
    """The buttons under the context of a reply, as far as there is something behind them."""
    view = discord.ui.View(timeout=None)
    if cards.passages(row):
        view.add_item(AsideButton("passage", row.decision_id, wording.say("button.passage")))
    if cards.is_translated(row, wording.locale):
        view.add_item(AsideButton("translate", row.decision_id, wording.say("button.translate")))
    return view


def why_view(row: OutboxRow, wording: Wording) -> discord.ui.View:
    """The buttons under why a reply was given."""
    view = discord.ui.View(timeout=None)
    view.add_item(AsideButton("contest", row.decision_id, wording.say("button.contest")))
    if not row.content.get("kept"):
        view.add_item(AsideButton("keep", row.decision_id, wording.say("button.keep")))
    return view


class AsideButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=(
        r"wederhoor:(?P<action>passage|translate|keep|contest)"
        r":(?P<decision>[0-9]{1,18}):(?P<number>[0-9]{1,4})"
    ),
):
    """One of them, for one recorded decision; `number` counts the passages on."""

    def __init__(self, action: str, decision_id: int, label: str, number: int = 0) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                custom_id=f"wederhoor:{action}:{decision_id}:{number}",
            )
        )
        self._action = action
        self._decision_id = decision_id
        self._number = number

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        label = getattr(item, "label", None) or match["action"]
        return cls(match["action"], int(match["decision"]), label, int(match["number"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        # A form has to be the first answer.
        if self._action == "contest":
            await answer_at_once(interaction, self._contest)
        else:
            await answer_press(interaction, self._press)

    async def _contest(self, bot: DebateBot, interaction: discord.Interaction[Any], wording: Wording) -> None:
        await open_form(bot, interaction, wording, await self._reply(bot, interaction))

    async def _press(self, bot: DebateBot, interaction: discord.Interaction[Any], wording: Wording) -> None:
        row = await self._reply(bot, interaction)
        if self._action == "translate":
            await tell(interaction, bot.cards.translation(row, wording).text)
        elif self._action == "passage":
            view = discord.ui.View(timeout=None)
            if len(bot.cards.passages(row)) > 1:
                label, following = wording.say("button.passage"), (self._number + 1) % 1000
                view.add_item(AsideButton("passage", row.decision_id, label, following))
            await tell(interaction, bot.cards.passage(row, self._number, wording).text, view=view)
        else:
            await self._keep(bot, interaction, wording, row)

    async def _reply(self, bot: DebateBot, interaction: discord.Interaction[Any]) -> OutboxRow:
        return await bot.cards.standing(self._decision_id, interaction.channel_id)

    async def _keep(
        self, bot: DebateBot, interaction: discord.Interaction[Any], wording: Wording, row: OutboxRow
    ) -> None:
        if not (await _replied_to(interaction, row) or await may_moderate(interaction)):
            await tell(interaction, wording.say("card.not_built_on"))
        elif await bot.cards.keep(row):
            await tell(interaction, wording.say("card.kept"))
        else:
            await tell(interaction, wording.say("error.stale_button"))


async def _replied_to(interaction: discord.Interaction[Any], row: OutboxRow) -> bool:
    """Whether this member built on a reply with one of their own."""
    room = interaction.channel
    if not isinstance(room, discord.TextChannel | discord.Thread) or row.reply_id is None:
        return False
    async for message in room.history(limit=LOOKED_AT, after=discord.Object(row.reply_id)):
        reference = message.reference
        if message.author.id == interaction.user.id and reference and reference.message_id == row.reply_id:
            return True
    return False
