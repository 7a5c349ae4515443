"""Turning texts into vectors: the bundled models or any hub model, through sentence-transformers."""

from bot.encoder.encoder import Encoder, Progress
from bot.encoder.voters import NOBODY, ModelNotLoadedError, load_voters

__all__ = ["NOBODY", "Encoder", "ModelNotLoadedError", "Progress", "load_voters"]
