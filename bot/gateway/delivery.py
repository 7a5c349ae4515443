"""Sending what was decided: once, however often it is tried."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

import aiohttp
import discord

from bot.core.source import AlteredSpanError, Span
from bot.gateway.aliases import Room
from bot.gateway.buttons import reply_view
from bot.gateway.permissions import missing_to_answer
from bot.gateway.refusals import Refusals
from bot.links import message_link
from bot.service import TOO_LATE, DebateService
from bot.store.answered import EarlierAnswers
from bot.store.rows import OutboxRow
from bot.stored_replies import Worded

log = logging.getLogger(__name__)

SEND_TIMEOUT = 30.0
TRIES = 3
PASSING = (discord.DiscordServerError, discord.RateLimited, aiohttp.ClientError, TimeoutError, OSError)
"""What may go well at the next try: the message may even have been stored."""

ACTED = "acted"
"""The event that the bot did something by itself in a venue, which moderators are to be told of."""

EDITED = "reply_edited"
"""The event that a reply became another one."""

SPOKE = "spoke"
"""The event that the bot posted something by itself that is no reply."""

NO_STARTER_YET = 40058
"""Discord's code for a forum post that is so new that its first message is not there yet."""

_FINAL = (400, 403, 404)
"""The answers that trying again does not change."""


