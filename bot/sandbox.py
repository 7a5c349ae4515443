"""The real bot in a simulated Discord: a demonstration in the terminal, then a page to go on typing."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

import discord
import simcord
from rich.console import Console
from simcord.backend.errors import SetupError

from bot.app import load_debates, reloading_for, service_for
from bot.app_folders import debate_folders
from bot.checks.templates import sound_wording
from bot.cli.conversation import Conversation, Said
from bot.cli.loading import encoder_of
from bot.cli.stopping import stop_if_told, until_stopped
from bot.cli.terminal import default_wording, progress
from bot.core.decisions import Outcome
from bot.core.source import Kind
from bot.debates.demonstration import read_demonstration
from bot.debates.schema import DemonstrationRow
from bot.encoder import Encoder
from bot.gateway.client import DebateBot
from bot.live import LiveDebate
from bot.reloading import Watched
from bot.service import DebateService
from bot.settings import Settings
from bot.wording import Wording

NAME = "Wederhoor"
PAUSE = timedelta(minutes=25)
"""So much simulated time passes after each comment, so that no cool-down hides a reply."""

DAY = 24
"""So many hours pass between leaving the moderators' channel and being back at the debate."""

LOOK_EVERY = 0.5
"""Seconds between two looks at what was typed on the page."""

TIMEZONE = "Europe/Amsterdam"
LOCALES = {"nl": "nl", "en": "en-GB"}
POWERS = discord.Permissions(
    manage_messages=True, moderate_members=True, manage_channels=True, manage_threads=True, manage_guild=True
)
"""What the moderator may: enough for every command of `/debat` and `/moderatie`."""

WRITTEN = (discord.MessageType.default, discord.MessageType.reply)


def show(settings: Settings, *, once: bool) -> None:
    """Opens every debate, replays the readers' comments and the demonstration, then serves the page."""
    wording = sound_wording(settings.prompts)
    encoder = encoder_of(settings)
    watched = Watched.now(debate_folders(settings))
    debates = load_debates(settings, encoder, wording, progress)
    asyncio.run(until_stopped(_show(settings, wording, encoder, debates, watched, once=once)))


async def _show(
    settings: Settings,
    wording: Mapping[str, Wording],
    encoder: Encoder,
    debates: Mapping[str, LiveDebate],
    watched: Watched,
    *,
    once: bool,
) -> None:
    with tempfile.TemporaryDirectory(prefix="wederhoor-") as folder:
        database = Path(folder) / "sandbox.sqlite3"
        async with service_for(debates, wording, database, encoder) as service:
            reloading = reloading_for(service, watched, encoder)
            bot = DebateBot(
                service,
                discord.utils.utcnow,
                shard_count=1,
                reloading=reloading,
                proposals=Path(folder) / "proposals",
            )
            async with simcord.run(bot, settle_timeout=60.0) as env:
                me = env.bot.user
                assert me is not None
                await me.edit(username=NAME)
                server = _Server(env, service, me, default_wording())
                server.conversation.note(server.wording.say("sandbox.intro"))
                for debate_id, live in debates.items():
                    await _demonstrate(server, debate_id, live, settings.debates / debate_id)
                if not once:
                    await server.serve()


async def _demonstrate(server: _Server, debate_id: str, live: LiveDebate, folder: Path) -> None:
    channel = await server.open(debate_id, live)
    server.conversation.heading(server.wording.say("sandbox.readers"))
    for name, text in _readers(live):
        await server.comment(channel, DemonstrationRow(name=name, text=text))
    server.conversation.heading(server.wording.say("sandbox.members"))
    for row in read_demonstration(folder, []):
        await server.comment(channel, row)
    server.conversation.note(
        server.wording.say("sandbox.summary", comments=server.comments, replies=server.replies)
    )


def _readers(live: LiveDebate) -> Iterator[tuple[str, str]]:
    for source in live.debate.sources.values():
        for part in source.parts:
            if part.kind is Kind.COMMENT:
                words = " ".join(source.text[part.start : part.end].split())
                yield live.debate.speakers[part.speaker].name, words


