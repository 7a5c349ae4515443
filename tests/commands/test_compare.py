"""`wederhoor compare`: a changed claim set or another model on the same comments, as a gate for CI."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.commands.conftest import Run
from tests.commands.test_replay import FOOTBALL, MONEY, REPORT, as_lines
from tests.debates.conftest import exemplar

ON = {
    REPORT: ("rapport-onvindbaar", "asks"),
    MONEY: ("kosten-baten", "agrees"),
    "Alle hulpverlening uit een wijk halen? Dat experiment kost mensenlevens, dat kun je niet maken.": (
        "hulpverlening-weg",
        "disputes",
    ),
}
OFF = [
    FOOTBALL,
    "Mijn laptop start niet meer op na de laatste update, weet iemand raad?",
    "De trein naar Zwolle had weer veertig minuten vertraging vanochtend.",
    "Wat eten jullie met kerst dit jaar, gourmetten of toch iets anders?",
    "Can somebody tell me how to change my nickname on this server?",
]


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """The frozen comments of the gate."""
    labelled = [
        {"id": f"on{at}", "text": text, "lang": "nl", "topic": "on", "claims": [claim], "stance": stance}
        for at, (text, (claim, stance)) in enumerate(ON.items())
    ]
    labelled += [
        {"id": f"off{at}", "text": text, "lang": "nl", "topic": "off"} for at, text in enumerate(OFF)
    ]
    file = tmp_path / "gate.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in labelled), "utf-8")
    return file


@pytest.fixture
def changed(by_light: dict[str, Any], tmp_path: Path) -> Path:
    """A copy of the debate with bad examples: small talk that a claim takes for its own."""
    folder = Path(
        shutil.copytree(Path(str(by_light["debates"])) / "wijkaanpak", tmp_path / "pr" / "wijkaanpak")
    )
    path = folder / "claims" / "sociale-huur.toml"
    bad = "\n".join(exemplar("objection", f"Nou ja, {text}", "nl") for text in OFF)
    path.write_text(f"{path.read_text('utf-8')}\n{bad}", "utf-8")
    return folder


@pytest.mark.feature("T15")
def test_bad_examples_fail_the_gate_with_the_claim_named(
    run: Run, by_light: dict[str, Any], rows: Path, changed: Path
) -> None:
    ran = run("compare", "wijkaanpak", str(changed), "--rows", str(rows), **by_light)
    assert ran.code == 1, ran.out
    last = ran.err.splitlines()[-1]
    assert "sociale-huur" in last
    assert "below the floor of 0.950" in last
    gained = [line for line in ran.out.splitlines() if "  gained  " in line]
    assert {line.split()[0] for line in gained} <= {f"off{at}" for at in range(len(OFF))}
    assert gained
    assert all(line.endswith("(silence) ✓ → sociale-huur ✗") for line in gained)
    assert f"0 now right, {len(gained)} no longer" in ran.out

    back = run("compare", str(changed), "wijkaanpak", "--rows", str(rows), **by_light)
    assert back.code == 0, back.err
    assert f"{len(gained)} now right, 0 no longer" in back.out


@pytest.mark.feature("T15")
def test_an_unchanged_set_passes_and_the_floor_can_be_set(
    run: Run, by_light: dict[str, Any], rows: Path
) -> None:
    same = run("compare", "wijkaanpak", "wijkaanpak", "--rows", str(rows), **by_light)
    assert same.code == 0, same.err
    assert "8 comments: 0 replies gained, 0 lost, 0 changed." in same.out
    assert "p = 1.000" in same.out
    # On the frozen test the set may already be below its target: no change is no fault.
    assert run("compare", "wijkaanpak", **by_light).code == 0
    strict = run("compare", "wijkaanpak", "--floor", "1.0", **by_light)
    assert strict.code == 1
    assert "below the floor of 1.000" in strict.err


@pytest.mark.feature("T14")
def test_on_a_transcript_it_tells_which_replies_would_change_and_posts_nothing(
    run: Run, by_light: dict[str, Any], changed: Path, tmp_path: Path
) -> None:
    chat = str(as_lines(tmp_path / "chat.jsonl"))
    ran = run("compare", "wijkaanpak", str(changed), "--transcript", chat, **by_light)
    assert ran.code == 0, ran.err
    assert "1 replies gained" in ran.out
    (line,) = [line for line in ran.out.splitlines() if "  gained  " in line]
    assert line == "2026-03-01 20:06  gained  (silence) → sociale-huur"
    assert "1 more, 0 fewer" in ran.out
    lost = run("compare", str(changed), "wijkaanpak", "--transcript", chat, "--weeks", "1", **by_light)
    assert "1 lost" in lost.out


def test_two_models_on_the_same_comments(
    run: Run, by_light: dict[str, Any], rows: Path, tiny_model: Path
) -> None:
    ran = run("compare", "wijkaanpak", "--model-b", str(tiny_model), "--rows", str(rows), **by_light)
    assert ran.code in (0, 1), ran.err
    assert "dev comments" in ran.err  # the tiny model has no calibration of its own
    assert "8 comments:" in ran.out
    assert "McNemar" in ran.out


@pytest.mark.feature("T6")
def test_comments_that_either_was_fitted_on_are_refused(run: Run, by_light: dict[str, Any]) -> None:
    ran = run("compare", "wijkaanpak", "--split", "dev", **by_light)
    assert (ran.code, ran.out) == (1, "")
    assert "calibrated on" in ran.err