class Delivery:
    """Takes outbox rows to their channels."""

    def __init__(self, client: discord.Client, service: DebateService, now: Callable[[], datetime]) -> None:
        self._client = client
        self._service = service
        self._now = now
        self._earlier = EarlierAnswers(service.store)
        self._under_way: set[int] = set()
        self.refusals = Refusals(now)

    async def deliver(self, row: OutboxRow) -> None:
        """Sends a reply and writes down which message it became; what fails in passing stays for a sweep."""
        if row.decision_id in self._under_way:
            return
        self._under_way.add(row.decision_id)
        try:
            await self._deliver(row)
        finally:
            self._under_way.discard(row.decision_id)

    async def _deliver(self, row: OutboxRow) -> None:
        try:
            room = await self.channel(row.channel_id)
            if room is None or self._is_closed(room):
                await self._service.store.mark_failed(row.decision_id)
                return
            age = self._now() - row.created_at
            # Discord recognises a nonce for a few minutes only.
            sent = await self._find(row, room) if row.attempts else None
        except (discord.HTTPException, *PASSING) as error:
            log.warning("reply %s waits: %s", row.decision_id, type(error).__name__)
            return
        if sent is None:
            sent = await self._say(row, room, too_late=age > TOO_LATE)
        if sent is None:
            return
        if not await self._service.store.mark_sent(row.decision_id, sent, self._now()):
            await self.remove(row.channel_id, sent)
            return
        latest = await self._service.store.outbox_by_reply(sent)
        if latest is not None:
            await self.show(latest)
        self._client.dispatch(ACTED, row.venue_id)

    async def show(self, row: OutboxRow) -> None:
        """Lets Discord show what a sent reply says by now; what fails in passing stays for a sweep."""
        if row.revised_at is None or row.reply_id is None or self.refusals.leave_alone(row.channel_id):
            return
        content = await self._content(row)
        if content is None:
            return
        view = reply_view(row.decision_id, self._service.wording[str(row.content["locale"])], row)
        nobody = discord.AllowedMentions.none()
        try:
            room = await self.channel(row.channel_id)
            if room is not None:
                reply = room.get_partial_message(row.reply_id)
                await reply.edit(content=content, view=view, allowed_mentions=nobody)
        except discord.NotFound:
            pass  # gone; of that another event tells
        except discord.Forbidden as error:
            self.refusals.note(row.channel_id, None, f"{error.status} {error.code}")
            return
        except (discord.HTTPException, *PASSING) as error:
            log.warning("reply %s not changed: %s", row.decision_id, type(error).__name__)
            return
        await self._service.revisions.mark_shown(row.decision_id, row.revised_at)
        self._client.dispatch(EDITED, row.venue_id, row.decision_id)

    def _is_closed(self, room: Room) -> bool:
        lacking = missing_to_answer(room)
        if lacking:
            self.refusals.note(room.id, getattr(room, "parent_id", None), ", ".join(lacking))
        return bool(lacking) or self.refusals.leave_alone(room.id)

    async def _say(self, row: OutboxRow, room: Room, *, too_late: bool) -> int | None:
        content = None if too_late else await self._content(row)
        if content is None:
            await self._service.store.mark_failed(row.decision_id)
            return None
        if not await self._service.store.mark_attempt(row.decision_id):
            return None
        return await self._send(row, room, content)

    async def _content(self, row: OutboxRow) -> str | None:
        try:
            return self._service.replies.compose(row, f"<@{row.author_id}>", await self.links(row)).text
        except (AlteredSpanError, LookupError) as error:
            # The debate's folder has changed since: a span, or a whole claim, is no longer what it was.
            log.error("reply %s refused, its words are gone: %s", row.decision_id, error)
            return None

    async def links(self, row: Worded) -> dict[Span, str]:
        """Where the words of a reply stand in the opening of its debate."""
        venue = self._service.venues.find(row.venue_id)
        if venue is None:
            return {}
        places = await self._service.replies.places(row)
        return {
            span: message_link(venue.guild_id, post.channel_id, post.message_id)
            for span, post in places.items()
        }

    async def _send(self, row: OutboxRow, room: Room, content: str) -> int | None:
        view = reply_view(row.decision_id, self._service.wording[str(row.content["locale"])], row)
        for attempt in range(TRIES):
            try:
                async with asyncio.timeout(SEND_TIMEOUT):
                    message = await room.send(
                        content,
                        # A reply to a comment that was deleted meanwhile is refused, as it should be.
                        reference=discord.MessageReference(
                            message_id=row.message_id, channel_id=row.channel_id, fail_if_not_exists=True
                        ),
                        nonce=row.nonce,
                        allowed_mentions=discord.AllowedMentions.none(),
                        suppress_embeds=True,
                        view=view,
                    )
            except discord.HTTPException as error:
                if error.status in _FINAL and error.code != NO_STARTER_YET:
                    await self._give_up(row, room, error)
                    return None
                if error.status < 500 and error.code != NO_STARTER_YET:
                    log.warning("reply %s waits: %s %s", row.decision_id, error.status, error.code)
                    return None
                log.warning("reply %s, try %s: %s %s", row.decision_id, attempt + 1, error.status, error.code)
            except PASSING as error:
                log.warning("reply %s, try %s: %s", row.decision_id, attempt + 1, type(error).__name__)
            else:
                self.refusals.accepted(room.id)
                return message.id
            await asyncio.sleep(2**attempt)
        return None

    async def _give_up(self, row: OutboxRow, room: Room, error: discord.HTTPException) -> None:
        if isinstance(error, discord.Forbidden):
            self.refusals.note(room.id, getattr(room, "parent_id", None), f"{error.status} {error.code}")
        else:
            log.error("reply %s refused: %s %s", row.decision_id, error.status, error.code)
        await self._service.store.mark_failed(row.decision_id)

    async def _find(self, row: OutboxRow, room: Room) -> int | None:
        """Our reply to that comment, if an earlier try was stored after all."""
        me, lines = self._client.user, await self._earlier.under(row.decision_id)
        async for message in room.history(limit=None, after=discord.Object(row.message_id)):
            reference = message.reference
            if (
                me is not None
                and message.author.id == me.id
                and reference is not None
                and reference.message_id == row.message_id
                and message.id not in lines
            ):
                return message.id
        return None

    async def remove_reply(self, row: OutboxRow) -> bool:
        """Deletes a reply that was taken back; True when Discord shows it no more."""
        reply_id = row.reply_id
        if reply_id is None:
            # It was taken back before its sending was written down: it may be there all the same.
            try:
                room = await self.channel(row.channel_id)
                reply_id = await self._find(row, room) if room else None
            except (discord.HTTPException, *PASSING) as error:
                log.warning("reply %s not looked for: %s", row.decision_id, type(error).__name__)
                return False
        return reply_id is None or await self.remove(row.channel_id, reply_id)

    async def remove(self, channel_id: int, message_id: int) -> bool:
        """Deletes one of our messages; True when Discord shows it no more."""
        if self.refusals.leave_alone(channel_id):
            return False
        try:
            room = await self.channel(channel_id)
            if room is not None:
                await room.get_partial_message(message_id).delete()
        except discord.NotFound:
            return True
        except discord.Forbidden as error:
            self.refusals.note(channel_id, None, f"{error.status} {error.code}")
            return False
        except (discord.HTTPException, *PASSING) as error:
            log.warning("message %s not removed: %s", message_id, type(error).__name__)
            return False
        return True

    async def channel(self, channel_id: int) -> Room | None:
        """A text channel or thread; None when it is gone or closed to us."""
        channel = self._client.get_channel(channel_id)
        if channel is None:
            try:
                channel = await self._client.fetch_channel(channel_id)
            except (discord.NotFound, discord.Forbidden):
                return None
        return channel if isinstance(channel, discord.TextChannel | discord.Thread) else None
