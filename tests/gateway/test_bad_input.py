"""What is wrong on Discord's side is told to the one it concerns, in one sentence; nothing is half done."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio
import simcord

from bot.gateway.client import DebateBot
from bot.service import DebateService
from bot.store import open_store
from bot.wording import load_wording
from tests.cli.test_bad_input import fill, small_disk
from tests.conftest import ROOT
from tests.gateway.conftest import World

__all__ = ["small_disk"]

WORDINGS = load_wording(ROOT / "prompts")
EXPERIMENT = (
    "Alle hulpverlening uit een wijk halen en dan maar kijken wat er gebeurt? "
    "Dat experiment kost mensenlevens, dat kun je niet maken."
)


def told(answer: Any, key: str, **values: object) -> bool:
    """Whether somebody alone was told that sentence, in whatever language."""
    sentences = {wording.say(key, **values) for wording in WORDINGS.values()}
    return answer.ephemeral and answer.response.content in sentences


@pytest.mark.feature("O13")
@pytest.mark.parametrize("lacking", ["send_messages", "read_message_history"])
async def test_a_missing_permission_is_named_and_nothing_is_posted(world: World, lacking: str) -> None:
    me = world.env.bot.user
    assert me is not None
    overwrites = {me: discord.PermissionOverwrite(**{lacking: False})}
    closed = world.guild.create_text_channel("dicht", overwrites=overwrites)
    answer = await world.moderator.slash(closed, "debat open", debat="wijkaanpak")
    assert answer.ephemeral
    assert any(
        wording.say(f"permission.{lacking}") in answer.response.content for wording in WORDINGS.values()
    )
    assert len(answer.response.content.splitlines()) == 1
    assert closed.history(viewer=world.anna) == []
    assert await world.store.venues() == []


async def test_a_command_where_no_debate_is(world: World) -> None:
    for command in ("status", "pauze", "hervat", "sluit"):
        answer = await world.moderator.slash(world.channel, f"debat {command}")
        assert told(answer, "error.no_venue")
    assert await world.store.venues() == []


@pytest.mark.feature("T20")
async def test_a_debate_that_is_calibrated_for_another_model(
    world: World, live: Any, encoder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    uncalibrated = replace(live, calibration=None)
    monkeypatch.setitem(world.bot.service.debates, "wijkaanpak", uncalibrated)  # type: ignore[arg-type]
    answer = await world.moderator.slash(world.channel, "debat open", debat="wijkaanpak")
    assert answer.ephemeral
    assert "`wederhoor calibrate`" in [answer.response, *answer.followups][-1].content
    comment = await world.anna.send(world.channel, EXPERIMENT)
    assert world.replies() == []
    decision = await world.store.decision_of(comment.id)
    assert decision is not None
    assert decision.reason == "not_calibrated"
    status = await world.moderator.slash(world.channel, "debat status")
    assert "`wederhoor calibrate`" in status.response.content


# -- a full disk


@pytest_asyncio.fixture
async def cramped(live: Any, encoder: Any, small_disk: Path) -> AsyncIterator[simcord.Env]:
    """The bot with its database on a small disk."""
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(small_disk / "w.sqlite3"))
        service = DebateService(store, encoder, {"wijkaanpak": live}, WORDINGS, discord.utils.utcnow)
        env = simcord.Env(DebateBot(service, discord.utils.utcnow, shard_count=1), settle_timeout=60.0)
        await env.start()
        stack.push_async_callback(env.shutdown)
        yield env


async def test_a_full_disk_is_told_and_over_when_there_is_room(
    cramped: simcord.Env, small_disk: Path
) -> None:
    guild = cramped.create_guild("Wijk")
    role = guild.create_role("Mods", permissions=discord.Permissions(manage_messages=True))
    moderator = guild.add_member(cramped.create_user("mieke"), roles=[role])
    anna = guild.add_member(cramped.create_user("anna"))
    channel = guild.create_text_channel("debat")
    await moderator.slash(channel, "debat open", debat="wijkaanpak")
    opened = len(channel.history(viewer=anna))
    assert opened > 10

    fill(small_disk)
    assert told(await moderator.slash(channel, "debat pauze"), "store.full")
    await anna.send(channel, EXPERIMENT)
    assert len(channel.history(viewer=anna)) == opened + 1

    (small_disk / "ballast").unlink()
    await anna.send(channel, EXPERIMENT)
    assert len(channel.history(viewer=anna)) > opened + 2, (
        "the debate was paused after all, or the bot is gone"
    )
