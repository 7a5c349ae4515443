"""A moderator answers in person, and the bot leaves the place to them."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest
from simcord.enums import ChannelType

from bot.core.decisions import Outcome, Reason
from bot.store.rows import SuggestionState
from tests.gateway.conftest import World
from tests.gateway.queue_room import UNSURE, custom_ids, texts, told, with_office
from tests.gateway.test_forum import away
from tests.gateway.test_manners import BUYERS, EMPTY, reason_of

QUOTED = "As Okafor says in the interview: “And those two would have come anyway.”"
HOURS = 2


def thread_of(world: World, name: str) -> Any:
    made = world.env.backend.create_thread(world.channel.id, name, world.anna.id)
    (room,) = [thread for thread in world.channel.threads if thread.id == made.id]
    return room


@pytest.mark.feature("D19")
@pytest.mark.parametrize("restart", [False, True])
async def test_where_a_moderator_answers_the_bot_is_silent_for_hours(harbour: World, restart: bool) -> None:
    room = await with_office(harbour, human_hours=HOURS)
    thread = thread_of(harbour, "zijspoor")
    comment = await harbour.anna.send(thread, "What do you all make of those two boats, then?")
    await harbour.moderator.send(thread, QUOTED, reply_to=comment)
    if restart:
        await harbour.restart()
    asked = f"<@{harbour.env.backend.bot_user.id}> {EMPTY}"
    for text in (EMPTY, UNSURE, asked):
        said = await harbour.bram.send(thread, text)
        decision = await harbour.store.decision_of(said.id)
        assert decision is not None
        assert (decision.outcome, decision.reason) == (Outcome.ABSTAIN, Reason.TAKEN_OVER)
    assert harbour.replies(thread) == []
    # Elsewhere in the same debate it goes on.
    assert await reason_of(harbour, harbour.bram, EMPTY) == (Outcome.REPLY, None)
    (notice,) = room.items()
    assert f"<@{harbour.moderator.id}> answers in person in <#{thread.id}>" in notice.content
    status = await harbour.told("status")
    assert f"In <#{thread.id}> <@{harbour.moderator.id}> answers in person" in status
    await harbour.env.advance_time(HOURS * 3600 + 60)
    await harbour.anna.send(thread, BUYERS)
    assert len(harbour.replies(thread)) == 1
    assert "answers in person" not in await harbour.told("status")


@pytest.mark.feature("D19")
@pytest.mark.parametrize("how", ["button", "command"])
async def test_the_silence_can_be_ended(harbour: World, how: str) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, "What do you all make of those two boats, then?")
    await harbour.moderator.send(harbour.channel, QUOTED, reply_to=comment)
    assert (await reason_of(harbour, harbour.bram, EMPTY))[1] == Reason.TAKEN_OVER
    await harbour.restart()
    if how == "command":
        await harbour.told("hervat")
    else:
        (notice,) = room.items()
        (button,) = custom_ids(notice)
        refused = await harbour.anna.click(notice, custom_id=button)
        assert "may manage messages" in told(refused)
        assert "again" in told(await harbour.moderator.click(notice, custom_id=button))
        assert "no longer silent" in told(await harbour.moderator.click(notice, custom_id=button))
    assert await reason_of(harbour, harbour.bram, EMPTY) == (Outcome.REPLY, None)


@pytest.mark.feature("D19")
async def test_taking_an_item_leaves_its_channel_to_the_moderator(harbour: World) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    assert f"I keep silent in <#{harbour.channel.id}>" in told(await room.press("own"))
    assert texts(room.items()[0])[0].startswith("**A moderator answers in person**")
    assert (await room.suggestion(comment)).state is SuggestionState.OWN
    assert (await reason_of(harbour, harbour.bram, EMPTY))[1] == Reason.TAKEN_OVER


async def test_an_answer_in_the_channel_settles_what_waited_on_that_comment(harbour: World) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    await harbour.moderator.send(harbour.channel, QUOTED, reply_to=comment)
    assert await room.waiting() == []
    assert texts(room.items()[0])[0].startswith("**A moderator answers in person**")


@pytest.mark.parametrize("who", ["member", "oneself", "to the bot", "no reply", "no hours"])
async def test_nothing_else_keeps_the_bot_quiet(harbour: World, who: str) -> None:
    room = await with_office(harbour, human_hours=0 if who == "no hours" else HOURS)
    comment = await harbour.anna.send(harbour.channel, BUYERS)
    author, to = harbour.moderator, comment
    if who == "member":
        author = harbour.bram
    elif who == "oneself":
        to = await harbour.moderator.send(harbour.channel, "Welcome, all of you.")
    elif who == "to the bot":
        (to,) = harbour.replies()
    await author.send(harbour.channel, "So they say.", reply_to=None if who == "no reply" else to)
    assert await reason_of(harbour, harbour.member("carla"), EMPTY) == (Outcome.REPLY, None)
    assert room.items() == []


@pytest.mark.feature("D19")
async def test_a_moderator_who_opted_out_takes_over_all_the_same(harbour: World) -> None:
    await with_office(harbour)
    await harbour.moderator.slash(harbour.channel, "stil")
    comment = await harbour.anna.send(harbour.channel, "What do you all make of those two boats, then?")
    said = await harbour.moderator.send(harbour.channel, QUOTED, reply_to=comment)
    assert (await reason_of(harbour, harbour.bram, EMPTY))[1] == Reason.TAKEN_OVER
    assert await harbour.store.decision_of(said.id) is None


@pytest.mark.parametrize("restart", [False, True])
async def test_in_a_private_thread_the_bot_speaks_when_spoken_to(harbour: World, restart: bool) -> None:
    made = harbour.env.backend.create_thread(
        harbour.channel.id, "onder ons", harbour.anna.id, type=ChannelType.PRIVATE_THREAD
    )
    (thread,) = [room for room in harbour.channel.threads if room.id == made.id]
    for member in (harbour.moderator, harbour.env.bot.user):
        harbour.env.backend.add_thread_member(thread.id, member.id)
    async with away(harbour) if restart else nullcontext():
        said = await harbour.anna.send(thread, EMPTY)
        asked = await harbour.moderator.send(thread, f"<@{harbour.env.bot.user.id}> {BUYERS}")
    assert await harbour.store.decision_of(said.id) is None
    assert await harbour.store.decision_of(asked.id) is not None
    assert len(harbour.replies(thread)) == 1
