"""A claim that comes up again is pointed to its answer, quietly and once, where the house rules ask for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.gateway.client import SWEEP_MINUTES
from bot.store.rows import OutboxState
from tests.gateway.conftest import World
from tests.gateway.test_manners import BUYERS, COUNTED, DEFAULT, EMPTY, NOTHING, wait
from tests.gateway.test_members import press

SILENT = 1 << 12


async def switch(world: World, on: bool) -> None:
    """Sets the house rule."""
    venue = world.bot.service.venues.at(world.channel.id)
    assert venue is not None
    await world.bot.service.venues.change_rules(venue, {"point_back": on}, world.moderator.id)


def pointers(world: World) -> list[Any]:
    """The lines that point to an answer."""
    return [reply for reply in world.replies() if "answered just now" in reply.content]


async def test_by_default_the_bot_says_nothing(harbour: World) -> None:
    await harbour.anna.send(harbour.channel, EMPTY)
    await harbour.bram.send(harbour.channel, COUNTED)
    assert len(harbour.replies()) == 1


async def test_a_claim_is_pointed_to_its_answer_once_silently_also_after_a_restart(harbour: World) -> None:
    await switch(harbour, True)
    await harbour.anna.send(harbour.channel, EMPTY)
    (answer,) = harbour.replies()
    again = await harbour.bram.send(harbour.channel, COUNTED)
    (pointer,) = pointers(harbour)
    link = f"https://discord.com/channels/{harbour.guild.id}/{harbour.channel.id}/{answer.id}"
    assert pointer.content == f"-# This was answered just now: [to the answer]({link})."
    assert pointer.reference is not None
    assert pointer.reference.message_id == again.id
    sent = [r for r in harbour.sent() if r.json.get("nonce") == f"p{again.id}"][-1].json
    assert sent["flags"] & SILENT
    assert sent["allowed_mentions"] == {"parse": []}
    await harbour.restart()
    await harbour.member("cees").send(harbour.channel, COUNTED)
    assert len(pointers(harbour)) == 1
    # Answered anew after the cool-down, it may be pointed to once more.
    await wait(harbour, DEFAULT.claim_cooldown)
    await harbour.member("dora").send(harbour.channel, EMPTY)
    await harbour.member("evi").send(harbour.channel, COUNTED)
    assert len(pointers(harbour)) == 2


async def test_a_deleted_comment_takes_its_line_with_it(harbour: World) -> None:
    await switch(harbour, True)
    await harbour.anna.send(harbour.channel, EMPTY)
    again = await harbour.bram.send(harbour.channel, COUNTED)
    assert len(pointers(harbour)) == 1
    await harbour.restart()
    await harbour.bram.delete(again)
    assert pointers(harbour) == []
    assert len(harbour.replies()) == 1


@pytest.mark.parametrize("restart", [False, True])
async def test_an_answer_that_is_taken_back_takes_the_line_to_it_along(harbour: World, restart: bool) -> None:
    await switch(harbour, True)
    await harbour.anna.send(harbour.channel, EMPTY)
    await harbour.bram.send(harbour.channel, COUNTED)
    (answer, _) = harbour.replies()
    if restart:
        await harbour.restart()
    await press(harbour.anna, answer, "dismiss")
    assert harbour.replies() == []


async def test_an_answer_whose_comment_is_deleted_takes_the_line_to_it_along(harbour: World) -> None:
    await switch(harbour, True)
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    await harbour.bram.send(harbour.channel, COUNTED)
    assert len(pointers(harbour)) == 1
    await harbour.anna.delete(comment)
    assert harbour.replies() == []


async def test_a_line_is_not_taken_for_the_reply_to_the_same_comment(harbour: World) -> None:
    await switch(harbour, True)
    await harbour.anna.send(harbour.channel, EMPTY)
    comment = await harbour.bram.send(harbour.channel, COUNTED)
    (pointer,) = pointers(harbour)
    harbour.env.inject_error("POST", "/channels/*/messages", status=503, code=0, times=None)
    harbour.env.inject_error("DELETE", "/channels/*/messages/*", status=503, code=0, times=None)
    await harbour.bram.edit(comment, BUYERS)
    await harbour.env.advance_time(60)
    assert [reply.id for reply in harbour.replies()][1:] == [pointer.id]
    harbour.env.backend.faults.clear()
    await harbour.env.advance_time(2 * SWEEP_MINUTES * 60)
    row = await harbour.store.outbox_by_comment(comment.id)
    assert row is not None
    (_, reply) = harbour.replies()
    assert (row.state, row.reply_id) == (OutboxState.SENT, reply.id)
    assert pointer.id != reply.id


async def test_a_line_that_could_not_be_removed_goes_a_round_later(harbour: World) -> None:
    await switch(harbour, True)
    await harbour.anna.send(harbour.channel, EMPTY)
    await harbour.bram.send(harbour.channel, COUNTED)
    (answer, pointer) = harbour.replies()
    path = f"/channels/{harbour.channel.id}/messages/{pointer.id}"
    harbour.env.inject_error("DELETE", path, status=503, code=0, times=None)
    await press(harbour.anna, answer, "dismiss")
    assert [reply.id for reply in harbour.replies()] == [pointer.id]
    harbour.env.backend.faults.clear()
    await harbour.restart()
    await harbour.env.advance_time(SWEEP_MINUTES * 60)
    assert harbour.replies() == []


async def test_an_answer_that_came_to_be_about_another_claim_is_pointed_to_no_more(harbour: World) -> None:
    await switch(harbour, True)
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    await harbour.bram.send(harbour.channel, COUNTED)
    assert len(pointers(harbour)) == 1
    await harbour.anna.edit(comment, BUYERS)
    assert pointers(harbour) == []
    assert len(harbour.replies()) == 1


async def test_a_comment_that_came_to_be_about_something_else_loses_its_line(harbour: World) -> None:
    await switch(harbour, True)
    await harbour.anna.send(harbour.channel, EMPTY)
    again = await harbour.bram.send(harbour.channel, COUNTED)
    (answer, _) = harbour.replies()
    await harbour.bram.edit(again, NOTHING)
    assert [reply.id for reply in harbour.replies()] == [answer.id]


async def test_other_silences_point_nowhere(harbour: World) -> None:
    await switch(harbour, True)
    await harbour.anna.send(harbour.channel, EMPTY)
    # The member's own cool-down, a short text, and nothing in particular.
    await harbour.anna.send(harbour.channel, COUNTED)
    await harbour.bram.send(harbour.channel, "what time does the match start tonight, anyone?")
    await harbour.told("pauze")
    await harbour.bram.send(harbour.channel, COUNTED)
    assert len(harbour.replies()) == 1


async def test_an_answer_that_was_taken_back_is_not_pointed_to(harbour: World) -> None:
    await switch(harbour, True)
    await harbour.anna.send(harbour.channel, EMPTY)
    await press(harbour.anna, harbour.replies()[0], "dismiss")
    await harbour.bram.send(harbour.channel, COUNTED)
    assert pointers(harbour) == []
    assert len(harbour.replies()) == 1


async def test_another_claim_is_answered_as_ever(harbour: World) -> None:
    await switch(harbour, True)
    await harbour.anna.send(harbour.channel, EMPTY)
    await wait(harbour, timedelta(seconds=1))
    await harbour.bram.send(harbour.channel, BUYERS)
    assert len(harbour.replies()) == 2
    assert pointers(harbour) == []


async def test_who_asks_which_claim_a_message_is_about_sees_where_it_was_answered(harbour: World) -> None:
    await harbour.anna.send(harbour.channel, EMPTY)
    (answer,) = harbour.replies()
    again = await harbour.bram.send(harbour.channel, COUNTED)
    asked = await harbour.bram.context_menu(harbour.channel, "Welke stelling is dit?", again)
    link = f"https://discord.com/channels/{harbour.guild.id}/{harbour.channel.id}/{answer.id}"
    assert asked.ephemeral
    assert asked.response.content.splitlines()[1].endswith(f"· [answered here already]({link})")
    assert asked.response.content.count("answered here already") == 1
    assert len(harbour.replies()) == 1
