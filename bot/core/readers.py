"""The readers' comments under a text: where they begin, and which words are whose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.core.layout import NAME, Line
from bot.core.source import Kind

_HEADING = re.compile(
    r"(?:de |the )?(?:lezers)?(?:reacties|commentaren|brieven|comments|letters|responses|replies|readers['’] \w+"
    r"|ingezonden \w+)(?: [\w ]{1,40})?\s*(?:\(\d+\))?:?",
    re.IGNORECASE,
)
_FORM = re.compile(
    r"reageer|reageren|(?:laat|geef|plaats) een reactie.*|leave a (?:reply|comment).*|post a comment|reply",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[\[(]?(\d{1,4})[\])]?[.:]?(?=\s)\s*")
_SIGNATURE_WORDS = 12
_EARLIEST = 0.25
"""The heading does not stand in the first quarter of a text."""

Found = tuple[Kind, slice, slice | None, int | None, str | None]
"""A part: its kind and words, and of a comment the signature, the number and the name of the reader."""


def comments_from(text: str) -> int | None:
    """The offset of the heading above the comments, None where there is none."""
    for line in re.finditer(r"[^\n]+", text):
        late = line.start() > _EARLIEST * len(text) and text[line.end() :].strip()
        if late and _HEADING.fullmatch(line[0].strip()):
            return line.start() + len(line[0]) - len(line[0].lstrip())
    return None


def read_comments(text: str, start: int) -> Iterator[Found]:
    """The heading, each comment with the line that signs it, and the form that ends them."""
    lines = _bare(text, start)
    yield Kind.NOTE, slice(lines[0].start, lines[0].end), None, None, None
    form = next(
        (at for at, line in enumerate(lines) if _FORM.fullmatch(text[line.start : line.end])), len(lines)
    )
    number = 0
    numbered = any(_number(text, line, 0) for line in lines[1:form])
    signature: slice | None = None
    opened: slice | None = None
    for line in lines[1:form]:
        words = text[line.start : line.end]
        following = _number(text, line, number)
        signs = words.endswith(":") and len(words.split()) <= _SIGNATURE_WORDS
        new = following is not None if numbered else line.apart or signs
        if new and opened:
            yield Kind.COMMENT, opened, signature, number, _name(text, signature)
        if new:
            number = following[0] if following else number + 1
            opened = signature = None
        if signs and opened is None:
            yield Kind.NOTE, slice(line.start, line.end), None, None, None
            signature = slice(line.start, line.end)
        elif opened is None:
            opened = slice(following[1] if following else line.start, line.end)
        else:
            opened = slice(opened.start, line.end)
    if opened:
        yield Kind.COMMENT, opened, signature, number, _name(text, signature)
    for line in lines[form:]:
        yield Kind.NOTE, slice(line.start, line.end), None, None, None


def _bare(text: str, start: int) -> list[Line]:
    """The lines as they stand: under an interview, what looks like a speaker's name may be a reader's word."""
    apart, lines = True, list[Line]()
    for match in re.compile(r"[^\n]*\n?").finditer(text, start):
        words = match[0].strip()
        if words:
            begin = match.start() + len(match[0]) - len(match[0].lstrip())
            lines.append(Line(begin, begin + len(words), None, apart))
        apart = not words
    return lines


def _number(text: str, line: Line, last: int) -> tuple[int, int] | None:
    """The number at the beginning of a line and where the words after it begin, when it follows the last one."""
    found = _NUMBER.match(text, line.start, line.end)
    if found is None or not last < int(found[1]) <= last + 3:
        return None
    return int(found[1]), found.end()


def _name(text: str, signature: slice | None) -> str | None:
    """The name in a line that signs a comment."""
    if signature is None:
        return None
    words = _NUMBER.sub("", text[signature], count=1)
    found = re.match(NAME, words)
    return found[0].rstrip(".") if found else None
