"""Whatever is wrong, the operator reads one sentence that says what and what to do; nothing is half done."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.wording import Wording
from tests.cli.conftest import Place, Run
from tests.conftest import ROOT
from tests.debates.conftest import replace

COMMENT = "Eleven boats were promised, so where are the other nine?"


def files_under(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")} if folder.exists() else set()


# -- settings


@pytest.mark.parametrize("command", ["check", "match", "run", "calibrate", "evaluate"])
def test_a_misspelt_setting(run: Run, place: Place, english: Wording, command: str) -> None:
    ran = run(command, modle="light")
    assert ran.code == 1
    assert ran.err.strip() == english.say(
        "cli.unknown_setting", name="WEDERHOOR_MODLE", where="environment", near="WEDERHOOR_MODEL"
    )
    assert not place.state.exists()


def test_a_misspelt_setting_in_the_file(run: Run, place: Place, english: Wording) -> None:
    (place.folder / ".env").write_text("# settings\nexport WEDERHOOR_STAT=/tmp\n", "utf-8")
    ran = run("check")
    assert (ran.code, ran.err.strip()) == (
        1,
        english.say("cli.unknown_setting", name="WEDERHOOR_STAT", where=".env", near="WEDERHOOR_STATE"),
    )


@pytest.mark.parametrize(
    ("name", "value"), [("shards", "0"), ("shards", "many"), ("log_level", "LOUD"), ("state", "~nobody-here")]
)
def test_a_wrong_value(run: Run, name: str, value: str) -> None:
    ran = run("check", **{name: value})
    assert ran.code == 1
    assert ran.err.startswith(f"The setting WEDERHOOR_{name.upper()} is not right (")
    assert len(ran.err.splitlines()) == 1


def test_a_language_without_texts(run: Run, english: Wording) -> None:
    ran = run("check", language="fy")
    assert (ran.code, ran.err.strip()) == (1, english.say("cli.no_language", language="fy", known="en, nl"))


def test_settings_in_another_encoding(run: Run, place: Place, english: Wording) -> None:
    (place.folder / ".env").write_bytes(b"WEDERHOOR_MODEL=mod\xe8le\n")
    ran = run("check")
    assert (ran.code, ran.err.strip()) == (
        1,
        english.say("cli.unreadable_settings", path=".env", detail="not UTF-8"),
    )


def test_a_folder_in_the_place_of_the_settings(run: Run, place: Place) -> None:
    (place.folder / ".env").mkdir()
    ran = run("check")
    assert ran.code == 1
    assert ran.sentence.startswith("The settings in .env cannot be read (")


def test_a_folder_without_texts(run: Run, place: Place, english: Wording) -> None:
    prompts = place.folder / "nowhere"
    for _ in range(2):
        ran = run("check", prompts=prompts)
        assert (ran.code, ran.err.strip()) == (1, english.say("cli.no_prompts", folder=str(prompts)))
        prompts.mkdir(exist_ok=True)


@pytest.mark.parametrize("command", [("run", "--once"), ("check",)])
def test_a_template_that_is_missing_keeps_the_bot_from_starting(
    run: Run, place: Place, command: tuple[str, ...]
) -> None:
    prompts = Path(shutil.copytree(ROOT / "prompts", place.folder / "prompts"))
    replace(prompts / "nl" / "reply.toml", "nothing_found =", "nothing_fund =")
    ran = run(*command, prompts=prompts)
    assert ran.code == 1
    assert (
        "prompts/nl/reply.toml:1: the template “reply.nothing_found” is missing in nl;"
        in ran.out + ran.sentence
    )
    assert not (place.state / "cache").exists()


def test_no_debates(run: Run, place: Place, english: Wording) -> None:
    empty = place.folder / "empty"
    for debates in (empty, place.folder / "nowhere"):
        ran = run("check", debates=debates)
        assert (ran.code, ran.err.strip()) == (1, english.say("cli.no_debates", folder=str(debates)))


@pytest.mark.parametrize(
    "words", [("check", "harbor"), ("match", "--debate", "harbor", COMMENT), ("evaluate", "harbor")]
)
def test_no_such_debate(run: Run, english: Wording, words: tuple[str, ...]) -> None:
    ran = run(*words)
    assert (ran.code, ran.err.strip()) == (1, english.say("cli.no_debate", id="harbor", known="harbour"))


def test_the_sentence_is_dutch_for_who_reads_dutch(run: Run) -> None:
    ran = run("check", "harbor", language="nl")
    assert ran.err.startswith("Er is geen debat “harbor”;")


# -- debates


@pytest.mark.parametrize("words", [("match", COMMENT), ("run", "--once"), ("calibrate",)])
def test_a_broken_claim(run: Run, place: Place, words: tuple[str, ...]) -> None:
    replace(place.harbour / "claims" / "eelgrass.toml", "We did not study", "We did not examine")
    replace(place.harbour / "claims" / "deckhands.toml", "theme =", "them =")
    before = files_under(place.harbour)
    ran = run(*words)
    assert ran.code == 1
    assert ran.sentence.startswith("harbour/claims/deckhands.toml:2: the key “them” is not known here;")
    assert "(2 in all; `wederhoor check` lists them)" in ran.sentence
    assert files_under(place.harbour) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("debate.toml", 'language = "en"', 'language = "fr"'),
        ("claims/empty-quay.toml", 'nl = "De nieuwe kade', 'fr = "De nieuwe kade'),
    ],
)
def test_a_debate_that_could_not_say_everything_does_not_start(
    run: Run, place: Place, file: str, old: str, new: str
) -> None:
    replace(place.harbour / file, old, new)
    (fault,) = [line for line in run("check").out.splitlines() if line.startswith("harbour/")]
    ran = run("run", "--once")
    assert ran.code == 1
    assert ran.sentence.startswith(fault.rstrip("."))
    assert not (place.state / "cache").exists()


def test_a_calibration_that_is_no_json(run: Run, place: Place) -> None:
    path = place.harbour / "calibration.json"
    path.write_text('{\n  "bundled": {\n<<<<<<< ours\n', "utf-8")
    for words in (("check",), ("match", COMMENT), ("calibrate",)):
        ran = run(*words)
        assert ran.code == 1
        assert "harbour/calibration.json:3: " in ran.out + ran.sentence
    assert "<<<<<<<" in path.read_text("utf-8")


@pytest.mark.feature("T20")
def test_a_calibration_for_another_model(run: Run, place: Place, english: Wording) -> None:
    shipped = json.loads((ROOT / "data" / "wijkaanpak" / "calibration.json").read_text("utf-8"))
    (place.harbour / "calibration.json").write_text(json.dumps(shipped), "utf-8")
    ran = run("match", COMMENT)
    assert ran.code == 0
    assert english.say("cli.reason_not_calibrated") in ran.out
    assert "wederhoor calibrate" in ran.out
    assert "Traceback" not in ran.err


def test_too_few_labelled_comments(run: Run, place: Place, english: Wording) -> None:
    before = files_under(place.harbour)
    ran = run("calibrate")
    assert (ran.code, ran.sentence) == (1, english.say("cli.too_few_labels"))
    assert files_under(place.harbour) == before


@pytest.mark.parametrize("target", ["0.4", "0.995", "1.0"])
def test_a_target_that_no_number_of_comments_would_prove(run: Run, place: Place, target: str) -> None:
    before = files_under(place.harbour)
    ran = run("calibrate", "--target", target)
    assert ran.code == 2
    assert "'--target': Input should be " in ran.err
    assert files_under(place.harbour) == before


# -- models


@pytest.fixture
def broken_model(place: Place) -> Path:
    return Path(shutil.copytree(place.model, place.folder / "broken"))


def _told_of(run: Run, place: Place, model: object) -> str:
    ran = run("match", COMMENT, model=model)
    assert ran.code == 1
    assert ran.out == ""
    assert ran.sentence.startswith(f"The model {model} cannot be loaded (")
    assert ran.sentence.endswith("set WEDERHOOR_MODEL to bundled, light, or a model that is on this machine.")
    assert files_under(place.state) == {"wederhoor.log"}
    assert "ModelNotLoadedError" in place.log
    return ran.sentence


def test_a_model_that_is_nowhere(run: Run, place: Place) -> None:
    ran = run("match", COMMENT, model=place.folder / "nowhere")
    assert ran.code == 1
    assert "no such folder" in ran.sentence
    assert files_under(place.state) == set()


def test_a_folder_that_is_no_model(run: Run, place: Place) -> None:
    _told_of(run, place, place.harbour)


def test_a_model_with_damaged_weights(run: Run, place: Place, broken_model: Path) -> None:
    (weights,) = broken_model.rglob("*.safetensors")
    weights.write_bytes(weights.read_bytes()[:100])
    _told_of(run, place, broken_model)


def test_a_model_without_weights(run: Run, place: Place, broken_model: Path) -> None:
    for weights in broken_model.rglob("*.safetensors"):
        weights.unlink()
    _told_of(run, place, broken_model)


@pytest.mark.parametrize("content", ["{", "[]", '{"model_type": "nothing_known"}'])
def test_a_model_with_a_broken_configuration(
    run: Run, place: Place, broken_model: Path, content: str
) -> None:
    for config in broken_model.rglob("config.json"):
        config.write_text(content, "utf-8")
    _told_of(run, place, broken_model)


def test_a_model_that_would_have_to_be_downloaded(run_apart: Run, place: Place) -> None:
    _told_of(run_apart, place, "nobody/no-such-model")


# -- files


def test_a_file_in_the_place_of_the_state(run: Run, place: Place) -> None:
    place.state.write_text("in the way", "utf-8")
    ran = run("run", "--once")
    assert ran.code == 1
    assert ran.sentence.startswith(f"{place.state} cannot be read or written (")
    assert place.state.read_text("utf-8") == "in the way"


def test_what_was_not_foreseen_is_one_sentence_and_its_traceback_is_logged(
    run: Run, place: Place, monkeypatch: pytest.MonkeyPatch, english: Wording
) -> None:
    def fail(*_: object) -> object:
        raise ZeroDivisionError("a mistake in the code")

    monkeypatch.setattr("bot.cli.checking.read_debate", fail)
    ran = run("check")
    log = str(place.state / "wederhoor.log")
    assert (ran.code, ran.sentence) == (1, english.say("cli.unexpected", detail="ZeroDivisionError", log=log))
    assert "a mistake in the code" in place.log
    assert "Traceback" in place.log


# -- a full disk


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of two megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = shutil.which("mount")
    size = ["-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if mount is None or subprocess.run([mount, *size], capture_output=True, check=False).returncode:
        pytest.skip("this process may not mount a file system")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk: Path) -> None:
    """Leaves no room on the disk."""
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(b"x" * 1024)
        except OSError:
            pass


def test_a_full_disk_keeps_no_calibration_half_written(run: Run, place: Place, small_disk: Path) -> None:
    folder = small_disk / "harbour"
    shutil.copytree(place.harbour, folder)
    rows = "".join(
        json.dumps({"id": f"d{at}", "text": f"{text} number {at}", "lang": "en", **label}) + "\n"
        for at in range(30)
        for text, label in (
            (
                f"The eelgrass is gone and nobody counts it, {at}",
                {"topic": "on", "claims": ["eelgrass"], "stance": "disputes"},
            ),
            (f"Good morning everybody, {at}", {"topic": "off"}),
        )
        if (label["topic"] == "on") == (at % 2 == 0)
    )
    (folder / "labelled" / "dev.jsonl").write_text(rows, "utf-8")
    before = files_under(folder)
    fill(small_disk)
    ran = run("calibrate", debates=small_disk)
    assert ran.code == 1, ran
    assert ran.sentence.startswith("The disk of ")
    assert "nothing was half-done" in ran.sentence
    assert files_under(folder) == before


def test_a_full_disk_costs_match_no_more_than_its_cache(run: Run, small_disk: Path) -> None:
    fill(small_disk)
    ran = run("match", COMMENT, state=small_disk)
    assert ran.code == 0
    assert "Traceback" not in ran.err
    assert [path for path in files_under(small_disk) if path.endswith((".part", ".npz"))] == []