class _Server:
    """The simulated server, its members, and what of it is shown in the terminal."""

    def __init__(
        self, env: simcord.Env, service: DebateService, me: discord.ClientUser, wording: Wording
    ) -> None:
        self._env = env
        self._service = service
        self.wording = wording
        self._me = me.id
        self._names: dict[int, str] = {me.id: NAME}
        self._locales: dict[int, str] = {}
        self._guild = env.create_guild(self.wording.say("sandbox.guild"))
        role = self._guild.create_role(self.wording.say("sandbox.moderators"), permissions=POWERS)
        self._members: dict[str, Any] = {}
        self._moderator = self._join(self.wording.say("sandbox.moderator"), wording.locale, roles=[role])
        name = self.wording.say("sandbox.office")
        self._office = self._guild.create_text_channel(
            name,
            overwrites={
                self._guild.default_role: discord.PermissionOverwrite(view_channel=False),
                role: discord.PermissionOverwrite(view_channel=True),
                me: discord.PermissionOverwrite(view_channel=True),
            },
        )
        self._names[self._office.id] = name
        self._channels: list[Any] = []
        self._seen: dict[int, int] = {}
        self.conversation = Conversation(Console(), wording, self._names)
        self.comments = 0
        self.replies = 0
        # The simulated Discord tells of every member that their language is English.
        env.backend.subscribers.insert(0, self._translate)

    async def open(self, debate_id: str, live: LiveDebate) -> Any:
        """A channel in which the moderator opens the debate."""
        channel = self._guild.create_text_channel(debate_id)
        self._channels.append(channel)
        self._names[channel.id] = debate_id
        self._locales[self._moderator.id] = live.debate.language
        self.conversation.heading(
            self.wording.say("sandbox.opened", who=self._moderator.name, channel=debate_id)
        )
        await self._moderator.slash(channel, "debat open", debat=debate_id)
        self._locales[self._moderator.id] = self.wording.locale
        self.conversation.opening([self._said(message) for message in self._unseen(channel)])
        return channel

    async def comment(self, channel: Any, row: DemonstrationRow) -> None:
        """A member writes, the bot answers or keeps silent, and the member tries the buttons."""
        language = self._service.debates[channel.name].read(row.text).language
        member = self._members.get(row.name) or self._join(row.name, language)
        await member.send(channel, row.text)
        for message in await self._tell(channel):
            for action in row.presses:
                await self._press(member, message, action)
        await self._env.advance_time(PAUSE.total_seconds())
        stop_if_told()

    async def serve(self) -> None:
        """Serves the first debate's page and the moderators' channel's in turn, and shows what is typed there.

        The simulated Discord serves one channel at a time; ending its page brings the other one. Back at the debate
        it is a day later, so that what the clock brings can be lived through.
        """
        debate = self._channels[0]
        for channel in cycle((debate, self._office)):
            viewers = [self._moderator] if channel is self._office else [*self._members.values()]
            async with self._env.preview(
                channel,
                viewers=viewers,
                layout="channel",
                locale=LOCALES.get(self.wording.locale, "en-GB"),
                timezone=TIMEZONE,
            ) as preview:
                self._point_to(channel, preview.url)
                closed = asyncio.ensure_future(preview.wait_closed())
                while not (await asyncio.wait({closed}, timeout=LOOK_EVERY))[0]:
                    # Advancing the simulated clock may swallow a cancellation.
                    stop_if_told()
                    await self._look(debate)
            if channel is self._office:
                self.conversation.note(self.wording.say("sandbox.day"))
                for _ in range(DAY):  # hour by hour, as each step may take so long and no longer
                    await self._env.advance_time(3600)
                    stop_if_told()

    def _point_to(self, channel: Any, url: str) -> None:
        say, told = self.wording.say, {"channel": channel.name, "office": self._office.name}
        here = channel is self._office
        self.conversation.heading(
            say("sandbox.office_at", **told) if here else say("sandbox.page_at", **told)
        )
        self.conversation.link(url)
        self.conversation.note(
            say("sandbox.office_about", **told) if here else say("sandbox.page_about", **told)
        )

    async def _look(self, channel: Any) -> None:
        if channel.last_message.id <= self._seen[channel.id]:
            return
        try:
            await self._env.settle()  # until the bot has decided on everything
            await self._tell(channel)
            await self._env.advance_time(PAUSE.total_seconds())
        except SetupError:  # the page is busy; what it does is told at the next look
            return

    def _join(self, name: str, locale: str, **options: Any) -> Any:
        member = self._guild.add_member(self._env.create_user(name), **options)
        self._members[name] = member
        self._names[member.id] = name
        self._locales[member.id] = locale
        return member

    def _translate(self, event: str, payload: Any) -> None:
        if event == "INTERACTION_CREATE":
            locale = self._locales[int(payload["member"]["user"]["id"])]
            payload["locale"] = LOCALES.get(locale, "en-GB")

    def _unseen(self, channel: Any) -> list[discord.Message]:
        messages = [m for m in channel.history() if m.id > self._seen.get(channel.id, 0)]
        if messages:
            self._seen[channel.id] = messages[-1].id
        return [m for m in messages if m.type in WRITTEN]

    async def _tell(self, channel: Any) -> list[discord.Message]:
        """Prints what is new in the channel; returns the bot's replies among it."""
        replies: list[discord.Message] = []
        for message in self._unseen(channel):
            if message.author.id == self._me:
                to = message.reference.resolved if message.reference else None
                name = to.author.display_name if isinstance(to, discord.Message) else ""
                self.conversation.reply(self._said(message), name)
                replies.append(message)
                self.replies += 1
                continue
            self.comments += 1
            self.conversation.comment(self._said(message))
            decision = await self._service.store.decision_of(message.id)
            if decision is not None and decision.reason and decision.outcome is not Outcome.REPLY:
                self.conversation.silence(NAME, self.wording.say(f"cli.reason_{decision.reason}"))
        return replies

    async def _press(self, member: Any, reply: discord.Message, action: str) -> None:
        buttons = {b.custom_id.split(":")[1]: b for b in _buttons(reply)}
        if action not in buttons:
            return
        self.conversation.press(member.name, buttons[action].label or action)
        pressed = await member.click(reply, custom_id=buttons[action].custom_id)
        for shown in (pressed.response, *pressed.followups):
            if shown is not None:
                self.conversation.reply(Said(NAME, shown.content), member.name, alone=True)

    def _said(self, message: discord.Message) -> Said:
        labels = tuple(button.label or "" for button in _buttons(message))
        return Said(message.author.display_name, message.content, labels)


def _buttons(message: discord.Message) -> list[Any]:
    rows = [row for row in message.components if isinstance(row, discord.ActionRow)]
    return [child for row in rows for child in row.children if isinstance(child, discord.Button)]
