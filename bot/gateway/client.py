"""The bot as a Discord client: least intents, no mentions, raw events, commands synced only when they change."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import discord
from discord.ext import commands, tasks

from bot.gateway.buttons import ReplyButton
from bot.gateway.catching_up import CatchUp
from bot.gateway.commands import debate_commands
from bot.gateway.delivery import Delivery
from bot.gateway.listener import Listener
from bot.gateway.locales import CommandNames, wording_for
from bot.service import DebateService
from bot.store.rows import OutboxRow

log = logging.getLogger(__name__)

SWEEP_MINUTES = 5


def intents() -> discord.Intents:
    """Least intents: guilds to know channels, messages to hear comments, their content to read them."""
    return discord.Intents(guilds=True, guild_messages=True, message_content=True)


class DebateBot(commands.AutoShardedBot):
    """Wires the service to Discord; everything it is asked it passes on."""

    def __init__(
        self,
        service: DebateService,
        now: Callable[[], datetime],
        *,
        shard_count: int | None = None,
        synced_hash: Callable[[str | None], str | None] = lambda _: None,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_ratelimit_timeout=60.0,
            shard_count=shard_count,
        )
        self.service = service
        self.now = now
        self.delivery = Delivery(self, service, now)
        self.listener = Listener(self, service, self.delivery)
        self.catch_up = CatchUp(self, service, self.delivery, self.listener)
        self._synced_hash = synced_hash

    async def setup_hook(self) -> None:
        """Loads what the store remembers and registers commands and buttons, before any event arrives."""
        await self.service.load()
        self.add_dynamic_items(ReplyButton)
        await self.tree.set_translator(CommandNames(self.service.wording))
        self.tree.add_command(debate_commands(self, self.service.wording))
        self.tree.error(self._command_failed)
        await self.add_cog(self.listener)
        await self._sync_commands()
        self.sweep.start()

    async def _sync_commands(self) -> None:
        # Discord allows 200 new commands a day and guild; an unchanged tree is not sent again.
        payload = [
            await command.get_translated_payload(self.tree, CommandNames(self.service.wording))
            for command in self.tree.get_commands()
        ]
        wanted = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:16]
        if self._synced_hash(None) != wanted:
            await self.tree.sync()
            self._synced_hash(wanted)

    async def on_ready(self) -> None:
        """Every new session may have missed events: read on from the watermarks."""
        await self.catch_up.run()

    async def on_resumed(self) -> None:
        """A resumed session was replayed; sweep what was left over all the same."""
        await self.catch_up.sweep()

    @tasks.loop(minutes=SWEEP_MINUTES)
    async def sweep(self) -> None:
        """Tries again what failed in passing."""
        await self.catch_up.sweep()

    @sweep.before_loop
    async def _before_sweep(self) -> None:
        await self.wait_until_ready()

    @sweep.error
    async def _sweep_failed(self, error: BaseException) -> None:
        log.error("sweep failed", exc_info=error)

    async def withdraw(self, row: OutboxRow, by: int) -> None:
        """Takes a reply back, in the store first and then in the channel."""
        withdrawn = await self.service.dismiss(row, by)
        await self.catch_up.remove_withdrawn([withdrawn] if withdrawn else [])

    async def _command_failed(
        self, interaction: discord.Interaction[Any], error: discord.app_commands.AppCommandError
    ) -> None:
        wording = wording_for(self.service.wording, interaction.locale)
        cause = getattr(error, "original", error)
        if isinstance(error, discord.app_commands.CheckFailure):
            log.warning("command refused to %s", interaction.user.id)
            sentence = wording.say("error.not_allowed")
        else:
            log.error("command failed", exc_info=cause)
            sentence = wording.say("error.unexpected")
        if interaction.response.is_done():
            await interaction.followup.send(sentence, ephemeral=True)
        else:
            await interaction.response.send_message(sentence, ephemeral=True)

    async def drain(self, seconds: float = 20.0) -> None:
        """Stops listening and waits until what is under way has been decided and sent."""
        self.sweep.cancel()
        await self.listener.drain(seconds)

    async def close(self) -> None:
        await self.drain()
        await super().close()
