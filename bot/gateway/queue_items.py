"""What moderators press under a suggestion; it lives by its custom id and so survives a restart."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.core.source import digest
from bot.gateway.aliases import Interaction
from bot.gateway.limits import clipped
from bot.gateway.pressing import answer_at_once, answer_press, send_form
from bot.gateway.queue_forms import example_form, find_form, suggestion_here
from bot.gateway.telling import tell
from bot.store.rows import Suggestion
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

FIND = "?"
"""The choice that asks for another claim; no claim has this id."""


class QueueButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.LayoutView]],
    template=r"wederhoor:queue:(?P<action>accept|reject|own|words|mute):(?P<decision>[0-9]{1,18})"
    r"(?::(?P<shown>[0-9a-f]{16}))?",
):
    """One of the buttons, for one suggestion as it was shown; pressed when it is another, it does nothing."""

    def __init__(self, action: str, decision_id: int, label: str, shown: str | None) -> None:
        style = discord.ButtonStyle.success if action == "accept" else discord.ButtonStyle.secondary
        custom_id = ":".join(filter(None, ("wederhoor:queue", action, str(decision_id), shown)))
        super().__init__(discord.ui.Button(label=label, style=style, custom_id=custom_id))
        self._action = action
        self._decision_id = decision_id
        self._shown = shown

    @classmethod
    def under(cls, suggestion: Suggestion, action: str, label: str) -> Self:
        """The button for a suggestion as it is now."""
        return cls(action, suggestion.decision_id, label, _fingerprint(suggestion))

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        label = getattr(item, "label", None) or match["action"]
        return cls(match["action"], int(match["decision"]), label, match["shown"])

    async def callback(self, interaction: Interaction) -> None:
        if self._action == "words":
            await answer_at_once(interaction, self._ask_words, moderators=True)
        else:
            await answer_press(interaction, self._press, moderators=True)

    async def _press(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        suggestion = await suggestion_here(bot, interaction, self._decision_id)
        by = interaction.user.id
        if self._shown not in (None, _fingerprint(suggestion)):
            sentence = await bot.queue.settled(suggestion, wording)
        elif self._action == "accept":
            sentence = await bot.queue.accept(suggestion, by, wording)
        elif self._action == "own":
            sentence = await bot.queue.answer_in_person(suggestion, by, wording)
        elif self._action == "mute":
            sentence = await bot.queue.mute_claims(suggestion, by, wording)
        else:
            sentence = await bot.queue.reject(suggestion, by, wording)
        await tell(interaction, sentence)

    async def _ask_words(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        suggestion = await suggestion_here(bot, interaction, self._decision_id)
        await send_form(interaction, example_form(bot, suggestion, wording))


def _fingerprint(suggestion: Suggestion) -> str:
    return digest(json.dumps(suggestion.content, sort_keys=True))


class ClaimChoice(
    discord.ui.DynamicItem[discord.ui.Select[discord.ui.LayoutView]],
    template=r"wederhoor:queue:claim:(?P<decision>[0-9]{1,18})",
):
    """Another claim than the one proposed: the next likeliest, or one that is looked for."""

    def __init__(self, decision_id: int, select: discord.ui.Select[Any]) -> None:
        super().__init__(select)
        self._decision_id = decision_id

    @classmethod
    def among(
        cls, decision_id: int, claims: Sequence[tuple[str, str, str]], wording: Wording, *, find: bool = True
    ) -> Self:
        """A choice from claims, each with its id, its statement and how sure the bot was."""
        options = [
            discord.SelectOption(label=clipped(statement), value=claim, description=score or None)
            for claim, statement, score in claims
        ]
        if find:
            options.append(discord.SelectOption(label=wording.say("queue.find"), value=FIND))
        return cls(
            decision_id,
            discord.ui.Select(
                custom_id=f"wederhoor:queue:claim:{decision_id}",
                placeholder=wording.say("queue.other_claim"),
                options=options,
            ),
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        assert isinstance(item, discord.ui.Select)
        return cls(int(match["decision"]), item)

    async def callback(self, interaction: Interaction) -> None:
        if self.item.values == [FIND]:
            await answer_at_once(interaction, self._ask, moderators=True)
        else:
            await answer_press(interaction, self._choose, moderators=True)

    async def _ask(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        suggestion = await suggestion_here(bot, interaction, self._decision_id)
        await send_form(interaction, find_form(suggestion, wording))

    async def _choose(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        suggestion = await suggestion_here(bot, interaction, self._decision_id)
        await tell(interaction, await bot.queue.choose(suggestion, self.item.values[0], wording))


class SpeakAgain(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"wederhoor:speak:(?P<channel>[0-9]{1,20})",
):
    """Gives a channel that a moderator took over back to the bot."""

    def __init__(self, channel_id: int, label: str) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"wederhoor:speak:{channel_id}"))
        self._channel_id = channel_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["channel"]), getattr(item, "label", None) or match["channel"])

    async def callback(self, interaction: Interaction) -> None:
        await answer_press(interaction, self._press, moderators=True)

    async def _press(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        channel = f"<#{self._channel_id}>"
        ended = await bot.takeovers.end(self._channel_id, interaction.guild_id)
        await tell(
            interaction, wording.say("queue.speaks_again" if ended else "queue.spoke", channel=channel)
        )
