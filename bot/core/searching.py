"""Finding words in what may be quoted: the claims' quotations and the sentences of the interviewees."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from bot.core.claims import Debate, Quote
from bot.core.source import QUOTABLE, Kind, Span, sentence_spans

_SAID = (Kind.TURN, Kind.REPLY)
_WORD = re.compile(r"\w+")
_LEAST_INSIDE = 4
"""A shorter word is not looked for inside longer ones."""

_WHOLE, _BEGINNING, _INSIDE = 3, 2, 1


class Search:
    """The passages of one debate, ready to be searched."""

    def __init__(self, debate: Debate) -> None:
        self.debate = debate
        self.passages = tuple(_passages(debate))
        self._by_place = {(q.span.source, q.span.start, q.span.end): q for q in self.passages}
        self._words = [_words(quote.text) for quote in self.passages]

    def at(self, source: str, start: int, end: int) -> Quote | None:
        """The passage at that place, if it is one of ours."""
        return self._by_place.get((source, start, end))

    def find(self, typed: str, most: int) -> list[Quote]:
        """The passages that hold every word that was typed, the closest first; without words the first ones."""
        wanted = _words(typed)
        ranked: list[tuple[int, int]] = []
        for number, words in enumerate(self._words):
            points = [_points(word, words) for word in wanted]
            if all(points):
                ranked.append((-sum(points), number))
        return [self.passages[number] for _, number in sorted(ranked)[:most]]


def _passages(debate: Debate) -> Iterator[Quote]:
    quoted = list(dict.fromkeys(q for claim in debate.claim_set.claims for q in claim.passages))
    yield from quoted
    shown = [quote.span for quote in quoted]
    for source in debate.sources.values():
        for part in source.parts:
            if part.kind not in _SAID or debate.speakers[part.speaker].role not in QUOTABLE:
                continue
            for first, last in sentence_spans(source.text[part.start : part.end]):
                span = source.span(part.start + first, part.start + last)
                if not any(_within(span, other) for other in shown):
                    yield debate.quote(span)


def _within(span: Span, other: Span) -> bool:
    return span.source == other.source and other.start <= span.start and span.end <= other.end


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _WORD.findall("".join(sign for sign in plain if not unicodedata.combining(sign)))


def _points(wanted: str, words: Iterable[str]) -> int:
    """How well a word occurs among others: whole, as a beginning, inside a longer one, or not at all."""
    best = 0
    for word in words:
        if word == wanted:
            return _WHOLE
        if word.startswith(wanted):
            best = max(best, _BEGINNING)
        elif len(wanted) >= _LEAST_INSIDE and wanted in word:
            best = max(best, _INSIDE)
    return best
