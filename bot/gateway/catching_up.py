"""After a restart or a lost session: reading on, deciding what was left over, sending what was not sent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable

import discord

from bot.gateway.delivery import Delivery
from bot.gateway.listener import Listener, is_comment
from bot.service import DebateService
from bot.store import StoreError
from bot.store.rows import OutboxRow, Venue, VenueState

log = logging.getLogger(__name__)

REACH = 500
"""At most this many missed messages a channel are read; older ones have been read past by everybody."""


class CatchUp:
    """Makes sure that nothing received is lost and nothing decided is doubled."""

    def __init__(
        self, client: discord.Client, service: DebateService, delivery: Delivery, listener: Listener
    ) -> None:
        self._client = client
        self._service = service
        self._delivery = delivery
        self._listener = listener
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Everything that a new session may have missed, oldest first, then the sweep."""
        # Until this is through, a live message must not move a watermark past the ones that were missed.
        self._listener.caught_up = False
        async with self._turn:
            watermarks = await self._service.store.watermarks()
            for venue in self._service.venues():
                if venue.state is VenueState.CLOSED or venue.debate_id not in self._service.debates:
                    continue
                try:
                    async for channel in self._channels(venue):
                        await self._read_on(venue, channel, watermarks.get(channel.id))
                except discord.HTTPException as error:
                    log.warning("venue %s not read: %s", venue.id, error.status)
        self._listener.caught_up = True
        await self.sweep()

    async def _channels(self, venue: Venue) -> AsyncIterator[discord.TextChannel | discord.Thread]:
        root = self._client.get_channel(venue.channel_id)
        if isinstance(root, discord.TextChannel):
            yield root
        if isinstance(root, discord.TextChannel | discord.ForumChannel):
            for thread in await root.guild.active_threads():
                if thread.parent_id == venue.channel_id:
                    yield thread

    async def _read_on(
        self, venue: Venue, channel: discord.TextChannel | discord.Thread, watermark: int | None
    ) -> None:
        start = watermark or discord.utils.time_snowflake(venue.opened_at)
        if (channel.last_message_id or 0) <= start:
            return
        newest = start
        async for message in channel.history(limit=REACH, after=discord.Object(start), oldest_first=True):
            newest = max(newest, message.id)
            if is_comment(message):
                await self._listener.take(venue, message)
        await self._service.store.advance_watermark(channel.id, newest)

    async def sweep(self) -> None:
        """What was received and not decided, decided and not sent, withdrawn and not removed."""
        async with self._turn:
            try:
                for row in await self._service.store.pending():
                    if not self._service.is_deciding(row.message_id):
                        await self._decide(row.message_id, row.channel_id)
                for row in await self._service.store.unsent():
                    await self._delivery.deliver(row)
                await self.remove_withdrawn(await self._service.store.unremoved())
            except StoreError:
                log.exception("sweep stopped")

    async def _decide(self, message_id: int, channel_id: int) -> None:
        channel = await self._delivery.channel(channel_id)
        if channel is None:
            await self._service.store.drop(message_id)
            return
        try:
            message = await channel.fetch_message(message_id)
        except (discord.NotFound, discord.Forbidden):
            await self._service.store.drop(message_id)
            return
        venue = self._service.venue_of(channel.id, getattr(channel, "parent_id", None))
        if venue is None:
            await self._service.store.drop(message_id)
            return
        reply = await self._service.decide(venue, self._listener.incoming(message))
        if reply is not None:
            await self._delivery.deliver(reply)

    async def remove_withdrawn(self, rows: Iterable[OutboxRow]) -> None:
        """Deletes replies that were taken back and are still shown."""
        for row in rows:
            if row.reply_id is None or await self._delivery.remove(row.channel_id, row.reply_id):
                await self._service.store.mark_removed(row.decision_id, discord.utils.utcnow())
