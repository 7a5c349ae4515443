"""`wederhoor exemplar`: five lines in the right place of the claim file, or one sentence and no change."""

from __future__ import annotations

import json
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest

from bot.wording import load_wording
from tests.commands.conftest import Ran, Run
from tests.conftest import ROOT
from tests.debates.conftest import HARBOUR, copied, replace

KINDS = ["objection", "agreement", "question", "near_miss"]
NEW = 'Who counts the "eel" \\ grass?'


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """A copy of the second debate under version control."""
    folder = copied(HARBOUR, tmp_path / "data")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "before")
    return folder


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout


def add(
    run: Run, folder: Path, text: str, kind: str = "question", claim: str = "eelgrass", *more: str
) -> Ran:
    return run("exemplar", claim, text, "--kind", kind, *more, debates=folder.parent)


def kinds_in(path: Path) -> list[str]:
    return [exemplar["kind"] for exemplar in tomllib.loads(path.read_text("utf-8"))["exemplars"]]


@pytest.mark.parametrize("kind", KINDS)
def test_the_diff_is_the_new_table_in_the_place_of_its_kind(run: Run, harbour: Path, kind: str) -> None:
    path = harbour / "claims" / "eelgrass.toml"
    before = kinds_in(path)
    ran = add(run, harbour, NEW, kind)
    assert ran.code == 0, ran.err
    added, deleted, changed = git(harbour, "diff", "--numstat").split()
    assert (added, deleted, changed) == ("5", "0", "claims/eelgrass.toml")
    exemplars = tomllib.loads(path.read_text("utf-8"))["exemplars"]
    at = exemplars.index({"kind": kind, "lang": "en", "text": NEW})
    assert at == len(before) - before[::-1].index(kind)
    assert kinds_in(path) == sorted([*before, kind], key=KINDS.index)
    lines = path.read_text("utf-8").split("\n")
    line = lines.index(f"text = {json.dumps(NEW)}") - 2
    english = load_wording(ROOT / "prompts")["en"]
    assert ran.out.strip() == english.say("cli.exemplar_added", where=f"{path}:{line}")
    assert ran.err.strip() == english.say("cli.exemplar_calibrate", id="harbour")
    assert lines[line - 1] == "[[exemplars]]"
    assert run("check", debates=harbour.parent).code == 0


def test_a_kind_that_the_claim_lacks_comes_after_the_kinds_before_it(run: Run, harbour: Path) -> None:
    path = harbour / "claims" / "eelgrass.toml"
    head, *tables = path.read_text("utf-8").split("[[exemplars]]")
    kept = [
        table.rstrip() + "\n\n"
        for table in tables
        if '"question"' not in table and '"objection"' not in table
    ]
    path.write_text("[[exemplars]]".join([head, *kept]).rstrip() + "\n", "utf-8")
    for kind in ("question", "objection"):
        ran = add(run, harbour, f"{NEW} {kind}", kind)
        assert ran.code == 0, ran.err
    assert kinds_in(path) == ["objection", "agreement", "agreement", "question", "near_miss"]
    assert "\n\n\n" not in path.read_text("utf-8")


def test_comments_line_endings_and_rights_stay(run: Run, harbour: Path) -> None:
    path = harbour / "claims" / "eelgrass.toml"
    text = path.read_text("utf-8").replace("[[exemplars]]", "# why\n[[exemplars]]").rstrip()
    path.write_bytes(text.replace("\n", "\r\n").encode())
    path.chmod(0o664)
    before = path.read_bytes().decode().split("\r\n")
    assert add(run, harbour, NEW, "near_miss", "eelgrass", "--lang", "nl").code == 0
    after = path.read_bytes().decode()
    assert after.count("\n") == after.count("\r\n")
    assert after.split("\r\n")[: len(before)] == before
    assert after.split("\r\n")[-3:] == ['lang = "nl"', f"text = {json.dumps(NEW)}", ""]
    assert stat.S_IMODE(path.stat().st_mode) == 0o664


