"""The walk of docs/maintainers.md: from plain text to a calibrated debate with the commands alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.debates import load_debate
from bot.wording import load_wording
from tests.commands.conftest import Run
from tests.conftest import ROOT
from tests.debates.conftest import copied

FINISHED = ROOT / "tests" / "debates" / "library"
NEW = ROOT / "tests" / "debates" / "new"
ENGLISH = load_wording(ROOT / "prompts")["en"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copied(FINISHED, tmp_path)


def test_what_the_maintainer_finished_is_what_new_began(run: Run, tmp_path: Path) -> None:
    """Nobody had to correct a part: only names, dates, claims and comments are a human's work here."""
    ran = run("new", "library", "--source", str(NEW / "library.txt"), "--to", str(tmp_path), model="light")
    assert ran.code == 0, ran.err
    draft, finished = load_debate(tmp_path / "library"), load_debate(FINISHED)
    assert draft.sources["interview"].parts == finished.sources["interview"].parts
    assert draft.sources["interview"].text == finished.sources["interview"].text
    proposed = {quote.span for claim in draft.claim_set.claims for quote in claim.quotes}
    for claim in finished.claim_set.claims:
        assert any(
            span.start < quote.span.end and quote.span.start < span.end
            for quote in claim.quotes
            for span in proposed
        ), claim.id


def test_the_commands_of_the_walk(run: Run, folder: Path) -> None:
    settings: dict[str, object] = {"debates": folder.parent, "model": "light"}
    assert run("check", "library", **settings).code == 0
    asked = run("suggest", "library", "--transcript", str(NEW / "session.jsonl"), **settings)
    first, second = asked.out.strip().split("\n\n")
    assert first.startswith("3 comments that no claim is about")
    assert "heating" in first
    assert second.startswith("3 comments near elderly-lost")
    words = "Grandma is startled by the beep and turns round at once."
    assert run("exemplar", "elderly-lost", words, "--kind", "agreement", **settings).code == 0
    strict = run("calibrate", "library", **settings)
    told = ENGLISH.say("cli.calibrated_silent", target="0.95", needed=32)
    assert (strict.code, told in strict.err) == (0, True)
    mild = run("calibrate", "library", "--target", "0.8", **settings)
    assert (mild.code, mild.err) == (0, "")
    assert re.search(r"fitted on 48 comments; .* precision (0\.[89]|1\.0)\d+ at coverage 0\.[5-9]", mild.out)
    evaluated = run("evaluate", "library", **settings)
    (top1,) = re.findall(r"right passage, first  +│ ([\d.]+)", evaluated.out)
    assert float(top1) >= 0.8
    matched = run("match", "--json", "--debate", "library", "My gran is scared of that door.", **settings)
    assert matched.rows[0]["candidates"][0]["claim"] == "elderly-lost"


def test_the_page_shows_what_the_commands_say() -> None:
    page = (ROOT / "docs" / "maintainers.md").read_text("utf-8")
    walk = page.partition("## From plain text to a calibrated debate")[2].partition("\n## ")[0]
    for key, values in {
        "cli.calibrated_silent": {"target": "0.95", "needed": 32},
        "cli.suggest_claim": {"size": 3, "claim": "safe-at-night", "score": "0.19"},
    }.items():
        assert ENGLISH.say(key, **values) in walk
    for command in ("new", "check", "suggest", "exemplar", "calibrate", "evaluate"):
        assert f"wederhoor {command} " in walk
