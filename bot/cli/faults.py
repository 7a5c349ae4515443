"""Expected faults and the sentence for each."""

from __future__ import annotations

from bot.cli.terminal import default_wording
from bot.core.calibration import TooFewLabelsError
from bot.debates import BrokenDebateError
from bot.encoder.voters import ModelNotLoadedError
from bot.settings import SettingsError
from bot.store.errors import StoreError
from bot.wording import WordingError

FAULTS = (
    SettingsError,
    BrokenDebateError,
    ModelNotLoadedError,
    StoreError,
    WordingError,
    TooFewLabelsError,
)


def sentence_for(error: Exception) -> str:
    """One sentence that says what is wrong, where, and what to do."""
    say = default_wording().say
    if isinstance(error, SettingsError):
        return say(f"cli.{error.key}", **error.values)
    if isinstance(error, BrokenDebateError):
        first = error.problems[0]
        told = say(first.key, **dict(first.values))
        return say("cli.broken_debate", where=first.where, problem=told, count=len(error.problems))
    if isinstance(error, ModelNotLoadedError):
        return say("cli.no_model", name=error.name, detail=error.detail)
    if isinstance(error, StoreError):
        return say("cli.store", path=str(error.path), sentence=say(f"store.{error.reason}"))
    if isinstance(error, WordingError):
        return say("cli.wording", where=error.where, detail=error.detail)
    return say("cli.too_few_labels")
