"""The buttons under a reply; they live by their custom id and so survive a restart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.cards import MutedClaimError
from bot.gateway.asides import context_view, why_view
from bot.gateway.follow_commands import follow_button
from bot.gateway.pressing import answer_at_once, answer_press
from bot.gateway.rights import may_moderate
from bot.gateway.telling import tell
from bot.store.rows import DecisionRow, OutboxRow
from bot.stored_replies import answers_of, offered_by
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

ACTIONS = ("context", "why", "helpful", "unhelpful", "dismiss")


def reply_view(decision_id: int, wording: Wording, row: OutboxRow) -> discord.ui.View:
    """The buttons for a reply, below them one for each claim that has no answer; what answers nothing has none."""
    view = discord.ui.View(timeout=None)
    offered = offered_by(row)
    for number in range(len(offered)):
        view.add_item(ChoiceButton(number, decision_id))
    if offered:
        view.add_item(ReplyButton("dismiss", decision_id, wording.say("button.none")))
    elif answers_of(row):
        quoted = any(answer.spans for answer in answers_of(row))
        for action in ACTIONS:
            if action != "context" or quoted:
                view.add_item(ReplyButton(action, decision_id, wording.say(f"button.{action}")))
    for claim_id in unanswered(row):
        view.add_item(follow_button(claim_id, wording))
    return view


def unanswered(row: OutboxRow) -> list[str]:
    """The claims to which a reply could only say that the source does not respond to them."""
    return [answer.claim for answer in answers_of(row) if answer.kind is None]


class ReplyButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"wederhoor:(?P<action>context|why|helpful|unhelpful|dismiss):(?P<decision>[0-9]{1,18})",
):
    """One of the buttons, for one recorded decision."""

    def __init__(self, action: str, decision_id: int, label: str) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                custom_id=f"wederhoor:{action}:{decision_id}",
            )
        )
        self._action = action
        self._decision_id = decision_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["action"], int(match["decision"]), getattr(item, "label", None) or match["action"])

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answer_press(interaction, self._press)

    async def _press(self, bot: DebateBot, interaction: discord.Interaction[Any], wording: Wording) -> None:
        row, decision = await _pressed(bot, interaction, self._decision_id)
        if self._action == "dismiss":
            await self._dismiss(bot, interaction, wording, row)
        elif self._action == "context":
            view = context_view(bot.cards, row, wording)
            await tell(interaction, bot.service.replies.context(row, wording).text, view=view)
        elif self._action == "why":
            await tell(
                interaction, bot.service.replies.why(decision, wording).text, view=why_view(row, wording)
            )
        else:
            helpful = self._action == "helpful"
            await bot.cards.vote(row, interaction.user.id, helpful=helpful)
            await tell(interaction, wording.say("card.helped" if helpful else "card.not_helped"))

    async def _dismiss(
        self, bot: DebateBot, interaction: discord.Interaction[Any], wording: Wording, row: OutboxRow
    ) -> None:
        if interaction.user.id != row.author_id and not await may_moderate(interaction):
            await tell(interaction, wording.say("error.not_addressee"))
            return
        await bot.withdraw(row, interaction.user.id)
        await tell(interaction, wording.say("button.dismissed"))


class ChoiceButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"wederhoor:choose:(?P<number>[0-9]):(?P<decision>[0-9]{1,18})",
):
    """One of the claims between which the author of a comment chooses."""

    def __init__(self, number: int, decision_id: int) -> None:
        super().__init__(
            discord.ui.Button(
                label=str(number + 1),
                style=discord.ButtonStyle.secondary,
                custom_id=f"wederhoor:choose:{number}:{decision_id}",
            )
        )
        self._number = number
        self._decision_id = decision_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["number"]), int(match["decision"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await answer_at_once(interaction, self._press)

    async def _press(self, bot: DebateBot, interaction: discord.Interaction[Any], wording: Wording) -> None:
        # The message itself is the answer, so nothing else is promised.
        await interaction.response.defer()
        row, _ = await _pressed(bot, interaction, self._decision_id)
        if interaction.user.id != row.author_id:
            await tell(interaction, wording.say("card.not_yours"))
            return
        try:
            chosen = await bot.cards.choose(row, self._number)
        except MutedClaimError:
            await tell(interaction, wording.say("card.muted"))
            return
        if chosen is None:
            await tell(interaction, wording.say("error.stale_button"))
            return
        await bot.delivery.show(chosen)


async def _pressed(
    bot: DebateBot, interaction: discord.Interaction[Any], decision_id: int
) -> tuple[OutboxRow, DecisionRow]:
    """The reply under which a button stands, and its decision; raises `LookupError` for a forged id."""
    row = await bot.service.store.outbox_by_reply(interaction.message.id) if interaction.message else None
    decision = await bot.service.store.decision_of(row.message_id) if row else None
    if row is None or decision is None or row.decision_id != decision_id:
        raise LookupError(decision_id)
    return row, decision
