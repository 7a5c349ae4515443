"""Finding a quote where its speaker says it, or telling why it is not there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.core.claims import MOST_QUOTED, Quote
from bot.core.source import (
    QUOTABLE,
    Part,
    Source,
    Speaker,
    nearest_stretch,
    occurrences,
    sentence_spans,
)
from bot.debates.parts import Fault
from bot.debates.schema import QuoteEntry


@dataclass(frozen=True)
class Quotable:
    """The texts that may be quoted, and whose words are in them.

    What cannot be judged because of a fault that is told already makes no second one: quotes in a source that is
    missing, the borders of sentences in `unsure` parts, the `loose` stretches of a source that belong to no part.
    """

    sources: Mapping[str, Source]
    speakers: Mapping[str, Speaker]
    source_missing: bool
    unsure: Collection[Part]
    loose: Mapping[str, Sequence[tuple[int, int]]]

    def find(self, entry: QuoteEntry) -> Quote | Fault | None:
        """The quote, or what is wrong with it; None when a fault told elsewhere keeps it from being judged."""
        if len(entry.text) > MOST_QUOTED:
            return "quote_too_long", {"length": len(entry.text), "most": MOST_QUOTED}
        speaker = self.speakers[entry.speaker]
        faults: list[Fault] = []
        sources = [s for s in self.sources.values() if entry.source in (None, s.id)]
        for source in sources:
            for start in occurrences(source.text, entry.text):
                end = start + len(entry.text)
                part = source.part_at(start, end)
                if part is not None and part.speaker not in self.speakers:
                    return None
                if any(first < end and start < last for first, last in self.loose[source.id]):
                    return None
                fault = self._fault_at(source, part, start, end, speaker)
                if fault is None and part is not None:
                    return Quote(source.span(start, end), entry.text, entry.speaker, part)
                if fault:
                    faults.append(fault)
        if faults:  # of its own words before another's, so that the nearest repair is told
            return min(faults, key=lambda fault: _GRAVITY.index(fault[0]))
        return None if self.source_missing else _altered(entry, speaker, sources)

    def _fault_at(
        self, source: Source, part: Part | None, start: int, end: int, speaker: Speaker
    ) -> Fault | None:
        text = _short(source.text[start:end])
        if part is None:
            return "quote_crosses", {"text": text}
        if part.speaker != speaker.id:
            other = self.speakers[part.speaker].name
            return "misattributed", {"name": speaker.name, "text": text, "other": other}
        if speaker.role not in QUOTABLE:
            return "not_quotable", {"name": speaker.name, "role": speaker.role}
        inside = source.text[part.start : part.end]
        if part not in self.unsure and not _whole_sentences(inside, start - part.start, end - part.start):
            return "quote_cut_short", {}
        return None


_GRAVITY = ("not_quotable", "quote_cut_short", "misattributed", "quote_crosses")


def _altered(entry: QuoteEntry, speaker: Speaker, sources: Iterable[Source]) -> Fault:
    own = [s.text[p.start : p.end] for s in sources for p in s.parts if p.speaker == entry.speaker]
    near = nearest_stretch(own, entry.text)
    if near:
        return "altered_quote", {"name": speaker.name, "near": near}
    return "unknown_quote", {"text": _short(entry.text), "name": speaker.name}


def _whole_sentences(text: str, start: int, end: int) -> bool:
    starts, ends = _sentence_borders(text)
    return start in starts and end in ends


@lru_cache(maxsize=256)
def _sentence_borders(text: str) -> tuple[frozenset[int], frozenset[int]]:
    spans = sentence_spans(text)
    return frozenset(start for start, _ in spans), frozenset(end for _, end in spans)


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:77]}…"
