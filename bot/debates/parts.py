"""Finding the parts of a source in its text, and the words that belong to none of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from bot.core.source import BETWEEN, Part, Speaker
from bot.debates.schema import SourceFile
from bot.toml_lines import Location

Fault = tuple[str, dict[str, object]]
"""The key of a lint message and its values."""


@dataclass
class FoundParts:
    """The parts of a source, the faults with their places in its TOML, and what cannot be judged for them.

    A part whose first or last words are not in the text is still found by its neighbours: one fault is told
    once, and the quotes in that part can be judged all the same.
    """

    parts: list[Part] = field(default_factory=list)
    faults: list[tuple[Location, Fault]] = field(default_factory=list)
    unsure: set[Part] = field(default_factory=set)
    loose: list[tuple[int, int]] = field(default_factory=list)


def find_parts(file: SourceFile, text: str, speakers: Mapping[str, Speaker]) -> FoundParts:
    """Every part of the source with its exact offsets, in order."""
    found = FoundParts()
    cursor = 0
    for index, entry in enumerate(file.parts):
        at: Location = ("parts", index)
        start, end, fault = _extent(file, index, text, cursor)
        if fault:
            found.faults.append(((*at, "opens" if fault[0] == "part_opens" else "closes"), fault))
            if end <= start:
                continue
        _check_between(found, at, text, cursor, start, entry.speaker, speakers)
        part = Part(entry.kind, entry.speaker, start, end, entry.number, entry.inferred)
        found.parts.append(part)
        if fault:
            found.unsure.add(part)
        cursor = end
    _check_between(found, ("parts", len(file.parts) - 1), text, cursor, len(text), "", speakers)
    return found


def _extent(file: SourceFile, index: int, text: str, cursor: int) -> tuple[int, int, Fault | None]:
    entry = file.parts[index]
    fault: Fault | None = None
    start = text.find(entry.opens, cursor)
    if start < 0:
        fault = "part_opens", {"words": entry.opens, "file": file.file}
        before = BETWEEN.match(text, cursor)
        start = before.end() if before else cursor
        end = _end(text, start, entry.closes)
    else:
        end = _end(text, start, entry.closes, start + len(entry.opens))
        if end < 0:
            fault = "part_closes", {"words": entry.closes, "file": file.file, "opens": entry.opens}
    if fault:
        later = (text.find(following.opens, start) for following in file.parts[index + 1 :])
        border = next((place for place in later if place >= 0), len(text))
        end = end if start < end <= border else border
    return start, end, fault


def _end(text: str, start: int, closes: str, least: int = 0) -> int:
    # The last words may overlap the first ones, but do not end before them.
    close = text.find(closes, start)
    while close >= 0 and close + len(closes) < least:
        close = text.find(closes, close + 1)
    return close + len(closes) if close >= 0 else -1


def anchors_of(text: str, part: Part, cursor: int) -> tuple[str, str]:
    """The first and the last words by which `find_parts` finds a part after `cursor`, no more than it takes."""
    inside = text[part.start : part.end]
    words = [match.span() for match in re.finditer(r"\S+", inside)]
    first, last = (min(ANCHOR_WORDS, len(inside.split("\n")[at].split())) for at in (0, -1))
    opens = closes = inside
    for _, end in words[first - 1 :]:
        opens = inside[:end]
        if text.find(opens, cursor) == part.start:
            break
    for start, _ in words[len(words) - last :: -1]:
        closes = inside[start:]
        if _end(text, part.start, closes, part.start + len(opens)) == part.end:
            break
    return opens, closes


ANCHOR_WORDS = 6
"""As many words open and close a part where they stand on one line."""


def _check_between(
    found: FoundParts,
    at: Location,
    text: str,
    start: int,
    end: int,
    following: str,
    speakers: Mapping[str, Speaker],
) -> None:
    match = BETWEEN.fullmatch(text, start, end)
    if match is None:
        found.faults.append((at, ("loose_words", {"words": " ".join(text[start:end].split())[:60]})))
        found.loose.append((start, end))
    elif match[1] and following in speakers:
        named = _named(match[1], speakers.values())
        if named and speakers[following] not in named:
            values = {"label": match[1], "name": speakers[following].name}
            found.faults.append(((*at, "speaker"), ("label_of_other", values)))


def _named(label: str, speakers: Collection[Speaker]) -> list[Speaker]:
    words = set(label.casefold().split())
    return [speaker for speaker in speakers if words <= set(speaker.name.casefold().split())]
