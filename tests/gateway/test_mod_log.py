"""The log in the moderators' channel: each act once, with a link and a way to undo it, whatever fails."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.app import load_live
from bot.core.retention import Retention
from bot.encoder import Encoder
from bot.gateway.client import SWEEP_MINUTES, DebateBot
from bot.live import LiveDebate
from bot.reloading import Watched
from tests.debates.conftest import line_of, replace
from tests.gateway.conftest import World, world_with
from tests.gateway.lacking import speak
from tests.gateway.test_manners import BUYERS, CREWS, EMPTY, GRASS
from tests.gateway.test_members import press
from tests.gateway.test_settings import fill_in
from tests.small import calibrated
from tests.store.conftest import script


@pytest.fixture
async def office(harbour: World) -> Any:
    """The moderators' channel of the small debate."""
    room = harbour.guild.create_text_channel("kantoor")
    await fill_in(harbour, office=[room], member_cooldown="0")
    return room


def told(room: Any) -> list[str]:
    """What was posted in the moderators' channel."""
    return [message.content for message in room.history()]


async def round_(world: World) -> None:
    """Until the next round."""
    await world.env.advance_time(SWEEP_MINUTES * 60)


@pytest.mark.feature("D10")
async def test_a_reply_is_told_once_with_a_link_and_can_be_taken_back_there(
    harbour: World, office: Any
) -> None:
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    (reply,) = harbour.replies()
    (post,) = office.history()
    assert f"Answered <@{harbour.anna.id}> in <#{harbour.channel.id}>" in post.content
    link = f"https://discord.com/channels/{harbour.guild.id}/{harbour.channel.id}/{reply.id}"
    assert f"({link})" in post.content
    assert "-# About: " in post.content
    await harbour.restart()
    await round_(harbour)
    assert len(told(office)) == 1

    # Days later, after a restart, the button still works.
    undone = await harbour.moderator.click(post, label="Take back")
    assert "removed the answer" in undone.response.content
    assert harbour.replies() == []
    row = await harbour.store.outbox_by_comment(comment.id)
    assert row is not None
    assert row.withdrawn_by == harbour.moderator.id
    assert f"<@{harbour.moderator.id}> took my answer to <@{harbour.anna.id}> back" in told(office)[-1]
    again = await harbour.moderator.click(post, label="Take back")
    assert "no longer there" in again.response.content
    assert len(told(office)) == 2


