"""Sending what was decided: once, however often it is tried."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import aiohttp
import discord

from bot.core.source import AlteredSpanError, Span
from bot.gateway.buttons import reply_view
from bot.service import DebateService
from bot.store.rows import OutboxRow

log = logging.getLogger(__name__)

SEND_TIMEOUT = 30.0
TRIES = 3
SERVER_FAULT = 500
NONCE_WINDOW = timedelta(minutes=2)
"""Discord recognises a nonce for a few minutes only; beyond this we look for our own reply first."""

PASSING = (discord.DiscordServerError, discord.RateLimited, aiohttp.ClientError, TimeoutError, OSError)
"""What may go well at the next try: the message may even have been stored."""


class Delivery:
    """Takes outbox rows to their channels."""

    def __init__(self, client: discord.Client, service: DebateService, now: Callable[[], datetime]) -> None:
        self._client = client
        self._service = service
        self._now = now
        self._under_way: set[int] = set()

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
        channel = await self.channel(row.channel_id)
        if channel is None:
            await self._service.store.mark_failed(row.decision_id)
            return
        try:
            content = await self._content(row)
        except AlteredSpanError as error:
            log.error("reply %s refused, span altered: %s", row.decision_id, error)
            await self._service.store.mark_failed(row.decision_id)
            return
        retried = row.attempts > 0 and self._now() - row.created_at > NONCE_WINDOW
        sent = await self._find(row, channel) if retried else None
        if sent is None:
            if not await self._service.store.mark_attempt(row.decision_id):
                return
            sent = await self._send(row, channel, content)
        if sent is not None and not await self._service.store.mark_sent(row.decision_id, sent, self._now()):
            await self.remove(row.channel_id, sent)

    async def _content(self, row: OutboxRow) -> str:
        return self._service.reply(row, f"<@{row.author_id}>", await self._links(row)).text

    async def _links(self, row: OutboxRow) -> dict[Span, str]:
        venue = next((v for v in self._service.venues() if v.id == row.venue_id), None)
        if venue is None:
            return {}
        places = await self._service.places(row)
        return {
            span: f"https://discord.com/channels/{venue.guild_id}/{post.channel_id}/{post.message_id}"
            for span, post in places.items()
        }

    async def _send(self, row: OutboxRow, channel: discord.abc.Messageable, content: str) -> int | None:
        for attempt in range(TRIES):
            try:
                async with asyncio.timeout(SEND_TIMEOUT):
                    message = await channel.send(
                        content,
                        reference=discord.MessageReference(
                            message_id=row.message_id, channel_id=row.channel_id, fail_if_not_exists=False
                        ),
                        nonce=row.nonce,
                        allowed_mentions=discord.AllowedMentions.none(),
                        suppress_embeds=True,
                        view=reply_view(
                            row.decision_id, self._service.wording[str(row.content["locale"])], row
                        ),
                    )
                return message.id
            except PASSING as error:
                log.warning("reply %s, try %s: %s", row.decision_id, attempt + 1, type(error).__name__)
                await asyncio.sleep(2**attempt)
            except discord.HTTPException as error:
                if error.status >= SERVER_FAULT:
                    log.warning("reply %s, try %s: %s", row.decision_id, attempt + 1, error.status)
                    await asyncio.sleep(2**attempt)
                    continue
                log.error("reply %s refused: %s %s", row.decision_id, error.status, error.code)
                await self._service.store.mark_failed(row.decision_id)
                return None
        return None

    async def _find(self, row: OutboxRow, channel: discord.abc.Messageable) -> int | None:
        """Our reply to that comment, if an earlier try was stored after all."""
        after = discord.Object(row.message_id)
        async for message in channel.history(limit=None, after=after, oldest_first=True):
            reference = message.reference
            if (
                self._client.user
                and message.author.id == self._client.user.id
                and reference is not None
                and reference.message_id == row.message_id
            ):
                return message.id
        return None

    async def remove(self, channel_id: int, message_id: int) -> bool:
        """Deletes one of our messages; True when Discord shows it no more."""
        channel = await self.channel(channel_id)
        if channel is None:
            return True
        try:
            await channel.get_partial_message(message_id).delete()
        except discord.NotFound:
            return True
        except (discord.HTTPException, *PASSING) as error:
            log.warning("message %s not removed: %s", message_id, type(error).__name__)
            return False
        return True

    async def channel(self, channel_id: int) -> discord.TextChannel | discord.Thread | None:
        """A text channel or thread; None when it is gone or closed to us."""
        channel = self._client.get_channel(channel_id)
        if channel is None:
            try:
                channel = await self._client.fetch_channel(channel_id)
            except (discord.NotFound, discord.Forbidden):
                return None
        return channel if isinstance(channel, discord.TextChannel | discord.Thread) else None
