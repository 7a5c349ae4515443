"""`--help`: every command in short, and every option with what it is for, in the language of the terminal."""

from __future__ import annotations

import pytest
import typer

from bot.cli.commands import COMMANDS, OPTIONS, commands
from bot.wording import load_wording
from tests.cli.conftest import Run
from tests.conftest import ROOT

WORDINGS = load_wording(ROOT / "prompts")
LOCALES = pytest.mark.parametrize("locale", ["nl", "en"])


@LOCALES
def test_every_command_is_told_on_one_line(run: Run, locale: str) -> None:
    shown = run("--help", language=locale).out
    for name in COMMANDS:
        summary = WORDINGS[locale].say(f"usage.summary_{name}")
        assert len(summary) < 45
        assert [name, summary] in [line.split(maxsplit=1) for line in shown.splitlines()]


@LOCALES
@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_of_a_command_says_what_it_is_for(run: Run, locale: str, name: str) -> None:
    say = WORDINGS[locale].say
    shown = " ".join(run(name, "--help", language=locale).out.split())
    assert say("usage.option_help") in shown
    for option in options_of(name):
        assert say(f"usage.option_{option}") in shown


def test_no_option_is_told_of_that_no_command_has() -> None:
    assert {*OPTIONS} == {"help"}.union(*(options_of(name) for name in COMMANDS))


def options_of(name: str) -> set[str]:
    """The parameters of a command."""
    group = typer.main.get_group(commands())
    return {str(param.name) for param in group.commands[name].params}
