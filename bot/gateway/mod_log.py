"""The log in the moderators' channel: a post for everything that the bot did by itself, with a way to undo it."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

import discord
from discord.ext import commands

from bot.gateway.here import Interaction
from bot.gateway.pressing import answer_press
from bot.gateway.status import show_moment
from bot.gateway.telling import tell
from bot.store.mod_log import Logged, ModLog, OwnAct
from bot.store.rows import OutboxRow, OutboxState, Venue
from bot.stored_replies import answers_of
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

AT_ONCE = 20
"""So many acts are told in one go; the rest waits for the next round."""


class ModLogRoom(commands.Cog):
    """Tells moderators of the bot's acts: at once, or when that failed at the next round; of each once."""

    def __init__(self, bot: DebateBot) -> None:
        self._bot = bot
        self._log = ModLog(bot.service.store)
        self._turn = asyncio.Lock()

    @commands.Cog.listener()
    async def on_acted(self, venue_id: int) -> None:
        """The bot did something in a venue."""
        for venue in self._bot.service.venues.all():
            if venue.id == venue_id:
                await self._tell(venue)

    @commands.Cog.listener()
    async def on_reply_edited(self, venue_id: int, decision_id: int) -> None:
        """A reply became another one in its place."""
        await self._log.note(venue_id, OwnAct.EDITED, 0, self._bot.now(), decision_id)
        await self.on_acted(venue_id)

    async def make_up(self, now: datetime) -> None:
        """Tells what nobody was told of yet, in every debate that has a room for it."""
        for venue in self._bot.service.venues.all():
            await self._note_troubles(venue)
            await self._tell(venue)

    async def _note_troubles(self, venue: Venue) -> None:
        """What keeps the bot from its work, and that it keeps to an older state of the debate."""
        if not self._bot.office.has_room(venue):
            return
        down = self._bot.service.model.down_since
        if down is not None:
            await self._log.note(venue.id, OwnAct.FELL_SILENT, 0, down)
        fault = self._bot.reloading.fault_of(venue.debate_id) if self._bot.reloading else None
        if fault is not None:
            await self._log.note(venue.id, OwnAct.KEPT_OLD, 0, fault.since)

    async def _tell(self, venue: Venue) -> None:
        if not self._bot.office.has_room(venue):
            return
        # Two replies may be sent at once, and each act is told of once.
        async with self._turn:
            await self._log.gather(venue.id)
            for act in await self._log.untold(venue.id, AT_ONCE):
                if not await self._post(venue, act):
                    return

    async def _post(self, venue: Venue, act: Logged) -> bool:
        wording = self._bot.service.wording[venue.locale]
        row = await self._log.reply(act.decision_id) if act.decision_id else None
        text = self._sentence(venue, act, row, wording)
        more: dict[str, Any] = {"nonce": f"log{act.id}"}
        if row is not None and act.act in (OwnAct.POSTED, OwnAct.EDITED):
            more["view"] = retract_view(act.decision_id, wording)
        message = await self._bot.office.post(venue, text, **more)
        if message is None:
            return False
        await self._log.mark_told(act.id, message.id)
        return True

    def _sentence(self, venue: Venue, act: Logged, row: OutboxRow | None, wording: Wording) -> str:
        at = show_moment(self._bot.service, venue, act.at, wording)
        fault = self._bot.reloading.fault_of(venue.debate_id) if self._bot.reloading else None
        me = self._bot.user
        return wording.say(
            f"mod_log.{act.act}",
            at=at,
            fault=wording.sentence(fault.told) if fault else "",
            member=f"<@{row.author_id}>" if row else "",
            channel=f"<#{row.channel_id if row else venue.channel_id}>",
            statements=self._statements(venue, row, wording) if row else [],
            link=_link(venue, row.channel_id, row.reply_id) if row and row.reply_id else "",
            comment=_link(venue, row.channel_id, row.message_id) if row else "",
            by=f"<@{act.by}>",
            deleted=me is not None and act.by == me.id,
            addressee=row is not None and act.by == row.author_id,
        )

    def _statements(self, venue: Venue, row: OutboxRow, wording: Wording) -> list[str]:
        live = self._bot.service.debates.get(venue.debate_id)
        claims = live.debate.claim_set.by_id if live else {}
        return [
            claims[answer.claim].statement_in(wording.locale)
            for answer in answers_of(row)
            if answer.claim in claims
        ]


def _link(venue: Venue, channel_id: int, message_id: int) -> str:
    return f"https://discord.com/channels/{venue.guild_id}/{channel_id}/{message_id}"


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
        venues = {venue.id: venue for venue in bot.service.venues.all()}
        venue = venues.get(row.venue_id) if row else None
        if row is None or venue is None or venue.guild_id != interaction.guild_id:
            await tell(interaction, wording.say("error.stale_button"))
        elif row.state not in (OutboxState.SENT, OutboxState.PENDING):
            await tell(interaction, wording.say("mod_log.retracted_already"))
        else:
            await bot.withdraw(row, interaction.user.id)
            await tell(interaction, wording.say("mod_log.retracted"))
