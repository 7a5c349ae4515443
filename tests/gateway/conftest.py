"""A debate in the simulated Discord: the real bot, the real store, the real model."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import pytest_asyncio
import simcord
from simcord.actors import _dispatch_actor_interaction
from simcord.backend.models import Overwrite
from simcord.enums import AppCommandType, InteractionType, OverwriteType

from bot.app import reloading_for
from bot.encoder import Encoder
from bot.gateway.client import DebateBot
from bot.live import LiveDebate
from bot.reloading import Watched
from bot.service import DebateService
from bot.store import Store, open_store
from bot.wording import load_wording
from tests.gateway.lacking import be_patient_at_start, page_history
from tests.loopback import contract
from tests.loopback.rest import Request

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class World:
    """A server with a debate channel, a moderator and two members."""

    env: simcord.Env
    store: Store
    bot: DebateBot
    database: Path
    rebuild: Callable[[], DebateBot]
    guild: Any
    channel: Any
    moderator: Any
    anna: Any
    bram: Any

    async def restart(self, bot: DebateBot | None = None) -> None:
        """The process starts again over the same database."""
        self.bot = bot or self.rebuild()
        await self.env.restart_bot(self.bot)

    def bot_with(self, debates: Mapping[str, LiveDebate], encoder: Any) -> DebateBot:
        """A bot over the same database that holds other debates, or has another encoder."""
        return bot_over(self.store, debates, encoder)

    def member(self, name: str) -> Any:
        """One more member."""
        return self.guild.add_member(self.env.create_user(name))

    def replies(self, channel: Any = None) -> list[discord.Message]:
        """The bot's replies to comments."""
        me = self.env.bot.user.id
        room = channel or self.channel
        return [m for m in room.history() if m.author.id == me and m.type is discord.MessageType.reply]

    async def open(self, channel: Any, debate: str | None = None, by: Any = None) -> str:
        """What the moderator is told on opening a debate there."""
        options = {"debat": debate} if debate else {}
        result = await (by or self.moderator).slash(channel, "debat open", **options)
        return result.response.content

    async def told(self, command: str, **options: Any) -> str:
        """What the moderator is told on a command in the debate's channel."""
        result = await self.moderator.slash(self.channel, f"debat {command}", **options)
        assert result.ephemeral
        return result.response.content

    async def forge(self, member: Any, group: str, leaf: str, **options: str) -> Any:
        """A command with such values as Discord would not have let the member give."""
        root = self.env.backend.find_command(group, self.guild.id, type=AppCommandType.CHAT_INPUT)
        filled = [{"name": name, "type": 3, "value": value} for name, value in options.items()]
        data = {"id": root["id"], "name": group, "type": 1}
        data["options"] = [{"name": leaf, "type": 1, "options": filled}]
        return await _dispatch_actor_interaction(
            member, InteractionType.APPLICATION_COMMAND, self.channel, data
        )

    def deny(self, channel: Any, *names: str) -> None:
        """Takes permissions from the bot in a channel; without names it gets all of them back."""
        denied = discord.Permissions(**dict.fromkeys(names, True)).value
        me = self.env.backend.bot_user.id
        overwrite = Overwrite(target_id=me, type=OverwriteType.MEMBER, deny=denied)
        self.env.backend.set_overwrite(channel.id, overwrite)

    def sent(self, method: str = "POST", path: str = "/messages") -> list[Any]:
        """What the bot sent to addresses that end like this."""
        return [r for r in self.env.http_requests if r.method == method and r.path.endswith(path)]


def bot_over(
    store: Store, debates: Mapping[str, LiveDebate], encoder: Any, watched: Watched | None = None
) -> DebateBot:
    """The bot as the program wires it; it watches no folders but those."""
    service = DebateService(store, encoder, debates, load_wording(ROOT / "prompts"), discord.utils.utcnow)
    reloading = reloading_for(service, watched, encoder) if watched else None
    return DebateBot(
        service,
        discord.utils.utcnow,
        shard_count=1,
        reloading=reloading,
        proposals=store._path.parent / "proposals",
    )


@asynccontextmanager
async def world_with(
    debates: Mapping[str, LiveDebate], encoder: Any, folder: Path, watched: Watched | None = None
) -> AsyncIterator[World]:
    """A world in which the bot holds those debates.

    At the end nothing may have gone wrong unseen, and all requests are held against Discord's description.
    """
    async with AsyncExitStack() as stack:
        database = folder / "w.sqlite3"
        store = await stack.enter_async_context(open_store(database))

        def build() -> DebateBot:
            return bot_over(store, debates, encoder, watched)

        bot = build()
        env = simcord.Env(bot, settle_timeout=60.0)
        be_patient_at_start(env)
        await env.start()
        stack.push_async_callback(env.shutdown)
        guild = env.create_guild("Wijk")
        role = guild.create_role("Mods", permissions=discord.Permissions(manage_messages=True))
        moderator = guild.add_member(env.create_user("mieke"), roles=[role])
        anna, bram = (guild.add_member(env.create_user(name)) for name in ("anna", "bram"))
        channel = guild.create_text_channel("debat")
        yield World(env, store, bot, database, build, guild, channel, moderator, anna, bram)
        env._raise_errors_since(env._errors_acknowledged)
        contract.check(Request(r.method, r.path, r.params, r.json) for r in env.http_requests)


@pytest.fixture(autouse=True)
def _history_in_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    page_history(monkeypatch)


@pytest_asyncio.fixture
async def world(live: Any, encoder: Any, tmp_path: Path) -> AsyncIterator[World]:
    async with world_with({"wijkaanpak": live}, encoder, tmp_path) as world:
        yield world


@pytest_asyncio.fixture
async def debate(world: World) -> World:
    """The same with the debate opened."""
    await world.open(world.channel)
    return world


@pytest_asyncio.fixture
async def harbour_world(small: LiveDebate, light: Encoder, tmp_path: Path) -> AsyncIterator[World]:
    async with world_with({"harbour": small}, light, tmp_path) as world:
        yield world


@pytest_asyncio.fixture
async def harbour(harbour_world: World) -> World:
    """The small debate, opened."""
    await harbour_world.open(harbour_world.channel)
    return harbour_world
