"""What an interview seems to claim: passages that assert something, those of one meaning together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.core.claims import MOST_QUOTED
from bot.core.comments import content_words, word_count
from bot.core.groups import group, likeness_of
from bot.core.names import slug
from bot.core.source import Kind, Part, sentence_spans
from bot.core.vectors import Vectors

FEWEST_WORDS = 6
"""A shorter sentence says too little to be a claim of its own."""

ALIKE = 0.25
NEARBY = 0.4
"""Mean likeness in a proposal, and what neighbours in one breath are given on top of theirs.

Measured on the hand-made claims of the first debate: two of three neighbours belong to one claim, however little
their words resemble each other; with these figures as many proposals come out as people made claims of turns.
"""

ABOUT = 3
"""Words that tell what a proposal is about."""

MOST_CLAIMS = 30
MOST_PASSAGES = 3
LONGEST_JOINED = 320
"""Characters up to which a sentence that leans on the one before is quoted with it."""

_LEANS = re.compile(
    r"\W*(?:en|maar|terwijl|ook|and|but|or|while|also|dat|die|dit|deze|daar\w*|zo|hij|zij|ze|dan|want|dus|daarom|anders|that|this|those|these|it|they|he|she|"
    r"there|so|then|which|because|therefore|otherwise|nor)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """One or two whole sentences of one part; `start` and `end` are offsets in the source."""

    part: Part
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A candidate claim: its id, what it is about in words of the source, its passages in their order.

    `typical` is the passage that is most like the others.
    """

    id: str
    about: tuple[str, ...]
    passages: tuple[Passage, ...]
    typical: Passage


def passages(text: str, parts: Iterable[Part]) -> list[Passage]:
    """What the interviewees assert, in order: no questions, nothing too short or too long to be quoted."""
    found: list[Passage] = []
    for part in parts:
        if part.kind is Kind.TURN:
            found += _passages(text, part)
    unique: dict[str, Passage] = {}
    for passage in found:
        words = re.findall(r"\w+", text[passage.start : passage.end].casefold())
        unique.setdefault(" ".join(words), passage)
    return list(unique.values())


def _passages(text: str, part: Part) -> list[Passage]:
    found: list[Passage] = []
    for first, last in sentence_spans(text[part.start : part.end]):
        start, end = part.start + first, part.start + last
        sentence = text[start:end]
        before = found[-1] if found and not text[found[-1].end : start].strip() else None
        if before and _leans(sentence) and end - before.start <= LONGEST_JOINED:
            found[-1] = Passage(part, before.start, end)
        elif asserts(sentence) and len(sentence) <= MOST_QUOTED:
            found.append(Passage(part, start, end))
    return found


def _leans(sentence: str) -> bool:
    return _LEANS.match(sentence) is not None and _is_statement(sentence)


def asserts(sentence: str) -> bool:
    """Whether a sentence states something that may be a claim."""
    return _is_statement(sentence) and word_count(sentence) >= FEWEST_WORDS


def _is_statement(sentence: str) -> bool:
    return sentence.rstrip("’”\"')»")[-1:] in ".!…"


def propose(text: str, found: Sequence[Passage], vectors: Vectors) -> tuple[list[Proposal], int]:
    """Candidate claims in the order of the text, and how many further groups were left out.

    `vectors` are those of the passages.
    """
    likeness = likeness_of(vectors)
    for at in range(1, len(found)):
        if found[at].part == found[at - 1].part:
            likeness[at, at - 1] = likeness[at - 1, at] = likeness[at, at - 1] + NEARBY
    groups = group(likeness, ALIKE)
    ids: set[str] = set()
    proposals: list[Proposal] = []
    for rows in sorted((each.rows for each in groups[:MOST_CLAIMS]), key=min):
        typical = found[rows[0]]
        chosen = tuple(found[at] for at in sorted(rows[:MOST_PASSAGES]))
        about = content_words(text[typical.start : typical.end], ABOUT)
        name = slug("-".join(about[:2]), 36) or "claim"
        id = next(each for each in (name, *(f"{name}-{n}" for n in range(2, 99))) if each not in ids)
        ids.add(id)
        proposals.append(Proposal(id, about, chosen, typical))
    return proposals, max(0, len(groups) - MOST_CLAIMS)