@pytest.mark.feature("D10")
async def test_what_members_take_back_or_delete_is_told(
    harbour: World, office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    venue = harbour.bot.service.venues.all()[0]
    assert venue.locale == "en"
    await harbour.anna.send(harbour.channel, EMPTY)
    await press(harbour.anna, harbour.replies()[-1], "dismiss")
    assert f"<@{harbour.anna.id}> took my answer back: not their point" in told(office)[-1]
    assert office.history()[-1].components == []
    comment = await harbour.bram.send(harbour.channel, BUYERS)
    await harbour.bram.delete(comment)
    assert f"Removed my answer to <@{harbour.bram.id}>" in told(office)[-1]
    assert len(told(office)) == 4


@pytest.mark.feature("D10")
@pytest.mark.parametrize(
    ("locale", "deleted", "edited"),
    [
        ("nl", "is verwijderd. [Naar", "want de reactie veranderde en geen antwoord past er nog bij"),
        ("en-GB", "was deleted. [To", "because the comment was edited and no answer fits it any more"),
    ],
)
async def test_the_log_names_what_became_of_a_reply(
    harbour: World, office: Any, locale: str, deleted: str, edited: str
) -> None:
    (venue,) = harbour.bot.service.venues.all()
    harbour.bot.service.venues._keep(dataclasses.replace(venue, locale=locale[:2]))
    await harbour.anna.send(harbour.channel, EMPTY)
    await harbour.moderator.delete(harbour.replies()[-1])
    assert f"<@{harbour.anna.id}>" in told(office)[-1]
    assert f"{deleted}" in told(office)[-1]
    comment = await harbour.bram.send(harbour.channel, BUYERS)
    await harbour.bram.edit(comment, "So be it, then.")
    assert harbour.replies() == []
    assert f"<@{harbour.bram.id}> in <#{harbour.channel.id}>" in told(office)[-1]
    assert edited in told(office)[-1]
    assert len(told(office)) == 4


@pytest.mark.feature("D10")
@pytest.mark.parametrize("status", [403, 500])
async def test_failing_to_tell_loses_no_act_and_it_is_made_up_for(
    harbour: World, office: Any, status: int
) -> None:
    path = f"/channels/{office.id}/messages"
    harbour.env.inject_error("POST", path, status=status, code=0, times=None)
    await harbour.anna.send(harbour.channel, EMPTY)
    await harbour.bram.send(harbour.channel, BUYERS)
    assert len(harbour.replies()) == 2
    assert told(office) == []
    harbour.env.backend.faults.clear()
    await harbour.restart()
    await round_(harbour)
    first, second = told(office)
    assert str(harbour.anna.id) in first
    assert str(harbour.bram.id) in second
    await round_(harbour)
    assert len(told(office)) == 2


@pytest.mark.feature("D10")
async def test_without_a_room_nothing_is_told_and_a_new_room_hears_no_old_news(harbour: World) -> None:
    await fill_in(harbour, member_cooldown="0")
    await harbour.anna.send(harbour.channel, EMPTY)
    await round_(harbour)
    room = harbour.guild.create_text_channel("kantoor")
    await fill_in(harbour, office=[room])
    await round_(harbour)
    assert told(room) == []
    await harbour.bram.send(harbour.channel, BUYERS)
    assert len(told(room)) == 1
    # Another rule leaves it at that.
    await fill_in(harbour, hourly_cap="50")
    await harbour.anna.send(harbour.channel, CREWS)
    assert len(told(room)) == 2


@pytest.mark.feature("D10")
async def test_what_keeps_the_bot_silent_by_itself_is_told_once(
    harbour: World, office: Any, small: LiveDebate, light: Encoder
) -> None:
    class Broken:
        model_id = light.model_id

        async def encode(self, texts: Any) -> Any:
            raise RuntimeError("no model")

    def rebuild() -> DebateBot:
        return harbour.bot_with({"harbour": small}, Broken())

    harbour.rebuild = rebuild
    await harbour.restart()
    await harbour.anna.send(harbour.channel, GRASS)
    for _ in range(2):
        await round_(harbour)
    (post,) = told(office)
    assert "The model has not answered since" in post


async def test_status_tells_that_moderators_hear_nothing(harbour: World, office: Any) -> None:
    assert "moderators' channel" not in await harbour.told("status")
    harbour.deny(office, "send_messages")
    told_ = await harbour.told("status")
    assert f"In the moderators' channel, <#{office.id}>, I lack these permissions: Send Messages" in told_
    harbour.env.backend.delete_channel(office.id)
    assert "The moderators' channel is gone" in await harbour.told("status")


@pytest.mark.parametrize("kept", [365, 1])
async def test_what_is_older_than_it_is_kept_is_no_news_again(harbour: World, kept: int) -> None:
    harbour.bot.privacy.clock.retention = Retention(audit=kept)
    await harbour.anna.send(harbour.channel, EMPTY)
    await press(harbour.anna, harbour.replies()[-1], "dismiss")
    await round_(harbour)
    room = harbour.guild.create_text_channel("kantoor")
    await fill_in(harbour, office=[room], member_cooldown="0")
    await harbour.bram.send(harbour.channel, BUYERS)
    await press(harbour.bram, harbour.replies()[-1], "dismiss")
    assert len(told(room)) == 2
    ago = (kept + 1) * 24 * 3600 * 1000
    moments = ("outbox.sent_at", "outbox.withdrawn_at", "mod_log.at", "audit.at", "venues.opened_at")
    for table, column in (moment.split(".") for moment in moments):
        script(harbour.database, f"UPDATE {table} SET {column} = {column} - {ago}")
    await harbour.env.advance_time(3 * 3600)
    assert len(told(room)) == 2
    await harbour.bram.send(harbour.channel, GRASS)
    assert len(told(room)) == 3


@pytest.mark.feature("D10")
async def test_every_new_fault_of_the_folder_is_told_once_with_its_place(
    light: Encoder, tmp_path: Path
) -> None:
    folder = calibrated(tmp_path, light.model_id)
    watched = Watched.now({"harbour": folder})
    path = folder / "claims/empty-quay.toml"
    whole = path.read_bytes()
    async with world_with({"harbour": load_live(folder, light)}, light, tmp_path, watched) as world:
        await world.open(world.channel)
        room = world.guild.create_text_channel("kantoor")
        await fill_in(world, office=[room])

        def place(word: str) -> str:
            return f"harbour/claims/empty-quay.toml:{line_of(path, word)}: "

        replace(path, 'kind = "agreement"', 'kind = "applause"')
        first = place("applause")
        for _ in range(2):
            await round_(world)
        (post,) = told(room)
        assert first in post
        path.write_bytes(whole)
        replace(path, 'state = "answered"', 'state = "perhaps"')
        second = place("perhaps")
        assert second != first
        for _ in range(2):
            await round_(world)
        _, post = told(room)
        assert second in post
        assert first not in post


@pytest.mark.feature("D10")
async def test_an_edited_reply_is_told_too(harbour: World, office: Any) -> None:
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    (reply,) = harbour.replies()
    await harbour.anna.edit(comment, BUYERS)
    (edited,) = harbour.replies()
    assert (edited.id, edited.content != reply.content) == (reply.id, True)
    _, post = office.history()
    assert f"Updated my answer to <@{harbour.anna.id}>" in post.content
    assert f"/{harbour.channel.id}/{reply.id})" in post.content
    claim = harbour.bot.service.debates["harbour"].debate.claim_set.by_id["no-buyers"]
    assert f"-# Now about: {claim.statement_in('en')}" in post.content
    # The same edit told by Discord again, a restart and a round tell nothing more.
    await harbour.anna.edit(comment, BUYERS)
    await harbour.restart()
    await round_(harbour)
    assert len(told(office)) == 2
    await harbour.moderator.click(post, label="Take back")
    assert harbour.replies() == []


async def test_the_log_is_for_moderators_of_that_server_alone(
    harbour: World, office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak("nl", monkeypatch)
    await harbour.anna.send(harbour.channel, EMPTY)
    (post,) = office.history()
    assert post.mentions is not None
    refused = await harbour.bram.click(post, custom_id=post.components[0].children[0].custom_id)  # type: ignore[union-attr]
    assert "voor wie hier berichten mag beheren" in refused.response.content
    assert len(harbour.replies()) == 1
    sent = [r.json for r in harbour.sent(path=f"/channels/{office.id}/messages")]
    assert all(body["allowed_mentions"]["parse"] == [] for body in sent)
    assert isinstance(post, discord.Message)
