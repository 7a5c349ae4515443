"""A loopback Discord with a channel and a member, and the tiny bot in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest

from bot.live import LiveDebate
from tests.loopback.state import Channel, Guild, Member
from tests.loopback.the_bot import Town, town
from tests.loopback.tiny_bot import TinyBot, online
from tests.loopback.world import World


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with World().serving() as world:
        yield world


@pytest.fixture
def guild(world: World) -> Guild:
    return world.add_guild("debat", bot_role=discord.Permissions(pin_messages=True).value)


@pytest.fixture
def channel(world: World, guild: Guild) -> Channel:
    return world.add_channel(guild, "stelling")


@pytest.fixture
def ann(world: World) -> Member:
    return world.add_member("ann")


@pytest.fixture
async def bot(world: World, channel: Channel) -> AsyncIterator[TinyBot]:
    async with online(world, TinyBot()) as bot:
        yield bot


@pytest.fixture
def easthaven(world: World, small: LiveDebate, small_folder: Path, tmp_path: Path, vectors: Path) -> Town:
    """A town that has never seen the real bot."""
    return town(world, tmp_path / "state", small_folder.parent, vectors)
