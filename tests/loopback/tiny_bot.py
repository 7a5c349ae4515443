"""The smallest bot that does what the loopback Discord must carry; also run as a process of its own."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.ext import commands

from tests.loopback.pointed import pointed_at
from tests.loopback.state import Channel, Message
from tests.loopback.world import World

TOKEN_VARIABLE = "TINY_BOT_TOKEN"


class Pressed(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"again:(?P<id>\d+)"):
    """A button that still answers after a restart."""

    def __init__(self, message_id: int) -> None:
        super().__init__(discord.ui.Button(label="again", custom_id=f"again:{message_id}"))
        self.message_id = message_id

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: discord.ui.Item[Any], match: re.Match[str]
    ) -> Pressed:
        return cls(int(match["id"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_message(f"pressed {self.message_id}", ephemeral=True)


@app_commands.command(name="slow", description="Answers late")
async def slow(interaction: discord.Interaction[Any], times: int) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    await interaction.followup.send("slow " * times, ephemeral=True)
    await interaction.edit_original_response(content="done")


class TinyBot(commands.AutoShardedBot):
    """Replies once to each comment, also to those that came while it was away."""

    def __init__(self, *, message_content: bool = True) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, message_content=message_content)
        super().__init__(
            "!",
            intents=intents,
            shard_count=1,
            max_messages=None,
            guild_ready_timeout=0.05,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.refused: list[Exception] = []
        self.caught_up = asyncio.Event()

    async def setup_hook(self) -> None:
        self.tree.add_command(slow)
        self.add_dynamic_items(Pressed)
        await self.tree.sync()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        # The library waits five seconds between two shards; here there is one.
        return

    async def on_ready(self) -> None:
        for guild in self.guilds:
            for channel in (*guild.text_channels, *await guild.active_threads()):
                async for message in channel.history(limit=None, after=discord.Object(0)):
                    await self.on_message(message)
        self.caught_up.set()

    async def on_message(self, message: discord.Message, /) -> None:
        if message.author.bot:
            return
        view = discord.ui.View(timeout=None)
        view.add_item(Pressed(message.id))
        for attempt in range(2):
            try:
                await message.channel.send(
                    f"re: {message.content}",
                    view=view,
                    nonce=f"d{message.id}",
                    reference=discord.MessageReference.from_message(message, fail_if_not_exists=False),
                )
            except (discord.DiscordServerError, aiohttp.ClientError) as error:
                # Possibly stored: the nonce makes a second sending safe.
                self.refused.append(error)
                if attempt:
                    raise
            except discord.HTTPException as error:
                self.refused.append(error)
                return
            else:
                return


@asynccontextmanager
async def online(world: World, bot: TinyBot) -> AsyncIterator[TinyBot]:
    """The bot, ready and with nothing to catch up, for as long as the block lasts."""
    with pointed_at(world.base_url):
        async with bot:
            running = asyncio.create_task(bot.start(world.state.token))
            ready = asyncio.create_task(bot.caught_up.wait())
            await asyncio.wait((running, ready), timeout=10, return_when=asyncio.FIRST_COMPLETED)
            ready.cancel()
            if running.done():
                running.result()
            if not bot.caught_up.is_set():
                raise TimeoutError
            yield bot
            await bot.close()
            await running


def replies(world: World, channel: Channel) -> list[Message]:
    """What the bot said in the channel."""
    return [message for message in world.messages(channel) if message.author is world.state.bot]


async def main() -> None:
    """Runs until SIGTERM asks for a clean end."""
    async with TinyBot() as bot:
        asyncio.get_running_loop().add_signal_handler(
            signal.SIGTERM, lambda: asyncio.ensure_future(bot.close())
        )
        await bot.start(os.environ[TOKEN_VARIABLE])


if __name__ == "__main__":
    asyncio.run(main())
