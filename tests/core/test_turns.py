"""Whose words run from where to where in a plain text: exactly, and what is a guess is told as one."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from bot.core.layout import unwrapped
from bot.core.names import Placeholders
from bot.core.source import Kind, Role
from bot.core.turns import Doubt, Reading, Shape, read_turns
from bot.debates import load_debate
from tests.conftest import WIJKAANPAK
from tests.debates.conftest import HARBOUR

NAMES = Placeholders("the editors", "the interviewer", "the speaker", "reader")
NEW = Path(__file__).parents[1] / "debates" / "new"


def shown(text: str, reading: Reading) -> list[tuple[str, str, str]]:
    """Each part as kind, speaker and words."""
    return [(str(part.kind), part.speaker, text[part.start : part.end]) for part in reading.parts]


def read(text: str) -> list[tuple[str, str, str]]:
    return shown(text, read_turns(text, NAMES))


def test_the_first_debate_is_read_as_people_read_it() -> None:
    """All parts of the hand-made description, to the letter, but that comment 3 is left for a human to give away."""
    source = load_debate(WIJKAANPAK).sources["interview"]
    reading = read_turns(source.text, NAMES)
    mine = [(part.kind, part.start, part.end) for part in reading.parts]
    kinds = {Kind.REPLY: Kind.COMMENT}
    assert mine == [(kinds.get(part.kind, part.kind), part.start, part.end) for part in source.parts]
    theirs = {"redactie": "editors", "lezer-1": "reader-1", "lezer-2": "reader-2", "lezer-4": "reader-4"}
    for part, other in zip(reading.parts, source.parts, strict=True):
        expected = "reader-3" if other.kind is Kind.REPLY else theirs.get(other.speaker, other.speaker)
        assert part.speaker == expected
    (reply,) = [part for doubt, part in reading.doubts if doubt is Doubt.SIGNED]
    assert reply.number == 3
    names = {speaker.name for speaker in reading.speakers}
    assert {"Taco Brandsen", "Jan-Kees Helderman", "Piet-Hein Peeters"} <= names


def test_initials_and_capitals_are_names_too() -> None:
    debate = load_debate(HARBOUR)
    source = debate.sources["tideline"]
    reading = read_turns(source.text, NAMES)
    theirs = [(p.start, p.end) for p in source.parts if p.kind is not Kind.NOTE]
    assert [(p.start, p.end) for p in reading.parts if p.kind is not Kind.NOTE] == theirs
    assert {s.name for s in reading.speakers if s.role is Role.INTERVIEWEE} == {
        "Ruth Morgan",
        "Daniel Okafor",
    }
    assert {s.name for s in reading.speakers if s.role is Role.READER} == {"Anna", "P. Lowe", "reader 3"}
    # "Reply by Daniel Okafor" and "In reply to Daniel Okafor" look alike, so a reader it is.
    assert [(doubt, part.number) for doubt, part in reading.doubts] == [(Doubt.SIGNED, 3)]


@pytest.mark.parametrize("width", [60, 100])
def test_lines_broken_to_a_width_are_the_same_text(width: int) -> None:
    text = (HARBOUR / "sources" / "tideline.txt").read_text("utf-8")
    paragraphs = [textwrap.fill(line, width, break_on_hyphens=False) for line in text.split("\n")]
    broken = unwrapped("\n".join(paragraphs))
    assert read(broken) == read(text)


def test_a_text_with_a_paragraph_a_line_is_left_as_it_is() -> None:
    for path in (WIJKAANPAK / "sources" / "interview.txt", NEW / "molen.txt", NEW / "speech.txt"):
        text = path.read_text("utf-8")
        assert unwrapped(text) == text


def test_names_on_lines_of_their_own() -> None:
    text = unwrapped((NEW / "library.txt").read_text("utf-8"))
    reading = read_turns(text, NAMES)
    said = [(p.kind, p.speaker) for p in reading.parts if p.kind in (Kind.TURN, Kind.QUESTION)]
    answers = ["tull", "rana", "tull", "rana", "tull", "rana"]
    assert [speaker for kind, speaker in said if kind is Kind.TURN] == answers
    assert [speaker for kind, speaker in said if kind is Kind.QUESTION] == ["holm"] * 5
    (doubt, part) = reading.doubts[0]
    assert (len(reading.doubts), doubt) == (1, Doubt.CONTINUED)
    assert text[part.start : part.end].startswith("I still want a person")


def test_a_speech_is_a_turn_a_paragraph() -> None:
    text = (NEW / "speech.txt").read_text("utf-8")
    reading = read_turns(text, NAMES)
    assert reading.shape is Shape.SPEECH
    kinds = [part.kind for part in reading.parts]
    assert kinds == [Kind.HEADING, Kind.STANDFIRST, Kind.TURN, Kind.TURN, Kind.TURN]
    assert {s.name for s in reading.speakers} == {"Abraham Lincoln", "the editors"}


def test_questions_alone_make_an_interview() -> None:
    text = (
        "Het veer\n\nEen gesprek op de kade.\n\nHoe lang vaart u al?\n\nDertig jaar. Ik begon bij mijn vader.\n\n"
        "Is het veel veranderd?\n\nVroeger waren er boeren.\n\nNu zijn er fietsers.\n\nEn morgen?\n\nMorgen vaar ik."
    )
    reading = read_turns(text, NAMES)
    assert reading.shape is Shape.QUESTIONS
    assert shown(text, reading)[2:] == [
        ("question", "interviewer", "Hoe lang vaart u al?"),
        ("turn", "speaker", "Dertig jaar. Ik begon bij mijn vader."),
        ("question", "interviewer", "Is het veel veranderd?"),
        ("turn", "speaker", "Vroeger waren er boeren.\n\nNu zijn er fietsers."),
        ("question", "interviewer", "En morgen?"),
        ("turn", "speaker", "Morgen vaar ik."),
    ]


QA = (
    "Title of it\n\nQ: Why?\nA: Because I say so.\n\nI always do.\n\n"
    "Q: And then?\nA: ‘Then’ is a word.\n\nThe end of it."
)
NO_BLANKS = (
    "Wie bent u?\nJansen: Ik ben het.\nEn wat wilt u.\nJansen: ‘Dat zo’n brug “open” gaat.’\n"
    "En dan?\nJansen: Klaar."
)
LONG_NAME = "Ja?\nJan van der Berg: Zeker.\nNee?\nJan van der Berg: Ook."
LEFT_OPEN = "Ja?\nJansen: ‘Dat duurt nog jaren.\nNee?\nJansen: ‘Zo’n jaar of drie’ zei hij."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            QA,
            [
                ("heading", "editors", "Title of it"),
                ("question", "interviewer", "Why?"),
                ("turn", "speaker", "Because I say so.\n\nI always do."),
                ("question", "interviewer", "And then?"),
                ("turn", "speaker", "‘Then’ is a word."),
                ("note", "editors", "The end of it."),
            ],
        ),
        (
            NO_BLANKS,
            [
                ("question", "interviewer", "Wie bent u?"),
                ("turn", "jansen", "Ik ben het."),
                ("question", "interviewer", "En wat wilt u."),
                ("turn", "jansen", "Dat zo’n brug “open” gaat."),
                ("question", "interviewer", "En dan?"),
                ("turn", "jansen", "Klaar."),
            ],
        ),
        (
            LONG_NAME,
            [
                ("question", "interviewer", "Ja?"),
                ("note", "editors", "Jan van der Berg:"),
                ("turn", "berg", "Zeker."),
                ("question", "interviewer", "Nee?"),
                ("note", "editors", "Jan van der Berg:"),
                ("turn", "berg", "Ook."),
            ],
        ),
        (
            LEFT_OPEN,
            [
                ("question", "interviewer", "Ja?"),
                ("turn", "jansen", "Dat duurt nog jaren."),
                ("question", "interviewer", "Nee?"),
                ("turn", "jansen", "‘Zo’n jaar of drie’ zei hij."),
            ],
        ),
    ],
    ids=["Q and A", "no empty lines", "a name of four words", "quotation marks left open"],
)
def test_the_parts_of_small_texts(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert read(text) == expected


def test_what_has_no_name_before_a_name_is_never_an_interviewees() -> None:
    """The words of an interviewer in an interviewee's mouth are the worst that can happen."""
    text = "Eerst.\n\nJansen: Ja.\n\nU overdrijft.\n\nJansen: Nee."
    reading = read_turns(text, NAMES)
    assert shown(text, reading)[2] == ("question", "interviewer", "U overdrijft.")
    assert [doubt for doubt, _ in reading.doubts] == [Doubt.QUESTION]


def test_a_word_with_a_colon_is_no_speaker() -> None:
    text = (NEW / "speech.txt").read_text("utf-8").replace("Now we are", "Remember: now we are")
    reading = read_turns(text, NAMES)
    assert reading.shape is Shape.SPEECH
    assert re.search("Remember: now", text[reading.parts[3].start : reading.parts[3].end])
