"""Moderators are told when it gets warm, once an hour a channel; the bot does nothing by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
import pytest_asyncio

from tests.gateway.conftest import World
from tests.gateway.lacking import speak
from tests.gateway.test_manners import NOTHING
from tests.gateway.test_moderation import Bench, bench_in


@pytest_asyncio.fixture
async def bench(harbour: World) -> AsyncIterator[Bench]:
    yield await bench_in(harbour)


async def set_limits(bench: Bench, **limits: int) -> None:
    """The house rules of the debate with those limits, and none besides."""
    venue = bench.world.bot.service.venues.at(bench.world.channel.id)
    assert venue is not None
    none = {"heat_messages": 0, "heat_replies": 0, "heat_hits": 0}
    await bench.world.bot.service.venues.change_rules(venue, {**none, **limits}, bench.sheriff.id)


async def chat(bench: Bench, times: int, channel: Any = None) -> None:
    """So many messages about nothing."""
    for number in range(times):
        member = (bench.world.anna, bench.world.bram)[number % 2]
        await member.send(channel or bench.world.channel, NOTHING)


async def test_many_messages_are_told_once_an_hour_and_nothing_is_done(bench: Bench) -> None:
    world = bench.world
    await set_limits(bench, heat_messages=5)
    await chat(bench, 4)
    assert bench.logged() == []
    before = len(world.env.http_requests)
    await chat(bench, 2)
    (alarm,) = bench.logged()
    assert f"It is getting heated in <#{world.channel.id}>" in alarm
    assert "- 5 messages\n" in alarm
    # One message in the moderators' channel, and no other request but that.
    (only,) = world.env.http_requests[before:]
    assert only.path == f"/channels/{bench.office.id}/messages"
    await world.env.advance_time(1800)
    await chat(bench, 6)
    assert len(bench.logged()) == 1
    await world.env.advance_time(1800)
    await chat(bench, 6)
    assert len(bench.logged()) == 2
    await set_limits(bench)
    await world.env.advance_time(3600)
    await chat(bench, 12)
    assert len(bench.logged()) == 2


async def test_the_same_messages_over_a_longer_time_are_not_warm(bench: Bench) -> None:
    await set_limits(bench, heat_messages=5)
    for _ in range(3):
        await chat(bench, 2)
        await bench.world.env.advance_time(400)
    assert bench.logged() == []


async def test_two_members_replying_to_each_other(bench: Bench) -> None:
    world = bench.world
    await set_limits(bench, heat_replies=4)
    last = await world.anna.send(world.channel, NOTHING)
    for number in range(3):
        last = await (world.bram, world.anna)[number % 2].send(world.channel, NOTHING, reply_to=last)
    # A third is no part of it.
    await world.member("cees").send(world.channel, NOTHING, reply_to=last)
    assert bench.logged() == []
    await world.anna.send(world.channel, NOTHING, reply_to=last)
    (alarm,) = bench.logged()
    assert "- 4 replies back and forth between the same two members" in alarm
    assert "anna" not in alarm
    assert str(world.anna.id) not in alarm


async def test_what_discords_filters_hold_back_counts_once_a_message(bench: Bench) -> None:
    world = bench.world
    await set_limits(bench, heat_hits=2)
    world.env.backend.create_auto_mod_rule(
        world.guild.id,
        world.moderator.id,
        {
            "name": "Words",
            "event_type": 1,
            "trigger_type": 1,
            "trigger_metadata": {"keyword_filter": ["landlubber"]},
            "actions": [{"type": 1}, {"type": 2, "metadata": {"channel_id": str(bench.office.id)}}],
        },
    )
    await world.anna.send(world.channel, "You landlubber!")
    assert bench.logged() == []
    await world.bram.send(world.channel, "You landlubber too!")
    (alarm,) = bench.logged()
    assert "- 2 messages held back by Discord's filters" in alarm
    assert "landlubber" not in alarm


async def test_a_thread_counts_by_itself_and_a_channel_without_a_debate_not_at_all(bench: Bench) -> None:
    world = bench.world
    await set_limits(bench, heat_messages=4)
    world.env.backend.create_thread(world.channel.id, "zijpad", world.anna.id)
    (thread,) = world.channel.threads
    elsewhere = world.guild.create_text_channel("elders")
    await chat(bench, 3)
    await chat(bench, 3, thread)
    await chat(bench, 8, elsewhere)
    assert bench.logged() == []
    await chat(bench, 1, thread)
    (alarm,) = bench.logged()
    assert f"<#{thread.id}>" in alarm


async def test_the_button_slows_the_channel_down_after_a_restart_too(bench: Bench) -> None:
    world = bench.world
    await set_limits(bench, heat_messages=3)
    await chat(bench, 3)
    (alarm,) = bench.office.history()
    room: Any = world.env.backend.get_channel(world.channel.id)
    assert room.rate_limit_per_user == 0
    await world.restart()
    refused = await world.anna.click(alarm, label="Waiting time of thirty seconds")
    assert "nothing was done" in refused.response.content
    assert room.rate_limit_per_user == 0
    world.deny(world.channel, "manage_channels")
    lacking = await bench.sheriff.click(alarm, label="Waiting time of thirty seconds")
    assert "Manage Channels" in lacking.response.content
    assert room.rate_limit_per_user == 0
    world.deny(world.channel)
    done = await bench.sheriff.click(alarm, label="Waiting time of thirty seconds")
    assert "thirty seconds" in done.response.content
    assert room.rate_limit_per_user == 30
    assert bench.logged()[-1].startswith(f"{bench.sheriff.mention} changed the waiting time")
    again = await bench.sheriff.click(alarm, label="Waiting time of thirty seconds")
    assert "nothing was changed" in again.response.content


async def test_a_button_for_a_channel_of_another_server_does_nothing(bench: Bench) -> None:
    world = bench.world
    other = world.env.create_guild("Elders").create_text_channel("daar")
    room: Any = world.bot.get_channel(bench.office.id)
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="x", custom_id=f"wederhoor:slow:{other.id}"))
    shown = await room.send("x", view=view)
    done = await bench.sheriff.click(shown, custom_id=f"wederhoor:slow:{other.id}")
    assert "works only in a text channel" in done.response.content
    assert world.env.backend.get_channel(other.id).rate_limit_per_user == 0


async def test_no_row_about_members_comes_of_counting(bench: Bench) -> None:
    world = bench.world
    await set_limits(bench, heat_messages=3)
    await chat(bench, 3)
    assert len(bench.logged()) == 1
    assert await bench.acts(world.anna) == []


async def test_without_a_moderators_channel_nothing_is_counted_or_said(bench: Bench) -> None:
    await set_limits(bench, heat_messages=1, office=0)
    await chat(bench, 3)
    assert bench.logged() == []


async def test_the_defaults_leave_an_ordinary_debate_alone(bench: Bench) -> None:
    await chat(bench, 20)
    assert bench.logged() == []


async def test_the_alarm_in_the_debates_language(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    speak("nl", monkeypatch)
    world = bench.world
    await set_limits(bench, heat_messages=3)
    venue = world.bot.service.venues.at(world.channel.id)
    assert venue is not None
    await world.bot.service.venues.open(world.guild.id, world.channel.id, "harbour", "nl", bench.sheriff.id)
    await chat(bench, 3)
    assert f"In <#{world.channel.id}> loopt het hoog op" in bench.logged()[-1]
    assert "- 3 berichten\n" in bench.logged()[-1]
