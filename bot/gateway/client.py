"""The bot as a Discord client: least intents, no mentions, raw events, commands synced when they change."""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import discord
from discord.ext import commands, tasks

from bot.cards import Cards
from bot.core.retention import Retention
from bot.gateway.asides import AsideButton
from bot.gateway.automod import AutoMod
from bot.gateway.browsing_commands import browsing_commands
from bot.gateway.browsing_views import BROWSING
from bot.gateway.buttons import ChoiceButton, ReplyButton
from bot.gateway.catching_up import CatchUp
from bot.gateway.changes import ChangesButton, UndoButton
from bot.gateway.channel_acts import ChannelActs
from bot.gateway.commands import debate_commands, which_claim
from bot.gateway.delivery import ACTED, Delivery
from bot.gateway.digest import Digest
from bot.gateway.follow_commands import FollowButton, follow_command
from bot.gateway.following import Following
from bot.gateway.help_commands import help_commands
from bot.gateway.listener import Listener
from bot.gateway.locales import COMMAND_LOCALE, CommandNames, wording_for
from bot.gateway.member_acts import MemberActs
from bot.gateway.mod_log import ModLogRoom
from bot.gateway.mod_log_buttons import RemoveButton, RetractButton
from bot.gateway.moderation import Moderation
from bot.gateway.moderation_commands import set_up_moderation
from bot.gateway.muting import UnmuteMenu
from bot.gateway.objecting import Objecting
from bot.gateway.office import Office
from bot.gateway.opinion_buttons import OpinionButton
from bot.gateway.opinion_commands import opinion_command
from bot.gateway.pointing_back import PointingBack
from bot.gateway.polls import Polls
from bot.gateway.privacy_buttons import PrivacyButton
from bot.gateway.privacy_commands import privacy_commands
from bot.gateway.purging import Purging
from bot.gateway.questions import QuietRound
from bot.gateway.queue_forms import QueueForms
from bot.gateway.queue_items import ClaimChoice, QueueButton, SpeakAgain
from bot.gateway.queue_layout import show_found
from bot.gateway.queue_overview import OpenItem, RejectOld, TurnPage
from bot.gateway.queue_posts import QueuePosts
from bot.gateway.rounds import Rounds
from bot.gateway.settings_form import SettingsForms, SettingsMenu
from bot.gateway.stale import StalePresses
from bot.gateway.standing_commands import standing_commands
from bot.gateway.takeovers import HumanTurns
from bot.gateway.telling import tell
from bot.privacy import Privacy
from bot.reloading import Reloading
from bot.service import DebateService
from bot.store.opinions import Opinions
from bot.store.rows import OutboxRow
from bot.suggesting import Suggesting

log = logging.getLogger(__name__)

SWEEP_MINUTES = 5
LOOK_MINUTES = 1

ITEMS: tuple[type[discord.ui.DynamicItem[Any]], ...] = (
    ReplyButton,
    ChoiceButton,
    AsideButton,
    OpinionButton,
    FollowButton,
    PrivacyButton,
    *BROWSING,
    SettingsMenu,
    UndoButton,
    ChangesButton,
    UnmuteMenu,
    RetractButton,
    RemoveButton,
    QueueButton,
    ClaimChoice,
    SpeakAgain,
    TurnPage,
    OpenItem,
    RejectOld,
)
"""What members and moderators press or choose, also under a message of before a restart."""


def intents() -> discord.Intents:
    """Least intents: guilds to know channels, messages to hear comments, their content to read them.

    And what Discord's own filters held back, to tell moderators when it gets warm.
    """
    return discord.Intents(
        guilds=True, guild_messages=True, message_content=True, auto_moderation_execution=True
    )


