"""Where in a TOML text each table and key stands, so that every fault can be told with its line; and its strings."""

from __future__ import annotations

import json
import re
from functools import cached_property

import tomli

Location = tuple[str | int, ...]
"""The path to a value: keys of tables and indices of arrays."""

_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*([\w.-]+|\"[^\"]+\")\s*=")
_AT_LINE = re.compile(r"\s*\(at line (\d+), column \d+\)$")
_AT_END = re.compile(r"\s*\(at end of document\)$")


class Located:
    """The lines of a TOML text's tables and keys, looked for when a line is first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._counts: dict[Location, int] = {}

    @cached_property
    def _lines(self) -> dict[Location, int]:
        lines: dict[Location, int] = {(): 1}
        table: Location = ()
        in_string = False
        for number, line in enumerate(self._text.split("\n"), 1):
            if not in_string:
                if header := _HEADER.fullmatch(line):
                    table = self._open(header[2].split("."), array=header[1] == "[[")
                    lines.setdefault(table, number)
                elif key := _KEY.match(line):
                    name = key[1]
                    steps = [name.strip('"')] if name.startswith('"') else name.split(".")
                    for depth in range(1, len(steps) + 1):
                        lines.setdefault((*table, *steps[:depth]), number)
            if line.count('"""') % 2 or line.count("'''") % 2:
                in_string = not in_string
        return lines

    def _open(self, steps: list[str], array: bool) -> Location:
        place: Location = ()
        for step in steps[:-1]:
            place = (*place, step)
            if place in self._counts:  # a table inside an array of tables belongs to its latest element
                place = (*place, self._counts[place] - 1)
        place = (*place, steps[-1])
        if array:
            self._counts[place] = self._counts.get(place, 0) + 1
            place = (*place, self._counts[place] - 1)
        return place

    def line(self, location: Location) -> int:
        """The line of the innermost known table or key around a location."""
        while location and location not in self._lines:
            location = location[:-1]
        return self._lines.get(location, 1)


def syntax_fault(error: tomli.TOMLDecodeError, text: str) -> tuple[int, str]:
    """The line of a syntax error in that text, and what is wrong with it."""
    told = str(error)
    found = _AT_LINE.search(told)
    if found:
        return int(found[1]), told[: found.start()]
    return text.count("\n") + 1, _AT_END.sub("", told)


def toml_string(text: str) -> str:
    """A text as TOML writes it, on one line."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
