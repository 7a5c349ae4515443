"""Only what an interviewee or the editors said, as they said it, passes as a quotation."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.source import Kind, Role, Source, sentence_spans
from bot.debates import BrokenDebateError, load_debate
from tests.debates.conftest import (
    BOTH,
    WIJKAANPAK,
    about_quotes_alone,
    bare,
    line_of,
    only_claim,
    problems_of,
    quote,
    quotes_written,
)

RESIDENTS = "Als de bewoners zelf niet in beweging komen, is er niet zo veel aan de hand"
PEOPLE = "Als mensen zelf niet in beweging komen, is er blijkbaar niet zo veel aan de hand."
EXPERIMENT = "Het zou een boeiend experiment zijn om eens alle hulpverlening uit een wijk te halen"
TABLES = pytest.mark.parametrize("table", ["quotes", "answer.quotes"])


@pytest.fixture(scope="module")
def source() -> Source:
    return load_debate(WIJKAANPAK).sources["interview"]


def said(source: Source, speaker: str, *kinds: Kind) -> list[str]:
    """The sentences of a speaker in these kinds of parts."""
    parts = [part for part in source.parts if part.speaker == speaker and part.kind in kinds]
    texts = [source.text[part.start : part.end] for part in parts]
    return [text[start:end] for text in texts for start, end in sentence_spans(text)]


def claimed(folder: Path, texts: list[str], speaker: str, table: str) -> Path:
    """The debate with one claim, in which the speaker is to have said these texts."""
    written = "".join(quote(text, speaker, table) for text in texts)
    return only_claim(folder, *(("", written) if table == "answer.quotes" else (written, "")))


def refused(folder: Path, texts: list[str], speaker: str, table: str, key: str) -> list[dict[str, str]]:
    """The values told of each of these quotes, after checking that each is refused on its own line."""
    problems = problems_of(claimed(folder, texts, speaker, table))
    probe = folder / "claims" / "probe.toml"
    assert [problem.key for problem in problems] == [f"lint.{key}"] * len(texts)
    assert [problem.line for problem in problems] == [
        line_of(probe, f'text = "{text[:60]}') for text in texts
    ]
    with pytest.raises(BrokenDebateError):
        load_debate(folder)
    return [dict(problem.values) for problem in problems]


@pytest.mark.feature("M12", "T2")
@TABLES
@pytest.mark.parametrize("ending", ["", "’", "’ – echt waar?"])
def test_the_interviewers_summary_is_not_brandsens_sentence(
    wijkaanpak: Path, table: str, ending: str
) -> None:
    (told,) = refused(wijkaanpak, [RESIDENTS + ending], "brandsen", table, "misattributed")
    assert (told["name"], told["other"]) == ("Taco Brandsen", "Piet-Hein Peeters")
    assert RESIDENTS[:70] in told["text"]


@pytest.mark.feature("M12")
@TABLES
def test_with_a_full_stop_it_is_nobodys_and_the_true_words_are_told(wijkaanpak: Path, table: str) -> None:
    (told,) = refused(wijkaanpak, [f"{RESIDENTS}."], "brandsen", table, "altered_quote")
    assert told == {"name": "Taco Brandsen", "near": PEOPLE}


@TABLES
def test_what_brandsen_said_passes(wijkaanpak: Path, table: str) -> None:
    debate = load_debate(claimed(wijkaanpak, [PEOPLE], "brandsen", table))
    (found,) = debate.claim_set.by_id["probe"].passages
    assert (found.text, found.speaker, found.part.kind) == (PEOPLE, "brandsen", Kind.TURN)


@pytest.mark.feature("M12", "T2")
@TABLES
@pytest.mark.parametrize("speaker", ["brandsen", "helderman"])
@pytest.mark.parametrize("number", [1, 2, 4])
def test_no_sentence_of_a_reader_is_a_researchers(
    wijkaanpak: Path, source: Source, number: int, speaker: str, table: str
) -> None:
    sentences = said(source, f"lezer-{number}", Kind.COMMENT)
    assert len(sentences) >= 2
    told = refused(wijkaanpak, sentences, speaker, table, "misattributed")
    assert {values["other"] for values in told} == {f"lezer {number}"}


@pytest.mark.feature("M12", "T2")
@TABLES
@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_reader_is_not_quoted_under_their_own_name(
    wijkaanpak: Path, source: Source, number: int, table: str
) -> None:
    sentences = said(source, f"lezer-{number}", Kind.COMMENT)
    told = refused(wijkaanpak, sentences, f"lezer-{number}", table, "not_quotable")
    assert {values["role"] for values in told} == {Role.READER}


@pytest.mark.feature("M12", "T2")
@pytest.mark.parametrize(
    ("speaker", "other", "name"),
    [
        ("brandsen", "helderman", "Jan-Kees Helderman"),
        ("helderman", "brandsen", "Taco Brandsen"),
        ("brandsen", "peeters", "Piet-Hein Peeters"),
        ("helderman", "peeters", "Piet-Hein Peeters"),
        ("brandsen", "redactie", "TSS"),
        ("helderman", "redactie", "TSS"),
    ],
)
def test_no_sentence_of_one_is_the_others(
    wijkaanpak: Path, source: Source, speaker: str, other: str, name: str
) -> None:
    kinds = (Kind.TURN, Kind.REPLY, Kind.QUESTION, Kind.STANDFIRST)
    sentences = list(dict.fromkeys(said(source, other, *kinds)))
    assert len(sentences) > 5
    told = refused(wijkaanpak, sentences, speaker, "quotes", "misattributed")
    assert {values["other"] for values in told} == {name}


@pytest.mark.feature("M12", "T2")
@TABLES
def test_the_standfirsts_cut_short_line_is_not_brandsens(wijkaanpak: Path, table: str) -> None:
    (told,) = refused(wijkaanpak, [f"{EXPERIMENT}."], "brandsen", table, "misattributed")
    assert (told["name"], told["other"]) == ("Taco Brandsen", "TSS")
    refused(wijkaanpak, [f"{EXPERIMENT}.’"], "brandsen", table, "misattributed")
    refused(wijkaanpak, [EXPERIMENT], "brandsen", table, "quote_cut_short")
    whole = f"{EXPERIMENT} en te kijken wat er dan gebeurt."
    assert problems_of(claimed(wijkaanpak, [whole], "brandsen", table)) == []


@pytest.mark.feature("M12")
@pytest.mark.parametrize(
    "altered",
    [
        # a straight apostrophe
        "Als je zo'n groot programma als de wijkaanpak ontwikkelt, als al die partijen gaan zeggen dat ze"
        " samen de wijk gaan verbeteren, dan weet je eigenlijk zeker dat het gaat mislukken.",
        "En dat gaat ook niet gebeuren!",
        "En  dat gaat ook niet gebeuren.",
        "En dat\u00a0gaat ook niet gebeuren.",
        "En dat gaat ook niet ge\u00adbeuren.",
        "en dat gaat ook niet gebeuren.",
        "En dat gaat niet ook gebeuren.",
        "En dat gaat ook gebeuren.",
        "En dat gaat ook niet gebeuren",
    ],
)
def test_nothing_but_the_very_characters_passes(wijkaanpak: Path, altered: str) -> None:
    (problem,) = problems_of(claimed(wijkaanpak, [altered], "brandsen", "quotes"))
    assert problem.key in {"lint.altered_quote", "lint.quote_cut_short"}


@pytest.mark.feature("M12", "T2")
@BOTH
def test_one_letter_altered_in_any_quote_is_told_with_the_true_words(original: Path, tmp_path: Path) -> None:
    folder = bare(original, tmp_path / "whole")
    quotes = list(quotes_written(folder))
    assert len(quotes) > 5
    for written in quotes:
        # Only this claim stands in the folder, so that each reading is quick.
        single = tmp_path / "single" / folder.name
        if not single.exists():
            about_quotes_alone(bare(original, single.parent))
        for path in (single / "claims").iterdir():
            path.unlink()
        claim = single / "claims" / written.path.name
        letters = [place for place, letter in enumerate(written.words) if letter.isalpha()]
        for place in {letters[0], letters[len(letters) // 2], letters[-1]}:
            claim.write_bytes(written.path.read_bytes())
            letter = "x" if written.words[place] != "x" else "y"
            written.into(claim).rewrite(written.words[:place] + letter + written.words[place + 1 :])
            problems = problems_of(single)
            assert [(p.key, p.where) for p in problems] == [
                ("lint.altered_quote", f"{folder.name}/claims/{claim.name}:{written.line}")
            ]
            assert dict(problems[0].values)["near"] == written.words
            with pytest.raises(BrokenDebateError):
                load_debate(single)


def test_a_whole_sentence_elsewhere_excuses_the_same_words_cut_short(harbour: Path) -> None:
    # "It stands empty." ends a sentence of the first turn and is a sentence in the second.
    text = harbour / "sources" / "tideline.txt"
    text.write_text(
        text.read_text("utf-8").replace("And those two", "it stands empty. And those two"), "utf-8"
    )
    parts = harbour / "sources" / "tideline.toml"
    parts.write_text(parts.read_text("utf-8").replace('"And those two"', '"it stands empty."'), "utf-8")
    debate = load_debate(only_claim(harbour, quote("it stands empty.", "okafor")))
    (found,) = debate.claim_set.by_id["probe"].quotes
    assert found.part.speaker == "okafor"
    (problem,) = problems_of(only_claim(harbour, quote("it stands empty.", "morgan")))
    assert problem.key == "lint.quote_cut_short"


def test_the_likest_words_are_told_though_an_earlier_turn_is_like_them_too(harbour: Path) -> None:
    (problem,) = problems_of(
        only_claim(harbour, quote("The quay is finished in time and it stands empty.", "morgan"))
    )
    assert dict(problem.values)["near"] == "The quay was finished on time and it stands empty."
    long = (
        "Start with one boat and one buyer! If that works, you add a second. It is dull, and that is why"
        " nobody wants to pay for it."
    )
    (problem,) = problems_of(only_claim(harbour, quote(long, "morgan")))
    assert dict(problem.values)["near"] == long.replace("!", ".")
