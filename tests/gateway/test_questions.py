"""A question from the bot when it has long been quiet: by day, at most one a day, never twice the same."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio

from bot.app import load_live
from bot.core.questions import next_question
from bot.debates import load_debate
from bot.encoder import Encoder
from bot.gateway.questions import GENERAL, QuietRound, compose_question
from bot.wording import load_wording
from tests.conftest import ROOT, WIJKAANPAK
from tests.gateway.conftest import World, world_with
from tests.gateway.lacking import add_pinned_posts
from tests.gateway.test_manners import NOTHING
from tests.small import calibrated

HOUR = 3600
NOON = datetime(2026, 1, 3, 12, tzinfo=UTC)
QUESTION = """
[[questions]]
id = "first-boat"
claim = "empty-quay"
text = { en = "Which boat would you begin with?", nl = "Met welke boot zou jij beginnen?" }
"""


def questions(world: World, channel: Any = None) -> list[discord.Message]:
    """What the bot asked in a channel, oldest first."""
    history = (channel or world.channel).history()
    return [message for message in history if message.content.startswith("💬 **A question from the bot**")]


def asked(message: discord.Message) -> str:
    """The question itself."""
    return message.content.splitlines()[-2]


async def rule(world: World, **changes: object) -> None:
    """Sets house rules of the one debate."""
    (venue,) = world.bot.service.venues.all()
    await world.bot.service.venues.change_rules(venue, changes, world.moderator.id)


async def look(world: World, now: datetime) -> None:
    """Lets the bot look at that moment."""
    await QuietRound(world.bot).look(now)
    await world.env.settle()


async def test_a_quiet_channel_is_asked_something_in_the_morning_and_not_at_night(harbour: World) -> None:
    assert (harbour.env.now().hour, harbour.env.now().minute) == (0, 0)
    await rule(harbour, quiet_hours=2)
    await harbour.env.advance_time(7 * HOUR + 50 * 60)
    assert questions(harbour) == []
    await harbour.env.advance_time(20 * 60)
    (message,) = questions(harbour)
    assert asked(message) == "Which claim of the article do you agree with least, and why?"
    assert message.content.endswith("-# I ask this because it is quiet here; you need not answer.")
    # Without an answer it asks nothing more, whatever happens.
    await harbour.restart()
    await harbour.env.advance_time(3 * HOUR)
    assert len(questions(harbour)) == 1


async def test_it_asks_once_a_day_at_most_and_only_when_somebody_wrote_since(harbour: World) -> None:
    await look(harbour, NOON)
    assert len(questions(harbour)) == 1
    await look(harbour, NOON + timedelta(days=1))
    assert len(questions(harbour)) == 1
    await harbour.env.advance_time(2)
    await harbour.anna.send(harbour.channel, NOTHING)
    await look(harbour, NOON + timedelta(hours=3))
    assert len(questions(harbour)) == 1
    await harbour.restart()
    await look(harbour, NOON + timedelta(days=1))
    assert len(questions(harbour)) == 2


async def test_it_waits_for_as_long_as_was_set_since_anybody_wrote(harbour: World) -> None:
    await harbour.env.advance_time(HOUR)
    harbour.env.backend.create_thread(harbour.channel.id, "boten", harbour.anna.id)
    (thread,) = harbour.channel.threads
    await harbour.anna.send(thread, NOTHING)
    spoke = harbour.env.now()
    await rule(harbour, quiet_hours=30, night_from=0, night_until=0)
    await look(harbour, spoke + timedelta(hours=29, minutes=59))
    assert questions(harbour) == []
    await look(harbour, spoke + timedelta(hours=30, minutes=1))
    assert len(questions(harbour)) == 1


async def test_no_question_is_ever_asked_twice(harbour: World) -> None:
    for day in range(len(GENERAL) + 2):
        await look(harbour, NOON + timedelta(days=day))
        await harbour.env.advance_time(2)
        await harbour.anna.send(harbour.channel, NOTHING)
        await harbour.env.advance_time(2)
    every = [asked(message) for message in questions(harbour)]
    assert len(every) == len(set(every)) == len(GENERAL)


def test_the_next_question_is_the_first_that_was_never_asked() -> None:
    assert next_question(["a", "b", "c"], []) == "a"
    assert next_question(["a", "b", "c"], ["a", "c"]) == "b"
    assert next_question(["a", "b"], ["a", "b", "b", "gone"]) is None
    assert next_question([], ["a"]) is None


@pytest.mark.parametrize(
    "changes",
    [{"quiet_hours": 0}, {"mode": "off"}, {"mode": "request"}, {"night_from": 11, "night_until": 13}],
)
async def test_moderators_may_want_no_questions(harbour: World, changes: dict[str, object]) -> None:
    await rule(harbour, **changes)
    await look(harbour, NOON)
    assert questions(harbour) == []


@pytest.mark.parametrize("command", ["pauze", "sluit"])
async def test_nothing_is_asked_while_the_debate_is_paused_or_closed(harbour: World, command: str) -> None:
    await harbour.told(command)
    await look(harbour, NOON)
    assert questions(harbour) == []
    await harbour.told("hervat")
    await look(harbour, NOON)
    assert len(questions(harbour)) == 1


def with_question(folder: Path) -> None:
    """Gives the small debate a question of its own."""
    path = folder / "debate.toml"
    path.write_text(f"{path.read_text('utf-8')}{QUESTION}", "utf-8")


@pytest_asyncio.fixture
async def own(light: Encoder, tmp_path: Path) -> AsyncIterator[World]:
    """The small debate with a question of its own, opened."""
    (tmp_path / "debates").mkdir()
    live = load_live(calibrated(tmp_path / "debates", light.model_id, with_question), light)
    async with world_with({"harbour": live}, light, tmp_path) as world:
        await world.open(world.channel)
        yield world


async def test_a_question_of_the_debate_comes_first_under_the_words_it_is_about(own: World) -> None:
    await look(own, NOON)
    (message,) = questions(own)
    live = own.bot.service.debates["harbour"]
    quote = live.debate.claim_set.by_id["empty-quay"].quotes[0]
    assert f"> {quote.text}\n" in message.content
    assert quote.text in live.debate.sources[quote.span.source].text
    assert f"**{live.debate.speaker_name(quote)}**" in message.content
    assert asked(message) == "Which boat would you begin with?"
    told = await own.anna.click(message, custom_id="wederhoor:opinion:agree:empty-quay")
    assert "you agree with" in told.response.content


async def test_a_forum_is_asked_in_the_post_of_the_theme(own: World, monkeypatch: pytest.MonkeyPatch) -> None:
    add_pinned_posts(monkeypatch)
    await own.told("sluit")
    forum = own.guild.create_forum_channel("haven")
    await own.open(forum)
    await look(own, NOON)
    threads = {thread.name: questions(own, thread) for thread in forum.threads}
    assert [name for name, found in threads.items() if found] == ["The harbour and its boats"]


def test_every_question_of_the_debate_fits_and_invents_no_word() -> None:
    debate = load_debate(WIJKAANPAK)
    texts = {source.text for source in debate.sources.values()}
    for locale, wording in load_wording(ROOT / "prompts").items():
        for question in debate.questions:
            claim = debate.claim_set.by_id[question.claim] if question.claim else None
            told = compose_question(debate, wording, question.text[locale], claim)
            assert len(told) <= 2000
            quoted = [line.removeprefix("> ") for line in told.splitlines() if line.startswith("> ")]
            assert bool(quoted) == bool(claim)
            assert all(any(words in text for text in texts) for words in quoted)
            assert question.text[locale].endswith("?")
