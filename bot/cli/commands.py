"""Every command under the name and with the help that the terminal's language gives it."""

from __future__ import annotations

import typer

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
    app.command("tune", help=say("cli.tune"))(tuning.tune_command)
    app.command("replay", help=say("cli.replay"))(replaying.replay_command)
    app.command("compare", help=say("cli.compare"))(comparing.compare_command)
    app.command("exemplar", help=say("cli.exemplar"))(drafting.exemplar_command)
    app.command("new", help=say("cli.new"))(starting.new_command)
    app.command("suggest", help=say("cli.suggest"))(suggesting.suggest_command)
    return app
