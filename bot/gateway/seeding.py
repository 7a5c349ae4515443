"""Bringing messages into a channel or thread: posting, editing, pinning, never doubling."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

import discord

from bot.core.source import digest
from bot.gateway.aliases import Room
from bot.gateway.delivery import NO_STARTER_YET
from bot.opening import Post
from bot.store.rows import Post as Recorded
from bot.store.rows import Venue

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)


STARTER_WAITS = (1, 2, 4, 8)
"""Seconds between tries in a forum post whose first message Discord does not know yet."""

CLOCKS_APART = timedelta(minutes=10)
"""So far this machine's clock may be off from Discord's when our own posts are looked for."""


class MissingPermissionsError(Exception):
    """The bot may not do what the opening takes; nothing was posted."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


@dataclass
class Report:
    """How many messages were posted and how many edited; `pin_taken` when another post is pinned already."""

    posted: int = 0
    edited: int = 0
    pin_taken: bool = False


@dataclass
class Seeding:
    """One run over a venue; `recorded` is what earlier runs wrote down."""

    bot: DebateBot
    venue: Venue
    recorded: Mapping[str, Recorded]
    report: Report = field(default_factory=Report)

    async def fill(self, room: Room, posts: Iterable[Post]) -> None:
        """Brings these posts into a channel or thread, in their order."""
        wanted = list(posts)
        found = {post.key: await self._recorded_message(room, post.key) for post in wanted}
        if not all(found.values()):
            # What an earlier run posted and could not write down any more is ours to take over.
            loose = await self._unrecorded(room)
            for post in wanted:
                found[post.key] = found[post.key] or loose.get(post.rendered.text.strip())
        for post in wanted:
            await self._place(room, post, found[post.key])

    async def _place(self, room: Room, post: Post, message: discord.Message | None) -> None:
        text = post.rendered.text
        if message is None:
            if post.key in self.recorded and self.recorded[post.key].message_id == room.id:
                return  # somebody deleted the first message of a forum post; it cannot be written anew
            message = await self._send(room, post)
            self.report.posted += 1
        elif message.content.strip() != text.strip():
            # Without the word about embeds an edit would show them again.
            message = await message.edit(
                content=text, suppress=True, allowed_mentions=discord.AllowedMentions.none()
            )
            self.report.edited += 1
        await self.record(post.key, room.id, message.id, text)
        if post.pinned and not message.pinned:
            await message.pin()

    async def _send(self, room: Room, post: Post) -> discord.Message:
        nonce = f"o{self.venue.id}-{digest(post.key + post.rendered.text)[:10]}"
        for wait in (*STARTER_WAITS, None):
            try:
                return await room.send(
                    post.rendered.text,
                    nonce=nonce,
                    allowed_mentions=discord.AllowedMentions.none(),
                    suppress_embeds=True,
                )
            except discord.HTTPException as error:
                if error.code != NO_STARTER_YET or wait is None:
                    raise
                await asyncio.sleep(wait)
        raise AssertionError  # the last try returned or raised

    async def record(self, key: str, channel_id: int, message_id: int, text: str) -> None:
        """Writes a post down, unless it stands there just so."""
        post = Recorded(self.venue.id, key, channel_id, message_id, digest(text))
        if self.recorded.get(key) != post:
            await self.bot.service.store.record_post(
                post.venue_id, post.key, post.channel_id, post.message_id, post.digest
            )

    async def clear(self, wanted: set[str]) -> None:
        """Deletes the messages that are no longer part of the opening."""
        for key in self.recorded.keys() - wanted:
            post = self.recorded[key]
            # A forum post that has a thread of comments under it is not ours to delete.
            is_message = post.message_id != post.channel_id
            if is_message and await self.bot.delivery.remove(post.channel_id, post.message_id):
                await self.bot.service.store.forget_post(self.venue.id, key)

    async def _recorded_message(self, room: Room, key: str) -> discord.Message | None:
        known = self.recorded.get(key)
        if known is None or known.channel_id != room.id:
            return None
        try:
            return await room.fetch_message(known.message_id)
        except discord.NotFound:
            return None

    async def _unrecorded(self, room: Room) -> dict[str, discord.Message]:
        """Our own messages there that no run wrote down, by their text: those of the opening, the newest."""
        me = self.bot.user
        known = {post.message_id for post in self.recorded.values()}
        opened = self.venue.opened_at - CLOCKS_APART
        first = [m async for m in room.history(limit=100, after=opened, oldest_first=True)]
        last = [m async for m in room.history(limit=100)]
        return {
            message.content.strip(): message
            for message in (*last, *first)
            if me is not None and message.author.id == me.id and message.id not in known
        }
