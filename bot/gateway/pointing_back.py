"""Pointing quietly to an earlier answer: a silent line when a claim comes up again within its cool-down."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.core.decisions import Reason
from bot.gateway.delivery import PASSING, SPOKE
from bot.gateway.permissions import missing_to_answer
from bot.links import message_link
from bot.store import StoreError
from bot.store.answered import Answered, EarlierAnswers, Pointer
from bot.store.chores import Chores
from bot.store.mod_log import OwnAct
from bot.store.rows import DecisionRow, Venue
from bot.venues import rules_of

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)


class PointingBack(commands.Cog):
    """Points once to each answer, so at most once a claim and cool-down; only where the house rules ask for it.

    A line goes with the answer that it points to, and with the comment that it stands under.
    """

    def __init__(self, bot: DebateBot) -> None:
        self._bot = bot
        self._earlier = EarlierAnswers(bot.service.store)
        self._chores = Chores(bot.service.store)
        self._turn = asyncio.Lock()

    async def look(self, venue: Venue, message: discord.Message) -> None:
        """Points from a comment that got no answer to the answer that its claim had, if that is why it got none."""
        venue = self._bot.service.venues.at(venue.channel_id) or venue
        if not rules_of(venue).point_back:
            return
        decision = await self._bot.service.store.decision_of(message.id)
        if decision is None or decision.reason != Reason.CLAIM_COOLDOWN:
            return
        earlier = await self._earlier.last(message.channel.id, _claims(decision.record))
        if earlier is None:
            return
        # Written down before it is said: once too few is quieter than once too often.
        stamp = f"{earlier.reply_id}.{earlier.claim_id}"
        if await self._chores.begin(venue.id, "point", stamp, self._bot.now()):
            await self._point(venue, message, decision, earlier)

    async def link(self, venue: Venue, channel_id: int, claim_id: str) -> str:
        """Where a claim was answered last in a channel, or nothing; for whoever asks."""
        try:
            earlier = await self._earlier.last(channel_id, (claim_id,))
        except StoreError:
            log.exception("earlier answer not looked for")
            return ""
        return _link(venue, earlier) if earlier else ""

    async def _point(
        self, venue: Venue, message: discord.Message, decision: DecisionRow, earlier: Answered
    ) -> None:
        room = await self._bot.delivery.channel(message.channel.id)
        if room is None or missing_to_answer(room) or self._bot.delivery.refusals.leave_alone(room.id):
            return
        wording = self._bot.service.wording[venue.locale]
        try:
            said = await room.send(
                wording.say("reply.answered_before", link=_link(venue, earlier)),
                reference=discord.MessageReference(
                    message_id=message.id, channel_id=message.channel.id, fail_if_not_exists=True
                ),
                nonce=f"p{message.id}",
                allowed_mentions=discord.AllowedMentions.none(),
                suppress_embeds=True,
                silent=True,
            )
        except (discord.HTTPException, *PASSING) as error:
            log.warning("comment %s not pointed to its answer: %s", message.id, type(error).__name__)
            return
        pointer = Pointer(
            said.id, room.id, decision.id, earlier.decision_id, earlier.claim_id, self._bot.now()
        )
        await self._earlier.point(pointer)
        self._bot.dispatch(SPOKE, venue.id, OwnAct.POINTED, said)

    async def forget(self, message_id: int) -> None:
        """A message was deleted: what points from there is removed."""
        await self._earlier.deleted(message_id)
        await self.tidy(self._bot.now())

    @commands.Cog.listener()
    async def on_acted(self, venue_id: int) -> None:
        """Something was said or taken back."""
        await self.tidy(self._bot.now())

    @commands.Cog.listener()
    async def on_reply_edited(self, venue_id: int, decision_id: int) -> None:
        """A reply became another one, which may be about another claim."""
        await self.tidy(self._bot.now())

    async def tidy(self, _: datetime) -> None:
        """Removes the lines that lead nowhere any more; what fails in passing waits for the next round."""
        async with self._turn:
            for pointer in await self._earlier.unwanted():
                if await self._bot.delivery.remove(pointer.channel_id, pointer.message_id):
                    await self._earlier.removed(pointer.message_id)
                    await self._bot.mod_log.note_gone(pointer.message_id)


def _link(venue: Venue, earlier: Answered) -> str:
    return message_link(venue.guild_id, earlier.channel_id, earlier.reply_id)


def _claims(record: Mapping[str, Any]) -> tuple[str, ...]:
    """What the comment would have been answered about."""
    return tuple(str(answer["claim"]) for answer in record["answers"])
