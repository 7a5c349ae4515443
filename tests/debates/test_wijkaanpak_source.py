"""The first source, byte for byte, and its traps."""

from __future__ import annotations

import hashlib
import re

import pytest

from bot.core.claims import Debate
from bot.core.source import Kind, Part, Role, Source
from bot.debates import load_debate
from tests.debates.conftest import WIJKAANPAK

# Read off the published text: speaker, start, end, first and last words, whether the quotation closes.
TURNS = [
    ("brandsen", 1104, 1386, "Er is natuurlijk", "ook niet gebeuren.", True),
    ("helderman", 1414, 1637, "Omdat het logisch", "gemeente, het onderwijs.", True),
    ("brandsen", 1650, 1829, "Als je zo’n", "het gaat mislukken.", True),
    ("helderman", 1843, 1967, "Dat is volstrekt", "kennis gaat denken.", True),
    ("brandsen", 2045, 2374, "In een van", "hij had gezegd.", True),
    ("helderman", 2388, 2776, "Een van de", "de organisatie gemaakt.", True),
    ("brandsen", 2789, 3033, "Achter de voordeur", "soort kapitaalvernietiging doorgaan?", True),
    ("helderman", 3155, 3211, "Waarschijnlijk zijn die", "op te lossen.", True),
    ("brandsen", 3224, 3455, "Die ambitie van", "partijen te tillen.", True),
    ("brandsen", 3535, 3830, "Dat is ook", "sectoren gaan samenwerken.", True),
    ("helderman", 3844, 3946, "En als je", "er gewoon bij.", True),
    ("brandsen", 3959, 4082, "Dan moeten we", "regie heeft: dodelijk.", True),
    ("helderman", 4164, 4437, "Heel origineel zijn", "de street-level professional.", True),
    ("brandsen", 4450, 4707, "Organiseer dat mensen", "van een sportclub.", True),
    ("helderman", 4721, 5072, "Maar ook hier", "je het dood.", False),
    ("brandsen", 5084, 5379, "Het zou een", "toch moeten doorbreken.", True),
    ("helderman", 5485, 5733, "Natuurlijk zijn daar", "bescheiden, vruchtbare manier.", True),
    ("brandsen", 5746, 6165, "Je hebt in", "gebleven. Tien jaar!", True),
    ("brandsen", 6359, 6603, "De simpelheid van", "de eigen organisatie.", True),
]


@pytest.fixture(scope="module")
def debate() -> Debate:
    return load_debate(WIJKAANPAK)


@pytest.fixture(scope="module")
def source(debate: Debate) -> Source:
    return debate.sources["interview"]


def of_kind(source: Source, *kinds: Kind) -> list[Part]:
    return [part for part in source.parts if part.kind in kinds]


def words(source: Source, part: Part) -> str:
    return source.text[part.start : part.end]


def test_the_text_is_the_published_one(source: Source) -> None:
    raw = (WIJKAANPAK / "sources" / "interview.txt").read_bytes()
    assert (
        hashlib.sha256(raw).hexdigest() == "78d83f0d14b43cb0221f2add50f15682db3641c1ba62bd2fc294f77d4060d70a"
    )
    assert source.text.encode() == raw
    assert len(source.text) == 11_578


def test_there_are_nineteen_turns(source: Source) -> None:
    speakers = [part.speaker for part in of_kind(source, Kind.TURN)]
    assert (len(speakers), speakers.count("brandsen"), speakers.count("helderman")) == (19, 11, 8)


@pytest.mark.parametrize("number", range(len(TURNS)))
def test_a_turn_has_its_exact_offsets(source: Source, number: int) -> None:
    speaker, start, end, first, last, closes = TURNS[number]
    turn = of_kind(source, Kind.TURN)[number]
    assert (turn.speaker, turn.start, turn.end) == (speaker, start, end)
    assert source.text[start:end].startswith(first)
    assert source.text[start:end].endswith(last)
    label = f"{speaker.capitalize()}: ‘"
    assert source.text[start - len(label) : start] == label
    assert source.text[end] == ("’" if closes else "\n")


def test_one_turn_never_closes_its_quotation_and_ends_all_the_same(source: Source) -> None:
    (number,) = [number for number, turn in enumerate(TURNS) if not turn[5]]
    turn, following = of_kind(source, Kind.TURN)[number : number + 2]
    assert words(source, turn).endswith("Als je daar veel geld tegenaan gooit, gooi je het dood.")
    assert source.text[turn.end : following.start] == "\nBrandsen: ‘"
    assert source.part_at(turn.start, following.start + 10) is None


