"""`wederhoor run`: the bot on Discord, or without a token in the sandbox."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys

import typer

from bot.cli.loading import encoder_of
from bot.cli.terminal import default_wording, log_to_file, tell
from bot.settings import Settings, load_settings

log = logging.getLogger(__name__)


def run(once: bool = typer.Option(False, "--once")) -> None:
    """Serves until Ctrl-C; with `--once` the sandbox shows the demonstration and ends."""
    settings = load_settings()
    if settings.discord_token is None:
        log_to_file(settings)
        tell(default_wording().say("cli.sandbox"))
        try:
            from bot.sandbox import show
        except ModuleNotFoundError:
            tell(default_wording().say("cli.sandbox_missing"))
            sys.exit(1)
        asyncio.run(show(settings, once=once))
        return
    log_to_file(settings)
    sentence = asyncio.run(_serve(settings, settings.discord_token.get_secret_value()))
    if sentence:
        tell(sentence)
        sys.exit(1)


async def _serve(settings: Settings, token: str) -> str | None:
    """Runs until stopped; returns the sentence for a fault at connecting."""
    import aiohttp
    import discord

    from bot.app import service_for
    from bot.gateway.client import DebateBot
    from bot.wording import load_wording

    say = default_wording().say
    wording = load_wording(settings.prompts)
    encoder = encoder_of(settings)
    async with service_for(settings, wording, settings.database, encoder) as service:
        bot = DebateBot(service, discord.utils.utcnow, shard_count=settings.shards)

        async def ready() -> None:
            tell(say("cli.ready", name=str(bot.user)))

        bot.add_listener(ready, "on_ready")
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for name in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(name, stopping.set)
        running = asyncio.create_task(bot.start(token))
        stop = asyncio.create_task(stopping.wait())
        await asyncio.wait({running, stop}, return_when=asyncio.FIRST_COMPLETED)
        await bot.close()
        stop.cancel()
        if not running.done():
            running.cancel()
        (fault,) = await asyncio.gather(running, return_exceptions=True)
    if fault is not None and not isinstance(fault, asyncio.CancelledError):
        log.error("not connected", exc_info=fault)
    match fault:
        case discord.LoginFailure():
            return say("cli.wrong_token")
        case discord.PrivilegedIntentsRequired():
            return say("cli.no_intent")
        case aiohttp.ClientError() | OSError() | discord.HTTPException():
            return say("cli.no_connection", detail=type(fault).__name__)
        case asyncio.CancelledError() | None:
            return None
        case BaseException():
            raise fault
