"""Reading TOML and JSON Lines so that every fault can be told with its file and line."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import tomli
from pydantic import BaseModel, ValidationError

from bot.core.errors import ExpectedError, Told
from bot.toml_lines import Located, Location, syntax_fault

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
        """The problem with its values; a line break in one is shown as TOML writes it."""
        shown = ((name, _on_one_line(str(value))) for name, value in values.items())
        return cls(path, line, f"lint.{key}", tuple(shown))

    @property
    def where(self) -> str:
        """The file and line, as an editor can jump to it."""
        return f"{self.path}:{self.line}"


class ProblemsError(ExpectedError):
    """Files have problems and are not used; the first is told, with how many there are."""

    key = "cli.broken_debate"

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__(f"{len(problems)} problems, the first: {self.problems[0]}")

    @property
    def told(self) -> Told:
        first = self.problems[0]
        values = {"where": first.where, "count": str(len(self.problems))}
        return Told(self.key, {**values, "problem": Told(first.key, {**dict(first.values)})})


class BrokenFileError(ProblemsError):
    """A file that somebody named has problems and is not read by anything."""

    key = "cli.broken_file"


def _on_one_line(value: str) -> str:
    return value.replace("\r", "\\r").replace("\n", "\\n")


def explain(error: ValidationError, shape: type[BaseModel]) -> Iterator[tuple[Location, str, dict[str, str]]]:
    """Each fault that pydantic found: its place, the key of its wording, the values for it."""
    meant: set[tuple[Location, str]] = set()  # a key that is only misspelt is not missing as well
    for fault in sorted(error.errors(), key=lambda fault: fault["type"] != "extra_forbidden"):
        location = tuple(step for step in fault["loc"] if step != "[key]")
        key = next((step for step in reversed(location) if isinstance(step, str)), "")
        if fault["type"] == "extra_forbidden":
            known = _keys_at(shape, location[:-1])
            near = difflib.get_close_matches(key, known, 1)
            if near:
                meant.add((location[:-1], near[0]))
                yield location, "unknown_key_near", {"name": key, "near": near[0]}
            else:
                yield location, "unknown_key", {"name": key, "known": ", ".join(known)}
        elif fault["type"] == "missing":
            if (location[:-1], key) not in meant:
                yield location[:-1], "missing_key", {"name": key}
        elif fault["type"] == "not_a_date":
            yield location, "not_a_date", {"name": key, "written": fault["msg"]}
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
        line = error.object[: error.start].count(b"\n") + 1
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
        content = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        line, detail = syntax_fault(error, text)
        problems.append(Problem.at(shown, line, "not_toml", detail=detail))
        return None
    located = Located(text)
    try:
        return shape.model_validate(content), located
    except ValidationError as error:
        problems += [
            Problem.at(shown, located.line(at), key, **values) for at, key, values in explain(error, shape)
        ]
        return None


def lint_calibrations(folder: Path, problems: list[Problem]) -> None:
    """Notes a calibration.json that is no JSON object; what it says is judged by who needs it."""
    path, shown = folder / "calibration.json", f"{folder.name}/calibration.json"
    text = read_text(path, shown, problems) if path.exists() else None
    if text is None:
        return
    try:
        if not isinstance(json.loads(text), dict):
            problems.append(Problem.at(shown, 1, "calibration_broken", detail="expected an object"))
    except json.JSONDecodeError as error:
        problems.append(Problem.at(shown, error.lineno, "calibration_broken", detail=error.msg))


def read_json_lines(path: Path, shown: str, shape: type[M], problems: list[Problem]) -> list[tuple[int, M]]:
    """Every good row with its line number; the faulty ones are noted as problems."""
    return json_lines(read_text(path, shown, problems) or "", shown, shape, problems)


def json_lines(text: str, shown: str, shape: type[M], problems: list[Problem]) -> list[tuple[int, M]]:
    """The same for a text that was read before."""
    rows: list[tuple[int, M]] = []
    for number, line in enumerate(text.split("\n"), 1):  # a text may hold other line separators
        if not line.strip():
            continue
        try:
            content = json.loads(line)
            if not isinstance(content, dict):
                problems.append(Problem.at(shown, number, "not_json", detail="expected an object"))
                continue
            rows.append((number, shape.model_validate(content)))
        except json.JSONDecodeError as error:
            problems.append(Problem.at(shown, number, "not_json", detail=error.msg))
        except ValidationError as error:
            problems += [Problem.at(shown, number, key, **values) for _, key, values in explain(error, shape)]
    return rows