def test_an_apostrophe_ends_no_turn(source: Source) -> None:
    at = source.text.index("zo’n groot programma")
    part = source.part_at(at, source.text.index("dat het gaat mislukken."))
    assert part is not None
    assert (part.kind, part.speaker) == (Kind.TURN, "brandsen")
    assert words(source, part).startswith("Als je zo’n groot programma")


def test_quotation_marks_need_not_balance(source: Source) -> None:
    reply = words(source, *of_kind(source, Kind.REPLY))
    assert (reply.count("“"), reply.count("”")) == (1, 2)
    assert "(“De alledaagse en de geplande stad”) ondersteunen" in reply
    assert "Fatale remedies: over de onbedoelde gevolgen van beleid en kennis”. We staan" in reply
    assert "‘theoretisch kader’ maar" in reply


def test_no_break_spaces_stay_in_the_text_and_out_of_the_parts(source: Source) -> None:
    places = [found.start() for found in re.finditer("\xa0", source.text)]
    assert places == [1091, 3036, 4085]
    assert all(source.part_at(place, place + 1) is None for place in places)
    questions = [words(source, part) for part in of_kind(source, Kind.QUESTION)]
    assert any(question.startswith("Maar deze verhalen hoorden we") for question in questions)
    assert any(question.endswith("honderden miljoenen.") for question in questions)


def test_the_page_counts_five_comments_and_four_are_there(source: Source) -> None:
    assert "Reacties op dit artikel (5)" in source.text
    comments = of_kind(source, Kind.COMMENT, Kind.REPLY)
    assert [(part.number, part.speaker) for part in comments] == [
        (1, "lezer-1"),
        (2, "lezer-2"),
        (3, "helderman"),
        (4, "lezer-4"),
    ]
    for part in comments:
        assert source.text[: part.start].endswith(f"\n {part.number}. ")


def test_the_third_comment_is_a_reply_and_its_author_is_inferred(debate: Debate, source: Source) -> None:
    (reply,) = of_kind(source, Kind.REPLY)
    assert (reply.number, reply.speaker, reply.inferred) == (3, "helderman", True)
    assert "met Taco Brandsen en mij" in words(source, reply)
    assert words(source, reply).startswith("Ons onderzoek naar de wijkaanpak, en vooral")
    assert words(source, reply).endswith("De discussie wordt ongetwijfeld vervolgd!")
    assert [part for part in source.parts if part.inferred] == [reply]
    readers = {part.speaker for part in of_kind(source, Kind.COMMENT)}
    assert {debate.speakers[reader].role for reader in readers} == {Role.READER}


def test_every_word_belongs_to_a_part(source: Source) -> None:
    borders = [0, *(edge for part in source.parts for edge in (part.start, part.end)), len(source.text)]
    assert borders == sorted(borders)
    between = [source.text[a:b] for a, b in zip(borders[::2], borders[1::2], strict=True)]
    allowed = re.compile(r"’?\s*(?:(?:Brandsen|Helderman): ‘|[1-4]\. )?")
    assert [stretch for stretch in between if not allowed.fullmatch(stretch)] == []


def test_the_interviewers_words_in_quotation_marks_are_the_interviewers(source: Source) -> None:
    said = "‘Als de bewoners zelf niet in beweging komen, is er niet zo veel aan de hand’ – echt waar?"
    at = source.text.index(said)
    part = source.part_at(at, at + len(said))
    assert part is not None
    assert (part.kind, part.speaker) == (Kind.QUESTION, "peeters")


@pytest.mark.feature("T3")
def test_every_quote_carries_its_place_and_its_hash(debate: Debate, source: Source) -> None:
    quotes = [quote for claim in debate.claim_set.claims for quote in claim.passages]
    assert len(quotes) > 30
    for quote in quotes:
        span = quote.span
        assert span.source == "interview"
        assert source.text[span.start : span.end] == quote.text
        assert hashlib.sha256(quote.text.encode()).hexdigest().startswith(span.digest)
        assert len(span.digest) == 16
        part = source.part_at(span.start, span.end)
        assert part == quote.part
        assert part is not None
        assert part.speaker == quote.speaker