class DebateBot(commands.AutoShardedBot):
    """Wires the service to Discord; everything it is asked it passes on."""

    def __init__(
        self,
        service: DebateService,
        now: Callable[[], datetime],
        *,
        shard_count: int | None = None,
        reloading: Reloading | None = None,
        retention: Retention | None = None,
        proposals: Path | None = None,
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
        self.reloading = reloading
        self.opening: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self.delivery = Delivery(self, service, now)
        self.office = Office(self)
        self.cards = Cards(service, now)
        self.moderation = Moderation(self)
        self.member_acts = MemberActs(self, self.moderation)
        self.channel_acts = ChannelActs(self.moderation)
        self.automod = AutoMod(self)
        self.purging = Purging(self, self.moderation)
        self.opinions = Opinions(service.store)
        self.polls = Polls(self)
        self.following = Following(self)
        self.rounds = Rounds(now)
        self.looks = Rounds(now)
        self.pointing_back = PointingBack(self)
        self.suggesting = Suggesting(service, now)
        self.proposals = proposals
        self.queue = QueuePosts(self)
        self.takeovers = HumanTurns(self)
        self.listener = Listener(
            self, service, self.delivery, self.pointing_back, self.cards, self.queue, self.takeovers
        )
        self.catch_up = CatchUp(self, service, self.delivery, self.listener, now)
        self.rounds.add(self._try_again)
        self.mod_log = ModLogRoom(self)
        self.rounds.add(self.pointing_back.tidy)
        self.rounds.add(self.mod_log.make_up)
        self.digest = Digest(self)
        self.rounds.add(self.digest.look)
        self._command_ids: dict[str, int] | None = None
        self.rounds.add(self.polls.look)
        self.rounds.add(self.following.look)
        self.rounds.add(QuietRound(self).look)
        self.privacy = Privacy(service, retention or Retention())
        self.rounds.add(self.privacy.clock.tick)
        self.rounds.add(self.queue.look)

    async def setup_hook(self) -> None:
        """Loads what the store remembers and registers commands and buttons, before any event arrives."""
        _keep_messages_out_of_the_log()
        await self.service.load()
        self.add_dynamic_items(*ITEMS)
        await self.tree.set_translator(CommandNames(self.service.wording))
        self.tree.add_command(debate_commands(self, self.service.wording))
        self.tree.add_command(which_claim(self, self.service.wording))
        await set_up_moderation(self)
        self.tree.add_command(opinion_command(self, self.service.wording))
        self.tree.add_command(follow_command(self, self.service.wording))
        for commands_of in (privacy_commands, browsing_commands, standing_commands, help_commands):
            for command in commands_of(self, self.service.wording):
                self.tree.add_command(command)
        self.tree.error(self._command_failed)
        await self.add_cog(self.listener)
        await self.add_cog(Objecting())
        await self.add_cog(SettingsForms())
        await self.add_cog(self.mod_log)
        await self.add_cog(self.pointing_back)
        await self.add_cog(QueueForms(show_found))
        await self.add_cog(StalePresses())
        await self._sync_commands()
        self.sweep.start()
        if self.reloading is not None:
            self.looks.add(self.reloading.look)
            self.watch.start()

    async def _sync_commands(self) -> None:
        # Discord allows 200 new commands a day and guild; an unchanged tree is not sent again.
        payload = [
            await command.get_translated_payload(self.tree, CommandNames(self.service.wording))
            for command in self.tree.get_commands()
        ]
        wanted = hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:16]
        application_id = self.application_id or 0
        if await self.service.store.synced_commands(application_id) == wanted:
            return
        try:
            await self.tree.sync()
        except discord.HTTPException:
            log.exception("commands not synced; the next start tries again")
            return
        await self.service.store.record_synced_commands(application_id, wanted)

    async def command_id(self, key: str) -> int:
        """The id of the command with that name, whose permissions also say who may press its buttons; or 0."""
        if self._command_ids is None:
            self._command_ids = {command.name: command.id for command in await self.tree.fetch_commands()}
        return self._command_ids.get(self.service.wording[COMMAND_LOCALE].say(key), 0)

    async def on_message(self, message: discord.Message, /) -> None:
        """Looks for no commands in a message, as discord.py would: it logs the first word after a mention."""

    async def on_ready(self) -> None:
        """Every new session may have missed events: read on from the watermarks."""
        await self.catch_up.run()

    async def on_resumed(self) -> None:
        """A resumed session was replayed; what it missed all the same is read on now."""
        await self.catch_up.run()

    @tasks.loop(minutes=SWEEP_MINUTES)
    async def sweep(self) -> None:
        """Tries again what failed in passing, and does what the clock asks for."""
        await self.rounds.make()

    @sweep.before_loop
    async def _before_sweep(self) -> None:
        await self.wait_until_ready()

    async def _try_again(self, _: datetime) -> None:
        if self.listener.caught_up:
            await self.catch_up.sweep()
        elif not self.catch_up.busy:
            await self.catch_up.run()

    @tasks.loop(minutes=LOOK_MINUTES)
    async def watch(self) -> None:
        """Puts live what the maintainers changed in a debate's folder."""
        await self.looks.make()

    async def withdraw(self, row: OutboxRow, by: int) -> None:
        """Takes a reply back, in the store first and then in the channel."""
        withdrawn = await self.cards.dismiss(row, by)
        await self.catch_up.remove_withdrawn([withdrawn] if withdrawn else [])
        self.dispatch(ACTED, row.venue_id)

    async def _command_failed(
        self, interaction: discord.Interaction[Any], error: discord.app_commands.AppCommandError
    ) -> None:
        wording = wording_for(self.service.wording, interaction.locale)
        name = interaction.command.qualified_name if interaction.command else "?"
        if isinstance(error, discord.app_commands.CheckFailure):
            log.warning("command %s refused to %s in %s", name, interaction.user.id, interaction.channel_id)
            await tell(interaction, wording.say("error.not_allowed"))
        else:
            log.error("command %s failed", name, exc_info=getattr(error, "original", error))
            await tell(interaction, wording.say("error.unexpected"))

    async def drain(self, seconds: float = 20.0) -> None:
        """Stops listening and waits until what is under way has been decided and sent."""
        began = time.monotonic()
        await self.listener.drain(seconds)
        await self.catch_up.drain(max(0.0, seconds - (time.monotonic() - began)))
        self.sweep.cancel()
        self.watch.cancel()

    async def close(self) -> None:
        if not self.is_closed():
            await self.drain()
        await super().close()


def _keep_messages_out_of_the_log() -> None:
    # At DEBUG discord.py logs whole events and requests, and with them what members wrote.
    library = logging.getLogger("discord")
    library.setLevel(max(logging.INFO, library.getEffectiveLevel()))
