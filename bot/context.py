"""Around a quotation: the question that was asked and the paragraph in which the words stand."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.claims import Debate, Quote
from bot.core.source import Kind, Part, Source, Span, sentence_spans
from bot.wording import Rendered, Wording

CONTEXT_LIMIT = 1800
"""What the passages of a context may take; the rest is for its heading."""


def compose_context(debate: Debate, wording: Wording, spans: Sequence[Span]) -> Rendered:
    """What was asked and said around the quotations, as much as one message holds."""
    room = CONTEXT_LIMIT
    passages: list[Rendered] = []
    shown: set[Part] = set()
    asked: set[Part] = set()
    for span in spans:
        quote = debate.quote(span)
        source = debate.sources[span.source]
        if quote.part in shown:
            continue
        shown.add(quote.part)
        question = _question_before(source, quote.part)
        before = [_part_words(source, question)] if question and question not in asked else []
        passage = _context_passage(debate, wording, before, _paragraph(source, quote))
        if len(passage.text) > room and not passages:
            # The first passage is shown in any case, if need be with less around the quotation.
            passage = _context_passage(debate, wording, [], _around(source, quote, room))
        if len(passage.text) > room:
            break
        room -= len(passage.text)
        passages.append(passage)
        asked.update([question] if question else [])
    return wording.render("reply.context", passages=passages)


def _context_passage(debate: Debate, wording: Wording, asked: list[Quote], words: Quote) -> Rendered:
    speaker = debate.speaker_name(words)
    return wording.render("reply.context_passage", question=asked, speaker=speaker, words=words)


def _question_before(source: Source, part: Part) -> Part | None:
    before = [p for p in source.parts if p.end <= part.start and p.kind is Kind.QUESTION]
    return before[-1] if before and part.kind is Kind.TURN else None


def _part_words(source: Source, part: Part) -> Quote:
    return Quote(source.span(part.start, part.end), source.text[part.start : part.end], part.speaker, part)


def _paragraph(source: Source, quote: Quote) -> Quote:
    """The paragraph of the part in which a quotation stands; a turn is one paragraph."""
    part, span = quote.part, quote.span
    start = max(part.start, source.text.rfind("\n", part.start, span.start) + 1)
    end = source.text.find("\n", span.end, part.end)
    end = part.end if end < 0 else end
    words = source.text[start:end]
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    return Quote(source.span(start, end), source.text[start:end], quote.speaker, part)


def _around(source: Source, quote: Quote, room: int) -> Quote:
    """The quotation with the sentences around it in its part, half the room on either side."""
    part, span = quote.part, quote.span
    spare = (room - (span.end - span.start)) // 2 - _ATTRIBUTION
    near = [
        (part.start + first, part.start + last)
        for first, last in sentence_spans(source.text[part.start : part.end])
        if part.start + first >= span.start - spare and part.start + last <= span.end + spare
    ]
    start = min(span.start, *(first for first, _ in near))
    end = max(span.end, *(last for _, last in near))
    return Quote(source.span(start, end), source.text[start:end], quote.speaker, part)


_ATTRIBUTION = 60
"""Characters kept free on either side for the speaker's name."""
