"""The `wederhoor` command: each command a file, faults told in one sentence."""

from __future__ import annotations

import io
import sys

import typer

from bot.cli import checking, comparing, evaluating, matching, measuring, replaying, running
from bot.cli.terminal import default_wording, sentence_for
from bot.core.errors import ExpectedError

_say = default_wording().say

app = typer.Typer(add_completion=False, no_args_is_help=True, help=_say("cli.about"), rich_markup_mode=None)
app.command("run", help=_say("cli.run"))(running.run)
app.command("check", help=_say("cli.check"))(checking.check)
app.command("match", help=_say("cli.match"))(matching.match)
app.command("calibrate", help=_say("cli.calibrate"))(measuring.calibrate_command)
app.command("evaluate", help=_say("cli.evaluate"))(evaluating.evaluate_command)
app.command("replay", help=_say("cli.replay"))(replaying.replay_command)
app.command("compare", help=_say("cli.compare"))(comparing.compare_command)


def main() -> None:
    """Runs the command; an expected fault is one sentence and exit code 1."""
    for stream in (sys.stdout, sys.stderr):
        # Comments hold signs that a terminal's own encoding may not have; results go out as UTF-8 anyway.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8" if not stream.isatty() else None, errors="replace")
    try:
        app()
    except ExpectedError as error:
        sys.stderr.write(f"{sentence_for(error.told)}\n")
        sys.exit(1)
