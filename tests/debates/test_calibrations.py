"""calibration.json keeps an operating point for each caution; one written before that serves all three."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.app import load_live
from bot.core.calibration import calibrate
from bot.core.house_rules import Caution
from bot.debates.calibrations import Mismatch, calibration_for, write_calibration
from bot.encoder import Encoder
from tests.core.rankings import labelled
from tests.debates.conftest import HARBOUR, copied
from tests.small import calibrate as calibrate_by_hand


def test_every_point_comes_back_as_it_was_written(tmp_path: Path) -> None:
    fitted = calibrate(*labelled(1, rows=300, noise=1.0), model="m", claim_set="c", target=0.8)
    assert fitted.curve
    assert fitted.point.own
    write_calibration(tmp_path, fitted)
    assert calibration_for(tmp_path, "m", "c").calibration == fitted


def test_a_calibration_is_for_whom_a_file_of_its_folder_is(tmp_path: Path) -> None:
    """Also for a service that runs as somebody else than who calibrated."""
    fitted = calibrate(*labelled(1, rows=300), model="m", claim_set="c")
    usual = tmp_path / "usual"
    usual.touch()
    path = write_calibration(tmp_path, fitted)
    assert path.stat().st_mode == usual.stat().st_mode
    path.chmod(0o664)
    write_calibration(tmp_path, fitted)
    assert path.stat().st_mode & 0o777 == 0o664


def test_a_calibration_with_one_point_serves_for_every_caution(tmp_path: Path) -> None:
    fitted = calibrate(*labelled(1, rows=300), model="m", claim_set="c")
    path = write_calibration(tmp_path, fitted)
    stored = json.loads(path.read_text("utf-8"))
    del stored["m"]["others"]
    path.write_text(json.dumps(stored), "utf-8")
    older = calibration_for(tmp_path, "m", "c").calibration
    assert older is not None
    assert not older.graded
    assert all(older.point_for(caution) == fitted.point for caution in Caution)


@pytest.mark.parametrize("wrong", [{"loud": {}}, {"quiet": {"target": 0.9}}, {"quiet": 1}, []])
def test_points_that_cannot_be_read_are_no_calibration(tmp_path: Path, wrong: object) -> None:
    path = write_calibration(tmp_path, calibrate(*labelled(1, rows=300), model="m", claim_set="c"))
    stored = json.loads(path.read_text("utf-8"))
    stored["m"]["others"] = wrong
    path.write_text(json.dumps(stored), "utf-8")
    assert calibration_for(tmp_path, "m", "c").mismatch is Mismatch.UNREADABLE


def test_why_a_debate_is_mute_stands_in_the_log(
    light: Encoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    harbour = copied(HARBOUR, tmp_path)

    def logged() -> list[str]:
        caplog.clear()
        load_live(harbour, light)
        said = (record.getMessage() for record in caplog.records)
        return [line.partition("not calibrated ")[2] for line in said if "not calibrated" in line]

    assert logged() == ["(missing): silent"]
    calibrate_by_hand(harbour, light.model_id)
    assert logged() == []
    path = harbour / "calibration.json"
    whole = path.read_text("utf-8")
    path.write_text(whole.replace('"claim_set": "', '"claim_set": "x'), "utf-8")
    assert logged() == ["(other_claim_set): silent"]
    path.write_text(whole.replace('"point"', '"pint"'), "utf-8")
    assert logged() == ["(unreadable): silent"]
    path.write_text("{}", "utf-8")
    assert logged() == ["(other_model): silent"]
