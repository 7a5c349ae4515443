"""Members who asked to be told of an answer: one mention, where they wanted it, also after a restart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio

from bot.app import load_live
from bot.encoder import Encoder
from bot.gateway.client import SWEEP_MINUTES
from bot.live import LiveDebate
from bot.reloading import Watched
from tests.gateway.conftest import World, world_with
from tests.gateway.lacking import speak
from tests.gateway.test_manners import CREWS, EMPTY
from tests.small import calibrated

CLAIM, OTHER = "deckhands", "no-buyers"
ANSWER = "There were three boats instead of two."
ROUND = SWEEP_MINUTES * 60 + 61
"""Seconds after which the folder was looked at, and then whoever waits was thought of."""


@dataclass
class Waiting:
    """The small debate in a folder that is watched, opened, with no night."""

    world: World
    folder: Path
    light: Encoder

    def answer(self, state: str = "answered", claim: str = CLAIM) -> None:
        """The maintainers add the answer to a claim that had none."""
        path = self.folder / "claims" / f"{claim}.toml"
        text = path.read_text("utf-8")
        assert 'state = "none"\n' in text
        quote = f'[[answer.quotes]]\ntext = "{ANSWER}"\nspeaker = "okafor"\n'
        path.write_text(text.replace('state = "none"\n', f'state = "{state}"\n\n{quote}', 1), "utf-8")

    async def restart(self) -> None:
        """The process starts again with the folder as it is by then."""
        live: LiveDebate = load_live(self.folder, self.light)
        await self.world.restart(self.world.bot_with({"harbour": live}, self.light))

    def news(self, channel: Any = None) -> list[discord.Message]:
        """The messages that mention somebody for an answer."""
        history = (channel or self.world.channel).history()
        return [message for message in history if message.content.count("As you asked")]

    async def follow(self, member: Any, channel: Any = None, **options: Any) -> str:
        """What a member is told, and nobody else, on asking for an answer to the claim."""
        told = await member.slash(channel or self.world.channel, "volg", stelling=CLAIM, **options)
        assert told.ephemeral
        return told.response.content


@pytest_asyncio.fixture
async def waiting(light: Encoder, tmp_path: Path) -> AsyncIterator[Waiting]:
    folder = calibrated(tmp_path, light.model_id)
    watched = Watched.now({"harbour": folder})
    async with world_with({"harbour": load_live(folder, light)}, light, tmp_path, watched) as world:
        await world.open(world.channel)
        (venue,) = await world.store.venues()
        await world.bot.service.venues.change_rules(
            venue, {"night_from": 0, "night_until": 0}, world.moderator.id
        )
        yield Waiting(world, folder, light)


def follow_buttons(reply: Any) -> list[Any]:
    """The buttons under a reply that ask for an answer."""
    return [b for row in reply.components for b in row.children if "follow" in b.custom_id]


def pinged(world: World, message: discord.Message) -> set[int]:
    """Whom Discord pings for a message."""
    stored = world.env.backend.messages[message.channel.id][message.id]
    return set(stored.ping_user_ids)


@pytest.mark.feature("M20")
async def test_whoever_follows_a_point_without_answer_is_mentioned_once_when_it_comes(
    waiting: Waiting,
) -> None:
    world = waiting.world
    await world.anna.send(world.channel, CREWS)
    (reply,) = world.replies()
    (button,) = follow_buttons(reply)
    assert button.label == "Tell me when there is an answer"
    told = await world.anna.click(reply, custom_id=button.custom_id)
    assert told.ephemeral
    assert f"mention you once in <#{world.channel.id}>" in told.response.content
    assert "mention you once" in await waiting.follow(world.bram)
    await world.env.advance_time(ROUND)
    assert waiting.news() == []

    waiting.answer()
    await world.env.advance_time(ROUND)
    (news,) = waiting.news()
    assert pinged(world, news) == {world.anna.id, world.bram.id}
    assert f"> {ANSWER}" in news.content
    assert "**Daniel Okafor**" in news.content
    assert "“The cranes are not coming back”, The Tideline" in news.content
    assert not news.mention_everyone
    await world.env.advance_time(3 * ROUND)
    await waiting.restart()
    await world.env.advance_time(ROUND)
    assert [message.id for message in waiting.news()] == [news.id]
    # Nothing is kept of who asked.
    (venue,) = await world.store.venues()
    assert await world.bot.following.subscriptions.waiting(venue.id) == []


@pytest.mark.feature("M20")
async def test_the_mention_comes_in_the_chosen_channel_after_a_start_with_a_changed_folder(
    waiting: Waiting,
) -> None:
    world = waiting.world
    chosen = world.guild.create_text_channel("antwoorden")
    assert f"<#{chosen.id}>" in await waiting.follow(world.anna, kanaal=chosen)
    await waiting.restart()
    await world.env.advance_time(ROUND)
    assert waiting.news(chosen) == []
    waiting.answer("declined")
    await waiting.restart()
    await world.env.advance_time(ROUND)
    (news,) = waiting.news(chosen)
    assert "there is a response now to" in news.content
    assert "the interviewees make no statement about it." in news.content
    assert pinged(world, news) == {world.anna.id}
    assert waiting.news() == []


async def test_only_a_point_without_answer_can_be_followed(waiting: Waiting) -> None:
    world = waiting.world
    await world.anna.send(world.channel, EMPTY)
    (reply,) = world.replies()
    assert not follow_buttons(reply)
    offered = await world.anna.autocomplete(world.channel, "volg", "stelling", "")
    assert {choice["value"] for choice in offered} == {CLAIM, OTHER}
    told = await world.anna.slash(world.channel, "volg", stelling="empty-quay")
    assert told.response.content.startswith("The article answers objections to that claim already")


async def test_following_is_listed_and_can_be_taken_back(waiting: Waiting) -> None:
    world = waiting.world
    nothing = await world.anna.slash(world.channel, "volg")
    assert nothing.response.content.startswith("You are not waiting for any answer")
    shown = await world.anna.slash(world.channel, "volg", stelling=CLAIM)
    listed = await world.anna.slash(world.channel, "volg")
    assert f"and not with the crews; they do not respond to that. (<#{world.channel.id}>)" in (
        listed.response.content
    )
    (row,) = shown.response.components
    (button,) = row["components"]
    assert button["label"] == "Rather not"
    await waiting.restart()
    stopped = await world.anna.click(shown.response, custom_id=button["custom_id"])
    assert stopped.response.content == "All right, you will hear nothing of it."
    again = await world.anna.click(shown.response, custom_id=button["custom_id"])
    assert again.response.content.startswith("You had not asked for this")
    waiting.answer()
    await waiting.restart()
    await world.env.advance_time(ROUND)
    assert waiting.news() == []


async def test_nobody_has_the_bot_speak_where_they_could_not(waiting: Waiting) -> None:
    world = waiting.world
    news = world.guild.create_text_channel("mededelingen")
    world.deny(news, "send_messages")
    assert (await waiting.follow(world.anna, kanaal=news)).startswith("You and I cannot both write there")
    (venue,) = await world.store.venues()
    assert await world.bot.following.subscriptions.waiting(venue.id) == []


async def test_a_chosen_channel_that_is_gone_leaves_that_of_the_debate(waiting: Waiting) -> None:
    world = waiting.world
    chosen = world.guild.create_text_channel("antwoorden")
    await waiting.follow(world.anna, kanaal=chosen)
    world.deny(chosen, "send_messages")
    waiting.answer()
    await world.env.advance_time(ROUND)
    assert waiting.news(chosen) == []
    assert len(waiting.news()) == 1


async def test_nobody_is_mentioned_at_night_or_while_the_debate_is_paused(waiting: Waiting) -> None:
    world = waiting.world
    await waiting.follow(world.anna)
    (venue,) = await world.store.venues()
    hour = world.env.now().hour
    service = world.bot.service
    night = {"night_from": hour, "night_until": (hour + 2) % 24}
    await service.venues.change_rules(venue, night, world.moderator.id)
    waiting.answer()
    await world.env.advance_time(ROUND)
    assert waiting.news() == []
    await world.told("pauze")
    await world.env.advance_time(2 * 3600)
    assert waiting.news() == []
    await world.told("hervat")
    await world.env.advance_time(ROUND)
    assert len(waiting.news()) == 1


@pytest.mark.parametrize("stored", [True, False], ids=["stored", "not stored"])
async def test_a_crash_between_mentioning_and_writing_down_mentions_nobody_twice(
    waiting: Waiting, stored: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = waiting.world
    await waiting.follow(world.anna)
    waiting.answer()
    if stored:
        stop = world.bot.following.subscriptions.stop

        async def crash(*_: Any) -> int:
            raise RuntimeError("power cut")

        monkeypatch.setattr(world.bot.following.subscriptions, "stop", crash)
        await world.env.advance_time(ROUND)
        assert len(waiting.news()) == 1
        monkeypatch.setattr(world.bot.following.subscriptions, "stop", stop)
    else:
        world.env.inject_error("POST", "/channels/*/messages", status=403, times=1)
        await world.env.advance_time(ROUND)
        assert waiting.news() == []
    await world.env.advance_time(2 * ROUND)
    await waiting.restart()
    await world.env.advance_time(ROUND)
    assert len(waiting.news()) == 1


async def test_a_dutch_member_is_told_in_dutch(waiting: Waiting, monkeypatch: pytest.MonkeyPatch) -> None:
    speak("nl", monkeypatch)
    told = await waiting.follow(waiting.world.anna)
    assert told.startswith(f"Ik noem je één keer in <#{waiting.world.channel.id}> als er een antwoord is op")
