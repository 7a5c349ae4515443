"""What the commands share: the wording of the terminal, and telling how far encoding is."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path

from bot.core.errors import Told
from bot.settings import SettingsError, load_settings
from bot.wording import Wording, load_wording


def default_wording() -> Wording:
    """The wording of the terminal's language; what is wrong with a setting is told later."""
    folder = Path(__file__).resolve().parents[1]
    prompts = folder / "_bundled" / "prompts"
    with suppress(SettingsError):
        settings = load_settings()
        if settings.prompts.is_dir():
            return load_wording(settings.prompts)[settings.locale]
    return load_wording(prompts if prompts.is_dir() else folder.parent / "prompts")["en"]


def tell(text: str) -> None:
    """A line for whoever waits, apart from the results."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def progress(done: int, total: int) -> None:
    """How many texts are encoded: a sentence at the start, then on a terminal a line that counts."""
    if done == 0:
        tell(default_wording().say("cli.encoding", total=total))
    elif sys.stderr.isatty():
        sys.stderr.write(f"\r{done}/{total} " + ("\n" if done == total else ""))
        sys.stderr.flush()


def sentence_for(told: Told) -> str:
    """The sentence of an expected error in the language of the terminal."""
    values = {name: sentence_for(v) if isinstance(v, Told) else v for name, v in told.values.items()}
    return default_wording().say(told.key, **values)
