"""After a restart or a lost session: reading on, deciding what was left over, sending what was not sent."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta

import discord

from bot.gateway.aliases import Room
from bot.gateway.delivery import PASSING, Delivery
from bot.gateway.listener import Listener, is_comment
from bot.gateway.permissions import missing
from bot.model import ModelDownError
from bot.service import STALE_AFTER, DebateService
from bot.store import StoreError
from bot.store.rows import InboxRow, OutboxRow, Venue, VenueState

log = logging.getLogger(__name__)

REACH = 500
"""At most this many missed messages a channel are read, the newest; older ones everybody has read past."""

LOOK_BACK = 50
"""So many of a venue's last replies are looked at for comments that were deleted meanwhile."""

MOST_TRIES = 3
"""A comment on which deciding fails so often is given up; something in it breaks the bot."""


class CatchUp:
    """Makes sure that nothing received is lost and nothing decided is doubled."""

    def __init__(
        self,
        client: discord.Client,
        service: DebateService,
        delivery: Delivery,
        listener: Listener,
        now: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._service = service
        self._delivery = delivery
        self._listener = listener
        self._now = now
        self._turn = asyncio.Lock()
        self._failures: Counter[int] = Counter()

    @property
    def busy(self) -> bool:
        """Whether it is at work right now."""
        return self._turn.locked()

    async def drain(self, seconds: float) -> None:
        """Waits until the work under way has stopped, which it does once the listener drains."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._turn:
                pass

    async def run(self) -> None:
        """Everything that a new session may have missed, oldest first, then the sweep."""
        # Until this is through, a live message must not move a watermark past the ones that were missed.
        self._listener.caught_up = False
        async with self._turn:
            complete = True
            for venue in self._service.venues.all():
                if venue.state is not VenueState.CLOSED and venue.debate_id in self._service.debates:
                    complete &= await self._read_venue(venue)
            self._listener.caught_up = complete
        await self.sweep()

    async def _read_venue(self, venue: Venue) -> bool:
        """Reads what a venue's channels hold; tells whether nothing was left unread that can be read."""
        store = self._service.store
        replied = False
        try:
            watermarks = await store.watermarks()
            answered = {row.channel_id for row in await store.last_replies(venue.id, LOOK_BACK)}
            opened = discord.utils.time_snowflake(venue.changed_at)
            async for room in self._rooms(venue, max([opened, *watermarks.values()])):
                start = max(watermarks.get(room.id, 0), opened)
                if (room.last_message_id or 0) > start or room.id in answered:
                    replied |= await self._read_on(venue, room, start, replied=replied)
        except (discord.HTTPException, StoreError, *PASSING) as error:
            log.warning("venue %s not read: %s", venue.id, error)
            return False
        return not self._listener.draining

    async def _rooms(self, venue: Venue, last_seen: int) -> AsyncIterator[Room]:
        root = self._client.get_channel(venue.channel_id)
        if isinstance(root, discord.TextChannel):
            yield root
        if not isinstance(root, discord.TextChannel | discord.ForumChannel):
            return
        for thread in await root.guild.active_threads():
            if thread.parent_id == venue.channel_id:
                yield thread
        if missing(root, ("view_channel", "read_message_history")):
            return
        # A thread may have gone to the archive while the bot was away, with comments in it.
        alive = discord.utils.snowflake_time(last_seen) - timedelta(hours=1)
        async for thread in root.archived_threads(limit=None):
            if thread.archive_timestamp < alive:
                break
            yield thread

    async def _read_on(self, venue: Venue, room: Room, start: int, *, replied: bool) -> bool:
        """Takes what was missed in a channel, oldest first; tells whether a reply was given by now."""
        try:
            missed = await self._missed(venue, room, start)
        except discord.Forbidden:
            self._delivery.refusals.note(room.id, venue.channel_id, "reading")
            return replied
        # Who was away long does not come in and answer everybody: one reply, and the rest is for moderators.
        away = bool(missed) and self._now() - missed[0].created_at > STALE_AFTER
        for message in missed:
            if self._listener.draining:
                return replied
            if is_comment(message):
                with suppress(ModelDownError):  # it waits in the inbox
                    late = away and replied
                    replied |= await self._listener.take(venue, message, advance=True, late=late)
        if missed:
            await self._service.store.advance_watermark(room.id, missed[-1].id)
        return replied

    async def _missed(self, venue: Venue, room: Room, start: int) -> list[discord.Message]:
        missed: list[discord.Message] = []
        seen = 0
        async for message in room.history(limit=REACH):
            seen += 1
            if message.id > start:
                missed.append(message)
            elif seen > LOOK_BACK:
                break
            elif message.edited_at is not None and self._listener.may_read(message):
                await self._listener.revise(venue, message)
            if self._is_orphan(message):
                await self._listener.forget(message.reference.message_id)  # type: ignore[union-attr]
        return missed[::-1]

    def _is_orphan(self, message: discord.Message) -> bool:
        """Whether this is a reply of ours to a comment that is there no more."""
        mine = self._client.user is not None and message.author.id == self._client.user.id
        reference = message.reference
        return (
            mine
            and reference is not None
            and isinstance(reference.resolved, discord.DeletedReferencedMessage)
        )

    async def sweep(self) -> None:
        """What was received and not decided, decided and not sent, withdrawn and not removed."""
        async with self._turn:
            try:
                await self._decide_pending()
                for row in await self._service.store.unsent():
                    if self._listener.draining:
                        return
                    await self._delivery.deliver(row)
                for row in await self._service.revisions.unshown():
                    await self._delivery.show(row)
                await self.remove_withdrawn(await self._service.store.unremoved())
            except StoreError:
                log.exception("sweep stopped")

    async def _decide_pending(self) -> None:
        for row in await self._service.store.pending():
            if self._listener.draining:
                return
            if self._service.is_deciding(row.message_id):
                continue
            try:
                await self._decide(row)
            except ModelDownError:
                return
            except StoreError:
                raise
            except Exception:
                log.exception("comment %s not decided", row.message_id)
                self._failures[row.message_id] += 1
                if self._failures[row.message_id] >= MOST_TRIES:
                    await self._service.store.drop(row.message_id)

    async def _decide(self, row: InboxRow) -> None:
        channel = await self._delivery.channel(row.channel_id)
        venue = self._service.venues.of(row.channel_id, getattr(channel, "parent_id", None))
        if channel is None or venue is None:
            await self._service.store.drop(row.message_id)
            return
        # From before it is read: what its author changes after that is told by an event alone.
        reply = await self._service.deciding(venue, row.message_id, self._read(venue, channel, row))
        if reply is not None:
            await self._delivery.deliver(reply)

    async def _read(self, venue: Venue, channel: Room, row: InboxRow) -> OutboxRow | None:
        try:
            message = await channel.fetch_message(row.message_id)
        except (discord.NotFound, discord.Forbidden):
            await self._service.store.drop(row.message_id)
            return None
        return await self._service.decide(venue, await self._listener.placed(venue, message))

    async def remove_withdrawn(self, rows: Iterable[OutboxRow]) -> None:
        """Deletes replies that were taken back and are still shown."""
        for row in rows:
            if await self._delivery.remove_reply(row):
                await self._service.store.mark_removed(row.decision_id, self._now())
