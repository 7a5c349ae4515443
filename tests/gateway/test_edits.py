"""Edits that cross with what the bot or a moderator is doing about the same comment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.encoder import Encoder
from bot.live import LiveDebate
from bot.store import OutboxState
from bot.store.rows import SuggestionState
from bot.stored_replies import answers_of
from tests.gateway.conftest import World, world_with
from tests.gateway.queue_room import UNSURE, custom_ids, texts, told, with_office
from tests.gateway.test_card import row_of
from tests.gateway.test_manners import BUYERS, EMPTY, NOTHING, SHORT
from tests.gateway.test_reloading import Interrupted


@pytest_asyncio.fixture
async def crossing(small: LiveDebate, light: Encoder, tmp_path: Path) -> AsyncIterator[tuple[World, Any]]:
    """The small debate, opened, and its encoder, at which something happens while it is at a text."""
    encoder = Interrupted(light)
    async with world_with({"harbour": small}, encoder, tmp_path) as world:
        await world.open(world.channel)
        yield world, encoder


def edits(world: World, comment: Any, text: str) -> Callable[[], Any]:
    """Edits a comment while the bot is busy, and lets it hear of that."""

    async def edit() -> None:
        world.env.backend.edit_message(world.channel.id, comment.id, {"content": text})
        for _ in range(200):
            await asyncio.sleep(0)

    return edit


# -- what moderators see


@pytest.mark.feature("D2")
async def test_a_proposal_follows_the_edit_of_its_comment(harbour: World) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    before = texts(room.items()[0])[1]
    await harbour.anna.edit(comment, SHORT)
    (item,) = room.items()
    shown = texts(item)[1]
    assert shown != before
    assert "very short" in texts(item)[0]
    await room.press("accept")
    assert [reply.content for reply in harbour.replies()] == [shown]


@pytest.mark.feature("D2")
async def test_a_proposal_lapses_when_the_edit_leaves_nothing_to_propose(harbour: World) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    (stale,) = room.items()
    await harbour.anna.edit(comment, NOTHING)
    (item,) = room.items()
    assert custom_ids(item) == []
    assert texts(item) == ["This comment was deleted or edited; the suggestion has lapsed."]
    assert (await room.suggestion(comment)).state is SuggestionState.GONE
    assert await room.waiting() == []
    assert stale.id == item.id
    # What the next edit makes of it can be proposed again.
    await harbour.anna.edit(comment, SHORT)
    (item,) = room.items()
    assert len(await room.waiting()) == 1
    await room.press("accept")
    assert [reply.content for reply in harbour.replies()] == [texts(item)[1]]


@pytest.mark.feature("D2")
async def test_a_proposal_that_an_edit_brings_is_shown_at_once(harbour: World) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, NOTHING)
    assert room.items() == []
    await harbour.anna.edit(comment, UNSURE)
    assert len(room.items()) == 1


@pytest.mark.feature("D2")
@pytest.mark.parametrize("action", ["accept", "reject", "mute"])
async def test_what_a_moderator_did_not_see_is_not_decided(harbour: World, action: str) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    stale = await room.suggestion(comment)
    before = texts(room.items()[0])[1]
    harbour.env.inject_error("PATCH", "/channels/*/messages/*", status=503, times=None)
    await harbour.anna.edit(comment, SHORT)
    assert texts(room.items()[0])[1] == before
    harbour.env.backend.faults.clear()
    assert "changed since you saw it" in told(await room.press(action))
    assert harbour.replies() == []
    assert (await room.suggestion(comment)).state is SuggestionState.WAITING
    (venue,) = await harbour.store.venues()
    assert await harbour.bot.service.mutes.claims(venue.id) == frozenset()
    # Nor when the edit comes between the press and the decision.
    assert await harbour.bot.suggesting.accept(stale, harbour.moderator.id) is None
    assert await harbour.store.outbox_by_comment(comment.id) is None
    # Now it is shown as it is, and can be pressed.
    (item,) = room.items()
    assert texts(item)[1] != before
    await room.press(action)
    assert [reply.content for reply in harbour.replies()] == [texts(item)[1]] * (action == "accept")
    assert (await room.suggestion(comment)).state is not SuggestionState.WAITING


# -- what was decided meanwhile


@pytest.mark.feature("D5")
@pytest.mark.parametrize("edited", [SHORT, NOTHING, BUYERS])
async def test_an_edit_undoes_nothing_that_a_moderator_accepted_meanwhile(
    crossing: tuple[World, Interrupted], edited: str, caplog: pytest.LogCaptureFixture
) -> None:
    world, encoder = crossing
    room = await with_office(world)
    comment = await world.anna.send(world.channel, UNSURE)
    suggestion = await room.suggestion(comment)
    shown = texts(room.items()[0])[1]
    wording = world.bot.service.wording["en"]

    async def accept() -> None:
        await world.bot.queue.accept(suggestion, world.moderator.id, wording)

    encoder.meanwhile = accept
    await world.anna.edit(comment, edited)
    assert encoder.meanwhile is None
    assert [reply.content for reply in world.replies()] == [shown]
    row = await row_of(world, comment)
    assert (row.state, row.content) == (OutboxState.SENT, suggestion.content)
    accepted = await room.suggestion(comment)
    assert (accepted.state, accepted.content) == (SuggestionState.ACCEPTED, suggestion.content)
    decision = await world.store.decision_of(comment.id)
    assert decision is not None
    assert decision.claims == ("empty-quay",)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.feature("M9")
async def test_an_edit_leaves_a_reply_that_was_kept_meanwhile(crossing: tuple[World, Interrupted]) -> None:
    world, encoder = crossing
    comment = await world.anna.send(world.channel, EMPTY)
    before = await row_of(world, comment)

    async def keep() -> None:
        assert await world.bot.cards.keep(before)

    encoder.meanwhile = keep
    await world.anna.edit(comment, BUYERS)
    assert (await row_of(world, comment)).content == {**before.content, "kept": True}
    assert [answer.claim for answer in answers_of(await row_of(world, comment))] == ["empty-quay"]


# -- edits upon edits


@pytest.mark.feature("M7")
async def test_of_two_quick_edits_the_last_one_counts(crossing: tuple[World, Interrupted]) -> None:
    world, encoder = crossing
    comment = await world.anna.send(world.channel, NOTHING)
    encoder.meanwhile = edits(world, comment, BUYERS)
    await world.anna.edit(comment, EMPTY)
    assert encoder.meanwhile is None
    assert [a.claim for a in answers_of(await row_of(world, comment))] == ["no-buyers"]
    assert len(world.replies()) == 1
    assert world.bot.service._changed == {}


@pytest.mark.feature("M7", "O4")
async def test_an_edit_while_a_comment_that_was_left_over_is_decided_counts(
    crossing: tuple[World, Interrupted],
) -> None:
    world, encoder = crossing
    subscribers = world.env.backend.subscribers
    heard = list(subscribers)
    subscribers.clear()
    comment = await world.anna.send(world.channel, EMPTY)
    subscribers.extend(heard)
    # As after a crash: written down, and never decided on.
    (venue,) = await world.store.venues()
    await world.store.receive(
        comment.id, venue.id, world.channel.id, world.anna.id, comment.created_at, advance=True
    )
    encoder.meanwhile = edits(world, comment, BUYERS)
    await world.env.advance_time(301)
    assert encoder.meanwhile is None
    assert [a.claim for a in answers_of(await row_of(world, comment))] == ["no-buyers"]
    (reply,) = world.replies()
    assert reply.reference is not None
    assert reply.reference.message_id == comment.id