EEL = "Is the eelgrass growing back yet?"
REFUSED = {
    "the same again": (EEL.upper(), "question", "en", "duplicate"),
    "under another kind": (EEL, "objection", "en", "contradictory"),
    "labelled": (
        "They came in February. In February even the cormorants stay in bed.",
        "objection",
        "en",
        "labelled",
    ),
    "no text": ("  ", "question", "en", "text"),
    "no language": (NEW, "question", "English", "lang"),
    "not UTF-8": (b"caf\xe9 on the quay".decode("utf-8", "surrogateescape"), "question", "en", "UTF-8"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_check_would_refuse_is_not_written(run: Run, harbour: Path, name: str) -> None:
    text, kind, lang, word = REFUSED[name]
    ran = add(run, harbour, text, kind, "eelgrass", "--lang", lang)
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 1
    assert "is left as it was" in ran.err
    assert word in ran.err.partition("would say")[2]
    assert ran.out == ""
    assert git(harbour, "status", "--porcelain") == ""


def test_what_another_claim_already_says_is_refused(run: Run, harbour: Path) -> None:
    ran = add(run, harbour, EEL, "question", "empty-quay")
    assert ran.code == 1
    assert "contradictory" in ran.err
    assert git(harbour, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    ("claim", "kind", "named"), [("eelgras", "question", "empty-quay"), ("eelgrass", "remark", "near_miss")]
)
def test_an_unknown_claim_or_kind_is_told_with_the_known_ones(
    run: Run, harbour: Path, claim: str, kind: str, named: str
) -> None:
    ran = add(run, harbour, NEW, kind, claim)
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 1
    assert named in ran.err
    assert git(harbour, "status", "--porcelain") == ""


def test_a_debate_that_is_broken_already_is_left_alone(run: Run, harbour: Path) -> None:
    replace(harbour / "claims" / "no-buyers.toml", 'theme = "harbour"', 'theme = "nowhere"')
    before = git(harbour, "diff")
    ran = add(run, harbour, NEW)
    assert ran.code == 1
    assert "no-buyers.toml:2" in ran.err
    assert git(harbour, "diff") == before


def proposed(tmp_path: Path, *rows: dict[str, str] | str) -> Path:
    """A file of what moderators put forward."""
    path = tmp_path / "harbour.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


ROW = {"claim": "eelgrass", "kind": "question", "lang": "en", "text": NEW}


def test_what_moderators_put_forward_is_added_once(run: Run, harbour: Path, tmp_path: Path) -> None:
    other = {**ROW, "claim": "no-buyers", "kind": "objection", "text": "They sell at the school gate now."}
    path = proposed(tmp_path, ROW, other)
    ran = run("exemplar", "--from", str(path), debates=harbour.parent)
    assert ran.code == 0, ran.err
    changed = git(harbour, "diff", "--numstat").split("\n")
    assert changed[:-1] == ["5\t0\tclaims/eelgrass.toml", "5\t0\tclaims/no-buyers.toml"]
    assert ran.out.splitlines()[-1] == "Added: 2; refused: 0; in the debate already: 0."
    assert "wederhoor calibrate harbour" in ran.err
    assert run("check", debates=harbour.parent).code == 0
    again = run("exemplar", "--from", str(path), debates=harbour.parent)
    assert (again.code, again.err) == (0, "")
    assert again.out.splitlines() == ["Added: 0; refused: 0; in the debate already: 2."]


def test_what_the_check_refuses_of_it_is_told_and_the_rest_is_added(
    run: Run, harbour: Path, tmp_path: Path
) -> None:
    path = proposed(tmp_path, {**ROW, "claim": "eelgras"}, {**ROW, "text": EEL.upper()}, ROW)
    ran = run("exemplar", "--from", str(path), debates=harbour.parent)
    assert ran.code == 1
    unknown, duplicate, calibrate = ran.err.splitlines()
    assert "eelgras" in unknown
    assert "duplicate" in duplicate
    assert "calibrate" in calibrate
    assert git(harbour, "diff", "--numstat") == "5\t0\tclaims/eelgrass.toml\n"


@pytest.mark.parametrize(
    ("row", "word"),
    [("{", "harbour.jsonl:1"), ({**ROW, "kind": "remark"}, "kind"), ({**ROW, "who": "x"}, "who")],
)
def test_a_broken_file_of_proposals_is_told_and_nothing_is_added(
    run: Run, harbour: Path, tmp_path: Path, row: dict[str, str] | str, word: str
) -> None:
    ran = run("exemplar", "--from", str(proposed(tmp_path, row, ROW)), debates=harbour.parent)
    assert ran.code == 1
    assert word in ran.err
    assert len(ran.err.splitlines()) == 1
    assert git(harbour, "status", "--porcelain") == ""


def test_half_an_exemplar_is_told(run: Run, harbour: Path) -> None:
    ran = run("exemplar", "eelgrass", debates=harbour.parent)
    assert ran.code == 1
    assert "--from" in ran.err
