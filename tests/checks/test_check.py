"""`wederhoor check` tells every fault of the wording, and every message that could not be sent, once."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.wording import load_wording
from tests.checks.conftest import PROMPTS, Check
from tests.checks.seeds import SEEDS, TWO_AT_ONCE, WORDING
from tests.debates.conftest import ROOT

HEAVY = {"torch", "sklearn", "scipy", "numpy", "discord", "sqlalchemy", "sentence_transformers"}


@pytest.mark.feature("T2", "M17")
@pytest.mark.parametrize("name", SEEDS)
def test_a_fault_is_told_once_with_its_file_and_line(check: Check, tmp_path: Path, name: str) -> None:
    seed = SEEDS[name]
    seed.change(tmp_path)
    code, lines = check()
    shown = seed.file.removeprefix("data/")
    if isinstance(seed.at, int):
        line = seed.at
    else:
        text = (tmp_path / seed.file).read_bytes().decode("utf-8", "replace")
        line = [number for number, line in enumerate(text.split("\n"), 1) if seed.at in line][seed.nth]
    told = [line for line in lines if ": in order, " not in line]
    assert code == 1
    assert [line.split(": ")[0] for line in told] == [f"{shown}:{line}"], told
    pattern = load_wording(PROMPTS)["en"].source(f"lint.{seed.key}")
    sentence = re.sub(r"\\\{\\\{.*?\\\}\\\}", "(.*)", re.escape(pattern))
    assert re.fullmatch(sentence, told[0].split(": ", 1)[1])
    for value in seed.values:
        assert value in told[0]


def test_every_sentence_about_wording_is_seeded() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "bot" / "checks").glob("*.py"))
    keys = {key.removeprefix("lint.") for key in load_wording(PROMPTS)["en"].keys if key.startswith("lint.")}
    assert {key for key in keys if f'"{key}"' in code} == {seed.key for seed in SEEDS.values()}


def test_what_is_in_order_is_told_as_such(check: Check) -> None:
    code, lines = check()
    assert code == 0
    assert [line.split(",")[0] for line in lines] == ["prompts: in order", "harbour: in order"]


def test_a_debate_by_its_name_is_checked_alone(check: Check, tmp_path: Path) -> None:
    code, lines = check("harbour")
    assert code == 0
    assert [line.split(",")[0] for line in lines] == ["harbour: in order"]
    # Wording that nobody can read a reply in is told all the same.
    reply = tmp_path / "prompts" / "nl" / "reply.toml"
    reply.write_text(reply.read_text("utf-8").replace("{{ date }}", "{{ dote }}"), "utf-8")
    code, lines = check("harbour")
    assert code == 1
    assert any(line.startswith("prompts/nl/reply.toml:") and "dote" in line for line in lines), lines
    shutil.rmtree(tmp_path / "prompts" / "nl")
    code, lines = check("harbour")
    assert code == 1
    assert lines[0].startswith("prompts/nl:1: "), lines


def test_two_faults_are_both_told_in_the_order_of_the_files(check: Check, tmp_path: Path) -> None:
    TWO_AT_ONCE(tmp_path)
    _, lines = check()
    assert [line.split(":")[0] for line in lines] == [
        "prompts/en/command.toml",
        "prompts/nl/reply.toml",
        "harbour",
    ]


def test_a_fault_of_the_wording_hides_none_of_the_debate(check: Check, tmp_path: Path) -> None:
    WORDING["a template that nothing asks for"].change(tmp_path)
    SEEDS["a claim in one language"].change(tmp_path)
    _, lines = check()
    assert [line.split(":")[0] for line in lines] == [
        "prompts/en/reply.toml",
        "harbour/claims/empty-quay.toml",
    ]


def test_the_terminal_speaks_on_when_its_own_wording_is_broken(check: Check, prompts: Path) -> None:
    (prompts / "en" / "lint.toml").write_text('duplicate = "', "utf-8")
    code, (line, _) = check()
    assert code == 1
    assert line.startswith("prompts/en/lint.toml:1: this template is wrong (")


# -- a third language is a folder of files


GERMAN = {
    "button": {"why": "Warum?", "context": "Mehr Zusammenhang"},
    "cli": {"in_order": "{{ id }}: in Ordnung, {{ claims }} Thesen und {{ exemplars }} Beispiele."},
    "reply": {"nothing_found": "{{ addressee }} Dazu finde ich im Interview keine Stelle."},
}


@pytest.fixture
def german(prompts: Path, harbour: Path) -> Path:
    """A folder with German texts, as far as a test reads them, and a debate with German summaries."""
    for path in (prompts / "en").glob("*.toml"):
        lines = path.read_text("utf-8").split("\n")
        for key, text in GERMAN.get(path.stem, {}).items():
            at = next(number for number, line in enumerate(lines) if line.startswith(f"{key} = "))
            lines[at] = f"{key} = {json.dumps(text, ensure_ascii=False)}"
        (prompts / "de").mkdir(exist_ok=True)
        (prompts / "de" / path.name).write_text("\n".join(lines), "utf-8")
    for path in [harbour / "debate.toml", *(harbour / "claims").glob("*.toml")]:
        text = path.read_text("utf-8")
        text = re.sub(r'^nl = "', 'de = "Auf Deutsch."\nnl = "', text, flags=re.MULTILINE)
        path.write_text(text, "utf-8")
    return prompts / "de"


@pytest.mark.feature("M17")
def test_a_third_language_is_a_folder(check: Check, german: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEDERHOOR_LANGUAGE", "de")
    code, lines = check()
    assert code == 0, lines
    assert lines[0].endswith("de, en, nl.")
    assert lines[1].startswith("harbour: in Ordnung, 4 Thesen")


@pytest.mark.feature("M17")
def test_what_a_third_language_lacks_is_named(check: Check, german: Path, harbour: Path) -> None:
    (german / "button.toml").write_text('why = "Warum?"\n', "utf-8")
    (german / "store.toml").unlink()
    code, lines = check()
    assert code == 1
    others = sorted(load_wording(german.parent)["en"].keys - load_wording(german.parent)["de"].keys)
    others = [key for key in others if key.startswith("button.")]
    assert "button.context" in others
    assert [line.split(";")[0] for line in lines[:-1]] == [
        *(f"prompts/de/button.toml:1: the template “{key}” is missing in de" for key in others),
        "prompts/de/store.toml:1: this file is missing",
    ]


@pytest.mark.feature("M17")
def test_a_debate_without_a_summary_in_a_third_language_is_named(
    check: Check, german: Path, harbour: Path
) -> None:
    claim = harbour / "claims" / "eelgrass.toml"
    claim.write_text(claim.read_text("utf-8").replace('de = "Auf Deutsch."\n', ""), "utf-8")
    code, lines = check()
    assert code == 1
    assert lines[-1].startswith("harbour/claims/eelgrass.toml:3: the claim has no statement in de;")


# -- quick


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("WEDERHOOR_")}
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def test_check_loads_no_model_and_no_matcher() -> None:
    probe = (
        "import sys; sys.argv = ['wederhoor', 'check']\n"
        "from bot.cli import main\n"
        "try: main()\n"
        f"finally: print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    ran = _run("-c", probe)
    assert ran.stdout.splitlines()[-1] == "[]", ran.stdout + ran.stderr


def test_check_takes_about_a_second_of_a_slow_machine() -> None:
    taken: list[float] = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        ran = _run("-m", "bot", "check")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        taken.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    assert min(taken) < 2.5  # seconds of processor time; 0.8 where nothing else runs, 3 with the matcher
