"""Taking a text of the bot apart: what of it a template says, what a source, and what is a plain value.

Every letter has to be accounted for, word by word: a text that holds anything else cannot be taken apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise

from babel import Locale
from babel.dates import get_timezone_name
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.core.claims import Debate
from bot.core.source import QUOTABLE, Role, sentence_spans
from bot.replies import show_date
from bot.wording import Rendered, Wording

_ENVIRONMENT = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)


class Origin(StrEnum):
    """Where a stretch of a text comes from."""

    OURS = "ours"
    VALUE = "value"
    SOURCE = "source"
    TEMPLATE = "template"


Stretch = tuple[Origin, str]

_PLAIN = re.compile(
    r"<@!?\d{1,20}>"
    r"|https://discord\.com/channels/\d{1,20}/\d{1,20}/\d{1,20}"
    r"|\d{1,2} [a-z]+ \d{4},? \d{2}:\d{2} \([^()\n]{3,60}\)"
    r"|\d+(?:[.,]\d+)?(?:[\s\u00a0]?%)?",
    re.IGNORECASE,
)
"""Mentions, links into a channel, moments with their time zone, numbers and shares."""

GAP = "[…]"
"""The mark of a template for words left out between two quotations of one part."""


class NotTakenApartError(AssertionError):
    """Something in the text comes from nowhere; the message shows how far it could be explained."""


@dataclass(frozen=True)
class TakingApart:
    """What a text about one debate may be made of, in one language.

    `values` are further plain values that this text may name: a model, a member, what Discord answered.
    """

    debate: Debate
    wording: Wording
    values: tuple[str, ...] = ()

    def apart(self, text: str) -> list[Stretch]:
        """The text as stretches with their origins; raises `NotTakenApartError`."""
        self._check_quotation_marks(text)
        return _cover(text, self._stretches(text))

    def prove(self, rendered: Rendered) -> list[Stretch]:
        """The same for a text that knows its pieces: each piece has to be what it says it is."""
        for piece in rendered.pieces:
            if piece.quote:
                span = piece.quote.span
                source = self.debate.sources[span.source]
                assert piece.text.encode() == source.text[span.start : span.end].encode()
                assert piece.quote == self.debate.quote(span)
            elif piece.value:
                _cover(piece.text, [*self._plain, *self._ours, *self._templates])
            else:
                _cover(piece.text, self._templates)
        quoted = "".join(piece.text if piece.quote else "\0" * len(piece.text) for piece in rendered.pieces)
        for start, end in _quoted_lines(rendered.text):
            assert "\0" not in quoted[start:end], f"not of the source: {rendered.text[start:end]!r}"
        return self.apart(rendered.text)

    def _check_quotation_marks(self, text: str) -> None:
        """In a quotation stand whole sentences that somebody said who may be quoted, and nothing else."""
        for start, end in _quoted_lines(text):
            line = text[start:end]
            if not any(line in said and _is_whole(line, said) for said in self._parts(QUOTABLE)):
                raise NotTakenApartError(f"in quotation marks, and said by nobody: {line!r}")

    def _parts(self, roles: Iterable[Role]) -> Iterator[str]:
        for source in self.debate.sources.values():
            for part in source.parts:
                if self.debate.speakers[part.speaker].role in set(roles):
                    yield source.text[part.start : part.end]

    def _stretches(self, text: str) -> list[Stretch]:
        spoken = dict.fromkeys(run for said in self._parts(Role) for run in _runs(said, text))
        return [*((Origin.SOURCE, run) for run in spoken), *self._plain, *self._ours, *self._templates]

    @cached_property
    def _ours(self) -> list[Stretch]:
        claims = self.debate.claim_set.claims
        own = [claim.statement_in(self.wording.locale) for claim in claims]
        own += [exemplar.text for claim in claims for exemplar in claim.exemplars]
        return [(Origin.OURS, text) for text in own]

    @cached_property
    def _plain(self) -> list[Stretch]:
        debate, locale = self.debate, self.wording.locale
        names = [debate.title, debate.id, *(speaker.name for speaker in debate.speakers.values())]
        for source in debate.sources.values():
            names += [source.title, source.medium, show_date(source.published, locale)]
        names += [*debate.credit.values(), *debate.interviewees.values()]
        names += [value for theme in debate.themes for value in (*theme.title.values(), theme.emoji)]
        names += Locale.parse(locale).months["format"]["wide"].values()
        names += [
            get_timezone_name(debate.timezone, zone_variant=variant, locale=locale)
            for variant in ("standard", "daylight", "generic")
        ]
        return [(Origin.VALUE, text) for text in (*names, *self.values) if text]

    @cached_property
    def _templates(self) -> list[Stretch]:
        return [(Origin.TEMPLATE, text) for text in own_words(self.wording)]


def own_words(wording: Wording) -> list[str]:
    """Everything that the templates themselves say, without what is put into them."""
    words: dict[str, None] = {}
    for key in wording.keys:
        tree = _ENVIRONMENT.parse(wording.source(key))
        words.update(dict.fromkeys(data.data for data in tree.find_all(nodes.TemplateData)))
        for output in tree.find_all(nodes.Output):
            words.update(
                dict.fromkeys(c.value for c in output.find_all(nodes.Const) if isinstance(c.value, str))
            )
    return [text for text in words if text.strip()]


def _quoted_lines(text: str) -> Iterator[tuple[int, int]]:
    """Where the words of quotations stand: lines that begin with >, without the mark for a gap."""
    for line in re.finditer(r"^> (.*)$", text, re.MULTILINE):
        if line[1] != GAP:
            yield line.span(1)


def _is_whole(line: str, said: str) -> bool:
    spans = sentence_spans(said)
    starts, ends = {start for start, _ in spans}, {end for _, end in spans}
    at = said.find(line)
    return at in starts and at + len(line) in ends


def _runs(said: str, text: str) -> Iterator[str]:
    """Every run of whole sentences of a part that stands in the text."""
    spans = sentence_spans(said)
    for first, (start, end) in enumerate(spans):
        if said[start:end] in text:
            yield said[start:end]
            for _, further in spans[first + 1 :]:
                if said[start:further] not in text:
                    break
                yield said[start:further]


def _cover(text: str, known: Iterable[Stretch]) -> list[Stretch]:
    """The text as a chain of known stretches, as few as possible; none may begin or end inside a word."""
    # What is as long may be two things, such as the title that is also the heading: the earlier origin counts.
    order = list(Origin)
    pieces = sorted(
        {(piece, origin) for origin, piece in known if piece in text},
        key=lambda piece: (-len(piece[0]), order.index(piece[1])),
    )
    begins: dict[str, list[tuple[str, Origin]]] = {}
    for piece in pieces:
        begins.setdefault(piece[0][0], []).append(piece)
    fewest: dict[int, tuple[int, int, Origin]] = {0: (0, 0, Origin.TEMPLATE)}
    for at in range(len(text)):
        if at not in fewest or _inside_a_word(text, at):
            continue
        count = fewest[at][0] + 1
        for end, origin in _ends(text, at, begins.get(text[at], [])):
            if end not in fewest or count < fewest[end][0]:
                fewest[end] = (count, at, origin)
    if len(text) not in fewest:
        stuck = max(at for at in fewest if not _inside_a_word(text, at))
        raise NotTakenApartError(f"comes from nowhere: {text[stuck : stuck + 80]!r} in {text!r}")
    chain = [len(text)]
    while chain[-1] > 0:
        chain.append(fewest[chain[-1]][1])
    return [(fewest[end][2], text[start:end]) for start, end in pairwise(reversed(chain))]


def _ends(text: str, at: int, pieces: Iterable[tuple[str, Origin]]) -> Iterator[tuple[int, Origin]]:
    for piece, origin in pieces:
        if text.startswith(piece, at):
            yield at + len(piece), origin
    if plain := _PLAIN.match(text, at):
        yield plain.end(), Origin.VALUE
    if not text[at].isalnum():
        yield at + 1, Origin.TEMPLATE  # white space, punctuation and markup say nothing


def _inside_a_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()
