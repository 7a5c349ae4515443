"""The real bot at the loopback Discord: in this process, or in one of its own."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord

from bot.gateway.client import DebateBot
from bot.live import LiveDebate
from bot.service import DebateService
from bot.store import Store, open_store
from bot.wording import load_wording
from tests.loopback.pointed import pointed_at, pointed_process
from tests.loopback.state import Channel, ChannelKind, Guild, Interaction, Member, Message
from tests.loopback.world import World

PROMPTS = Path(__file__).parents[2] / "prompts"
MEMBERS = discord.Permissions(
    view_channel=True, send_messages=True, read_message_history=True, send_messages_in_threads=True
).value
BOT = discord.Permissions(pin_messages=True, manage_threads=True, manage_channels=True).value
MODERATOR = discord.Permissions(manage_messages=True).value
REPLY = 19


@dataclass
class Town:
    """A server with a channel, a forum, a moderator and members; `folder` holds the state of the bot."""

    world: World
    guild: Guild
    channel: Channel
    forum: Channel
    moderator: Member
    folder: Path
    debates: Path

    def member(self, name: str) -> Member:
        """One more member."""
        return self.world.add_member(name)

    def replies(self, room: Channel | None = None) -> list[Message]:
        """The bot's replies to comments."""
        bot = self.world.state.bot
        messages = self.world.messages(room or self.channel)
        return [m for m in messages if m.author is bot and m.replied_to is not None]

    async def open(self, room: Channel | None = None) -> str:
        """Opens the debate and waits until that is done."""
        asked = await self.world.command(room or self.channel, self.moderator, "debat open")
        (answer,) = await self.world.until(lambda: asked.messages, 60)
        await self.world.until(lambda: answer.content, 60)
        return answer.content

    async def told(self, command: str, by: Member | None = None, **options: int) -> str:
        """What is told on a command in the debate's channel."""
        asked = await self.world.command(self.channel, by or self.moderator, f"debat {command}", **options)
        return await self.answer_of(asked)

    async def answer_of(self, asked: Interaction) -> str:
        """What an interaction was answered with."""
        return await self.world.until(lambda: next((m.content for m in asked.messages if m.content), ""), 30)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the bot's database holds, read past the bot."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)) as raw:
            return raw.execute(sql).fetchall()

    @property
    def database(self) -> Path:
        """The bot's database."""
        return self.folder / "wederhoor.sqlite3"

    def decided(self) -> list[tuple[int, str, str | None]]:
        """Every decision as message, outcome and reason, in the order of deciding."""
        return self.rows("SELECT message_id, outcome, reason FROM decisions ORDER BY id")

    @asynccontextmanager
    async def process(
        self, env: Mapping[str, str] | None = None
    ) -> AsyncIterator[asyncio.subprocess.Process]:
        """The program itself, `python -m bot run`, once it has read what it missed."""
        seen = self.world.gateway.identified
        variables = {
            "DISCORD_TOKEN": self.world.state.token,
            "WEDERHOOR_MODEL": "light",
            "WEDERHOOR_DEBATES": str(self.debates),
            "WEDERHOOR_STATE": str(self.folder),
            "WEDERHOOR_LANGUAGE": "en",
            "WEDERHOOR_SHARDS": "1",
            **(env or {}),
        }
        async with pointed_process(self.world.base_url, "bot", "run", env=variables) as process:
            await self.world.until(
                lambda: self.world.gateway.identified > seen or process.returncode is not None, 120
            )
            yield process

    @asynccontextmanager
    async def online(
        self, debates: Mapping[str, LiveDebate], encoder: Any
    ) -> AsyncIterator[tuple[DebateBot, Store]]:
        """The bot in this process, once it has read what it missed."""
        async with open_store(self.database) as store:
            wording = load_wording(PROMPTS)
            service = DebateService(store, encoder, debates, wording, discord.utils.utcnow)
            bot = DebateBot(service, discord.utils.utcnow, shard_count=1)
            with pointed_at(self.world.base_url):
                running = asyncio.create_task(bot.start(self.world.state.token))
                try:
                    await self.world.until(lambda: bot.listener.caught_up or running.done(), 60)
                    if running.done():
                        running.result()
                    yield bot, store
                finally:
                    await bot.close()
                    await running


def town(world: World, folder: Path, debates: Path, cache: Path) -> Town:
    """A town whose bot has never run; the exemplars of the debate are encoded already."""
    folder.mkdir()
    (folder / "cache").symlink_to(cache)
    guild = world.add_guild("Easthaven", everyone=MEMBERS, bot_role=BOT)
    channel = world.add_channel(guild, "quay")
    forum = world.add_channel(guild, "harbour", ChannelKind.FORUM)
    moderator = world.add_member("mieke", permissions=MODERATOR, locale="en-GB")
    return Town(world, guild, channel, forum, moderator, folder, debates)
