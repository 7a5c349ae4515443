"""What the bot posts by itself beside replies is in the log of the moderators too, and can be removed there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.gateway.conftest import World
from tests.gateway.lacking import speak
from tests.gateway.test_following import ROUND, Waiting, waiting
from tests.gateway.test_manners import COUNTED, EMPTY, NOTHING
from tests.gateway.test_members import press
from tests.gateway.test_mod_log import office, round_, told
from tests.gateway.test_pointing_back import pointers, switch
from tests.gateway.test_polls import HOURS, polled, polls
from tests.gateway.test_questions import NOON, asked, look, questions
from tests.gateway.test_settings import fill_in

__all__ = ["office", "polled", "waiting"]


def last(room: Any) -> Any:
    """The last post in the moderators' channel."""
    return room.history()[-1]


def link_to(world: World, message: Any) -> str:
    """Where a message in the debate's channel stands."""
    return f"https://discord.com/channels/{world.guild.id}/{world.channel.id}/{message.id}"


@pytest.mark.feature("D10")
async def test_a_line_that_points_to_an_earlier_answer_is_told_and_can_be_removed(
    harbour: World, office: Any
) -> None:
    await switch(harbour, True)
    await harbour.anna.send(harbour.channel, EMPTY)
    await harbour.bram.send(harbour.channel, COUNTED)
    (pointer,) = pointers(harbour)
    post = last(office)
    assert f"Pointed to an earlier answer in <#{harbour.channel.id}>" in post.content
    assert link_to(harbour, pointer) in post.content
    # Told once, also after a restart, and the button lives through it.
    await harbour.restart()
    await round_(harbour)
    assert len(told(office)) == 2
    refused = await harbour.bram.click(post, label="Remove")
    assert "may manage messages" in refused.response.content
    assert len(pointers(harbour)) == 1
    assert "I have removed it" in (await harbour.moderator.click(post, label="Remove")).response.content
    assert pointers(harbour) == []
    assert len(harbour.replies()) == 1
    wanted = f"<@{harbour.moderator.id}> removed something of mine in <#{harbour.channel.id}>: the line that points"
    assert wanted in told(office)[-1]
    again = await harbour.moderator.click(post, label="Remove")
    assert "no longer there" in again.response.content
    assert len(told(office)) == 3


@pytest.mark.feature("D10")
async def test_a_line_that_goes_with_its_answer_is_told(harbour: World, office: Any) -> None:
    await switch(harbour, True)
    await harbour.anna.send(harbour.channel, EMPTY)
    await harbour.bram.send(harbour.channel, COUNTED)
    await press(harbour.anna, harbour.replies()[0], "dismiss")
    removed = f"Removed in <#{harbour.channel.id}>: the line that points to an earlier answer, because"
    assert sum(removed in post for post in told(office)) == 1
    await round_(harbour)
    assert len(told(office)) == 4


@pytest.mark.feature("D10")
async def test_a_question_is_told_and_one_that_was_removed_does_not_come_again(
    harbour: World, office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await look(harbour, NOON)
    await round_(harbour)
    (question,) = questions(harbour)
    words = asked(question)
    post = last(office)
    assert f"Asked a question in <#{harbour.channel.id}>, because it was quiet" in post.content
    assert link_to(harbour, question) in post.content
    speak("nl", monkeypatch)
    answer = await harbour.moderator.click(post, label="Remove")
    assert "Ik heb het weggehaald" in answer.response.content
    assert questions(harbour) == []
    assert told(office)[-1].rstrip().endswith("the question.")
    await harbour.restart()
    await harbour.env.advance_time(2)
    await harbour.anna.send(harbour.channel, NOTHING)
    await look(harbour, NOON + timedelta(days=1))
    (another,) = questions(harbour)
    assert asked(another) != words


@pytest.mark.feature("D10")
async def test_both_polls_and_the_shift_are_told_and_a_removed_poll_counts_no_votes(polled: World) -> None:
    polled.deny(polled.channel, "send_polls")
    await polled.open(polled.channel)
    polled.deny(polled.channel)
    room = polled.guild.create_text_channel("kantoor")
    await fill_in(polled, office=[room], poll_hours="1")
    await polled.open(polled.channel)
    (opening,) = polls(polled)
    assert (
        f"Posted a poll in <#{polled.channel.id}>: [to the poll]({link_to(polled, opening)})"
        in told(room)[-1]
    )
    await polled.env.advance_time(HOURS + 600)
    await polled.told("sluit")
    closing = polls(polled)[-1]
    assert link_to(polled, closing) in told(room)[-1]
    await polled.env.advance_time(HOURS + 600)
    assert f"Told in <#{polled.channel.id}> what shifted" in told(room)[-1]
    # Opened again, a poll that is removed while it runs ends without a word in the channel.
    await polled.open(polled.channel)
    await polled.told("sluit")
    said = len(polled.channel.history())
    assert polls(polled)[-1].id != closing.id
    await polled.moderator.click(last(room), label="Remove")
    assert "removed something of mine" in told(room)[-1]
    await polled.env.advance_time(HOURS + 3 * 600)
    assert len(polled.channel.history()) == said - 1


@pytest.mark.feature("D10")
async def test_what_discord_lets_nobody_remove_is_said_to_be_there(harbour: World, office: Any) -> None:
    await look(harbour, NOON)
    await round_(harbour)
    (question,) = questions(harbour)
    path = f"/channels/{harbour.channel.id}/messages/{question.id}"
    harbour.env.inject_error("DELETE", path, status=403, code=50013, times=1)
    answer = await harbour.moderator.click(last(office), label="Remove")
    assert "does not let me remove it" in answer.response.content
    assert len(told(office)) == 1
    assert len(questions(harbour)) == 1


@pytest.mark.feature("D10")
async def test_the_mention_of_members_who_waited_for_an_answer_is_told(waiting: Waiting) -> None:
    world = waiting.world
    room = world.guild.create_text_channel("kantoor")
    await fill_in(world, office=[room])
    await waiting.follow(world.bram)
    waiting.answer()
    await world.env.advance_time(ROUND)
    (news,) = waiting.news()
    assert "those who were waiting for it" in told(room)[-1]
    assert link_to(world, news) in told(room)[-1]
