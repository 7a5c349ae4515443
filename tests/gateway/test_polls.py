"""Discord's own poll at the opening and the close of a debate, and the shift between the two."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio

from bot.app import load_live
from bot.debates import load_debate
from bot.encoder import Encoder
from bot.store.polls import PollRows
from tests.debates.conftest import HARBOUR
from tests.gateway.conftest import World, world_with
from tests.gateway.lacking import add_pinned_posts, speak
from tests.small import calibrated

POLL = """
[poll.question]
en = "Should the town go on with the harbour?"
nl = "Moet de stad doorgaan met de haven?"

[[poll.answers]]
en = "Yes, in full"
nl = "Ja, helemaal"

[[poll.answers]]
en = "Start with one boat"
nl = "Begin met één boot"

[[poll.answers]]
en = "No"
nl = "Nee"

[[themes]]
id = "harbour"
"""
YES, SMALL, NO = 1, 2, 3
HOURS = 3600


def with_poll(folder: Path) -> None:
    """Gives the small debate a question."""
    path = folder / "debate.toml"
    path.write_text(path.read_text("utf-8").replace('[[themes]]\nid = "harbour"\n', POLL, 1), "utf-8")


@pytest_asyncio.fixture
async def polled(light: Encoder, tmp_path: Path) -> AsyncIterator[World]:
    """The small debate with a question, not opened yet."""
    (tmp_path / "debates").mkdir()
    live = load_live(calibrated(tmp_path / "debates", light.model_id, with_poll), light)
    async with world_with({"harbour": live}, light, tmp_path) as world:
        yield world


@pytest_asyncio.fixture
async def brief(polled: World) -> World:
    """The same, opened with a poll of one hour."""
    polled.deny(polled.channel, "send_polls")
    await polled.open(polled.channel)
    (venue,) = await polled.store.venues()
    await polled.bot.service.venues.change_rules(venue, {"poll_hours": 1}, polled.moderator.id)
    polled.deny(polled.channel)
    await polled.open(polled.channel)
    return polled


def polls(world: World, channel: Any = None) -> list[discord.Message]:
    """The polls in a channel, oldest first."""
    return [m for m in (channel or world.channel).history() if m.poll is not None]


async def vote(world: World, message: discord.Message, *answers: int) -> None:
    """Lets as many members vote as there are answers, each for one."""
    for number, answer in enumerate(answers):
        await world.member(f"lid{message.id}-{number}").vote(message, answer=answer)


async def test_a_question_changes_nothing_that_a_calibration_belongs_to(tmp_path: Path) -> None:
    folder = calibrated(tmp_path, "light", with_poll)
    assert load_debate(folder).poll is not None
    assert load_debate(folder).claim_set.hash == load_debate(HARBOUR).claim_set.hash


async def test_the_question_is_asked_at_the_opening_once(polled: World) -> None:
    told = await polled.open(polled.channel)
    assert "A poll goes with it, until 4 January 2026, 00:00 (UTC)." in told
    (message,) = polls(polled)
    assert message.poll is not None
    assert message.poll.question == "Should the town go on with the harbour?"
    assert [answer.text for answer in message.poll.answers] == ["Yes, in full", "Start with one boat", "No"]
    assert "Vote before you join in" in message.content
    assert not message.poll.multiple
    assert "poll" not in await polled.open(polled.channel)
    await polled.restart()
    await polled.open(polled.channel)
    assert len(polls(polled)) == 1


async def test_the_shift_is_told_at_the_close_in_words_and_figures(brief: World) -> None:
    (first,) = polls(brief)
    await vote(brief, first, YES, YES, YES, NO, SMALL)
    await brief.anna.slash(brief.channel, "mening", stelling="empty-quay", oordeel="agree")
    await brief.anna.slash(brief.channel, "mening", stelling="empty-quay", oordeel="changed")

    told = await brief.told("sluit")
    assert "closed" in told
    assert "The same poll as at the opening is there now" in told
    _, second = polls(brief)
    assert polls(brief)[0].poll.is_finalised()  # type: ignore[union-attr]
    await vote(brief, second, SMALL, SMALL, NO, YES)
    assert "The poll at the close runs until" in await brief.told("sluit")

    await brief.restart()
    await brief.env.advance_time(HOURS + 600)
    (shift,) = [m for m in brief.channel.history() if "What has shifted?" in m.content]
    assert shift.content.splitlines() == [
        "**What has shifted?** Should the town go on with the harbour?",
        "- **Yes, in full**: down 35 percentage points, from 60% (3) to 25% (1)",
        "- **Start with one boat**: up 30 percentage points, from 20% (1) to 50% (2)",
        "- **No**: up 5 percentage points, from 20% (1) to 25% (1)",
        "-# Votes at the opening: 5, at the close: 4; these need not be the same members. "
        "Votes on the claims: 1; changed their mind: 1.",
    ]
    assert shift.content in await brief.told("sluit")
    assert len(polls(brief)) == 2
    assert len([m for m in brief.channel.history() if "What has shifted?" in m.content]) == 1


async def test_a_dutch_moderator_is_told_the_shift_in_dutch(
    brief: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await vote(brief, polls(brief)[0], YES, NO)
    await brief.told("sluit")
    await vote(brief, polls(brief)[1], NO, NO)
    await brief.env.advance_time(HOURS + 600)
    speak("nl", monkeypatch)
    told = await brief.told("sluit")
    assert "**Nee**: 50 procentpunt gestegen, van 50% (1) naar 100% (2)" in told
    assert "**Ja, helemaal**: 50 procentpunt gedaald, van 50% (1) naar 0% (0)" in told
    assert "**Begin met één boot**: gelijk gebleven op 0% (eerst 0, nu 0)" in told


async def test_only_counts_are_kept_of_who_voted(brief: World) -> None:
    await vote(brief, polls(brief)[0], YES, NO, NO)
    await brief.env.advance_time(HOURS + 600)
    (venue,) = await brief.store.venues()
    (row,) = (await PollRows(brief.store).of(venue.id, "harbour")).values()
    assert row.votes == {"1": 1, "2": 0, "3": 2}
    assert not brief.bot.intents.polls
    assert brief.sent("GET", "/answers/1") == []


async def test_without_the_permission_the_debate_opens_and_the_moderator_is_told(polled: World) -> None:
    polled.deny(polled.channel, "send_polls")
    told = await polled.open(polled.channel)
    assert "is open" in told
    assert "Without a poll, because I lack this permission here: Create Polls" in told
    assert polls(polled) == []
    # Nothing was asked at the opening, so nothing can have shifted at the close.
    assert "poll" not in await polled.told("sluit")
    polled.deny(polled.channel)
    await polled.open(polled.channel)
    assert len(polls(polled)) == 1


async def test_moderators_may_want_no_poll(polled: World) -> None:
    polled.deny(polled.channel, "send_polls")
    await polled.open(polled.channel)
    (venue,) = await polled.store.venues()
    await polled.bot.service.venues.change_rules(venue, {"poll_hours": 0}, polled.moderator.id)
    assert "poll" not in await polled.open(polled.channel)
    assert polls(polled) == []


async def test_a_deleted_poll_is_written_off(brief: World) -> None:
    await brief.moderator.delete(polls(brief)[0])
    await brief.env.advance_time(HOURS + 600)
    assert "poll" not in await brief.told("sluit")
    assert polls(brief) == []


async def test_a_poll_without_votes_shifts_nothing(brief: World) -> None:
    await brief.told("sluit")
    await brief.env.advance_time(HOURS + 600)
    assert brief.channel.last_message.content.startswith("In one of the two polls nobody voted")


async def test_a_debate_that_is_closed_a_second_time_asks_again(brief: World) -> None:
    await vote(brief, polls(brief)[0], YES)
    await brief.told("sluit")
    await brief.env.advance_time(HOURS + 600)
    await brief.told("hervat")
    await brief.env.advance_time(600)
    assert "is there now" in await brief.told("sluit")
    assert len(polls(brief)) == 3


async def test_a_forum_asks_under_the_article(polled: World, monkeypatch: pytest.MonkeyPatch) -> None:
    add_pinned_posts(monkeypatch)
    forum = polled.guild.create_forum_channel("haven")
    assert "A poll goes with it" in await polled.open(forum)
    asked = [thread for thread in forum.threads if polls(polled, thread)]
    assert [thread.name for thread in asked] == ["The cranes are not coming back"]


async def test_a_poll_that_was_posted_and_not_written_down_is_taken_over(brief: World) -> None:
    (venue,) = await brief.store.venues()

    def forget(connection: Any) -> None:
        connection.exec_driver_sql("DELETE FROM polls")

    await brief.store.transact(forget)
    await brief.env.advance_time(600)
    await brief.restart()
    assert "A poll goes with it" in await brief.open(brief.channel)
    (message,) = polls(brief)
    (row,) = (await PollRows(brief.store).of(venue.id, "harbour")).values()
    assert row.message_id == message.id


async def test_a_refusal_of_discord_leaves_the_debate_open(polled: World) -> None:
    polled.deny(polled.channel, "send_polls")
    await polled.open(polled.channel)
    polled.deny(polled.channel)
    polled.env.inject_error("POST", "/channels/*/messages", status=400, times=1)
    told = await polled.open(polled.channel)
    assert "is open" in told
    assert "Without a poll, because Discord refused it" in told
    assert "A poll goes with it" in await polled.open(polled.channel)
