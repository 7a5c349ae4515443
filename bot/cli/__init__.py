"""The `wederhoor` command: each command a file, faults told in one sentence."""

from __future__ import annotations

import errno
import gc
import logging
import sys
from io import TextIOWrapper

from bot.core.errors import ExpectedError, Told

_FULL = {errno.ENOSPC, errno.EDQUOT}


def main() -> None:
    """Runs the command; a fault is one sentence and exit code 1, and its traceback stands in the log file."""
    gc.disable()  # importing makes only what stays, and collecting meanwhile takes a tenth of the start
    from bot.cli.commands import commands
    from bot.cli.terminal import note, sentence_for, tell

    gc.freeze()
    gc.enable()
    logging.getLogger().addHandler(logging.NullHandler())  # without it, Python logs to the terminal
    for stream in (sys.stdout, sys.stderr):
        # Comments hold signs that a terminal's own encoding may not have; results go out as UTF-8 anyway.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if not stream.isatty() else None, errors="replace")
    try:
        commands()()
    except ExpectedError as error:
        told = error.told
        if error.__cause__:
            note(error)
    except OSError as error:
        note(error)
        key = "cli.full" if error.errno in _FULL else "cli.system"
        detail = error.strerror or type(error).__name__
        told = Told(key, {"path": str(error.filename or "–"), "detail": detail})
    except Exception as error:
        told = Told("cli.unexpected", {"detail": type(error).__name__, "log": note(error)})
    else:
        return
    tell(sentence_for(told))
    sys.exit(1)
