"""From a decision to the words of a reply: source spans in templates, nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from babel.dates import format_date

from bot.core.claims import MOST_QUOTED, AnswerState, Debate, Quote
from bot.core.comments import Comment
from bot.core.decisions import AnswerTo, Decision, Outcome, ReplyKind
from bot.core.source import Kind, Source, Span, sentence_spans
from bot.links import message_link
from bot.wording import Rendered, Wording

LONGEST_MESSAGE = 2000
"""Discord takes this many characters in one message."""

MOST_SEEN = 600
"""A reply to one point takes no more characters of a screen than this: `wederhoor check` sees to it.

One to several points may, for each of them wants its answer.
"""

LONGEST_ID = 2**64 - 1
LONGEST_LINK = message_link(LONGEST_ID, LONGEST_ID, LONGEST_ID)

_ORIGIN = {
    Kind.TURN: "reply.from_interview",
    Kind.QUESTION: "reply.from_interview",
    Kind.REPLY: "reply.from_reply",
    Kind.COMMENT: "reply.from_reply",
    Kind.NOTE: "reply.from_note",
    Kind.STANDFIRST: "reply.from_introduction",
    Kind.HEADING: "reply.from_introduction",
}


_INTERVIEW = (Kind.HEADING, Kind.STANDFIRST, Kind.QUESTION, Kind.TURN)


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """What a reply says to one point, as it is stored: a claim, a kind and spans; never a word of anybody."""

    claim: str
    kind: ReplyKind | None
    answer_state: AnswerState
    spans: tuple[Span, ...]

    @classmethod
    def of(cls, answer: AnswerTo) -> ReplyTo:
        """The stored shape of an answer."""
        return cls(answer.claim, answer.kind, answer.answer_state, tuple(q.span for q in answer.quotes))

    def to_json(self) -> dict[str, Any]:
        """Codes and numbers for the outbox."""
        return {
            "claim": self.claim,
            "kind": self.kind,
            "state": self.answer_state,
            "spans": [[s.source, s.start, s.end, s.digest] for s in self.spans],
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> ReplyTo:
        """The answer that `to_json` stored."""
        kind = ReplyKind(stored["kind"]) if stored["kind"] else None
        spans = tuple(Span(*span) for span in stored["spans"])
        return cls(stored["claim"], kind, AnswerState(stored["state"]), spans)


def compose_reply(
    debate: Debate,
    wording: Wording,
    answers: Sequence[ReplyTo],
    *,
    links: Mapping[Span, str] | None = None,
    withdrawn: bool = False,
) -> Rendered:
    """The reply to one comment; raises `AlteredSpanError` when a span no longer holds the words decided on.

    `links` leads from the spans of `leads_to` to where they stand in the channel, `withdrawn` tells that the
    comment is gone. Whom the reply is for, Discord itself shows above it. Passages that answer several points
    speak for themselves: our summaries would take the room of the words.
    """
    several = len(answers) > 1
    blocks = [_block(debate, wording, answer, links or {}, several=several) for answer in answers]
    sources = _sources_of(debate, wording, answers)
    return wording.render("reply.message", blocks=blocks, sources=sources, withdrawn=withdrawn)


def _sources_of(debate: Debate, wording: Wording, answers: Sequence[ReplyTo]) -> list[Rendered]:
    """Which texts a reply leads to, each once."""
    ids = dict.fromkeys(span.source for answer in answers for span in leads_to(debate, answer))
    sources = [debate.sources[id] for id in ids]
    return [
        wording.render("reply.source", title=source.title, date=show_date(source.published, wording.locale))
        for source in sources
    ]


def leads_to(debate: Debate, answer: ReplyTo) -> tuple[Span, ...]:
    """What a reply links to: the words that it quotes, or where the article begins that holds none."""
    return answer.spans or (_beginning(next(iter(debate.sources.values()))),)


def _beginning(source: Source) -> Span:
    part = next((part for part in source.parts if part.kind in _INTERVIEW), source.parts[0])
    first, last = sentence_spans(source.text[part.start : part.end])[0]
    return source.span(part.start + first, part.start + last)


def compose_offer(debate: Debate, wording: Wording, claims: Sequence[str]) -> Rendered:
    """The question which of these claims a comment is about, numbered as the buttons under it."""
    lines = [
        wording.render("reply.offered", number=number, statement=statement)
        for number, statement in enumerate(
            (debate.claim_set.by_id[claim].statement_in(wording.locale) for claim in claims), 1
        )
    ]
    return wording.render("reply.offer", lines=lines)


def posted(
    debate: Debate, wording: Mapping[str, Wording], comment: Comment, decision: Decision
) -> str | None:
    """What would be posted to a comment whose author is not named, or None for silence.

    It is in the comment's language, or in the debate's own.
    """
    if decision.outcome is not Outcome.REPLY:
        return None
    spoken = wording.get(comment.language) or wording[debate.language]
    if decision.offered:
        return compose_offer(debate, spoken, [answer.claim for answer in decision.offered]).text
    answers = fitting(debate, spoken, [ReplyTo.of(answer) for answer in decision.answers])
    return compose_reply(debate, spoken, answers).text


def fitting(debate: Debate, wording: Wording, answers: Sequence[ReplyTo]) -> list[ReplyTo]:
    """The answers with as many of their claims' passages as a post of `MOST_SEEN` characters shows.

    Each keeps the first passage with which the post fits. Where none does, it keeps its shortest one all the
    same, for every point of a comment wants its answer; only `MOST_QUOTED` characters of quotation are never
    passed, and a passage is never cut.
    """
    kept: list[ReplyTo] = []
    for answer in answers:
        said = {span for other in kept for span in other.spans}
        options = [quote for quote in _passages_of(debate, answer) if quote.span not in said]
        single = [replace(answer, spans=(quote.span,)) for quote in options] if answer.spans else [answer]
        fits = next((one for one in single if _fits(debate, wording, [*kept, one])), None)
        if fits is None and not answer.spans:
            fits = answer
        elif fits is None and options:
            shortest = min(options, key=lambda quote: len(quote.text))
            quoted = sum(span.end - span.start for span in said) + len(shortest.text)
            fits = replace(answer, spans=(shortest.span,)) if quoted <= MOST_QUOTED or not kept else None
        if fits is not None:
            kept.append(fits)
    for at, answer in enumerate(kept):
        for quote in _passages_of(debate, answer) if answer.spans else ():
            said = {span for other in kept for span in other.spans}
            more = replace(kept[at], spans=(*kept[at].spans, quote.span))
            if quote.span not in said and _fits(debate, wording, [*kept[:at], more, *kept[at + 1 :]]):
                kept[at] = more
    return kept


def _passages_of(debate: Debate, answer: ReplyTo) -> Iterable[Quote]:
    """What a claim can be answered with in the way of this answer, in the order of its file."""
    claim = debate.claim_set.by_id[answer.claim]
    return claim.answer.quotes if answer.kind is ReplyKind.REBUTTAL else claim.quotes


def _fits(debate: Debate, wording: Wording, answers: Sequence[ReplyTo]) -> bool:
    links = {span: LONGEST_LINK for answer in answers for span in leads_to(debate, answer)}
    reply = compose_reply(debate, wording, answers, links=links)
    return seen_length(reply.text) <= MOST_SEEN


_LINK = re.compile(r"\[([^\]\n]+)\]\(https://[^)\s]+\)")
_MARKUP = re.compile(r"^(?:> |-# )|\*\*", re.MULTILINE)


def seen_length(text: str) -> int:
    """How many characters of a message a reader sees: a link is its label, and marks of style are nothing."""
    return len(_MARKUP.sub("", _LINK.sub(r"\1", text)))


def _block(
    debate: Debate, wording: Wording, answer: ReplyTo, links: Mapping[Span, str], *, several: bool
) -> Rendered:
    statement = debate.claim_set.by_id[answer.claim].statement_in(wording.locale)
    they = interviewees(debate, wording)
    quotes = [debate.quote(span) for span in answer.spans]
    passages = _passages(debate, wording, quotes, links)
    if answer.kind is ReplyKind.REBUTTAL:
        declined = answer.answer_state is AnswerState.DECLINED
        key = "reply.declined" if declined else "reply.rebuttal"
        return wording.render(key, passages=passages, statement=statement, they=they, several=several)
    if answer.kind is ReplyKind.QUOTE:
        return wording.render("reply.quote", passages=passages, statement=statement, several=several)
    link = links.get(leads_to(debate, answer)[0], "")
    return wording.render("reply.no_answer", statement=statement, they=they, linked=bool(link), link=link)


def interviewees(debate: Debate, wording: Wording) -> str:
    """How the interviewees are called together."""
    return debate.interviewees.get(wording.locale) or wording.say("reply.interviewees")


def _passages(
    debate: Debate, wording: Wording, quotes: Sequence[Quote], links: Mapping[Span, str]
) -> list[Rendered]:
    """The quotations, part by part."""
    groups = [list(group) for _, group in groupby(quotes, key=lambda q: (q.span.source, q.part))]
    return [
        compose_passage(debate, wording, sorted(group, key=lambda q: q.span.start), links) for group in groups
    ]


def compose_passage(
    debate: Debate, wording: Wording, quotes: Sequence[Quote], links: Mapping[Span, str]
) -> Rendered:
    """Quotations of one part with their speaker and where they stand, in the order of the source."""
    source = debate.sources[quotes[0].span.source]
    link = links.get(quotes[0].span, "")
    ends = [None, *(quote.span.end for quote in quotes)]
    return wording.render(
        "reply.passage",
        quotes=[
            {"words": quote, "gap": end is not None and bool(source.text[end : quote.span.start].strip())}
            for quote, end in zip(quotes, ends, strict=False)
        ],
        speaker=debate.speaker_name(quotes[0]),
        inferred=quotes[0].part.inferred,
        origin=wording.render(_ORIGIN[quotes[0].part.kind]),
        linked=bool(link),
        link=link,
    )


def show_date(published: str, locale: str) -> str:
    """A date as exact as it is known: 2010, december 2010 or 3 december 2010."""
    parts = [int(part) for part in published.split("-")]
    if len(parts) == 1:
        return str(parts[0])
    pattern = "MMMM y" if len(parts) == 2 else "d MMMM y"
    return format_date(date(parts[0], parts[1], parts[2] if len(parts) == 3 else 1), pattern, locale=locale)
