"""Every command under the name and with the help that the terminal's language gives it."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperArgument, TyperCommand, TyperOption

from bot.cli import (
    checking,
    comparing,
    drafting,
    evaluating,
    matching,
    measuring,
    replaying,
    running,
    starting,
    suggesting,
    tuning,
)
from bot.cli.terminal import default_wording

COMMANDS = (
    "run",
    "check",
    "match",
    "calibrate",
    "evaluate",
    "tune",
    "replay",
    "compare",
    "exemplar",
    "new",
    "suggest",
)

OPTIONS = (
    "after",
    "argument_pairs",
    "as_json",
    "before",
    "bot",
    "by_writer",
    "claim",
    "database",
    "debate",
    "errors",
    "file",
    "floor",
    "held_out",
    "help",
    "html",
    "kind",
    "lang",
    "links",
    "minutes",
    "model_a",
    "model_b",
    "once",
    "present",
    "proposed",
    "recorded",
    "rows",
    "source",
    "split",
    "target",
    "text",
    "to",
    "transcript",
    "weeks",
)
"""What a command can be given, by the parameters of the commands' functions."""


def commands() -> typer.Typer:
    """The command with its subcommands, in the language of the terminal."""
    say = default_wording().say
    app = typer.Typer(
        add_completion=False, no_args_is_help=True, help=say("cli.about"), rich_markup_mode=None
    )
    functions = (
        running.run,
        checking.check,
        matching.match,
        measuring.calibrate_command,
        evaluating.evaluate_command,
        tuning.tune_command,
        replaying.replay_command,
        comparing.compare_command,
        drafting.exemplar_command,
        starting.new_command,
        suggesting.suggest_command,
    )
    for name, function in zip(COMMANDS, functions, strict=True):
        summary = say(f"usage.summary_{name}")
        app.command(name, cls=_Explained, help=say(f"cli.{name}"), short_help=summary)(function)
    return app


class _Explained(TyperCommand):
    """A command that says what each of its options is for, in the language of the terminal."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        say = default_wording().say
        for param in self.get_params(ctx):
            if isinstance(param, TyperArgument | TyperOption):
                param.help = say(f"usage.option_{param.name}")
        super().format_help(ctx, formatter)
