"""Spans, sentences and the likest words of a source."""

from __future__ import annotations

import pytest

from bot.core.source import (
    AlteredSpanError,
    Kind,
    Part,
    Source,
    Span,
    digest,
    nearest_stretch,
    occurrences,
    sentence_spans,
)

TEXT = "A: Een twee.\nB: Drie vier."
SOURCE = Source(
    "s", TEXT, "T", "M", "2010", "nl", (Part(Kind.TURN, "a", 3, 12), Part(Kind.TURN, "b", 16, 26))
)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    ("start", "end", "speaker"),
    [
        (3, 12, "a"),
        (3, 4, "a"),
        (11, 12, "a"),
        (16, 26, "b"),
        (0, 12, None),  # the label too
        (3, 13, None),  # the end of the line too
        (3, 26, None),  # over the border
        (12, 16, None),  # between the two
    ],
)
def test_a_stretch_lies_in_one_part_or_in_none(start: int, end: int, speaker: str | None) -> None:
    part = SOURCE.part_at(start, end)
    assert (part.speaker if part else None) == speaker


@pytest.mark.feature("T3")
def test_a_span_proves_its_words() -> None:
    span = SOURCE.span(3, 12)
    assert span == Span("s", 3, 12, digest("Een twee."))
    assert SOURCE.words(span) == "Een twee."
    for wrong in (
        Span("other", 3, 12, span.digest),
        Span("s", 4, 12, span.digest),
        Span("s", 3, 13, span.digest),
        Span("s", 3, 12, digest("Een twee!")),
        Span("s", 300, 400, span.digest),
    ):
        with pytest.raises(AlteredSpanError) as raised:
            SOURCE.words(wrong)
        assert raised.value.span == wrong


def test_every_place_of_the_words_is_found() -> None:
    assert occurrences("ja ja ja", "ja") == [0, 3, 6]
    assert occurrences("aaa", "aa") == [0, 1]
    assert occurrences("nee", "ja") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n ", []),
        ("Een. Twee! Drie?", ["Een.", "Twee!", "Drie?"]),
        ("  Een.   Twee  ", ["Een.", "Twee"]),
        ("Een… Twee?! Drie", ["Een…", "Twee?!", "Drie"]),
        ("Een.\n\n  Twee", ["Een.", "Twee"]),
        ("Een\nTwee", ["Een", "Twee"]),
        ("Hij zei: ‘Nee.’ Toen niets.", ["Hij zei: ‘Nee.’", "Toen niets."]),
        (
            "Gevolg: niets; of, beter, minder – veel minder.",
            ["Gevolg: niets; of, beter, minder – veel minder."],
        ),
        ("(Zie boven.) “Nee!” En zo’n ding.", ["(Zie boven.)", "“Nee!”", "En zo’n ding."]),
        ("Zie www.tss.nl of 3.5 of a.b. klaar", ["Zie www.tss.nl of 3.5 of a.b.", "klaar"]),
        ("Een.\u00a0Twee.", ["Een.", "Twee."]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_the_likest_words_are_found_in_any_text_and_of_any_length() -> None:
    texts = [
        "Geheel iets anders.",
        "Nee. De trein komt nooit op tijd aan. Dat is zo. Ja. Nee. Wel. Toch. Zo is het.",
    ]
    assert nearest_stretch(texts, "De trein komt nooit op tijd an.") == "De trein komt nooit op tijd aan."
    assert nearest_stretch(texts, texts[1].replace("zo.", "zoo.")) == texts[1]
    assert nearest_stretch(texts, "Volstrekt niet te vinden, dit.") is None
    assert nearest_stretch([], "Ja.") is None
    assert nearest_stretch([""], "Ja.") is None


def test_the_order_of_the_letters_counts() -> None:
    # The first text has all the letters of the wanted one, the second has them in order.
    wanted = "De prijs van de wijk is hoog."
    turned = "De wijk van de hoog is prijs."
    assert (
        nearest_stretch([turned, "De prijs van de wijk is laag."], wanted) == "De prijs van de wijk is laag."
    )
