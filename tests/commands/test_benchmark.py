"""`make benchmark` on a small folder in the published layout, whose figures are counted by hand."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import benchmark

FILES = {
    "arguments": [
        "arg_id,argument,topic,stance",
        "a0,Nobody spoke with the crews at all,A harbour,1",
        "a1,Somebody sold the lighthouse last spring,A harbour,1",
        "a2,The dredging killed the eelgrass beds,A harbour,1",
        "a3,Wedding pictures look lovely there,A harbour,1",
    ],
    "key_points": [
        "key_point_id,key_point,topic,stance",
        "k0,Nobody spoke with the crews,A harbour,1",
        "k1,The dredging killed the eelgrass,A harbour,1",
    ],
    "labels": ["arg_id,key_point_id,label", "a0,k0,1", "a0,k1,0", "a2,k0,0", "a1,k0,0", "a1,k1,0"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four arguments, of which two say what a key point says; one of these pairs is undecided."""
    for ending in ("test", "train"):
        for name, lines in FILES.items():
            more = ["a2,k1,1"] if (name, ending) == ("labels", "train") else []
            (tmp_path / f"{name}_{ending}.csv").write_text("\n".join([*lines, *more]), "utf-8")
    return tmp_path


def test_both_measures_are_printed_zero_shot_and_tuned(
    folder: Path,
    tiny_model: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WEDERHOOR_MODEL", str(tiny_model))
    monkeypatch.setenv("WEDERHOOR_STATE", str(tmp_path / "state"))
    monkeypatch.setattr(sys, "argv", ["benchmark", str(folder), "--minutes", "0.02"])
    benchmark.main()
    lines = capsys.readouterr().out.splitlines()
    assert "4 arguments, 2 key points, 5 labels" in lines[0]
    (zero,) = [line for line in lines if "zero-shot" in line]
    # The surest two are a0 (right) and a2 (undecided), in either order. Strict: the precision at the right one
    # is 1 or 1/2, and one of two is right, which halves the present measure. Relaxed: both are right.
    strict, relaxed, past_strict, past_relaxed = map(float, zero.split()[-4:])
    assert (relaxed, past_relaxed) == (1.0, 1.0)
    assert past_strict in (1.0, 0.5)
    assert strict == past_strict / 2
    (tuned,) = [line for line in lines if "tuned" in line]
    assert all(0.0 <= float(value) <= 1.0 for value in tuned.split()[-4:])
    assert "RoBERTa-large" in "\n".join(lines)


def test_a_folder_without_labels_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmark", str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        benchmark.main()
    assert ended.value.code == 2
    assert "labels_test.csv" in capsys.readouterr().err.splitlines()[-1]


def test_a_file_that_cannot_be_read_is_one_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "key_points_test.csv").write_text("key_point_id,key_point,topic,stance\nk0,x,A harbour,for\n")
    monkeypatch.setattr(sys, "argv", ["benchmark", str(folder)])
    with pytest.raises(SystemExit):
        benchmark.main()
    assert "key_points_test.csv:2:" in capsys.readouterr().err.splitlines()[-1]
