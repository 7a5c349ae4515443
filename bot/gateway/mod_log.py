"""The log in the moderators' channel: a post for everything that the bot did by itself, with a way to undo it."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.gateway.mod_log_buttons import remove_view, retract_view
from bot.gateway.status import show_moment, shown_member
from bot.links import message_link
from bot.store.mod_log import Logged, ModLog, OwnAct
from bot.store.rows import COMMENT_EDITED, REPLY_DELETED, OutboxRow, Venue
from bot.stored_replies import answers_of
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

AT_ONCE = 20
"""So many acts are told in one go; the rest waits for the next round."""

NEWS = timedelta(days=7)
"""What could not be told for so long is told no more."""


class ModLogRoom(commands.Cog):
    """Tells moderators of the bot's acts: at once, or when that failed at the next round; of each once."""

    def __init__(self, bot: DebateBot) -> None:
        self._bot = bot
        self._log = ModLog(bot.service.store)
        self._turn = asyncio.Lock()

    @commands.Cog.listener()
    async def on_acted(self, venue_id: int) -> None:
        """The bot did something in a venue."""
        venue = self._bot.service.venues.find(venue_id)
        if venue is not None:
            await self._tell(venue)

    @commands.Cog.listener()
    async def on_reply_edited(self, venue_id: int, decision_id: int) -> None:
        """A reply became another one in its place."""
        await self._log.note(venue_id, OwnAct.EDITED, 0, self._bot.now(), decision_id)
        await self.on_acted(venue_id)

    @commands.Cog.listener()
    async def on_spoke(self, venue_id: int, act: OwnAct, message: discord.Message) -> None:
        """The bot posted something that is no reply."""
        await self._log.note(
            venue_id, act, 0, self._bot.now(), room_id=message.channel.id, message_id=message.id
        )
        await self.on_acted(venue_id)

    async def note_removed(self, act: Logged, by: int) -> None:
        """Such a message was removed again."""
        await self._log.note(
            act.venue_id, OwnAct.REMOVED, by, self._bot.now(), room_id=act.room_id, message_id=act.message_id
        )
        await self.on_acted(act.venue_id)

    async def note_gone(self, message_id: int) -> None:
        """The bot itself removed such a message, because what it belonged to is gone."""
        about = await self._log.about(message_id)
        if about and all(act.act != OwnAct.REMOVED for act in about):
            await self.note_removed(about[0], self._bot.user.id if self._bot.user else 0)

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
            await self._log.note(venue.id, OwnAct.KEPT_OLD, 0, fault.found)

    async def _tell(self, venue: Venue) -> None:
        if not self._bot.office.has_room(venue):
            return
        # Two replies may be sent at once, and each act is told of once.
        async with self._turn:
            # Of what is older than it is kept, nobody knows any more whether it was told.
            since = self._bot.now() - min(NEWS, self._bot.privacy.retention.periods["audit"])
            await self._log.gather(venue.id, since)
            for act in await self._log.untold(venue.id, since, AT_ONCE):
                if not await self._post(venue, act):
                    return

    async def _post(self, venue: Venue, act: Logged) -> bool:
        wording = self._bot.service.wording[venue.locale]
        row = await self._log.reply(act.decision_id) if act.decision_id else None
        text = self._sentence(venue, act, row, wording, await self._removed(act))
        more: dict[str, Any] = {"nonce": f"log{act.id}"}
        if row is not None and act.act in (OwnAct.POSTED, OwnAct.EDITED):
            more["view"] = retract_view(act.decision_id, wording)
        elif act.message_id and act.act != OwnAct.REMOVED:
            more["view"] = remove_view(act.message_id, wording)
        message = await self._bot.office.post(venue, text, **more)
        if message is None:
            return False
        await self._log.mark_told(act.id, message.id)
        return True

    async def _removed(self, act: Logged) -> str:
        """What kind of message a removed one was."""
        if act.act != OwnAct.REMOVED:
            return ""
        about = await self._log.about(act.message_id)
        return next((one.act for one in about if one.act != OwnAct.REMOVED), "")

    def _sentence(
        self, venue: Venue, act: Logged, row: OutboxRow | None, wording: Wording, removed: str
    ) -> str:
        fault = self._bot.reloading.fault_of(venue.debate_id) if self._bot.reloading else None
        began = fault.since if fault and act.act == OwnAct.KEPT_OLD else act.at
        at = show_moment(self._bot.service, venue, began, wording)
        me = self._bot.user
        room_id, message_id = act.room_id, act.message_id
        if row is not None and not message_id:
            room_id, message_id = row.channel_id, row.reply_id or 0
        return wording.say(
            f"mod_log.{act.act}",
            at=at,
            fault=wording.sentence(fault.told) if fault else "",
            member=shown_member(row.author_id, wording) if row else "",
            channel=f"<#{room_id or venue.channel_id}>",
            statements=self._statements(venue, row, wording) if row else [],
            link=message_link(venue.guild_id, room_id, message_id) if message_id else "",
            comment=message_link(venue.guild_id, row.channel_id, row.message_id) if row else "",
            by=shown_member(act.by, wording),
            deleted=me is not None and act.by == me.id,
            reply_deleted=act.by == REPLY_DELETED,
            edited=act.by == COMMENT_EDITED,
            addressee=row is not None and act.by == row.author_id,
            what=wording.say(f"mod_log.what_{removed}") if removed else "",
        )

    def _statements(self, venue: Venue, row: OutboxRow, wording: Wording) -> list[str]:
        live = self._bot.service.debates.get(venue.debate_id)
        claims = live.debate.claim_set.by_id if live else {}
        return [
            claims[answer.claim].statement_in(wording.locale)
            for answer in answers_of(row)
            if answer.claim in claims
        ]
