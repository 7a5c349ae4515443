"""The lines of a plain text: which begin with the name of a speaker, which belong together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][\w.'’-]*"
_PARTICLE = r"(?:van|de|der|den|ter|ten|te|von|zu|du|la|le|di|da|el|bin|[’']t)"
NAME = rf"{_CAPITAL}(?: (?:{_CAPITAL}|{_PARTICLE})){{0,4}}"
"""A name as it stands in a text: words with a capital, particles between them."""

_INLINE = re.compile(rf"[^\S\n]*({NAME})[^\S\n]*:(?=\s|[‘’“”„\"']|$)")
_ALONE = re.compile(rf"[^\S\n]*({NAME})(?<!\.):?[^\S\n]*")

ASKS = frozenset(["q", "v", "vraag", "question", "interviewer", "interviewster", "int"])
ANSWERS = frozenset(["a", "answer", "antwoord"])
"""What stands before a question or an answer in the place of a name."""

_NO_NAME = frozenset(["noot", "note", "nb", "ps", "tip", "let", "foto", "photo", "bron", "source"])
_ENDS = ".?!…:;"
_QUOTES = "‘’“”„\"'«»)"
_FEWEST_BROKEN = 3
_WRAPPED = 120
"""Lines that are broken for the screen are no longer than this, in characters."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not empty, from its first word to its last, without the name before it.

    `label` is that name; `apart` tells that an empty line, or the top of the text, stands before.
    """

    start: int
    end: int
    label: str | None
    apart: bool


def unwrapped(text: str) -> str:
    """The text with the lines of a paragraph joined, where they were broken to fit a width.

    Each line break becomes a space, so every offset stays; a text with a paragraph a line is left as it is.
    """
    lines = [match.span() for match in re.finditer(r"[^\n]+", text)]
    longest = max((end - start for start, end in lines), default=0)
    names = _labels(text)
    pairs = [
        (start, end)
        for (start, end), after in pairwise(lines)
        if end + 1 == after[0]
        and text[start:end].strip()
        and text[slice(*after)].strip()
        and not _label_at(text, *after, names)
        and not _label_alone(text, *after, names)
        and not _label_alone(text, start, end, names)
    ]
    broken = [pair for pair in pairs if not is_ended(text[slice(*pair)])]
    if longest > _WRAPPED or len(pairs) < _FEWEST_BROKEN or len(broken) < len(pairs) / 2:
        return text
    letters = list(text)
    for start, end in pairs:
        if end - start > longest / 2 and text[end - 1] != ":":
            letters[end] = " "
    return "".join(letters)


def is_ended(line: str) -> bool:
    """Whether a line ends as a sentence does."""
    return line.rstrip().rstrip(_QUOTES)[-1:] in _ENDS


def read_lines(text: str, end: int | None = None) -> list[Line]:
    """Every line up to `end` that is not empty; a name on a line of its own belongs to the next one."""
    end = len(text) if end is None else end
    return list(_lines(text[:end], _labels(text[:end])))


def _lines(text: str, names: frozenset[str]) -> Iterator[Line]:
    label: str | None = None
    apart = True
    for match in re.finditer(r"[^\n]*\n?", text):
        start, end = match.span()
        words = match[0].strip()
        if not words:
            apart = apart or label is None
            continue
        alone = _label_alone(text, start, end, names)
        inline = _label_at(text, start, end, names)
        if alone:
            label, apart = alone, True
            continue
        if inline:
            label, start = inline[1], inline.end()
        left = len(text[start:end]) - len(text[start:end].lstrip())
        if start + left < end:
            yield Line(start + left, start + len(text[start:end].rstrip()), label, apart)
            label = None
        apart = False


def _label_at(text: str, start: int, end: int, names: frozenset[str]) -> re.Match[str] | None:
    found = _INLINE.match(text, start, end)
    return found if found and found[1] in names else None


def _label_alone(text: str, start: int, end: int, names: frozenset[str]) -> str | None:
    found = _ALONE.fullmatch(text[start:end].rstrip("\n"))
    return found[1] if found and found[1] in names else None


def _labels(text: str) -> frozenset[str]:
    """What stands before the words of a speaker: names that come back, and what stands for one."""
    inline: list[tuple[str, int]] = []
    alone: Counter[str] = Counter()
    for match in re.finditer(r"[^\n]+", text):
        if found := _ALONE.fullmatch(match[0]):
            alone[found[1]] += 1
        elif found := _INLINE.match(match[0]):
            inline.append((found[1], match.start()))
    inline = [(name, at) for name, at in inline if name.split()[0].casefold() not in _NO_NAME]
    counts = Counter(name for name, _ in inline) + alone
    sure = {name for name, count in counts.items() if count > 1}
    sure |= {name for name in counts if name.casefold() in ASKS | ANSWERS}
    places = [at for name, at in inline if name in sure]
    # Somebody who speaks once is known by standing among those who speak often.
    once = {name for name, at in inline if places and places[0] < at < places[-1]}
    return frozenset(sure | once)
