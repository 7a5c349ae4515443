"""A debate in a forum: posts, tags, guidelines, a pin; opened twice the same; comments answered anywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.claims import Theme
from bot.encoder import Encoder
from bot.gateway.forum import LONGEST_TAG, tag_name
from bot.live import LiveDebate
from bot.store import OutboxState
from tests.gateway.conftest import World, world_with
from tests.gateway.lacking import add_pinned_posts, demand_tags, is_pinned
from tests.gateway.test_manners import BUYERS, CREWS, EMPTY, GRASS
from tests.gateway.test_members import EXPERIMENT, LINK

THREADS = ["The cranes are not coming back", "The harbour and its boats", "The study itself"]
TAGS = ["Article", "The harbour and its…", "The study itself"]


@pytest.fixture(autouse=True)
def _pinning(monkeypatch: pytest.MonkeyPatch) -> None:
    add_pinned_posts(monkeypatch)


@pytest.fixture
async def forum(harbour_world: World) -> Any:
    return harbour_world.guild.create_forum_channel("haven")


@pytest.fixture
async def opened(harbour_world: World, forum: Any) -> World:
    """A world with the small debate opened in its forum."""
    told = await harbour_world.open(forum)
    assert "is open: " in told
    return harbour_world


def tag(number: int, name: str) -> dict[str, Any]:
    """A tag that moderators made."""
    return {"id": str(number), "name": name, "moderated": False, "emoji_id": None, "emoji_name": None}


def snapshot(forum: Any) -> list[tuple[Any, ...]]:
    """Everything that stands in a forum."""
    channel = forum._channel
    tags = tuple((made["id"], made["name"]) for made in channel.available_tags)
    threads = [
        (t.id, t.name, tuple(t._channel.applied_tags), is_pinned(t), [(m.id, m.content) for m in t.history()])
        for t in forum.threads
    ]
    return [(channel.topic, tags), *threads]


async def test_a_forum_gets_a_post_a_theme_with_tags_guidelines_and_a_pinned_article(
    opened: World, forum: Any
) -> None:
    assert [thread.name for thread in forum.threads] == THREADS
    tags = {made["id"]: made for made in forum._channel.available_tags}
    assert [made["name"] for made in tags.values()] == TAGS
    assert [made["emoji_name"] for made in tags.values()] == ["📰", "⚓", "📋"]
    worn = [[tags[str(id_)]["name"] for id_ in t._channel.applied_tags] for t in forum.threads]
    assert worn == [[name] for name in TAGS]
    assert forum._channel.topic.startswith("This is about “The cranes are not coming back”.")
    assert [is_pinned(thread) for thread in forum.threads] == [True, False, False]
    article, harbour, study = ("\n".join(m.content for m in t.history()) for t in forum.threads)
    assert "Welcome." in article
    assert "MORGAN" not in article
    assert "Eleven boats were promised, and two of them land their catch here." in article
    assert "Mr Lowe has a point about the season" in article
    assert "The new quay stands empty" in harbour
    assert "The new quay stands empty" not in study
    assert "spoke with the council and the bank and not with the crews" in study


@pytest.mark.parametrize("restart", [False, True])
async def test_opening_a_forum_twice_changes_nothing(opened: World, forum: Any, restart: bool) -> None:
    before = snapshot(forum)
    if restart:
        await opened.restart()
    assert "0 messages posted, 0 updated" in await opened.open(forum)
    assert snapshot(forum) == before


@pytest.mark.parametrize("kept", [0, 1, 3, 5])
async def test_after_a_crash_between_posting_and_recording_nothing_is_doubled(
    opened: World, forum: Any, kept: int
) -> None:
    before = snapshot(forum)
    (venue,) = await opened.store.venues()
    for key in list(await opened.store.posts(venue.id))[kept:]:
        await opened.store.forget_post(venue.id, key)
    await opened.env.advance_time(3600)
    await opened.restart()
    assert "0 messages posted, 0 updated" in await opened.open(forum)
    assert snapshot(forum) == before
    assert len(await opened.store.posts(venue.id)) == 1 + sum(
        len(thread.history()) for thread in forum.threads
    )


async def test_an_opening_that_broke_off_is_completed(harbour_world: World, forum: Any) -> None:
    # The first post stands, then Discord refuses the second.
    harbour_world.env.inject_error("POST", "/channels/*/messages", status=400, times=1)
    assert "Discord refused" in await harbour_world.open(forum)
    assert [thread.name for thread in forum.threads] == THREADS[:1]
    assert "is open" in await harbour_world.open(forum)
    assert [thread.name for thread in forum.threads] == THREADS
    contents = [m.content for thread in forum.threads for m in thread.history()]
    assert len(contents) == len(set(contents))


async def test_a_post_in_the_archive_is_found_again(opened: World, forum: Any) -> None:
    for thread in forum.threads:
        opened.env.backend.edit_channel(thread.id, {}, thread_metadata={"archived": True})
    await opened.restart()
    before = snapshot(forum)
    assert "0 messages posted" in await opened.open(forum)
    assert snapshot(forum) == before
    (venue,) = await opened.store.venues()
    for key in await opened.store.posts(venue.id):
        await opened.store.forget_post(venue.id, key)
    for thread in forum.threads:
        opened.env.backend.edit_channel(thread.id, {}, thread_metadata={"archived": True})
    await opened.restart()
    assert "0 messages posted" in await opened.open(forum)
    assert snapshot(forum) == before


async def test_a_changed_text_is_edited_in_its_place(
    opened: World, forum: Any, small: LiveDebate, light: Encoder
) -> None:
    before = snapshot(forum)
    claims = [
        replace(c, statement="Nobody lands at the new quay.") if c.id == "empty-quay" else c
        for c in small.debate.claim_set.claims
    ]
    changed = replace(small.debate, claim_set=replace(small.debate.claim_set, claims=tuple(claims)))
    await opened.restart(opened.bot_with({"harbour": replace(small, debate=changed)}, light))
    assert "0 messages posted, 1 updated" in await opened.open(forum)
    after = snapshot(forum)
    assert [thread[:4] for thread in after[1:]] == [thread[:4] for thread in before[1:]]
    differing = [
        (old, new)
        for thread, then in zip(after[1:], before[1:], strict=True)
        for new, old in zip(thread[4], then[4], strict=True)
        if new != old
    ]
    ((old, new),) = differing
    assert old[0] == new[0]
    assert "Nobody lands at the new quay." in new[1]


async def test_guidelines_that_moderators_wrote_stay(harbour_world: World, forum: Any) -> None:
    harbour_world.env.backend.edit_channel(forum.id, {"topic": "Wees aardig."})
    await harbour_world.open(forum)
    assert forum._channel.topic == "Wees aardig."


async def test_guidelines_of_ours_follow_the_debate(
    opened: World, forum: Any, small: LiveDebate, light: Encoder
) -> None:
    renamed = replace(small, debate=replace(small.debate, title="Another title"))
    await opened.restart(opened.bot_with({"harbour": renamed}, light))
    await opened.open(forum)
    assert "“Another title”" in forum._channel.topic
    assert forum.threads[0].name == "Another title"
    assert len(forum.threads) == 3
    opened.env.backend.edit_channel(forum.id, {"topic": "Wees aardig."})
    await opened.restart()
    await opened.open(forum)
    assert forum._channel.topic == "Wees aardig."


async def test_tags_that_are_there_are_used_and_need_no_permission(harbour_world: World, forum: Any) -> None:
    tags = [tag(number, name.upper()) for number, name in enumerate(TAGS, 1)]
    harbour_world.env.backend.edit_channel(forum.id, {"available_tags": tags, "topic": "Wees aardig."})
    harbour_world.deny(forum, "manage_channels")
    assert "is open" in await harbour_world.open(forum)
    assert [t._channel.applied_tags for t in forum.threads] == [[1], [2], [3]]
    assert forum._channel.available_tags == tags


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("manage_channels", "Manage Channel"),
        ("manage_threads", "Manage Threads"),
        ("send_messages", "Send Messages"),
        ("send_messages_in_threads", "Send Messages in Threads"),
        ("read_message_history", "Read Message History"),
    ],
)
async def test_a_permission_that_a_forum_lacks_is_named_before_anything_is_posted(
    harbour_world: World, forum: Any, name: str, told: str
) -> None:
    before = snapshot(forum)
    harbour_world.deny(forum, name)
    answer = await harbour_world.open(forum)
    assert f"{told} (" in answer
    assert answer.count("(") == 1
    assert snapshot(forum) == before
    assert await harbour_world.store.venues() == []
    harbour_world.deny(forum)
    assert "is open" in await harbour_world.open(forum)


async def test_as_many_tags_are_made_as_there_is_room_for(harbour_world: World, forum: Any) -> None:
    tags = [tag(number, f"tag {number}") for number in range(1, 20)]
    harbour_world.env.backend.edit_channel(forum.id, {"available_tags": tags})
    assert "is open" in await harbour_world.open(forum)
    assert [made["name"] for made in forum._channel.available_tags[19:]] == TAGS[:1]
    assert [len(t._channel.applied_tags) for t in forum.threads] == [1, 0, 0]


async def test_a_forum_that_demands_tags_and_has_no_room_is_refused_untouched(
    harbour_world: World, forum: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tags = [tag(number, f"tag {number}") for number in range(1, 20)]
    harbour_world.env.backend.edit_channel(forum.id, {"available_tags": tags})
    demand_tags(forum, monkeypatch)
    before = snapshot(forum)
    answer = await harbour_world.open(forum)
    assert f"Make room for: {TAGS[1]}, {TAGS[2]}." in answer
    assert snapshot(forum) == before
    harbour_world.env.backend.edit_channel(forum.id, {"available_tags": tags[:10]})
    assert "is open" in await harbour_world.open(forum)
    assert [len(t._channel.applied_tags) for t in forum.threads] == [1, 1, 1]


async def test_a_post_that_is_pinned_already_stays_so(harbour_world: World, forum: Any) -> None:
    own = harbour_world.env.backend.create_thread(forum.id, "Huisregels", harbour_world.moderator.id)
    own.flags = 2  # type: ignore[attr-defined]
    answer = await harbour_world.open(forum)
    assert "is open" in answer
    assert "could not be pinned" in answer
    assert [t.name for t in forum.threads if is_pinned(t)] == ["Huisregels"]


@pytest.mark.parametrize("times", [1, 3])
async def test_a_post_without_its_first_message_is_tried_again(
    harbour_world: World, forum: Any, times: int
) -> None:
    harbour_world.env.inject_error("POST", "/channels/*/messages", status=400, code=40058, times=times)
    told = await harbour_world.open(forum)
    assert "is open" in told
    assert "0 messages posted, 0 updated" in await harbour_world.open(forum)
    contents = [m.content for thread in forum.threads for m in thread.history()]
    assert len(contents) == len(set(contents))


async def test_comments_are_answered_in_every_post_of_the_forum(opened: World, forum: Any) -> None:
    for member, thread, text in zip(
        (opened.anna, opened.bram, opened.member("carla")), forum.threads, (EMPTY, BUYERS, GRASS), strict=True
    ):
        comment = await member.send(thread, text)
        (reply,) = opened.replies(thread)
        assert reply.reference is not None
        assert reply.reference.message_id == comment.id
        # The link leads into the post with the article.
        ((guild, channel, message), *_) = LINK.findall(reply.content)
        assert (int(guild), int(channel)) == (opened.guild.id, forum.threads[0].id)
        assert int(message) in {m.id for m in forum.threads[0].history()}


async def test_a_post_by_a_member_is_answered_in_it_also_when_its_first_message_is_late(
    opened: World, forum: Any
) -> None:
    post = opened.env.backend.create_thread(forum.id, "Mijn mening", opened.anna.id)
    (room,) = [thread for thread in forum.threads if thread.id == post.id]
    opened.env.inject_error("POST", "/channels/*/messages", status=400, code=40058, times=2)
    await opened.anna.send(room, EMPTY)
    assert len(opened.replies(room)) == 1
    assert len([r for r in opened.sent() if r.path.startswith(f"/channels/{room.id}/")]) == 3


async def test_a_reply_in_a_forum_goes_with_its_comment(opened: World, forum: Any) -> None:
    thread = forum.threads[1]
    comment = await opened.anna.send(thread, EMPTY)
    await opened.restart()
    await opened.anna.delete(comment)
    assert opened.replies(thread) == []


async def test_what_was_missed_in_a_forum_is_read_also_from_the_archive(opened: World, forum: Any) -> None:
    awake, asleep, new = forum.threads[1], forum.threads[2], None
    await opened.env.advance_time(60)
    async with away(opened):
        said = [opened.env.backend.create_message(awake.id, opened.anna.id, EMPTY)]
        said.append(opened.env.backend.create_message(asleep.id, opened.bram.id, CREWS))
        new = opened.env.backend.create_thread(forum.id, "Nieuw", opened.anna.id)
        carla = opened.member("carla")
        said.append(opened.env.backend.create_message(new.id, carla.id, GRASS))
        opened.env.backend.edit_channel(asleep.id, {}, thread_metadata={"archived": True})
        asleep._channel.thread_metadata.archive_timestamp = opened.env.now().isoformat()
    for message in said:
        row = await opened.store.outbox_by_comment(message.id)
        assert row is not None
        assert row.state is OutboxState.SENT


@asynccontextmanager
async def away(world: World) -> AsyncIterator[None]:
    """The bot is gone for as long as the block lasts; what is said meanwhile only Discord knows."""
    subscribers = world.env.backend.subscribers
    heard = list(subscribers)
    subscribers.clear()
    yield
    subscribers.extend(heard)
    await world.restart()


@pytest.mark.parametrize("parent", ["text", "forum"])
async def test_a_comment_in_a_thread_that_the_cache_does_not_know_is_answered(
    opened: World, forum: Any, parent: str
) -> None:
    if parent == "text":
        await opened.open(opened.channel)
    root = opened.channel if parent == "text" else forum
    hidden = opened.env.backend.create_thread(root.id, "stil", opened.anna.id, broadcast=False)
    (room,) = [thread for thread in root.threads if thread.id == hidden.id]
    assert opened.bot.get_channel(room.id) is None
    await opened.anna.send(room, EMPTY)
    await opened.bram.send(room, BUYERS)
    assert len(opened.replies(room)) == 2


async def test_an_unknown_thread_elsewhere_is_asked_about_once(opened: World) -> None:
    elsewhere = opened.guild.create_text_channel("elders")
    hidden = opened.env.backend.create_thread(elsewhere.id, "stil", opened.anna.id, broadcast=False)
    (room,) = [thread for thread in elsewhere.threads if thread.id == hidden.id]
    for _ in range(3):
        await opened.anna.send(room, EMPTY)
    assert opened.replies(room) == []
    asked = [r for r in opened.env.http_requests if (r.method, r.path) == ("GET", f"/channels/{room.id}")]
    assert len(asked) == 1


async def test_the_real_debate_in_a_forum(live: LiveDebate, encoder: Encoder, tmp_path: Path) -> None:
    async with world_with({"wijkaanpak": live}, encoder, tmp_path) as world:
        forum = world.guild.create_forum_channel("wijk")
        assert "is open" in await world.open(forum)
        before = snapshot(forum)
        names = [made["name"] for made in forum._channel.available_tags]
        assert names == ["Artikel", "De balans", "Bestuur", "Kennis", "Praktijk", "Bewoners", "Onderzoek"]
        assert len(forum.threads) == 7
        assert "0 messages posted, 0 updated" in await world.open(forum)
        assert snapshot(forum) == before
        await world.anna.send(forum.threads[3], EXPERIMENT)
        (reply,) = world.replies(forum.threads[3])
        ((_, channel, _),) = LINK.findall(reply.content)
        assert int(channel) == forum.threads[0].id


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Kort", "Kort"),
        ("Precies twintig lang", "Precies twintig lang"),
        ("De balans: wat heeft het opgeleverd?", "De balans"),
        ("Bestuur en organisaties", "Bestuur en…"),
        ("Arbeidsongeschiktheidsverzekeringen", "Arbeidsongeschikthe…"),
    ],
)
def test_a_tag_holds_as_much_of_a_title_as_it_may(title: str, name: str) -> None:
    assert tag_name(Theme("x", {"nl": title}), "nl") == name
    assert len(name) <= LONGEST_TAG


def test_an_author_names_the_tag(live: LiveDebate) -> None:
    assert [tag_name(theme, "en") for theme in live.debate.themes][:2] == ["The balance", "Government"]
