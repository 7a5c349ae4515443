"""Hearing comments: whoever may not be answered is passed over before anything is computed."""

from __future__ import annotations

import asyncio
import logging

import discord
from discord.ext import commands

from bot.gateway.delivery import Delivery
from bot.service import DebateService, Incoming
from bot.store import StoreError
from bot.store.rows import Venue

log = logging.getLogger(__name__)

COMMENT_TYPES = (discord.MessageType.default, discord.MessageType.reply)


class Listener(commands.Cog):
    """Takes each message of a debate's channels through the service, and its reply to delivery."""

    def __init__(self, client: discord.Client, service: DebateService, delivery: Delivery) -> None:
        self._client = client
        self._service = service
        self._delivery = delivery
        self._under_way: set[asyncio.Task[None]] = set()
        self._draining = False
        self.caught_up = False

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """A message anywhere."""
        if self._draining or not is_comment(message):
            return
        venue = await self.venue_of(message)
        task = asyncio.current_task()
        if venue is None or task is None:
            return
        self._under_way.add(task)
        try:
            await self.take(venue, message)
        finally:
            self._under_way.discard(task)

    async def take(self, venue: Venue, message: discord.Message) -> None:
        """One comment, from receiving to replying."""
        try:
            row = await self._service.consider(venue, self.incoming(message), advance=self.caught_up)
        except StoreError:
            log.exception("comment %s not stored", message.id)
            return
        if row is not None:
            await self._delivery.deliver(row)

    def incoming(self, message: discord.Message) -> Incoming:
        """The message as the service wants it."""
        me = self._client.user
        asked = me is not None and f"<@{me.id}>" in message.content.replace("<@!", "<@")
        return Incoming(
            message_id=message.id,
            channel_id=message.channel.id,
            author_id=message.author.id,
            content=message.content,
            asked=asked,
            at=message.created_at,
        )

    async def venue_of(self, message: discord.Message) -> Venue | None:
        """The debate that a message belongs to, through its thread's parent where it stands in one."""
        channel = message.channel
        parent = getattr(channel, "parent_id", None)
        venue = self._service.venue_of(channel.id, parent)
        if venue is None and isinstance(channel, discord.PartialMessageable):
            # A thread that the cache does not know comes without its parent.
            try:
                fetched = await self._client.fetch_channel(channel.id)
            except discord.HTTPException:
                return None
            venue = self._service.venue_of(getattr(fetched, "parent_id", None))
        return venue

    @commands.Cog.listener()
    async def on_disconnect(self) -> None:
        """From now on messages may be missed."""
        self.caught_up = False

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """A deleted comment takes our reply with it; a deleted reply of ours is written off."""
        await self._forget(payload.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """The same for many at once."""
        for message_id in sorted(payload.message_ids):
            await self._forget(message_id)

    async def _forget(self, message_id: int) -> None:
        store = self._service.store
        await store.drop(message_id)
        row = await store.outbox_by_comment(message_id) or await store.outbox_by_reply(message_id)
        if row is None:
            return
        me = self._client.user
        withdrawn = await store.withdraw(row.decision_id, me.id if me else 0, discord.utils.utcnow())
        if (
            withdrawn
            and withdrawn.reply_id
            and await self._delivery.remove(row.channel_id, withdrawn.reply_id)
        ):
            await store.mark_removed(row.decision_id, discord.utils.utcnow())

    async def drain(self, seconds: float) -> None:
        """Takes no more messages and waits for those under way, but no longer than that."""
        self._draining = True
        pending = {task for task in self._under_way if task is not asyncio.current_task()}
        if pending:
            await asyncio.wait(pending, timeout=seconds)


def is_comment(message: discord.Message) -> bool:
    """Whether a member wrote this in a server; bots, webhooks and Discord's own notices are never answered."""
    return (
        message.guild is not None
        and not message.author.bot
        and message.webhook_id is None
        and message.type in COMMENT_TYPES
    )
