"""Wiring, by hand, from top to bottom: settings, wording, debates, encoder, store, service, client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import discord

from bot.app_folders import debate_folders
from bot.core.claims import Debate
from bot.core.matching import index_texts
from bot.core.vectors import Vectors
from bot.debates import load_debate
from bot.debates.calibrations import calibration_for
from bot.encoder import Encoder, Progress
from bot.fitted import index_for
from bot.live import LiveDebate
from bot.reloading import Reloading, Watched
from bot.service import DebateService
from bot.settings import Settings
from bot.store import open_store
from bot.wording import Wording


def load_live(folder: Path, encoder: Encoder, progress: Progress | None = None) -> LiveDebate:
    """A debate that can answer; raises `BrokenDebateError` when its folder does not pass the check."""
    debate = load_debate(folder)
    vectors = encoder.encode_now(index_texts(debate.claim_set), progress=progress, cached=True)
    return _fitted(folder, debate, vectors, encoder)


async def reload_live(folder: Path, encoder: Encoder) -> LiveDebate:
    """The same while the bot serves: off the loop, and between what members write."""
    debate = await asyncio.to_thread(load_debate, folder)
    vectors = await encoder.encode_cached(index_texts(debate.claim_set))
    return await asyncio.to_thread(_fitted, folder, debate, vectors, encoder)


def _fitted(folder: Path, debate: Debate, vectors: Vectors, encoder: Encoder) -> LiveDebate:
    index = index_for(debate.claim_set, vectors, encoder.model_id, encoder.cache)
    found = calibration_for(folder, encoder.model_id, debate.claim_set.hash)
    return LiveDebate(debate, index, found.calibration, encoder.model_id)


def load_debates(
    settings: Settings, encoder: Encoder, progress: Progress | None = None
) -> dict[str, LiveDebate]:
    """Every debate by its id; takes minutes when nothing is cached, so not on the loop."""
    return {name: load_live(folder, encoder, progress) for name, folder in debate_folders(settings).items()}


@asynccontextmanager
async def service_for(
    debates: Mapping[str, LiveDebate],
    wording: Mapping[str, Wording],
    database: Path,
    encoder: Encoder,
    now: Callable[[], datetime] = discord.utils.utcnow,
) -> AsyncIterator[DebateService]:
    """The service with everything under it, closed again in reverse."""
    async with open_store(database) as store:
        yield DebateService(store, encoder, debates, wording, now)


def reloading_for(
    service: DebateService,
    watched: Watched,
    encoder: Encoder,
    now: Callable[[], datetime] = discord.utils.utcnow,
) -> Reloading:
    """What loads those folders again while the service runs."""
    return Reloading(service, watched, partial(reload_live, encoder=encoder), now)
