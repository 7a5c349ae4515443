"""What of a message is the member's own, and the separate points it makes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bot.core.source import sentence_spans

_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_CODE = re.compile(r"(?<!`)(`{1,2})(?!`)(.+?)(?<!`)\1(?!`)")
_BLOCK_QUOTE = re.compile(r"^[^\S\n]*>>>\s.*\Z", re.DOTALL | re.MULTILINE)
# Discord wants a space after the sign; who forgets it still meant to quote, unless it is ">:(" or ">100".
_QUOTED_LINE = re.compile(r"^[^\S\n]*>+(?:[^\S\n].*|[‘’“”„\"'«]*[^\W\d_].*|)$", re.MULTILINE)
_MASKED_LINK = re.compile(r"\[([^\[\]\n]*)\]\(\s*<?https?://[^)]*\)")
_LINK = re.compile(r"<?\b(?:https?://|www\.)\S+>?", re.IGNORECASE)
# Mentions, channels, roles, commands, custom emoji, timestamps, guild navigation.
_DISCORD = re.compile(r"<(?:@[!&]?\d+|#\d+|/[^:>]+:\d+|a?:\w+:\d+|t:-?\d+(?::\w)?|id:\w+)>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")
_MARKUP = re.compile(r"(?:\*\*|__|~~|\|\||(?<!\w)[*_]|[*_](?!\w))")
_HEADING = re.compile(r"^[^\S\n]*(?:#{1,3}|-#|[-*])\s+", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Comment:
    """A member's own words, and the points they make when they make more than one."""

    text: str
    words: int
    language: str
    points: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """What is matched: the whole comment, then its points."""
        return (self.text, *self.points)


def read_comment(raw: str, sources: Iterable[str] = ()) -> Comment:
    """A message as a comment; words pasted from one of the sources are not the member's own."""
    text = own_words(raw, sources)
    separate = points(text)
    return Comment(text, word_count(text), language(text), separate if len(separate) > 1 else ())


LONGEST = 4000
"""Own words are cut here, in characters: twice what Discord lets a member send."""

PASTED_WORDS = 8
"""A run of this many words that also stands in a source counts as quoted, not as the member's own."""


def own_words(raw: str, sources: Iterable[str] = ()) -> str:
    """The member's own words: without quoted lines, code, links, mentions, markup and pasted source text."""
    text = unicodedata.normalize("NFC", raw)
    for pattern in (_FENCE, _CODE, _BLOCK_QUOTE, _QUOTED_LINE):
        text = pattern.sub(" ", text)
    text = _MASKED_LINK.sub(r"\1", text)
    for pattern in (_LINK, _DISCORD, _EVERYONE, _HEADING):
        text = pattern.sub(" ", text)
    # Markup and what is invisible (zero-width, soft hyphens, direction marks) may stand inside a word.
    text = _MARKUP.sub("", text)
    text = " ".join("".join(_visible(ch) for ch in text).split())
    text = _without_pasted(text[:LONGEST], sources)
    return " ".join(text.split())


def _visible(ch: str) -> str:
    category = unicodedata.category(ch)
    if category == "Cf":
        return ""
    return " " if category in {"Cc", "Co", "Cs", "Cn"} else ch


def _without_pasted(text: str, sources: Iterable[str]) -> str:
    tokens = list(_WORD.finditer(text))
    if len(tokens) < PASTED_WORDS:
        return text
    words = [_plain(token) for token in tokens]
    pasted = [False] * len(words)
    for source in sources:
        known = _shingles(source)
        for at in range(len(words) - PASTED_WORDS + 1):
            if tuple(words[at : at + PASTED_WORDS]) in known:
                pasted[at : at + PASTED_WORDS] = [True] * PASTED_WORDS
    if not any(pasted):
        return text
    # What stands between two pasted words, and the quotation marks around them, goes with them.
    kept: list[str] = []
    cursor = 0
    for index, token in enumerate(tokens):
        if pasted[index]:
            if index == 0 or not pasted[index - 1]:
                kept.append(text[cursor : token.start()].rstrip(" \n‘’“”„\"'«("))
            cursor = token.end()
            if index + 1 == len(tokens) or not pasted[index + 1]:
                cursor += len(text[cursor:]) - len(text[cursor:].lstrip(" \n.,;:!?…‘’“”\"'»)"))
    kept.append(text[cursor:])
    left = " ".join(kept)
    return left if _WORD.search(left) else ""


def _plain(word: re.Match[str]) -> str:
    return word.group().casefold().replace("’", "'")


@lru_cache(maxsize=1024)
def _shingles(source: str) -> frozenset[tuple[str, ...]]:
    words = [_plain(match) for match in _WORD.finditer(unicodedata.normalize("NFC", source))]
    return frozenset(tuple(words[at : at + PASTED_WORDS]) for at in range(len(words) - PASTED_WORDS + 1))


def word_count(text: str) -> int:
    """How many words a text has; emoji, punctuation and digits alone do not count."""
    return sum(1 for match in _WORD.finditer(text) if any(ch.isalpha() for ch in match.group()))


SEGMENT_WORDS = 8
"""A sentence shorter than this joins its neighbour before it may be a point of its own."""

MOST_POINTS = 12


def points(text: str) -> tuple[str, ...]:
    """The separate arguments that a comment may hold: its sentences, short ones joined to a neighbour."""
    segments: list[str] = []
    count = 0  # words of the last of them: counted again and again, many short sentences would take long
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        words = word_count(sentence)
        if segments and (count < SEGMENT_WORDS or words < SEGMENT_WORDS // 2):
            segments[-1] = f"{segments[-1]} {sentence}"
            count += words
        else:
            segments.append(sentence)
            count = words
    if len(segments) > 1 and count < SEGMENT_WORDS:
        last = segments.pop()
        segments[-1] = f"{segments[-1]} {last}"
    return tuple(segments[:MOST_POINTS])


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_FUNCTION_WORDS = {
    "nl": _listed(
        "de het een en van ik te dat die in is niet je op aan met als voor maar zijn er was om ook dan ze we"
        " heb hebben wordt worden nog wel bij door naar uit over hun wij jullie zo geen mij dit waar wat wie"
        " hoe waarom gewoon toch heel veel gaat daar hier kan moet ben ja nee zou mijn ons onze"
    ),
    "en": _listed(
        "the a an and of to that in is not you on with as for but are it was be this have has they we i at by"
        " from or their our your my so no what who how why just will would can should there here than then if"
        " do does did its more about out been were which when one all them"
    ),
}


FUNCTION_WORDS = frozenset[str]().union(*_FUNCTION_WORDS.values())
"""Words that say nothing of what a text is about, in every language we know."""


def content_words(text: str, most: int) -> tuple[str, ...]:
    """The words that say what a text is about, each once and in their order: its longest, no function words."""
    words = [match.group() for match in _WORD.finditer(text)]
    telling = dict.fromkeys(
        word
        for word in words
        if len(word) > 3 and word[0].isalpha() and word.casefold() not in FUNCTION_WORDS
    )
    return tuple(sorted(sorted(telling, key=len, reverse=True)[:most], key=words.index))


def language(text: str) -> str:
    """The language of a text by its function words: `nl`, `en`, or `und` when neither shows."""
    words = [match.group().casefold() for match in _WORD.finditer(text)]
    counts = {lang: sum(word in known for word in words) for lang, known in _FUNCTION_WORDS.items()}
    best = max(counts, key=lambda lang: counts[lang])
    if counts[best] == 0 or len(set(counts.values())) == 1:
        return "und"
    return best
