"""A debate is a folder of plain text: a second one needs no code, and a change to a claim is a small diff."""

from __future__ import annotations

import difflib
import re
import shutil
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from bot.core.claims import AnswerState, Debate, ExemplarKind, Stance
from bot.core.source import Kind, Role
from bot.debates import BrokenDebateError, load_debate, load_labelled
from tests.debates.conftest import BOTH, HARBOUR, ROOT, WIJKAANPAK, copied, exemplar, replace


def changed_lines(before: str, after: str) -> int:
    """How many lines a diff of the two would add and take out."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm=""))[2:]
    return sum(line.startswith(("+", "-")) for line in lines)


@pytest.mark.feature("T17")
def test_both_debates_load_side_by_side() -> None:
    first, second = load_debate(WIJKAANPAK), load_debate(HARBOUR)
    assert (first.id, first.language) == ("wijkaanpak", "nl")
    assert (second.id, second.language) == ("harbour", "en")
    assert first.claim_set.hash != second.claim_set.hash
    assert not set(first.claim_set.by_id) & set(second.claim_set.by_id)
    assert not set(first.speakers) & set(second.speakers)
    assert load_debate(WIJKAANPAK) == first


@pytest.mark.feature("T17")
def test_a_third_debate_is_a_folder_dropped_in(tmp_path: Path) -> None:
    folder = copied(HARBOUR, tmp_path).rename(tmp_path / "pier-7")
    replace(folder / "debate.toml", '"harbour"', '"pier-7"')
    third = load_debate(folder)
    assert third.id == "pier-7"
    assert third.claim_set == load_debate(HARBOUR).claim_set


@pytest.mark.feature("T17")
def test_no_code_knows_a_debate() -> None:
    known: set[str] = set()
    for folder in (WIJKAANPAK, HARBOUR):
        debate = load_debate(folder)
        known |= {debate.id, *debate.sources} | set(debate.claim_set.by_id)
        known |= {
            s.name.split()[-1].casefold() for s in debate.speakers.values() if s.role is not Role.READER
        }
    known -= {"interview"}  # a word of the trade
    modules = [path for name in ("core", "debates") for path in (ROOT / "bot" / name).glob("*.py")]
    modules += [ROOT / "bot" / name for name in ("wording.py", "toml_lines.py")]
    for path in modules:
        words = set(re.findall(r"[\w-]+", path.read_text("utf-8").casefold()))
        assert known & words == set(), path


def test_the_second_debate_is_what_it_says() -> None:
    debate = load_debate(HARBOUR)
    (source,) = debate.sources.values()
    assert Counter(part.kind for part in source.parts)[Kind.TURN] == 6
    speakers = Counter(part.speaker for part in source.parts if part.kind is Kind.TURN)
    assert speakers == {"morgan": 3, "okafor": 3}
    (reply,) = [part for part in source.parts if part.kind is Kind.REPLY]
    assert (reply.speaker, reply.number, reply.inferred) == ("okafor", 3, False)
    states = {claim.id: claim.answer.state for claim in debate.claim_set.claims}
    assert states == {
        "deckhands": AnswerState.NONE,
        "eelgrass": AnswerState.DECLINED,
        "empty-quay": AnswerState.ANSWERED,
        "no-buyers": AnswerState.NONE,
    }
    assert debate.claim_set.by_id["deckhands"].passages == ()
    (answer,) = debate.claim_set.by_id["empty-quay"].answer.quotes
    assert answer.part == reply
    for claim in debate.claim_set.claims:
        assert len(claim.exemplars) == 8
        assert {exemplar.kind for exemplar in claim.exemplars} == set(ExemplarKind)
        assert claim.statement_in("nl") != claim.statement_in("en") == claim.statement
    assert len(debate.claim_set.bank) == 12


@BOTH
def test_labelled_comments_name_claims_of_their_debate(original: Path) -> None:
    debate = load_debate(original)
    for split in ("dev", "test"):
        comments = load_labelled(original, split)
        assert len(comments) >= 8
        for comment in comments:
            assert bool(comment.points) == (comment.topic == "on")
            for point in comment.points:
                assert set(point.claims) <= set(debate.claim_set.by_id)
                assert point.stance in Stance


def test_a_comment_of_several_points_keeps_them_apart() -> None:
    comments = {comment.id: comment for comment in load_labelled(HARBOUR, "dev")}
    assert [(point.claims, point.stance) for point in comments["d6"].points] == [
        (("empty-quay",), Stance.DISPUTES),
        (("deckhands",), Stance.AGREES),
    ]
    assert [(point.claims, point.stance) for point in comments["d2"].points] == [
        (("empty-quay", "no-buyers"), Stance.AGREES)
    ]
    assert comments["d8"].points == ()


@pytest.mark.feature("T1")
@BOTH
def test_a_debate_is_plain_text(original: Path) -> None:
    files = [path for path in original.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        text = path.read_bytes().decode("utf-8")
        assert [ch for ch in text if ord(ch) < 32 and ch not in "\n\t"] == [], path
        assert path.suffix in {".toml", ".jsonl", ".json", ".txt", ".md"}


@pytest.mark.feature("T1")
@BOTH
def test_a_claim_is_edited_in_a_few_lines(original: Path, tmp_path: Path) -> None:
    folder = copied(original, tmp_path)
    before = load_debate(folder)
    path = sorted((folder / "claims").glob("*.toml"))[0]
    written = path.read_text("utf-8")
    comment = "A wholly new comment about the seagulls of Easthaven and their tax return"
    path.write_text(f"{written}\n{exemplar('question', comment)}", "utf-8")
    assert changed_lines(written, path.read_text("utf-8")) <= 10
    after = load_debate(folder)
    claim = after.claim_set.by_id[path.stem]
    assert claim.exemplars[:-1] == before.claim_set.by_id[path.stem].exemplars
    assert claim.exemplars[-1].text == comment
    assert after.claim_set.hash != before.claim_set.hash
    others = [other for other in after.claim_set.claims if other.id != path.stem]
    assert others == [other for other in before.claim_set.claims if other.id != path.stem]


@pytest.mark.feature("T1")
@BOTH
def test_a_claim_file_holds_nothing_that_a_program_worked_out(original: Path) -> None:
    for path in (original / "claims").glob("*.toml"):
        claim = tomllib.loads(path.read_text("utf-8"))
        for quote in [*claim.get("quotes", []), *claim["answer"].get("quotes", [])]:
            assert set(quote) <= {"text", "speaker", "source"}


def test_the_fingerprint_follows_what_matching_depends_on(tmp_path: Path) -> None:
    folder = copied(HARBOUR, tmp_path)
    original = load_debate(folder).claim_set.hash

    def after(file: str, old: str, new: str) -> str:
        kept = (folder / file).read_bytes()
        replace(folder / file, old, new)
        fingerprint = load_debate(folder).claim_set.hash
        (folder / file).write_bytes(kept)
        return fingerprint

    claim = "claims/empty-quay.toml"
    assert after(claim, "Gulls, a lad", "Gulls, a boy") != original
    assert after(claim, 'kind = "agreement"', 'kind = "question"') != original
    assert after(claim, 'lang = "nl"', 'lang = "en"') != original
    assert after("bank.jsonl", "good morning", "good evening") != original
    assert after("bank.jsonl", '"near": false', '"near": true') != original
    assert after(claim, "And those two would have come anyway.", ANOTHER) != original
    # Our summary, a theme's title and a speaker's name are shown and never matched.
    assert after(claim, "The new quay stands empty", "The new quay is empty") == original
    assert after("debate.toml", "The harbour and its boats", "Boats") == original
    assert load_debate(folder).claim_set.hash == original


ANOTHER = "They left the river mouth because it silted up, not because of a grant."


def test_a_debate_with_a_problem_gives_nothing(tmp_path: Path) -> None:
    folder = copied(HARBOUR, tmp_path)
    debate: Debate | None = None
    replace(folder / "bank.jsonl", '"lang": "nl"', '"lang": "dutch"')
    with pytest.raises(BrokenDebateError) as raised:
        debate = load_debate(folder)
    assert debate is None
    assert raised.value.folder == folder
    assert [problem.where for problem in raised.value.problems] == ["harbour/bank.jsonl:9"]
    shutil.rmtree(folder)
    with pytest.raises(BrokenDebateError) as raised:
        load_debate(folder)
    assert [problem.key for problem in raised.value.problems] == ["lint.missing_file"]
