"""The `wederhoor` command: each command a file, faults told in one sentence."""

from __future__ import annotations

import errno
import sys
from io import TextIOWrapper

import typer

from bot.cli import checking, comparing, evaluating, matching, measuring, replaying, running
from bot.cli.terminal import default_wording, note, sentence_for, tell
from bot.core.errors import ExpectedError, Told

_FULL = {errno.ENOSPC, errno.EDQUOT}


def commands() -> typer.Typer:
    """The command with its subcommands, in the language of the terminal."""
    say = default_wording().say
    app = typer.Typer(
        add_completion=False, no_args_is_help=True, help=say("cli.about"), rich_markup_mode=None
    )
    app.command("run", help=say("cli.run"))(running.run)
    app.command("check", help=say("cli.check"))(checking.check)
    app.command("match", help=say("cli.match"))(matching.match)
    app.command("calibrate", help=say("cli.calibrate"))(measuring.calibrate_command)
    app.command("evaluate", help=say("cli.evaluate"))(evaluating.evaluate_command)
    app.command("replay", help=say("cli.replay"))(replaying.replay_command)
    app.command("compare", help=say("cli.compare"))(comparing.compare_command)
    return app


def main() -> None:
    """Runs the command; a fault is one sentence and exit code 1, and its traceback stands in the log file."""
    for stream in (sys.stdout, sys.stderr):
        # Comments hold signs that a terminal's own encoding may not have; results go out as UTF-8 anyway.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if not stream.isatty() else None, errors="replace")
    try:
        commands()()
    except ExpectedError as error:
        told = error.told
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
