"""Bringing a channel in line with the opening of its debate: posting, editing, pinning, never doubling."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import discord

from bot.core.claims import Debate
from bot.core.source import digest
from bot.opening import Post, article, claim_lists, compose_opening, welcome
from bot.store.rows import Post as Recorded
from bot.store.rows import Venue

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)


@dataclass
class Report:
    """How many messages were posted and how many edited."""

    posted: int = 0
    edited: int = 0


async def seed(
    bot: DebateBot, venue: Venue, debate: Debate, channel: discord.TextChannel | discord.ForumChannel
) -> Report:
    """Posts what is missing, edits what has changed and deletes what is no longer part of the opening."""
    wording = bot.service.wording[venue.locale]
    report = Report()
    recorded = await bot.service.store.posts(venue.id)
    if isinstance(channel, discord.ForumChannel):
        threads = _Threads(bot, venue, channel, recorded, report)
        pages = list(article(debate, wording))
        await threads.fill(debate.title, "article", [welcome(debate, wording), *pages])
        for theme in debate.themes:
            title = theme.title.get(wording.locale) or next(iter(theme.title.values()))
            own = tuple(claim for claim in debate.claim_set.claims if claim.theme == theme.id)
            lists = [
                Post(f"theme-{theme.id}-{number}", post.rendered)
                for number, post in enumerate(claim_lists(debate, wording, own), 1)
            ]
            await threads.fill(title, theme.id, lists)
        return report
    posts = compose_opening(debate, wording)
    for post in posts:
        await _place(bot, venue, channel, post, recorded, report)
    for key in recorded.keys() - {post.key for post in posts}:
        if await bot.delivery.remove(recorded[key].channel_id, recorded[key].message_id):
            await bot.service.store.forget_post(venue.id, key)
    return report


class _Threads:
    """The posts of a forum: one with the article, one a theme."""

    def __init__(
        self,
        bot: DebateBot,
        venue: Venue,
        forum: discord.ForumChannel,
        recorded: dict[str, Recorded],
        report: Report,
    ) -> None:
        self._bot = bot
        self._venue = venue
        self._forum = forum
        self._recorded = recorded
        self._report = report

    async def fill(self, title: str, name: str, posts: Iterable[Post]) -> None:
        """Opens the forum post with the first message and puts the others into it."""
        first, *others = posts
        known = self._recorded.get(first.key)
        thread = await self._existing(title, known)
        if thread is None:
            thread = await self._open(title, first)
            self._report.posted += 1
            await self._bot.service.store.record_post(
                self._venue.id, first.key, thread.id, thread.id, digest(first.rendered.text)
            )
        elif known is not None:
            await _place(self._bot, self._venue, thread, first, self._recorded, self._report)
        for post in others:
            await _place(self._bot, self._venue, thread, post, self._recorded, self._report)

    async def _open(self, title: str, first: Post) -> discord.Thread:
        tags = [tag for tag in self._forum.available_tags if tag.name.casefold() in title.casefold()][:5]
        created = await self._forum.create_thread(
            name=title[:100],
            content=first.rendered.text,
            applied_tags=tags,
            allowed_mentions=discord.AllowedMentions.none(),
            suppress_embeds=True,
        )
        return created.thread

    async def _existing(self, title: str, known: Recorded | None) -> discord.Thread | None:
        # A forum post has no nonce: after a crash between posting and recording it is known by its title.
        me = self._bot.user
        for thread in await self._forum.guild.active_threads():
            mine = thread.parent_id == self._forum.id and me is not None and thread.owner_id == me.id
            if mine and (thread.id == known.channel_id if known else thread.name == title[:100]):
                return thread
        return None


async def _place(
    bot: DebateBot,
    venue: Venue,
    channel: discord.TextChannel | discord.Thread,
    post: Post,
    recorded: dict[str, Recorded],
    report: Report,
) -> None:
    wanted = digest(post.rendered.text)
    known = recorded.get(post.key)
    message = await _message(channel, known)
    if message is None:
        message = await channel.send(
            post.rendered.text,
            nonce=f"o{venue.id}-{digest(post.key + wanted)[:10]}",
            allowed_mentions=discord.AllowedMentions.none(),
            suppress_embeds=True,
        )
        report.posted += 1
    elif known and known.digest != wanted:
        await message.edit(content=post.rendered.text, allowed_mentions=discord.AllowedMentions.none())
        report.edited += 1
    if known is None or known.message_id != message.id or known.digest != wanted:
        await bot.service.store.record_post(venue.id, post.key, channel.id, message.id, wanted)
    if post.pinned and not message.pinned:
        await message.pin()


async def _message(
    channel: discord.TextChannel | discord.Thread, known: Recorded | None
) -> discord.Message | None:
    if known is None or known.channel_id != channel.id:
        return None
    try:
        return await channel.fetch_message(known.message_id)
    except discord.NotFound:
        return None
