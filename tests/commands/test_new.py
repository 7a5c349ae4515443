"""`wederhoor new`: from a plain text to a folder that the check passes, and a list of what a human must decide."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from bot.core.claims import AnswerState
from bot.core.source import Role
from bot.debates import load_debate
from tests.commands.conftest import Ran, Run
from tests.debates.conftest import HARBOUR

NEW = Path(__file__).parents[1] / "debates" / "new"
TEXTS = {
    "molen": ("nl", "mijn bakker staat al maanden op de wachtlijst voor dat meel", "wachtlijst"),
    "library": ("en", "no machine will notice that somebody cannot find a book", "machine"),
    "speech": ("en", "nobody remembers what the soldiers said, only what they did here", "remember"),
}
"""Each text with its language, a comment, and a word of the passage that answers it."""


def make(run: Run, name: str, source: Path, to: Path, *more: str, **settings: object) -> Ran:
    return run("new", name, "--source", str(source), "--to", str(to), *more, model="light", **settings)


@pytest.mark.feature("T17")
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_becomes_a_debate_beside_another(run: Run, tmp_path: Path, name: str) -> None:
    """Dropped beside a debate that is there already, both are checked and both answer."""
    shutil.copytree(HARBOUR, tmp_path / "harbour")
    ran = make(run, name, NEW / f"{name}.txt", tmp_path)
    assert ran.code == 0, ran.err
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "harbour"])
    checked = run("check", debates=tmp_path)
    assert checked.code == 0, checked.out
    assert f"{name}: " in checked.out
    assert "harbour: " in checked.out
    language, comment, word = TEXTS[name]
    debate = load_debate(tmp_path / name)
    assert (debate.id, debate.language) == (name, language)
    (answer,) = run("match", "--json", "--debate", name, comment, debates=tmp_path, model="light").rows
    quotes = debate.claim_set.by_id[answer["candidates"][0]["claim"]].quotes
    assert word in " ".join(quote.text for quote in quotes)
    other = "Walk past on a Tuesday morning and tell me nobody ties up there."
    (answer,) = run("match", "--json", "--debate", "harbour", other, debates=tmp_path, model="light").rows
    assert answer["candidates"][0]["claim"] == "empty-quay"


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_is_put_into_anybodys_mouth(run: Run, tmp_path: Path, name: str) -> None:
    """Quotes and exemplars are the interviewees' words to the letter; our own sentences hold nothing of them."""
    assert make(run, name, NEW / f"{name}.txt", tmp_path).code == 0
    debate = load_debate(tmp_path / name)
    (source,) = debate.sources.values()
    for claim in debate.claim_set.claims:
        assert claim.quotes
        assert all(debate.speakers[quote.speaker].role is Role.INTERVIEWEE for quote in claim.quotes)
        assert not any(quote.text.rstrip('’”"').endswith("?") for quote in claim.quotes)
        (exemplar,) = claim.exemplars
        assert exemplar.text in [quote.text for quote in claim.quotes]
        assert claim.answer.state is AnswerState.NONE
        file = (tmp_path / name / "claims" / f"{claim.id}.toml").read_text("utf-8")
        assert file.count({"nl": "# CONCEPT", "en": "# DRAFT"}[debate.language]) == 3
        for statement in (claim.statement, *claim.translations.values()):
            assert statement.startswith(("[concept: ", "[draft: "))
            words = re.findall(r"\w+", statement.casefold())
            said = " ".join(re.findall(r"\w+", source.text.casefold()))
            names = {word for s in debate.speakers.values() for word in re.findall(r"\w+", s.name.casefold())}
            runs = [words[at : at + 4] for at in range(len(words) - 3)]
            assert not any(" ".join(four) in said for four in runs if not names & set(four))
    assert (tmp_path / name / "bank.jsonl").read_text() == ""
    assert not (tmp_path / name / "labelled").exists()


def test_the_list_names_what_was_guessed(run: Run, tmp_path: Path) -> None:
    ran = make(run, "lib", NEW / "library.txt", tmp_path)
    todo = (tmp_path / "lib" / "TODO.md").read_text("utf-8")
    text = (tmp_path / "lib" / "sources" / "interview.txt").read_text("utf-8")
    assert str(tmp_path / "lib" / "TODO.md") in ran.err
    assert "`tull` is Agnes Tull: interviewee" in todo
    (line,) = re.findall(r"line (\d+), “I still want a person", todo)
    assert text.split("\n")[int(line) - 1].startswith("I still want a person")
    source = (tmp_path / "lib" / "sources" / "interview.toml").read_text("utf-8")
    guessed = source.split("# A GUESS")[1].split("[[parts]]")[1]
    assert 'opens = "It began as a saving and' in guessed
    for claim in load_debate(tmp_path / "lib").claim_set.claims:
        assert f"`{claim.id}`" in todo
    assert "lines of each paragraph were joined" in todo


