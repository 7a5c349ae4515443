"""What the commands that need a model load: its encoder, and a debate that can answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.cli.terminal import default_wording, progress, tell
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.encoder import Encoder
    from bot.live import LiveDebate


def encoder_of(settings: Settings, model: str | None = None) -> Encoder:
    """The encoder of that model or of the settings; tells when the light model has to answer alone."""
    from bot.encoder import Encoder, load_voters
    from bot.encoder.voters import BUNDLED, LIGHT

    wanted = model or settings.model
    voters = load_voters(wanted)
    if wanted == BUNDLED and voters.model_id.startswith(LIGHT):
        tell(default_wording().say("cli.light_only"))
    return Encoder(voters, settings.cache)


def live_of(folder: Path, encoder: Encoder) -> LiveDebate:
    """The debate in that folder, its exemplars encoded; progress goes to standard error."""
    from bot.app import load_live

    return load_live(folder, encoder, progress)
