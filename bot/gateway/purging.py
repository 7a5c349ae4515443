"""Taking away a member's last messages: counted and shown first, gone after a press on a button that says how many."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.core.acts import ActKind
from bot.gateway.aliases import Interaction, Room
from bot.gateway.locking import room_of
from bot.gateway.moderation import Moderation
from bot.gateway.pressing import answer_at_once
from bot.gateway.standing import NotDoneError, require_subject
from bot.store.acts import Act, NewAct
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

YOUNG = timedelta(days=14)
"""Discord takes many messages away at once only when none is older."""

MARGIN = timedelta(minutes=5)
"""Kept from that limit, so that none grows too old between the question and the press."""

MOST_PURGED = 100
MOST_LOOKED_AT = 1000

RIGHTS = ("manage_messages",)
POWERS = ("manage_messages", "read_message_history")


class Purging:
    """Finds what would go, asks, and takes it away."""

    def __init__(self, bot: DebateBot, moderation: Moderation) -> None:
        self._bot = bot
        self._moderation = moderation

    async def ask(
        self, interaction: Interaction, wording: Wording, member: discord.abc.User, count: int
    ) -> tuple[str, discord.ui.View]:
        """How many messages would go, and the button that takes them away; raises `NotDoneError`."""
        require_subject(interaction, member)
        room = room_of(interaction.channel)
        since = discord.Object(discord.utils.time_snowflake(self._bot.now() - YOUNG + MARGIN))
        found: list[discord.Message] = []
        async for message in room.history(limit=MOST_LOOKED_AT, after=since, oldest_first=False):
            if message.author.id == member.id:
                found.append(message)
                if len(found) == count:
                    break
        if not found:
            raise NotDoneError("moderation.nothing_to_purge", member=member.mention)
        question = wording.say(
            "moderation.purge",
            member=member.mention,
            count=len(found),
            since=discord.utils.format_dt(found[-1].created_at, "f"),
        )
        view = discord.ui.View(timeout=None)
        label = wording.say("moderation.purge_button", count=len(found))
        view.add_item(PurgeButton(member.id, found[-1].id, found[0].id, label))
        return question, view

    async def purge(
        self, interaction: Interaction, wording: Wording, member_id: int, oldest: int, newest: int
    ) -> str:
        """Takes away what a member wrote between two messages, with both of them."""
        room = room_of(interaction.channel)
        between = room.history(
            limit=MOST_LOOKED_AT, after=discord.Object(oldest - 1), before=discord.Object(newest + 1)
        )
        found = [message async for message in between if message.author.id == member_id][:MOST_PURGED]
        if not found:
            raise NotDoneError("moderation.nothing_to_purge", member=f"<@{member_id}>")
        reason = self._moderation.reason(interaction, "moderation.because_purged")

        async def take_away(_: Act) -> None:
            await self._delete(room, found, reason)

        act = NewAct(
            guild_id=interaction.guild_id or 0,
            channel_id=room.id,
            kind=ActKind.PURGED,
            by=interaction.user.id,
            at=self._bot.now(),
            member_id=member_id,
            record={"count": len(found)},
        )
        await self._moderation.carry_out(interaction, act, take_away)
        return wording.say("moderation.purged", member=f"<@{member_id}>", count=len(found))

    async def _delete(self, room: Room, found: list[discord.Message], reason: str) -> None:
        if len(found) > 1:
            await room.delete_messages(found, reason=reason)
            return
        # What discord.py offers for one message takes no reason along.
        await self._bot.http.delete_message(room.id, found[0].id, reason=reason)


class PurgeButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"wederhoor:purge:(?P<member>[0-9]{1,20}):(?P<oldest>[0-9]{1,20}):(?P<newest>[0-9]{1,20})",
):
    """Takes away the messages that were counted; those that were written since stay."""

    def __init__(self, member_id: int, oldest: int, newest: int, label: str) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.danger,
                custom_id=f"wederhoor:purge:{member_id}:{oldest}:{newest}",
            )
        )
        self._member_id, self._oldest, self._newest = member_id, oldest, newest

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        label = getattr(item, "label", None) or match["member"]
        return cls(int(match["member"]), int(match["oldest"]), int(match["newest"]), label)

    async def callback(self, interaction: Interaction) -> None:
        await answer_at_once(interaction, self._press)

    async def _press(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        await bot.moderation.settle(
            interaction,
            wording,
            lambda wording: bot.purging.purge(
                interaction, wording, self._member_id, self._oldest, self._newest
            ),
            RIGHTS,
            POWERS,
        )
