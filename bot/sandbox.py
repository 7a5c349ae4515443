"""The real bot in a simulated Discord: a demonstration in the terminal, then a page to go on typing."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import simcord

from bot.app import service_for
from bot.cli.loading import encoder_of
from bot.cli.terminal import default_wording, progress, tell
from bot.core.source import Kind
from bot.gateway.client import DebateBot
from bot.service import DebateService
from bot.settings import Settings
from bot.wording import load_wording

DEMONSTRATION = "demonstration.jsonl"
PAUSE = timedelta(minutes=25)
"""The demonstration lets this much simulated time pass between comments, so that no cool-down hides a reply."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something a member of the demonstration says."""

    name: str
    text: str


async def show(settings: Settings, *, once: bool) -> None:
    """Opens every debate, replays the readers' comments and the demonstration, then serves the page."""
    wording = load_wording(settings.prompts)
    encoder = encoder_of(settings)
    with tempfile.TemporaryDirectory(prefix="wederhoor-") as folder:
        database = Path(folder) / "sandbox.sqlite3"
        async with service_for(settings, wording, database, encoder, progress=progress) as service:
            bot = DebateBot(service, discord.utils.utcnow, shard_count=1)
            async with simcord.run(bot, settle_timeout=60.0) as env:
                await _play(env, bot, service, settings, once=once)


async def _play(
    env: simcord.Env, bot: DebateBot, service: DebateService, settings: Settings, *, once: bool
) -> None:
    guild = env.create_guild("Wederhoor")
    moderators = guild.create_role("Moderatoren", permissions=discord.Permissions(manage_messages=True))
    moderator = guild.add_member(env.create_user("Mieke"), roles=[moderators])
    members: dict[str, Any] = {}
    channel = None
    for debate_id, live in service.debates.items():
        channel = guild.create_text_channel(debate_id)
        await moderator.slash(channel, "debat open", debat=debate_id)
        _print_conversation(channel, 0)
        for line in _lines(settings, live.debate):
            if line.name not in members:
                members[line.name] = guild.add_member(env.create_user(line.name))
            shown = len(channel.history())
            message = await members[line.name].send(channel, line.text)
            _print_conversation(channel, shown)
            decision = await service.store.decision_of(message.id)
            if decision is not None and decision.reason:
                say = default_wording().say
                print(f"    {say('cli.silent', reason=say(f'cli.reason_{decision.reason}'))}\n")
            await env.advance_time(PAUSE.total_seconds())
    if once or channel is None:
        return
    viewers = [moderator, *members.values()]
    async with env.preview(channel, viewers=viewers, layout="channel", locale="nl") as preview:
        tell(default_wording().say("cli.page", url=preview.url))
        await preview.wait_closed()


def _lines(settings: Settings, debate: Any) -> list[Line]:
    import json

    source = next(iter(debate.sources.values()))
    comments = [
        Line(debate.speakers[part.speaker].name, " ".join(source.text[part.start : part.end].split()))
        for part in source.parts
        if part.kind is Kind.COMMENT
    ]
    path = settings.debates / debate.id / DEMONSTRATION
    if path.exists():
        comments += [Line(**json.loads(line)) for line in path.read_text("utf-8").splitlines() if line]
    return comments


def _print_conversation(channel: Any, start: int) -> None:
    for message in channel.history()[start:]:
        print(f"[{message.author.display_name}]")
        for line in message.content.splitlines():
            print(f"    {line}")
        print()
