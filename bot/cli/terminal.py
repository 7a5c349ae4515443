"""What the commands share: the wording of the terminal, the log file, and telling how far encoding is."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from functools import cache
from logging.handlers import RotatingFileHandler
from pathlib import Path

from bot.core.errors import Told
from bot.settings import Settings, SettingsError, load_settings, shipped, spoken_language
from bot.wording import Wording, WordingError, read_wording

log = logging.getLogger(__name__)


@cache
def wording_in(folder: Path) -> tuple[dict[str, Wording], list[WordingError]]:
    """What `read_wording` finds there, read once."""
    return read_wording(folder)


def default_wording() -> Wording:
    """The wording of the terminal's language; what it lacks, or cannot be read, is said in English.

    What is wrong with a setting is told later, by whoever needs the settings.
    """
    prompts, locale = shipped("prompts"), spoken_language()
    with suppress(SettingsError):
        settings = load_settings()
        prompts, locale = settings.prompts, settings.locale
    wording = Wording(locale, {})
    for folder, name in ((prompts, locale), (shipped("prompts"), locale), (shipped("prompts"), "en")):
        found = wording_in(folder)[0].get(name)
        wording = wording.over(found) if found else wording
    return wording


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
    try:
        return default_wording().sentence(told)
    except WordingError as fault:  # the very templates that should tell it are broken
        return f"{fault.where}: {fault.detail}"


def log_to_file(settings: Settings) -> None:
    """From now on the log goes to its file, and nowhere else."""
    settings.state.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(settings.log_file, maxBytes=2_000_000, backupCount=3, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    logging.raiseExceptions = False  # a log that cannot be written must not fill the terminal with tracebacks


def note(error: Exception) -> str:
    """Writes the traceback into the log file; returns the file, or a dash when it cannot be written."""
    try:
        settings = load_settings()
        log_to_file(settings)
    except (SettingsError, OSError):
        return "–"
    log.error("command failed", exc_info=error)
    return str(settings.log_file)
