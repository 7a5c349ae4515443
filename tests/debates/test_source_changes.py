"""A source that changes breaks the quotes it touches, and no others."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.claims import Debate, Quote
from bot.core.source import AlteredSpanError, Part, Source
from bot.debates import load_debate
from tests.debates.conftest import BOTH, HARBOUR, WIJKAANPAK, bare, problems_of, quotes_written

BROKEN = {"lint.altered_quote", "lint.unknown_quote"}


def only_source(debate: Debate) -> Source:
    (source,) = debate.sources.values()
    return source


def quotes_of(debate: Debate) -> list[Quote]:
    return [quote for claim in debate.claim_set.claims for quote in (*claim.quotes, *claim.answer.quotes)]


def words_in(source: Source, parts: list[Part], every: int) -> Iterator[tuple[int, int]]:
    """Every so many words of these parts, as offsets."""
    found = [
        (part.start + word.start(), part.start + word.end())
        for part in parts
        for word in re.finditer(r"[^\W\d_]+", source.text[part.start : part.end])
    ]
    yield from found[::every]


def quoted_parts(debate: Debate) -> list[Part]:
    return list(dict.fromkeys(quote.part for quote in quotes_of(debate)))


@pytest.mark.feature("T3")
@pytest.mark.parametrize("change", ["another letter", "word left out", "word put in"])
@pytest.mark.parametrize(
    ("original", "every"), [(WIJKAANPAK, 23), (HARBOUR, 3)], ids=["wijkaanpak", "harbour"]
)
def test_a_change_of_the_text_breaks_exactly_the_quotes_it_touches(
    original: Path, every: int, change: str, tmp_path: Path
) -> None:
    folder = bare(original, tmp_path)
    debate = load_debate(folder)
    source = only_source(debate)
    (path,) = (folder / "sources").glob("*.txt")
    written = list(quotes_written(folder))
    quotes = sorted(quotes_of(debate), key=lambda quote: quote.span.start)
    touched_any = spared_all = False
    for start, end in words_in(source, quoted_parts(debate), every):
        if change == "another letter":
            letter = "x" if source.text[start] != "x" else "y"
            first, last, new = start, start + 1, letter
        elif change == "word left out":
            first, last, new = start, end, ""
        else:
            first, last, new = start, start, "niet "
        path.write_bytes((source.text[:first] + new + source.text[last:]).encode())
        if first == last and any(start in (quote.span.start, quote.part.start) for quote in quotes):
            continue  # between two sentences: it touches neither
        hit = {q.text for q in quotes if q.span.start < max(last, first + 1) and first < q.span.end}
        expected = {(f"{folder.name}/claims/{w.path.name}", w.line) for w in written if w.words in hit}
        problems = problems_of(folder)
        broken = {(p.path, p.line) for p in problems if p.key in BROKEN}
        assert broken == expected, (source.text[start:end], problems)
        # The first and last words of a part are quoted by the description of the source.
        others = {p.key for p in problems} - BROKEN
        assert others <= {"lint.part_opens", "lint.part_closes"}
        assert len(problems) - len(expected) <= 1
        touched_any |= bool(expected)
        spared_all |= not expected
    assert touched_any
    assert spared_all or original == HARBOUR


@pytest.mark.feature("T3", "M12")
@BOTH
def test_a_span_tells_that_its_words_were_altered(original: Path) -> None:
    debate = load_debate(original)
    source = only_source(debate)
    quotes = quotes_of(debate)
    for place, _ in words_in(source, quoted_parts(debate), 5):
        letter = "x" if source.text[place] != "x" else "y"
        altered = dataclasses.replace(source, text=source.text[:place] + letter + source.text[place + 1 :])
        for quote in quotes:
            if quote.span.start <= place < quote.span.end:
                with pytest.raises(AlteredSpanError) as raised:
                    altered.words(quote.span)
                assert raised.value.span == quote.span
            else:
                assert altered.words(quote.span) == quote.text


@pytest.mark.feature("T3")
def test_a_span_belongs_to_its_source() -> None:
    source = only_source(load_debate(HARBOUR))
    span = source.span(0, 10)
    other = dataclasses.replace(source, id="other")
    with pytest.raises(AlteredSpanError):
        other.words(span)
