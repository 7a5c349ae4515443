"""A debate in a forum: guidelines, a tag a theme, one post with the article and one a theme."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import discord

from bot.core.claims import Debate, Theme
from bot.core.source import digest
from bot.gateway.permissions import FORUM, FURNISH, missing
from bot.gateway.seeding import MissingPermissionsError, Report, Seeding
from bot.opening import Post, article, claim_lists, welcome
from bot.store.rows import Post as Recorded
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

MOST_TAGS, LONGEST_TAG, LONGEST_NAME = 20, 20, 100
"""Discord's limits: tags a forum, characters a tag, characters a post's name."""

PIN_TAKEN = 30047
"""Discord's code for a forum in which another post is pinned."""

GUIDELINES = "guidelines"
_ARCHIVE_REACH = 100


class NoRoomForTagsError(Exception):
    """The forum demands a tag on every post and has no room for those of the debate; nothing was posted."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


@dataclass(frozen=True)
class Topic:
    """A forum post to be: its name, its tag, and its messages."""

    name: str
    tag: str
    emoji: str
    posts: Sequence[Post]
    is_article: bool = False


def topics_of(debate: Debate, wording: Wording) -> list[Topic]:
    """The posts of a forum: the article first, then the claims theme by theme."""
    # The whole forum post is pinned, not a message in it.
    opening = [replace(welcome(debate, wording), pinned=False), *article(debate, wording)]
    topics = [
        Topic(debate.title[:LONGEST_NAME], wording.say("forum.article"), "📰", opening, is_article=True)
    ]
    for theme in debate.themes:
        claims = [claim for claim in debate.claim_set.claims if claim.theme == theme.id]
        posts = [
            Post(f"theme-{theme.id}-{number}", post.rendered)
            for number, post in enumerate(claim_lists(debate, wording, claims), 1)
        ]
        if posts:
            name = _title(theme, wording.locale)[:LONGEST_NAME]
            topics.append(Topic(name, tag_name(theme, wording.locale), theme.emoji, posts))
    return topics


def tag_name(theme: Theme, locale: str) -> str:
    """A theme's tag: as its author named it, else as much of its title as a tag holds."""
    title = theme.tag.get(locale) or _title(theme, locale).split(":")[0].strip()
    if len(title) <= LONGEST_TAG:
        return title
    short = textwrap.shorten(title, LONGEST_TAG, placeholder="…")
    return short if short != "…" else title[: LONGEST_TAG - 1] + "…"


def _title(theme: Theme, locale: str) -> str:
    return theme.title.get(locale) or next(iter(theme.title.values()))


async def seed_forum(bot: DebateBot, forum: discord.ForumChannel, debate: Debate, by: int) -> Report:
    """Posts what is missing in a forum and edits what has changed.

    Raises `MissingPermissionsError` or `NoRoomForTagsError` before anything is posted.
    """
    wording = bot.service.wording[debate.language]
    known = bot.service.venues.at(forum.id)
    recorded = await bot.service.store.posts(known.id) if known else {}
    topics = topics_of(debate, wording)
    tags = _new_tags(forum, topics, recorded)
    guidelines = wording.say("forum.guidelines", title=debate.title)
    outdated = _is_ours_to_write(forum, recorded) and forum.topic != guidelines
    lacking = missing(forum, (*FORUM, FURNISH) if tags or outdated else FORUM)
    if lacking:
        raise MissingPermissionsError(lacking)
    venue = await bot.service.venues.open(forum.guild.id, forum.id, debate.id, wording.locale, by)
    seeding = Seeding(bot, venue, recorded)
    if tags:
        forum = await forum.edit(available_tags=[*forum.available_tags, *tags]) or forum
    if outdated:
        forum = await forum.edit(topic=guidelines) or forum
    if forum.topic == guidelines:
        await seeding.record(GUIDELINES, forum.id, forum.id, guidelines)
    posts = _ForumPosts(seeding, forum)
    for topic in topics:
        thread = await posts.open(topic)
        await seeding.fill(thread, topic.posts)
        if topic.is_article:
            await _pin(thread, seeding.report)
    await seeding.clear({GUIDELINES, *(post.key for topic in topics for post in topic.posts)})
    return seeding.report


