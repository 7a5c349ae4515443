"""`wederhoor check`: what is wrong with the debate folders, without loading a model."""

from __future__ import annotations

import sys

import typer

from bot.app_folders import debate_folder, debate_folders
from bot.cli.terminal import default_wording
from bot.debates import read_debate
from bot.settings import load_settings


def check(debate: str | None = typer.Argument(None)) -> None:
    """One line a problem with file:line; exit code 1 when there is any."""
    settings = load_settings()
    say = default_wording().say
    folders = [debate_folder(settings, debate)] if debate else list(debate_folders(settings).values())
    failed = False
    for folder in folders:
        loaded, problems = read_debate(folder)
        for problem in problems:
            print(f"{problem.where}: {say(problem.key, **dict(problem.values))}")
        failed = failed or bool(problems) or loaded is None
        if loaded is not None and not problems:
            claims = loaded.claim_set.claims
            exemplars = sum(len(claim.exemplars) for claim in claims)
            print(say("cli.in_order", id=loaded.id, claims=len(claims), exemplars=exemplars))
    if failed:
        sys.exit(1)
