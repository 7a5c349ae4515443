"""`wederhoor run`: the bot on Discord, or without a token in the sandbox."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING

import typer

from bot.app_folders import debate_folders
from bot.cli.loading import encoder_of
from bot.cli.stopping import STOPS
from bot.cli.terminal import default_wording, log_to_file, note, progress, sentence_for, tell
from bot.settings import Settings, load_settings
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.encoder import Encoder
    from bot.live import LiveDebate
    from bot.reloading import Watched

log = logging.getLogger(__name__)


def run(once: bool = typer.Option(False, "--once")) -> None:
    """Serves until Ctrl-C; with `--once` the sandbox shows the demonstration and ends."""
    settings = load_settings()
    # Before the loop listens, all of them interrupt the encoding alike.
    for stop in STOPS:
        signal.signal(stop, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        _run(settings, once=once)


def _run(settings: Settings, *, once: bool) -> None:
    if settings.discord_token is None:
        log_to_file(settings)
        tell(default_wording().say("cli.sandbox"))
        try:
            from bot.sandbox import show
        except ModuleNotFoundError:
            tell(default_wording().say("cli.sandbox_missing"))
            sys.exit(1)
        show(settings, once=once)
        return
    log_to_file(settings)
    sentence = _serve(settings, settings.discord_token.get_secret_value())
    if sentence:
        tell(sentence)
        sys.exit(1)


def _serve(settings: Settings, token: str) -> str | None:
    """Runs until stopped; returns the sentence for a fault at connecting."""
    from bot.app import load_debates
    from bot.checks.templates import sound_wording
    from bot.encoder import NOBODY, Encoder, ModelNotLoadedError
    from bot.reloading import Watched

    wording = sound_wording(settings.prompts)
    try:
        encoder = encoder_of(settings)
    except ModelNotLoadedError as error:
        note(error)
        tell(sentence_for(error.told))
        tell(default_wording().say("cli.without_model"))
        encoder = Encoder(NOBODY, settings.cache)
    watched = Watched.now(debate_folders(settings))
    debates = load_debates(settings, encoder, wording, progress)
    return asyncio.run(_connect(settings, token, wording, encoder, debates, watched))


async def _connect(
    settings: Settings,
    token: str,
    wording: Mapping[str, Wording],
    encoder: Encoder,
    debates: Mapping[str, LiveDebate],
    watched: Watched,
) -> str | None:
    import aiohttp
    import discord

    from bot.app import reloading_for, service_for
    from bot.gateway.client import DebateBot
    from bot.health import serving_health

    say = default_wording().say
    async with AsyncExitStack() as stack:
        service = await stack.enter_async_context(service_for(debates, wording, settings.database, encoder))
        reloading = reloading_for(service, watched, encoder)
        bot = DebateBot(
            service,
            discord.utils.utcnow,
            shard_count=settings.shards,
            reloading=reloading,
            proposals=settings.proposals,
            retention=settings.retention,
        )
        if settings.health_port is not None:
            await stack.enter_async_context(
                serving_health(settings.health_port, service, lambda: bot.listener.caught_up)
            )

        async def ready() -> None:
            tell(say("cli.ready", name=str(bot.user)))

        bot.add_listener(ready, "on_ready")
        stopping = asyncio.Event()
        loop = asyncio.get_running_loop()
        for stop in STOPS:
            loop.add_signal_handler(stop, stopping.set)
        running = asyncio.create_task(bot.start(token))
        stopped = asyncio.create_task(stopping.wait())
        await asyncio.wait({running, stopped}, return_when=asyncio.FIRST_COMPLETED)
        await bot.close()
        stopped.cancel()
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
