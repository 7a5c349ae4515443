"""Hearing comments: whoever may not be answered is passed over before anything is computed."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

import discord
from discord.ext import commands

from bot.cards import Cards
from bot.gateway.delivery import ACTED, Delivery
from bot.gateway.pointing_back import PointingBack
from bot.gateway.queue_posts import QueuePosts
from bot.gateway.takeovers import HumanTurns
from bot.incoming import Incoming
from bot.model import ModelDownError
from bot.service import DebateService
from bot.store import StoreError
from bot.store.rows import REPLY_DELETED, OutboxRow, OutboxState, Venue
from bot.venues import rules_of

log = logging.getLogger(__name__)

COMMENT_TYPES = (discord.MessageType.default, discord.MessageType.reply)

MOST_PARENTS = 10_000


class Listener(commands.Cog):
    """Takes each message of a debate's channels through the service, and its reply to delivery."""

    def __init__(
        self,
        client: discord.Client,
        service: DebateService,
        delivery: Delivery,
        pointing_back: PointingBack,
        cards: Cards,
        queue: QueuePosts,
        takeovers: HumanTurns,
    ) -> None:
        self._client = client
        self._pointing_back = pointing_back
        self._service = service
        self._delivery = delivery
        self._cards = cards
        self._queue = queue
        self._takeovers = takeovers
        self._under_way: set[asyncio.Task[None]] = set()
        self._parents: dict[int, int | None] = {}
        self._private: set[int] = set()
        self.draining = False
        self.caught_up = False

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """A message anywhere."""
        task = asyncio.current_task()
        if self.draining or task is None or not is_comment(message):
            return
        self._under_way.add(task)
        try:
            venue = await self.venue_of(message)
            if venue is not None:
                await self.take(venue, message, advance=self.caught_up)
                await self._queue.show(message.id)
        except ModelDownError:
            log.info("comment %s waits for the model", message.id)
        except StoreError:
            # What was not written down must be read again: no watermark may pass it before that.
            self.caught_up = False
            log.exception("comment %s not stored", message.id)
        finally:
            self._under_way.discard(task)

    def may_read(self, message: discord.Message) -> bool:
        """Whether this is a comment, of a member who did not opt out."""
        return is_comment(message) and message.author.id not in self._service.opt_outs

    async def take(
        self, venue: Venue, message: discord.Message, *, advance: bool, late: bool = False
    ) -> bool:
        """One comment, from receiving to replying; tells whether there was a reply to it.

        Raises `StoreError` when it could not be written down, `ModelDownError` when it waits in the inbox.
        """
        # That a moderator answers somebody is seen without reading a word, so also of one who opted out.
        await self._takeovers.notice(venue, message)
        if not self.may_read(message):
            return False
        incoming = await self.placed(venue, message)
        if not incoming.asked and self._is_private(message.channel):
            return False
        row = await self._service.consider(venue, incoming, advance=advance, late=late)
        if row is not None:
            await self._delivery.deliver(row)
        elif not late:
            await self._pointing_back.look(venue, message)
        return row is not None

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """A comment that its author changed gets the reply that it deserves now, in the place of the first."""
        task, message = asyncio.current_task(), payload.message
        # Discord tells of a preview that appears under a link in the same way, without a moment of editing.
        if self.draining or task is None or message.edited_at is None or not self.may_read(message):
            return
        self._under_way.add(task)
        try:
            venue = await self.venue_of(message)
            if venue is not None:
                await self.revise(venue, message)
        except StoreError:
            log.exception("edited comment %s not decided on", message.id)
        finally:
            self._under_way.discard(task)

    async def revise(self, venue: Venue, message: discord.Message) -> None:
        """Decides again on a comment that was edited; raises `StoreError` when it could not be written down."""
        suggested = await self._service.suggestions.of_comment(message.id)
        try:
            row = await self._service.reconsider(venue, await self.placed(venue, message))
        except ModelDownError:
            log.info("edited comment %s keeps the reply it has", message.id)
            return
        if row is not None:
            await self._bring(row)
        if await self._service.suggestions.of_comment(message.id) != suggested:
            await self._queue.show(message.id)
        await self._pointing_back.tidy(discord.utils.utcnow())

    async def _bring(self, row: OutboxRow) -> None:
        """Lets Discord show what became of a reply."""
        if row.state is OutboxState.PENDING:
            await self._delivery.deliver(row)
        elif row.state is OutboxState.SENT:
            await self._delivery.show(row)
        elif row.state is OutboxState.WITHDRAWN and await self._delivery.remove_reply(row):
            await self._service.store.mark_removed(row.decision_id, discord.utils.utcnow())
            self._client.dispatch(ACTED, row.venue_id)

    async def placed(self, venue: Venue, message: discord.Message) -> Incoming:
        """The same with the roles and tags that the house rules ask for and the message did not bring."""
        incoming, rules = self.incoming(message), rules_of(venue)
        if (rules.only_roles or rules.not_roles) and not isinstance(message.author, discord.Member):
            incoming = replace(incoming, roles=await self._roles_of(venue, message.author.id))
        if (rules.only_tags or rules.not_tags) and not isinstance(message.channel, discord.Thread):
            incoming = replace(incoming, tags=await self._tags_of(message.channel.id))
        return incoming

    async def _roles_of(self, venue: Venue, member_id: int) -> frozenset[int]:
        # What is read on after a restart names its author, and not their roles.
        guild = self._client.get_guild(venue.guild_id)
        try:
            member = await guild.fetch_member(member_id) if guild else None
        except discord.HTTPException as error:
            log.warning("member %s not fetched: %s", member_id, error.status)
            return frozenset()
        return frozenset(role.id for role in member.roles) if member else frozenset()

    async def _tags_of(self, thread_id: int) -> frozenset[int]:
        try:
            fetched = await self._client.fetch_channel(thread_id)
        except discord.HTTPException as error:
            log.warning("channel %s not fetched: %s", thread_id, error.status)
            return frozenset()
        return _tags(fetched)

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
            roles=frozenset(role.id for role in getattr(message.author, "roles", ())),
            tags=_tags(message.channel),
        )

    async def venue_of(self, message: discord.Message) -> Venue | None:
        """The debate that a message belongs to, through its thread's parent where it stands in one."""
        channel = message.channel
        parent = getattr(channel, "parent_id", None)
        if isinstance(channel, discord.PartialMessageable) and self._service.venues.of(channel.id) is None:
            parent = await self._parent_of(channel.id)
        return self._service.venues.of(channel.id, parent)

    async def _parent_of(self, thread_id: int) -> int | None:
        """The parent of a thread that the cache does not know; asked once a thread."""
        if thread_id not in self._parents:
            try:
                fetched = await self._client.fetch_channel(thread_id)
            except discord.HTTPException as error:
                log.warning("channel %s not fetched: %s", thread_id, error.status)
                return None
            if len(self._parents) >= MOST_PARENTS:
                self._parents.clear()
                self._private.clear()
            self._parents[thread_id] = getattr(fetched, "parent_id", None)
            if self._is_private(fetched):
                self._private.add(thread_id)
        return self._parents[thread_id]

    def _is_private(self, channel: object) -> bool:
        """Whether a channel is a private thread, where the bot is a guest who speaks when spoken to."""
        if isinstance(channel, discord.PartialMessageable):
            return channel.id in self._private
        return isinstance(channel, discord.Thread) and channel.is_private()

    @commands.Cog.listener()
    async def on_disconnect(self) -> None:
        """From now on messages may be missed."""
        self.caught_up = False

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """A deleted comment takes our reply with it; a deleted reply of ours is written off."""
        if self._may_matter(payload.guild_id):
            await self.forget(payload.message_id)

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """The same for many at once."""
        if self._may_matter(payload.guild_id):
            for message_id in sorted(payload.message_ids):
                await self.forget(message_id)

    def _may_matter(self, guild_id: int | None) -> bool:
        # A deletion names its channel, but a thread's parent may be unknown; the server is always known.
        return any(venue.guild_id == guild_id for venue in self._service.venues.all())

    async def forget(self, message_id: int) -> None:
        """Takes back what was said to a comment that is gone, or writes off a reply that is."""
        store = self._service.store
        await store.drop(message_id)
        await self._pointing_back.forget(message_id)
        await self._queue.forget(message_id)
        row = await store.outbox_by_comment(message_id) or await store.outbox_by_reply(message_id)
        if row is None:
            return
        if row.message_id == message_id and row.content.get("kept") and row.state is OutboxState.SENT:
            orphan = await self._cards.orphan(row)
            if orphan is not None:
                await self._delivery.show(orphan)
            return
        me = self._client.user
        by = (me.id if me else 0) if row.message_id == message_id else REPLY_DELETED
        withdrawn = await store.withdraw(row.decision_id, by, discord.utils.utcnow())
        # While it is being sent, the one who sends it sees that it was taken back, and deletes it.
        if withdrawn and withdrawn.reply_id and await self._delivery.remove_reply(withdrawn):
            await store.mark_removed(row.decision_id, discord.utils.utcnow())
        self._client.dispatch(ACTED, row.venue_id)

    async def drain(self, seconds: float) -> None:
        """Takes no more messages and waits for those under way, but no longer than that."""
        self.draining = True
        pending = {task for task in self._under_way if task is not asyncio.current_task()}
        if pending:
            await asyncio.wait(pending, timeout=seconds)


def _tags(channel: object) -> frozenset[int]:
    return frozenset(tag.id for tag in getattr(channel, "applied_tags", ()))


def is_comment(message: discord.Message) -> bool:
    """Whether a member wrote this in a server: bots, webhooks and Discord's own notices are not answered."""
    return (
        message.guild is not None
        and not message.author.bot
        and message.webhook_id is None
        and message.type in COMMENT_TYPES
    )
