"""A new exemplar in a claim file: written only when the check would take the debate with it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tomli

from bot.atomic import written_whole
from bot.checks.messages import lint_messages
from bot.core.claims import ExemplarKind
from bot.core.errors import ExpectedError, Told
from bot.debates import Problem, read_debate
from bot.toml_lines import Located, Location, toml_string
from bot.wording import Wording

_ORDER = [str(kind) for kind in ExemplarKind]


class RefusedExemplarError(ExpectedError):
    """With this exemplar the check would refuse the debate, so nothing was written."""

    def __init__(self, file: Path, problem: Problem) -> None:
        super().__init__(f"{file}: {problem}")
        self._file = file
        self._problem = problem

    @property
    def told(self) -> Told:
        problem = Told(self._problem.key, {**dict(self._problem.values)})
        values = {"file": str(self._file), "where": self._problem.where, "problem": problem}
        return Told("cli.exemplar_refused", values)


def add_exemplar(
    folder: Path, claim: str, kind: ExemplarKind, lang: str, text: str, wordings: Mapping[str, Wording]
) -> tuple[Path, int]:
    """Writes it into the file of that claim of a sound debate; returns the file and the line of the table.

    Raises `RefusedExemplarError`, or `OSError`, and leaves the file as it was.
    """
    path = (folder / "claims" / f"{claim}.toml").resolve()
    content, line = with_exemplar(path.read_bytes().decode("utf-8"), kind, lang, text)
    # Bytes of the command line that are no UTF-8 come as surrogates; as bytes again, the check tells them.
    draft = content.encode("utf-8", "surrogateescape")
    with TemporaryDirectory() as place:
        copy = Path(shutil.copytree(folder, Path(place) / folder.absolute().name))
        (copy / "claims" / path.name).write_bytes(draft)
        debate, problems = read_debate(copy)
        if debate is not None and not problems:
            problems = lint_messages(copy, debate, wordings)
    if problems:
        raise RefusedExemplarError(path, problems[0])
    with written_whole(path) as file:
        file.write(draft)
    return path, line


def with_exemplar(content: str, kind: ExemplarKind, lang: str, text: str) -> tuple[str, int]:
    """A claim file with one exemplar more, after the last of its kind; and the line of the new table.

    Every other line stays as it stands: comments, order, line endings.
    """
    lines = content.split("\n")
    ending = "\r" if "\r\n" in content else ""
    at = _place(content, lines, kind)
    table = [
        "[[exemplars]]",
        f'kind = "{kind}"',
        f"lang = {toml_string(lang)}",
        f"text = {toml_string(text)}",
    ]
    before = [""] if at and lines[at - 1].strip() else []
    after = [""] if at < len(lines) and lines[at].strip() else []
    added = [f"{line}{ending}" for line in (*before, *table, *after)]
    if at == len(lines):  # the last line had no end
        lines[-1] += ending
        added.append("")
    return "\n".join([*lines[:at], *added, *lines[at:]]), at + len(before) + 1


def _place(content: str, lines: list[str], kind: ExemplarKind) -> int:
    """How many lines stand before the new exemplar."""
    located = Located(content)
    read = tomli.loads(content)
    kinds = [_ORDER.index(exemplar["kind"]) for exemplar in read["exemplars"]]
    wanted = _ORDER.index(kind)
    same = [index for index, other in enumerate(kinds) if other == wanted]
    earlier = [index for index, other in enumerate(kinds) if other < wanted]
    follows = (same or earlier or [None])[-1]
    if follows is None:
        return located.line(("exemplars", 0)) - 1
    start = located.line(("exemplars", follows))
    end = min((line for line in _tables(read, located) if line > start), default=len(lines) + 1) - 1
    while not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#"):
        end -= 1
    return end


def _tables(read: Mapping[str, Any], located: Located, above: Location = ()) -> set[int]:
    """The lines on which the tables begin."""
    found: set[int] = set()
    for key, value in read.items():
        inside: Any = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, inner in inside:
            if isinstance(inner, dict):
                at: Location = (*above, key) if index is None else (*above, key, index)
                found |= {located.line(at), *_tables(inner, located, at)}
    return found