def _new_tags(
    forum: discord.ForumChannel, topics: Sequence[Topic], recorded: Mapping[str, Recorded]
) -> list[discord.ForumTag]:
    """The tags still to be made; a post that stands there already keeps those that it has."""
    have = {tag.name.casefold() for tag in forum.available_tags}
    new: dict[str, discord.ForumTag] = {}
    for topic in topics:
        if topic.posts[0].key not in recorded and topic.tag.casefold() not in have:
            new[topic.tag.casefold()] = discord.ForumTag(name=topic.tag, emoji=topic.emoji or None)
    tags = list(new.values())
    room = MOST_TAGS - len(forum.available_tags)
    if len(tags) > room and forum.flags.require_tag:
        raise NoRoomForTagsError([tag.name for tag in tags[room:]])
    return tags[:room]


def _is_ours_to_write(forum: discord.ForumChannel, recorded: Mapping[str, Recorded]) -> bool:
    """Whether the guidelines are empty or still as we wrote them; what moderators wrote stays."""
    written = recorded.get(GUIDELINES)
    return not forum.topic or (written is not None and written.digest == digest(forum.topic))


async def _pin(thread: discord.Thread, report: Report) -> None:
    if thread.flags.pinned:
        return
    try:
        await thread.edit(pinned=True)
    except discord.HTTPException as error:
        if error.code != PIN_TAKEN:
            raise
        report.pin_taken = True


class _ForumPosts:
    """Finds the posts of a debate in its forum, and opens those that are not there."""

    def __init__(self, seeding: Seeding, forum: discord.ForumChannel) -> None:
        self._seeding = seeding
        self._forum = forum

    async def open(self, topic: Topic) -> discord.Thread:
        """The forum post of a topic, out of the archive and with the right name."""
        seeding, first = self._seeding, topic.posts[0]
        thread = await self._recorded_thread(first.key)
        if thread is None:
            # A forum post has no nonce: after a crash between posting and recording it is known by its name.
            thread = next(iter(await self._loose(topic.name)), None)
            if thread is None:
                thread = await self._create(topic)
                seeding.report.posted += 1
            async for starter in thread.history(limit=1, oldest_first=True):
                await seeding.record(first.key, thread.id, starter.id, starter.content)
            seeding.recorded = await seeding.bot.service.store.posts(seeding.venue.id)
        if thread.archived or thread.name != topic.name:
            thread = await thread.edit(archived=False, name=topic.name)
        return thread

    async def _create(self, topic: Topic) -> discord.Thread:
        tags = [tag for tag in self._forum.available_tags if tag.name.casefold() == topic.tag.casefold()]
        created = await self._forum.create_thread(
            name=topic.name,
            content=topic.posts[0].rendered.text,
            applied_tags=tags[:1],
            allowed_mentions=discord.AllowedMentions.none(),
            suppress_embeds=True,
        )
        # discord.py tries again after a server fault, and Discord may have stored the first try all the same.
        first, *twins = await self._loose(topic.name) or [created.thread]
        for twin in twins:
            await twin.delete()
        return first

    async def _recorded_thread(self, key: str) -> discord.Thread | None:
        known = self._seeding.recorded.get(key)
        if known is None:
            return None
        try:
            found = self._forum.get_thread(known.channel_id) or await self._seeding.bot.fetch_channel(
                known.channel_id
            )
        except discord.NotFound:
            return None
        return found if isinstance(found, discord.Thread) and found.parent_id == self._forum.id else None

    async def _loose(self, name: str) -> list[discord.Thread]:
        """Our posts of that name that no run wrote down, oldest first."""
        me = self._seeding.bot.user
        known = {post.message_id for post in self._seeding.recorded.values()}
        active = [t for t in await self._forum.guild.active_threads() if t.parent_id == self._forum.id]
        archived = [thread async for thread in self._forum.archived_threads(limit=_ARCHIVE_REACH)]
        mine = {
            thread.id: thread
            for thread in (*active, *archived)
            if me is not None and thread.owner_id == me.id and thread.name == name and thread.id not in known
        }
        return [mine[id_] for id_ in sorted(mine)]
