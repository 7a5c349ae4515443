"""Wiring, by hand, from top to bottom: settings, wording, debates, encoder, store, service, client."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import discord

from bot.app_folders import debate_folders
from bot.checks.messages import lint_messages
from bot.core.claims import Debate
from bot.core.matching import index_texts
from bot.core.vectors import Vectors
from bot.debates import BrokenDebateError, load_debate
from bot.debates.calibrations import calibration_for
from bot.encoder import Encoder, Progress
from bot.fitted import index_for
from bot.live import LiveDebate
from bot.reloading import Reloading, Watched
from bot.service import DebateService
from bot.settings import Settings
from bot.store import open_store
from bot.wording import Wording

log = logging.getLogger(__name__)


def load_live(
    folder: Path,
    encoder: Encoder,
    progress: Progress | None = None,
    wordings: Mapping[str, Wording] | None = None,
) -> LiveDebate:
    """A debate that can answer; raises `BrokenDebateError` when its folder does not pass the check.

    Who only measures gives no wordings: then nothing is asked of the messages.
    """
    debate = _sound(folder, wordings or {})
    texts = index_texts(debate.claim_set)
    vectors = encoder.encode_now(texts, progress, cached=True) if encoder.loaded else Vectors({})
    return _fitted(folder, debate, vectors, encoder)


async def reload_live(folder: Path, encoder: Encoder, wordings: Mapping[str, Wording]) -> LiveDebate:
    """The same while the bot serves: off the loop, and between what members write."""
    debate = await asyncio.to_thread(_sound, folder, wordings)
    texts = index_texts(debate.claim_set)
    vectors = await encoder.encode_cached(texts) if encoder.loaded else Vectors({})
    return await asyncio.to_thread(_fitted, folder, debate, vectors, encoder)


def _sound(folder: Path, wordings: Mapping[str, Wording]) -> Debate:
    debate = load_debate(folder)
    if problems := lint_messages(folder, debate, wordings) if wordings else []:
        raise BrokenDebateError(folder, problems)
    return debate


def _fitted(folder: Path, debate: Debate, vectors: Vectors, encoder: Encoder) -> LiveDebate:
    index = index_for(debate.claim_set, vectors, encoder.model_id, encoder.cache)
    found = calibration_for(folder, encoder.model_id, debate.claim_set.hash)
    if found.mismatch:
        log.warning("debate %s is not calibrated (%s): silent", debate.id, found.mismatch)
    return LiveDebate(debate, index, found.calibration, encoder.model_id)


def load_debates(
    settings: Settings,
    encoder: Encoder,
    wordings: Mapping[str, Wording],
    progress: Progress | None = None,
) -> dict[str, LiveDebate]:
    """Every debate by its id; takes minutes when nothing is cached, so not on the loop."""
    folders = debate_folders(settings)
    return {name: load_live(folder, encoder, progress, wordings) for name, folder in folders.items()}


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
    return Reloading(service, watched, partial(reload_live, encoder=encoder, wordings=service.wording), now)
