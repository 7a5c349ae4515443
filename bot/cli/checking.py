"""`wederhoor check`: what is wrong with the debate folders and the wording, without loading a model."""

from __future__ import annotations

import gc
import sys

import typer

from bot.app_folders import debate_folder, debate_folders
from bot.checks.messages import lint_messages, lint_replies
from bot.checks.templates import REQUIRED, lint_templates
from bot.cli.terminal import default_wording, wording_in
from bot.debates import Problem, read_debate
from bot.settings import load_settings


def check(debate: str | None = typer.Argument(None)) -> None:
    """One line a problem with file:line; exit code 1 when there is any. The wording is checked with all debates."""
    gc.disable()  # collecting would take a fifth of the time, and what is loaded here is small
    try:
        sound = _check(debate)
    finally:
        gc.enable()
    if not sound:
        sys.exit(1)


def _check(debate: str | None) -> bool:
    settings = load_settings()
    folders = [debate_folder(settings, debate)] if debate else list(debate_folders(settings).values())
    say = default_wording().say
    wordings, faults = wording_in(settings.prompts)
    # Who works on one debate wants its faults at once; the wording is looked at when it stands in the way.
    wrong = lint_templates(wordings, faults) if faults or not debate or not {*REQUIRED} <= {*wordings} else []
    if not wrong and not debate:
        templates = len(wordings[settings.locale].keys)
        print(say("cli.wording_in_order", locales=", ".join(wordings), templates=templates))
    _tell(wrong)
    sound = not wrong
    composable = {problem.key for problem in wrong} <= {"lint.template_unused"}
    for folder in folders:
        loaded, problems = read_debate(folder)
        if loaded is not None and not problems and composable:
            problems = lint_messages(folder, loaded, wordings) or lint_replies(folder, loaded, wordings)
        _tell(problems)
        if loaded is None or problems:
            sound = False
            continue
        claims = loaded.claim_set.claims
        exemplars = sum(len(claim.exemplars) for claim in claims)
        print(say("cli.in_order", id=loaded.id, claims=len(claims), exemplars=exemplars))
    return sound


def _tell(problems: list[Problem]) -> None:
    say = default_wording().say
    for problem in problems:
        print(f"{problem.where}: {say(problem.key, **dict(problem.values))}")
