"""A debate in the simulated Discord: the real bot, the real store, the real model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest_asyncio
import simcord

from bot.gateway.client import DebateBot
from bot.service import DebateService
from bot.store import Store, open_store
from bot.wording import load_wording

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class World:
    """A server with a debate channel, a moderator and two members."""

    env: simcord.Env
    store: Store
    bot: DebateBot
    rebuild: Callable[[], DebateBot]
    guild: Any
    channel: Any
    moderator: Any
    anna: Any
    bram: Any

    async def restart(self) -> None:
        """The process starts again over the same database."""
        self.bot = self.rebuild()
        await self.env.restart_bot(self.bot)

    def replies(self) -> list[discord.Message]:
        """The bot's replies to comments."""
        me = self.env.bot.user.id
        return [
            m for m in self.channel.history() if m.author.id == me and m.type is discord.MessageType.reply
        ]


@pytest_asyncio.fixture
async def world(live: Any, encoder: Any, tmp_path: Path) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(open_store(tmp_path / "w.sqlite3"))
        wording = load_wording(ROOT / "prompts")

        def build() -> DebateBot:
            service = DebateService(store, encoder, {"wijkaanpak": live}, wording, discord.utils.utcnow)
            return DebateBot(service, discord.utils.utcnow, shard_count=1)

        bot = build()
        env = simcord.Env(bot, settle_timeout=60.0)
        await env.start()
        stack.push_async_callback(env.shutdown)
        guild = env.create_guild("Wijk")
        role = guild.create_role("Mods", permissions=discord.Permissions(manage_messages=True))
        moderator = guild.add_member(env.create_user("mieke"), roles=[role])
        anna, bram = (guild.add_member(env.create_user(name)) for name in ("anna", "bram"))
        channel = guild.create_text_channel("debat")
        yield World(env, store, bot, build, guild, channel, moderator, anna, bram)


@pytest_asyncio.fixture
async def debate(world: World) -> World:
    """The same with the debate opened."""
    await world.moderator.slash(world.channel, "debat open", debat="wijkaanpak")
    return world
