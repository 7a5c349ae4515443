"""Claims as data: what was said, where it stands, what was answered, how members bring it up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from bot.core.polls import PollQuestion
from bot.core.questions import DiscussionQuestion
from bot.core.source import AlteredSpanError, Kind, Part, Source, Span, Speaker, digest

MOST_QUOTED = 600
"""At most this many characters of quotation stand in one reply."""


class ExemplarKind(StrEnum):
    """How an exemplar stands to its claim; a near miss looks like it and is not."""

    OBJECTION = "objection"
    AGREEMENT = "agreement"
    QUESTION = "question"
    NEAR_MISS = "near_miss"


class Stance(StrEnum):
    """How a comment stands to what the interviewees say in a claim."""

    DISPUTES = "disputes"
    AGREES = "agrees"
    ASKS = "asks"
    UNCLEAR = "unclear"


STANCE_OF = {
    ExemplarKind.OBJECTION: Stance.DISPUTES,
    ExemplarKind.AGREEMENT: Stance.AGREES,
    ExemplarKind.QUESTION: Stance.ASKS,
}


class AnswerState(StrEnum):
    """What the source holds against the objection: an answer, a refusal to answer, or nothing."""

    ANSWERED = "answered"
    DECLINED = "declined"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim span inside one part of a source, by the part's speaker."""

    span: Span
    text: str
    speaker: str
    part: Part


@dataclass(frozen=True, slots=True)
class Answer:
    """What the interviewees said to the objection against a claim."""

    state: AnswerState
    quotes: tuple[Quote, ...] = ()


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A comment as a member would write it, labelled with its kind."""

    kind: ExemplarKind
    lang: str
    text: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One assertion of the interviewees; `statement` is our summary and never posted as a quotation."""

    id: str
    theme: str
    statement: str
    translations: dict[str, str]
    quotes: tuple[Quote, ...]
    answer: Answer
    exemplars: tuple[Exemplar, ...]

    def statement_in(self, locale: str) -> str:
        """The statement in that language, or in the debate's own."""
        return self.translations.get(locale, self.statement)

    @property
    def passages(self) -> tuple[Quote, ...]:
        """Every quote the claim can be answered with, each once."""
        return tuple(dict.fromkeys((*self.quotes, *self.answer.quotes)))


@dataclass(frozen=True, slots=True)
class BankComment:
    """A comment that belongs to no claim; `near` when it is about the theme all the same."""

    lang: str
    near: bool
    text: str


@dataclass(frozen=True)
class ClaimSet:
    """All claims of one debate with the bank of comments that belong to none."""

    claims: tuple[Claim, ...]
    bank: tuple[BankComment, ...]

    @cached_property
    def by_id(self) -> dict[str, Claim]:
        """The claims under their ids."""
        return {claim.id: claim for claim in self.claims}

    @cached_property
    def hash(self) -> str:
        """A fingerprint of everything a match depends on; a calibration belongs to one hash."""
        content = [
            [c.id, sorted((e.kind, e.lang, e.text) for e in c.exemplars), [q.text for q in c.passages]]
            for c in self.claims
        ]
        bank = [[b.lang, b.near, b.text] for b in self.bank]
        canonical = json.dumps([content, bank], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of claims; a forum gets one post a theme, with `tag` as its short name where one is given."""

    id: str
    title: dict[str, str]
    emoji: str = ""
    tag: dict[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Translations:
    """Quotes in another language, as an aid to reading: by the digest of the words, and who translated them."""

    translator: str
    texts: Mapping[str, str]


@dataclass(frozen=True)
class Debate:
    """A debate folder, loaded and proven: nothing in it is unchecked.

    Moments are shown to moderators in `timezone`, a name of the IANA database. `blocked_words` are for Discord's
    own filter, which takes `*` at either end of a word.
    """

    id: str
    title: str
    language: str
    credit: dict[str, str]
    interviewees: dict[str, str]
    sources: dict[str, Source]
    speakers: dict[str, Speaker]
    themes: tuple[Theme, ...]
    claim_set: ClaimSet
    timezone: str = "UTC"
    blocked_words: tuple[str, ...] = ()
    poll: PollQuestion | None = None
    questions: tuple[DiscussionQuestion, ...] = ()
    translations: Mapping[str, Translations] = field(default_factory=dict[str, Translations])

    @property
    def spoken(self) -> tuple[str, ...]:
        """The texts of all parts but the readers' comments: what a member may paste without meaning it."""
        return tuple(
            source.text[part.start : part.end]
            for source in self.sources.values()
            for part in source.parts
            if part.kind is not Kind.COMMENT
        )

    def quote(self, span: Span) -> Quote:
        """The quotation at a span, proven again; raises `AlteredSpanError` when the source has changed."""
        source = self.sources.get(span.source)
        part = source.part_at(span.start, span.end) if source else None
        if source is None or part is None:
            raise AlteredSpanError(span)
        return Quote(span, source.words(span), part.speaker, part)

    def translation(self, quote: Quote, locale: str) -> str | None:
        """The words of a quote in that language; None when they have none, or were said in it."""
        if locale == self.sources[quote.span.source].language or locale not in self.translations:
            return None
        return self.translations[locale].texts.get(digest(quote.text))

    def speaker_name(self, quote: Quote) -> str:
        """The name under which a quote is shown."""
        return self.speakers[quote.speaker].name
