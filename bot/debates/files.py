"""Reading TOML and JSON Lines so that every fault can be told with its file and line."""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True, order=True)
class Problem:
    """One fault of a debate folder: where it is, and the wording key and values that tell it."""

    path: str
    line: int
    key: str
    values: tuple[tuple[str, str], ...] = ()

    @classmethod
    def at(cls, path: str, line: int, key: str, /, **values: object) -> Problem:
        """The problem with its values."""
        return cls(path, line, f"lint.{key}", tuple((name, str(value)) for name, value in values.items()))

    @property
    def where(self) -> str:
        """The file and line, as an editor can jump to it."""
        return f"{self.path}:{self.line}"


Location = tuple[str | int, ...]


class Located:
    """Where in a TOML text each table and key stands."""

    _HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.-]+)\s*\]\]?")
    _KEY = re.compile(r"^\s*([\w-]+|\"[^\"]+\")\s*=")

    def __init__(self, text: str) -> None:
        self._lines: dict[Location, int] = {(): 1}
        counts: dict[str, int] = {}
        table: Location = ()
        in_string = False
        for number, line in enumerate(text.splitlines(), 1):
            if not in_string:
                if header := self._HEADER.match(line):
                    name = header[2]
                    table = tuple(name.split("."))
                    if header[1] == "[[":
                        table = (*table, counts.get(name, 0))
                        counts[name] = counts.get(name, 0) + 1
                    self._lines.setdefault(table, number)
                elif key := self._KEY.match(line):
                    self._lines.setdefault((*table, key[1].strip('"')), number)
            if line.count('"""') % 2 or line.count("'''") % 2:
                in_string = not in_string

    def line(self, location: Location) -> int:
        """The line of the innermost known table or key around a location."""
        while location and location not in self._lines:
            location = location[:-1]
        return self._lines.get(location, 1)


def explain(error: ValidationError, shape: type[BaseModel]) -> Iterator[tuple[Location, str, dict[str, str]]]:
    """Each fault that pydantic found: its place, the key of its wording, the values for it."""
    for fault in error.errors():
        location = fault["loc"]
        key = str(location[-1]) if location else ""
        if fault["type"] == "extra_forbidden":
            known = _keys_at(shape, location[:-1])
            near = difflib.get_close_matches(key, known, 1)
            if near:
                yield location, "unknown_key_near", {"name": key, "near": near[0]}
            else:
                yield location, "unknown_key", {"name": key, "known": ", ".join(known)}
        elif fault["type"] == "missing":
            yield location[:-1], "missing_key", {"name": key}
        else:
            detail = f"{fault['msg'][0].lower()}{fault['msg'][1:]}"
            yield location, "wrong_value", {"name": key, "detail": detail}


def _keys_at(shape: type[BaseModel], location: Location) -> list[str]:
    model: object = shape
    for step in location:
        if isinstance(step, int) or not (isinstance(model, type) and issubclass(model, BaseModel)):
            continue
        field = model.model_fields.get(step)
        if field is None:
            return []
        model = field.annotation
        arguments = getattr(model, "__args__", ())
        if arguments:
            model = arguments[0]
    return list(model.model_fields) if isinstance(model, type) and issubclass(model, BaseModel) else []


def read_text(path: Path, shown: str, problems: list[Problem]) -> str | None:
    """The file's text exactly as it stands, or None with the problem noted."""
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        problems.append(Problem.at(shown, 1, "missing_file"))
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        problems.append(Problem.at(shown, line, "not_utf8"))
    except OSError as error:
        problems.append(Problem.at(shown, 1, "unreadable_file", detail=error.strerror))
    return None


def read_toml(path: Path, shown: str, shape: type[M], problems: list[Problem]) -> tuple[M, Located] | None:
    """The file as that shape with the lines of its keys, or None with the problems noted."""
    text = read_text(path, shown, problems)
    if text is None:
        return None
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column \d+\)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        plain = re.sub(r"\s*\(at .*\)$", "", str(error))
        problems.append(Problem.at(shown, line, "not_toml", detail=plain))
        return None
    located = Located(text)
    try:
        return shape.model_validate(content), located
    except ValidationError as error:
        problems += [
            Problem.at(shown, located.line(at), key, **values) for at, key, values in explain(error, shape)
        ]
        return None


def read_json_lines(path: Path, shown: str, shape: type[M], problems: list[Problem]) -> list[tuple[int, M]]:
    """Every good row with its line number; the faulty ones are noted as problems."""
    text = read_text(path, shown, problems)
    rows: list[tuple[int, M]] = []
    for number, line in enumerate((text or "").splitlines(), 1):
        if not line.strip():
            continue
        try:
            rows.append((number, shape.model_validate(json.loads(line))))
        except json.JSONDecodeError as error:
            problems.append(Problem.at(shown, number, "not_json", detail=error.msg))
        except ValidationError as error:
            problems += [Problem.at(shown, number, key, **values) for _, key, values in explain(error, shape)]
    return rows
