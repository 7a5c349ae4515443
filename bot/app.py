"""Wiring, by hand, from top to bottom: settings, wording, debates, encoder, store, service, client."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import discord

from bot.core.matching import ClaimIndex, index_texts
from bot.debates import load_debate
from bot.debates.calibrations import calibration_for
from bot.encoder import Encoder
from bot.gateway.client import DebateBot
from bot.live import LiveDebate
from bot.service import DebateService
from bot.settings import Settings, SettingsError
from bot.store import open_store
from bot.wording import Wording, load_wording

Progress = Callable[[int, int], None]


def debate_folders(settings: Settings) -> dict[str, Path]:
    """The debate folders by id; raises `SettingsError` when there are none."""
    root = settings.debates
    found = {path.parent.name: path.parent for path in sorted(root.glob("*/debate.toml"))}
    if not found:
        raise SettingsError("no_debates", folder=str(root))
    return found


def debate_folder(settings: Settings, debate_id: str | None) -> Path:
    """The folder of that debate, or of the only one; raises `SettingsError` when it is not there."""
    folders = debate_folders(settings)
    if debate_id is None and len(folders) == 1:
        return next(iter(folders.values()))
    if debate_id not in folders:
        raise SettingsError("no_debate", id=debate_id or "", known=", ".join(folders))
    return folders[debate_id]


def load_live(folder: Path, encoder: Encoder, progress: Progress | None = None) -> LiveDebate:
    """A debate that can answer; raises `BrokenDebateError` when its folder does not pass the check."""
    debate = load_debate(folder)
    vectors = encoder.encode_now(index_texts(debate.claim_set), progress=progress, cached=True)
    index = ClaimIndex(debate.claim_set, vectors)
    found = calibration_for(folder, encoder.model_id, debate.claim_set.hash)
    return LiveDebate(debate, index, found.calibration, encoder.model_id)


@asynccontextmanager
async def service_for(
    settings: Settings,
    wording: dict[str, Wording],
    database: Path,
    encoder: Encoder,
    now: Callable[[], object] = discord.utils.utcnow,
) -> AsyncIterator[DebateService]:
    """The service with everything under it, closed again in reverse."""
    debates = {name: load_live(folder, encoder) for name, folder in debate_folders(settings).items()}
    async with open_store(database) as store:
        yield DebateService(store, encoder, debates, wording, now)  # type: ignore[arg-type]
