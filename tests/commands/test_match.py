"""`wederhoor match` by itself: one answer a line whatever the line holds, with quotes that stand in the source."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from typing import Any

import pytest

from tests.commands.conftest import Ran, Run
from tests.conftest import ROOT, WIJKAANPAK

KEYS = [
    "comment",
    "language",
    "outcome",
    "reason",
    "kind",
    "stance",
    "claim",
    "score",
    "margin",
    "answer_state",
    "quotes",
    "candidates",
    "rendered",
]
EXPERIMENT = (
    "Alle hulpverlening uit een wijk halen en dan maar kijken wat er gebeurt? "
    "Dat experiment kost mensenlevens, dat kun je niet maken."
)
OFF_TOPIC = "Iemand nog naar de wedstrijd vanavond? Ik heb twee kaartjes over."
LINES: dict[str, bytes] = {
    "a rebuttal": EXPERIMENT.encode(),
    "an empty line": b"",
    "blanks": b" \t ",
    "off topic": OFF_TOPIC.encode(),
    "20,000 characters": ("Altijd hetzelfde liedje met die wijken, geld erin en niets eruit. " * 303)[
        :20_000
    ].encode(),
    "one long word": b"w" * 20_000,
    "only emoji": "🎉🎉🏘️👩‍👩‍👧‍👦".encode(),
    "right to left": "الحي لم يتغير على الإطلاق منذ عشر سنوات".encode(),
    "a direction override": "abc \u202edcba\u202c en nog wat woorden erachter".encode(),
    "control characters": b"a\x07b\x1b[31m rood \x00 en \x7f weg \x0b \x0c hier",
    "other line separators": "een\u2028twee\u2029drie\x85vier".encode(),
    "a carriage return inside": b"voor\rna",
    "broken UTF-8": b"half \xc3 teken \xff\xfe en \xed\xa0\x80 weg",
    "a byte-order mark": b"\xef\xbb\xbfVijf gewone woorden op rij hier",
    "markup": "> geciteerd\u00a0deel ```code``` <@1234> https://example.org".encode(),
    "a template": b"{{ 7 * 7 }} {% for x in y %} \xee\x80\x800\xee\x80\x81",
    "JSON": b'{"comment": "x", "outcome": "reply"}',
    "English": b"Take all social workers out of a neighbourhood as an experiment? People would die of it.",
    "the rebuttal again": EXPERIMENT.encode(),
}


@pytest.fixture(scope="module")
def judged(run: Run, live: object) -> Ran:
    """All lines at once, through the real command, once the exemplars are encoded."""
    ran = run("match", "--json", given=b"\n".join(LINES.values()), apart=True)
    assert ran.code == 0, ran.err
    return ran


@pytest.fixture(scope="module")
def rows(judged: Ran) -> dict[str, dict[str, Any]]:
    """The answer to each line."""
    return dict(zip(LINES, judged.rows, strict=True))


def test_each_line_gets_one_answer_in_order_with_all_keys(judged: Ran, rows: dict[str, Any]) -> None:
    assert len(judged.out.splitlines()) == len(LINES)  # also for who splits at every separator
    for name, row in rows.items():
        assert [key for key in row if key in KEYS] == KEYS
        assert row["comment"] == LINES[name].decode("utf-8", "replace")


def test_the_values_are_of_their_kinds(rows: dict[str, Any]) -> None:
    for row in rows.values():
        assert row["outcome"] in {"reply", "suggest", "abstain"}
        assert (row["reason"] is None) == (row["outcome"] == "reply")
        assert row["kind"] in {"rebuttal", "quote", None}
        assert row["stance"] in {"disputes", "agrees", "asks", "unclear"}
        assert row["language"] in {"nl", "en", "und"}
        assert 0.0 <= row["margin"] <= row["score"] <= 1.0
        assert (row["rendered"] is not None) == (row["outcome"] == "reply")
        assert (row["answer_state"] is None) == (row["claim"] is None)
        assert len(row["candidates"]) in {0, 3}
        scores = [candidate["score"] for candidate in row["candidates"]]
        assert scores == sorted(scores, reverse=True)


def test_an_objection_gets_the_answer_and_what_is_off_topic_gets_silence(rows: dict[str, Any]) -> None:
    row = rows["a rebuttal"]
    assert (row["outcome"], row["claim"], row["language"]) == ("reply", "hulpverlening-weg", "nl")
    assert row["candidates"][0]["claim"] == "hulpverlening-weg"
    for quote in row["quotes"]:
        assert all(line in row["rendered"] for line in quote["text"].split("\n"))
        assert quote["speaker"] in row["rendered"]
    assert rows["English"]["language"] == "en"
    off = rows["off topic"]
    assert (off["outcome"], off["reason"], off["rendered"], off["quotes"]) == (
        "abstain",
        "off_topic",
        None,
        [],
    )


@pytest.mark.parametrize("name", ["an empty line", "blanks", "only emoji"])
def test_what_holds_no_words_is_met_with_silence(rows: dict[str, Any], name: str) -> None:
    row = rows[name]
    assert (row["outcome"], row["reason"], row["claim"], row["answer_state"]) == (
        "abstain",
        "no_own_words",
        None,
        None,
    )


@pytest.mark.feature("M12", "T3")
def test_every_quote_is_what_stands_in_the_source_file_at_its_code_points(rows: dict[str, Any]) -> None:
    files = {}
    for path in (WIJKAANPAK / "sources").glob("*.toml"):
        source = tomllib.loads(path.read_text("utf-8"))
        files[source["id"]] = (path.parent / source["file"]).read_bytes().decode("utf-8")
    quotes = [quote for row in rows.values() for quote in row["quotes"]]
    quotes += [q for row in rows.values() for candidate in row["candidates"] for q in candidate["quotes"]]
    assert len({(quote["source"], quote["start"]) for quote in quotes}) > 10
    for quote in quotes:
        assert quote["text"] == files[quote["source"]][quote["start"] : quote["end"]]
        assert quote["speaker"]


def test_the_same_comment_gets_the_same_answer_wherever_it_stands(rows: dict[str, Any]) -> None:
    assert rows["a rebuttal"] == rows["the rebuttal again"]


SCORES = ("score", "margin")


def _scores(row: dict[str, Any]) -> list[float]:
    parts = [row, *row["candidates"], *row["points"]]
    return [part[name] for part in parts for name in SCORES if name in part]


def _without_scores(found: Any) -> Any:
    if isinstance(found, dict):
        return {name: _without_scores(value) for name, value in found.items() if name not in SCORES}
    return [_without_scores(value) for value in found] if isinstance(found, list) else found


def test_a_batch_answers_as_a_line_alone_does(run: Run, rows: dict[str, Any]) -> None:
    for name in ("a rebuttal", "20,000 characters", "right to left"):
        (alone,) = run("match", "--json", given=LINES[name]).rows
        # Padding beside longer neighbours moves a score in its fifth decimal, and so its rounding; nothing else.
        assert _scores(alone) == pytest.approx(_scores(rows[name]), abs=2e-4)
        assert _without_scores(alone) == _without_scores(rows[name])
    as_words = run("match", "--json", *EXPERIMENT.split(" "))
    assert as_words.rows == [rows["a rebuttal"]]


def test_an_argument_that_is_no_text_is_answered_too(state) -> None:
    command = [sys.executable, "-m", "bot", "match", "--json", b"half \xc3 teken \xff"]
    environment = {"WEDERHOOR_STATE": str(state), "WEDERHOOR_MODEL": "light", "PATH": "", "LC_ALL": "C"}
    done = subprocess.run(command, capture_output=True, cwd=ROOT, env=environment, check=True)
    assert json.loads(done.stdout)["comment"] == "half \ufffd teken \ufffd"


def test_who_types_gets_an_answer_before_the_next_line(state) -> None:
    command = [sys.executable, "-m", "bot", "match", "--json"]
    environment = {"WEDERHOOR_STATE": str(state), "WEDERHOOR_MODEL": "light"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, env=environment
    ) as typing:
        assert typing.stdin
        assert typing.stdout
        for text in (EXPERIMENT, OFF_TOPIC):
            typing.stdin.write(f"{text}\n".encode())
            typing.stdin.flush()
            assert json.loads(typing.stdout.readline())["comment"] == text
        typing.stdin.close()
        assert typing.stdout.read() == b""
    assert typing.returncode == 0


def test_in_words_it_says_what_it_would_do_and_why(run: Run) -> None:
    ran = run("match", given=f"{EXPERIMENT}\n{OFF_TOPIC}\n", language="nl")
    first, *rest = ran.out.splitlines()
    assert first.startswith("→ antwoord · hulpverlening-weg")
    assert any(line.startswith("> ") for line in rest)
    assert rest[-1].startswith("→ stilte")
    assert "geen stelling gaat hierover" in rest[-1]


def test_a_debate_that_is_not_there_is_one_sentence(run: Run) -> None:
    ran = run("match", "--debate", "nowhere", "x")
    assert (ran.code, ran.out) == (1, "")
    assert "nowhere" in ran.err
    assert "wijkaanpak" in ran.err
