"""Other models than the bundled three: any sentence-transformers folder, and the light one by itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.commands.conftest import Run
from tests.conftest import WIJKAANPAK
from tests.tiny_model import make_tiny_model

PASTE = "Alle hulpverlening uit een wijk halen? Dat experiment kost mensenlevens, dat kun je niet maken."


@pytest.fixture
def debates(tmp_path: Path) -> Path:
    """A folder with a copy of the first debate, with as little in it as can still be calibrated on."""
    copy = tmp_path / "data" / "wijkaanpak"
    shutil.copytree(WIJKAANPAK, copy)
    for claim in (copy / "claims").glob("*.toml"):
        claim.write_text("[[exemplars]]".join(claim.read_text("utf-8").split("[[exemplars]]")[:16]), "utf-8")
    for name, count in (("bank.jsonl", 150), ("labelled/dev.jsonl", 300)):
        rows = (copy / name).read_text("utf-8").splitlines(keepends=True)
        (copy / name).write_text("".join(rows[:count]), "utf-8")
    return tmp_path / "data"


@pytest.mark.feature("T20", "T4")
def test_a_hub_model_by_its_folder_from_check_to_match(
    run: Run, debates: Path, tiny_model: Path, tmp_path: Path
) -> None:
    settings = {"debates": debates, "model": tiny_model, "state": tmp_path / "state"}
    assert run("check", **settings).code == 0

    # The calibration that is there belongs to the bundled model: nothing is posted on its strength.
    before = run("match", "--json", PASTE, **settings)
    assert before.code == 0, before.err
    (row,) = before.rows
    assert (row["outcome"], row["reason"], row["rendered"]) == ("abstain", "not_calibrated", None)
    assert len(row["candidates"]) == 3

    calibrated = run("calibrate", **settings)
    assert calibrated.code == 0, calibrated.err
    stored = json.loads((debates / "wijkaanpak" / "calibration.json").read_text("utf-8"))
    shipped = json.loads((WIJKAANPAK / "calibration.json").read_text("utf-8"))
    (mine,) = [entry for model, entry in stored.items() if model.startswith("hub:model:")]
    assert {model: entry for model, entry in stored.items() if entry != mine} == shipped
    dev = (debates / "wijkaanpak" / "labelled" / "dev.jsonl").read_text("utf-8").splitlines()
    assert mine["rows"] == len(dev) == 300

    given = "\n".join(json.loads(line)["text"].replace("\n", " ") for line in dev[:60])
    after = run("match", "--json", given=given, **settings)
    assert after.code == 0, after.err
    assert len(after.rows) == 60
    assert "not_calibrated" not in {row["reason"] for row in after.rows}

    # The same folder with other weights is another model.
    shutil.rmtree(tiny_model.parent / "other", ignore_errors=True)
    other = make_tiny_model(tiny_model.parent / "other", seed=2)
    (row,) = run("match", "--json", PASTE, **{**settings, "model": other}).rows
    assert row["reason"] == "not_calibrated"


def test_a_folder_that_holds_no_model_is_one_sentence(run: Run, tmp_path: Path) -> None:
    for name in (tmp_path / "nowhere", tmp_path):
        ran = run("match", PASTE, model=name)
        assert (ran.code, ran.out) == (1, "")
        (sentence,) = ran.err.splitlines()
        assert str(name) in sentence
        assert "WEDERHOOR_MODEL" in sentence


@pytest.mark.feature("T20")
def test_without_the_wheel_the_light_model_answers_alone_and_says_so_in_one_line(run: Run) -> None:
    ran = run("match", "--json", PASTE, without_wheel=True)
    assert ran.code == 0, ran.err
    told = [line for line in ran.err.splitlines() if "no wheel" in line]
    assert len(told) == 1
    (row,) = ran.rows
    assert "hulpverlening-weg" in [candidate["claim"] for candidate in row["candidates"]]
    light = run("match", "--json", PASTE, model="light")
    assert "no wheel" not in light.err
    assert light.rows == ran.rows
