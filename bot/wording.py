"""Everything the program says: templates from prompts/, loaded strictly and rendered traceably.

A rendered text knows its pieces: what came from a template, what is a verbatim span of a source and what is
a plain value (a name, a date, a number, a link). That is how a test proves that the bot invents no word.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined, TemplateError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.core.claims import Quote

# Values travel through a template as private-use characters, so that they can be told from its own words.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKED = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a rendered text: `quote` is set for source words, `value` tells a plain value."""

    text: str
    quote: Quote | None = None
    value: bool = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text ready to be sent, and what it is made of."""

    key: str
    locale: str
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def quotes(self) -> tuple[Quote, ...]:
        """The source words in it, in order."""
        return tuple(piece.quote for piece in self.pieces if piece.quote)


class WordingError(Exception):
    """A template is missing or wrong; `where` is file:line."""

    def __init__(self, where: str, detail: str) -> None:
        super().__init__(f"{where}: {detail}")
        self.where = where
        self.detail = detail


@dataclass(frozen=True, slots=True)
class _Template:
    key: str
    where: str
    source: str
    compiled: Any
    variables: frozenset[str]


class Wording:
    """The templates of one locale."""

    def __init__(self, locale: str, templates: Mapping[str, _Template]) -> None:
        self.locale = locale
        self._templates = templates

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all templates."""
        return frozenset(self._templates)

    def variables(self, key: str) -> frozenset[str]:
        """The variables a template asks for."""
        return self._templates[key].variables

    def source(self, key: str) -> str:
        """A template as it is written."""
        return self._templates[key].source

    def where(self, key: str) -> str:
        """The file and line of a template."""
        return self._templates[key].where

    def render(self, key: str, /, **values: Any) -> Rendered:
        """The template with these values; raises `WordingError` for an unknown key or a missing value."""
        template = self._templates.get(key)
        if template is None:
            raise WordingError(f"prompts/{self.locale}", f"no template {key}")
        slots: list[Piece] = []
        marked = {name: _mark(value, slots) for name, value in values.items()}
        try:
            text = template.compiled.render(**marked)
        except TemplateError as error:
            raise WordingError(template.where, str(error)) from error
        return Rendered(key, self.locale, tuple(_pieces(text, slots)))

    def say(self, key: str, /, **values: Any) -> str:
        """The rendered text alone."""
        return self.render(key, **values).text


def _mark(value: Any, slots: list[Piece]) -> Any:
    if isinstance(value, Rendered):
        return "".join(_slot(piece, slots) for piece in value.pieces)
    if isinstance(value, Quote):
        return _slot(Piece(value.text, quote=value), slots)
    if isinstance(value, str):
        return _slot(Piece(value, value=True), slots) if value else ""
    if isinstance(value, Mapping):
        return {name: _mark(inner, slots) for name, inner in value.items()}  # type: ignore[misc]
    if isinstance(value, list | tuple):
        return [_mark(inner, slots) for inner in value]  # type: ignore[misc]
    return value


def _slot(piece: Piece, slots: list[Piece]) -> str:
    slots.append(piece)
    return f"{_OPEN}{len(slots) - 1}{_CLOSE}"


def _pieces(text: str, slots: list[Piece]) -> Iterable[Piece]:
    cursor = 0
    for found in _MARKED.finditer(text):
        if found.start() > cursor:
            yield Piece(text[cursor : found.start()])
        yield slots[int(found[1])]
        cursor = found.end()
    if cursor < len(text):
        yield Piece(text[cursor:])


def load_wording(folder: Path) -> dict[str, Wording]:
    """The wording of every locale under prompts/; raises `WordingError` for a template that cannot be read."""
    found = {path.name: _load_locale(path) for path in sorted(folder.iterdir()) if path.is_dir()}
    if not found:
        raise WordingError(str(folder), "no locale")
    return found


def _load_locale(folder: Path) -> Wording:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
    )
    templates: dict[str, _Template] = {}
    for path in sorted(folder.glob("*.toml")):
        shown = f"prompts/{folder.name}/{path.name}"
        raw = path.read_text("utf-8")
        try:
            content = tomllib.loads(raw)
        except tomllib.TOMLDecodeError as error:
            raise WordingError(shown, str(error)) from error
        for key, source in _flatten(content, path.stem):
            where = f"{shown}:{_line_of(raw, key)}"
            templates[key] = _compile(environment, key, where, str(source).strip("\n"))
    return Wording(folder.name, templates)


def _flatten(content: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, Any]]:
    for name, value in content.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}.{name}")  # type: ignore[arg-type]
        else:
            yield f"{prefix}.{name}", value


def _line_of(raw: str, key: str) -> int:
    name = re.escape(key.rsplit(".", 1)[-1])
    found = re.search(rf'^\s*"?{name}"?\s*=', raw, re.MULTILINE)
    return raw.count("\n", 0, found.start()) + 1 if found else 1


def _compile(environment: Environment, key: str, where: str, source: str) -> _Template:
    try:
        tree: nodes.Template = environment.parse(source)
        compiled = environment.from_string(source)
    except TemplateError as error:
        raise WordingError(where, str(error)) from error
    return _Template(key, where, source, compiled, frozenset(meta.find_undeclared_variables(tree)))
