"""A source text, who says what in it, and spans that prove a quotation."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is to the debate; it decides whether their words may be quoted."""

    INTERVIEWEE = "interviewee"
    EDITOR = "editor"
    INTERVIEWER = "interviewer"
    READER = "reader"


QUOTABLE = frozenset({Role.INTERVIEWEE, Role.EDITOR})


class Kind(StrEnum):
    """What a part of a source is."""

    HEADING = "heading"
    STANDFIRST = "standfirst"
    QUESTION = "question"
    TURN = "turn"
    NOTE = "note"
    COMMENT = "comment"
    REPLY = "reply"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody whose words stand in a source."""

    id: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a source that is one speaker's words; `start` and `end` are code-point offsets.

    `inferred` tells that the source does not sign these words and the author was concluded from them.
    """

    kind: Kind
    speaker: str
    start: int
    end: int
    number: int | None = None
    inferred: bool = False


# Between two parts stand white space, quotation marks, the number of a comment and the name of a speaker.
_LABEL = r"([^\W\d_][\w.-]*(?: [\w.-]+){0,2}):"
BETWEEN = re.compile(rf"(?:\s|[‘’“”\"']|\d+\.|{_LABEL})*")
"""What no part need hold; its first group is the name of a speaker."""


@dataclass(frozen=True, slots=True)
class Span:
    """A verbatim stretch of a source, with the hash of its text."""

    source: str
    start: int
    end: int
    digest: str


@dataclass(frozen=True, slots=True)
class Source:
    """One text as it was published, byte for byte, with its parts in order."""

    id: str
    text: str
    title: str
    medium: str
    published: str
    language: str
    parts: tuple[Part, ...]

    def part_at(self, start: int, end: int) -> Part | None:
        """The part that holds the whole stretch, or None when it crosses a border."""
        for part in self.parts:
            if part.start <= start and end <= part.end:
                return part
        return None

    def span(self, start: int, end: int) -> Span:
        """The span of that stretch."""
        return Span(self.id, start, end, digest(self.text[start:end]))

    def words(self, span: Span) -> str:
        """The text of a span; raises `AlteredSpanError` when it is not what was recorded."""
        text = self.text[span.start : span.end]
        if span.source != self.id or digest(text) != span.digest:
            raise AlteredSpanError(span)
        return text


class AlteredSpanError(Exception):
    """A span no longer holds the words it was recorded with."""

    def __init__(self, span: Span) -> None:
        super().__init__(f"{span.source}:{span.start}-{span.end}")
        self.span = span


def digest(text: str) -> str:
    """The first 16 hexadecimal digits of the text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def occurrences(text: str, wanted: str) -> list[int]:
    """Every offset at which `wanted` stands in `text`."""
    found: list[int] = []
    at = text.find(wanted)
    while at >= 0:
        found.append(at)
        at = text.find(wanted, at + 1)
    return found


def nearest_stretch(texts: Iterable[str], wanted: str) -> str | None:
    """The run of whole sentences in one of the texts most like `wanted`, or None when none resembles it."""
    matcher = difflib.SequenceMatcher(None, "", wanted, autojunk=False)
    likely: list[tuple[float, str]] = []
    for text in texts:
        pieces = sentence_spans(text)
        for first in range(len(pieces)):
            for last in range(first, len(pieces)):
                stretch = text[pieces[first][0] : pieces[last][1]]
                if len(stretch) >= 2 * len(wanted):
                    break
                matcher.set_seq1(stretch)
                if matcher.real_quick_ratio() > _LIKENESS:
                    likely.append((matcher.quick_ratio(), stretch))
    best, best_ratio = None, _LIKENESS
    # The quick ratio is an upper bound, so the exact one is needed for few.
    for bound, stretch in sorted(likely, key=lambda pair: -pair[0]):
        if bound <= best_ratio:
            break
        matcher.set_seq1(stretch)
        ratio = matcher.ratio()
        if ratio > best_ratio:
            best, best_ratio = stretch, ratio
    return best


_LIKENESS = 0.6
"""Texts less alike than this are not taken for an altered quotation."""

_CLOSERS = "’”\"')"
_ENDS = ".?!…"


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences in a text, without the white space between them."""
    spans: list[tuple[int, int]] = []
    start = 0
    at = 0
    while at < len(text):
        if text[at] in _ENDS:
            end = at + 1
            while end < len(text) and text[end] in _ENDS + _CLOSERS:
                end += 1
            if end == len(text) or text[end].isspace():
                _append(spans, text, start, end)
                start = end
            at = end
        elif text[at] == "\n":
            _append(spans, text, start, at)
            start = at = at + 1
        else:
            at += 1
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    stretch = text[start:end]
    left = len(stretch) - len(stretch.lstrip())
    right = len(stretch.rstrip())
    if right > left:
        spans.append((start + left, start + right))