def test_the_list_speaks_the_language_of_the_terminal_and_the_drafts_that_of_the_text(
    run: Run, tmp_path: Path
) -> None:
    assert make(run, "molen", NEW / "molen.txt", tmp_path, language="en").code == 0
    assert (tmp_path / "molen" / "TODO.md").read_text("utf-8").startswith("# To do before")
    assert "# CONCEPT" in next((tmp_path / "molen" / "claims").iterdir()).read_text("utf-8")
    assert make(run, "lib", NEW / "library.txt", tmp_path, language="nl").code == 0
    assert (tmp_path / "lib" / "TODO.md").read_text("utf-8").startswith("# Te doen")
    assert "# DRAFT" in next((tmp_path / "lib" / "claims").iterdir()).read_text("utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"], ids=["unix", "windows"])
def test_a_text_may_be_saved_in_the_usual_ways(run: Run, tmp_path: Path, encoding: str, ending: str) -> None:
    text = (NEW / "molen.txt").read_text("utf-8")
    path = tmp_path / "saved.txt"
    path.write_bytes(text.replace("\n", ending).encode(encoding))
    assert make(run, "molen", path, tmp_path / "data").code == 0
    assert (tmp_path / "data" / "molen" / "sources" / "interview.txt").read_text("utf-8") == text


NO_TEXT = {
    "empty": (b"", "is empty"),
    "white": (b" \n\t\n", "is empty"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00", "no plain text"),
    "pdf": (b"%PDF-1.7\nsome text", "no plain text"),
    "html": (b"<!DOCTYPE html><p>Jansen: Ja, dat is de brug die wij bouwden.", "no plain text"),
    "broken": ("Jansen zegt: ja".encode("utf-16")[:-1], "no plain text"),
    "large": (b"a" * 2_000_001, "two megabytes"),
    "silent": (b"Milk\nBread\nCheese\n", "Nobody asserts"),
    "only questions": (
        b"Q: Why did you ever want this?\nA: What do you mean by that, my friend?\n",
        "Nobody asserts",
    ),
}


@pytest.mark.parametrize("name", NO_TEXT)
def test_what_is_no_text_is_told_in_one_sentence(run: Run, tmp_path: Path, name: str) -> None:
    content, told = NO_TEXT[name]
    path = tmp_path / "source.txt"
    path.write_bytes(content)
    ran = make(run, "x", path, tmp_path / "data")
    assert (ran.code, ran.out) == (1, "")
    assert len(ran.err.splitlines()) == 1
    assert told in ran.err
    assert str(path) in ran.err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("there", ["debate", "empty folder", "file", "dead link"])
def test_what_is_there_is_never_overwritten(run: Run, tmp_path: Path, there: str) -> None:
    place = tmp_path / "molen"
    if there == "debate":
        shutil.copytree(HARBOUR, place)
    elif there == "empty folder":
        place.mkdir()
    elif there == "file":
        place.write_text("mine")
    else:
        place.symlink_to(tmp_path / "nowhere")
    before = sorted(tmp_path.rglob("*"))
    ran = make(run, "molen", NEW / "molen.txt", tmp_path)
    assert ran.code == 1
    assert "left as it is" in ran.err
    assert len(ran.err.splitlines()) == 1
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["Molen", "--source", str(NEW / "molen.txt")], "no name for a debate"),
        (["../molen", "--source", str(NEW / "molen.txt")], "no name for a debate"),
        (["molen", "--source", str(NEW)], "no file"),
        (["molen", "--source", str(NEW / "molen.txt"), "--lang", "fr"], "“fr”"),
    ],
)
def test_a_wrong_request_is_told_before_anything_is_written(
    run: Run, tmp_path: Path, words: list[str], told: str
) -> None:
    ran = run("new", *words, "--to", str(tmp_path / "data"), model="light")
    assert ran.code == 1
    assert len(ran.err.splitlines()) == 1
    assert told in ran.err
    assert not (tmp_path / "data").exists()
