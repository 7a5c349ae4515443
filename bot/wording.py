"""Everything the program says: templates from prompts/, loaded strictly and rendered traceably.

A rendered text knows its pieces: what came from a template, what is a verbatim span of a source and what is
a plain value (a name, a date, a number, a link). That is how a test proves that the bot invents no word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import tomli
from jinja2 import Environment, StrictUndefined, TemplateError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.core.claims import Quote
from bot.core.errors import ExpectedError, Told
from bot.toml_lines import Located, syntax_fault

# Values travel through a template as private-use characters, so that they can be told from its own words.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARKED = re.compile(f"{_OPEN}(\\d+){_CLOSE}")

_CUSTOMS = {"en": "en_GB"}
"""Where a language alone stands for other customs than a debate in Europe expects: 22:00, not 10:00 PM."""


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


class WordingError(ExpectedError):
    """A template is missing or wrong; `where` is file:line."""

    def __init__(self, where: str, detail: str) -> None:
        super().__init__(f"{where}: {detail}")
        self.where = where
        self.detail = detail

    @property
    def told(self) -> Told:
        return Told("cli.wording", {"where": self.where, "detail": self.detail})


_VALUE = re.compile(r"\{\{ ([a-z_]+) \}\}")
_WORDS = frozenset({"true", "false", "none", "not", "and", "or", "is", "in", "if", "else", "loop", "self"})
"""What looks like a value and means something else to Jinja."""

_ENVIRONMENT: Environment = ImmutableSandboxedEnvironment(
    undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True
)


@dataclass(frozen=True)
class Template:
    """A template as it is written; parsed when it is first asked for, which raises `WordingError`."""

    where: str
    source: str

    @cached_property
    def variables(self) -> frozenset[str]:
        """The variables it asks for."""
        # Most are a sentence with a few plain values in it, and parsing is what a check takes longest for.
        rest, names = _VALUE.sub("", self.source), _VALUE.findall(self.source)
        if "{" not in rest and not any(name in _ENVIRONMENT.globals or name in _WORDS for name in names):
            return frozenset(names)
        with self._named_fault():
            return frozenset(meta.find_undeclared_variables(self._tree))

    @cached_property
    def _tree(self) -> nodes.Template:
        return _ENVIRONMENT.parse(self.source)

    @cached_property
    def _compiled(self) -> Any:
        return _ENVIRONMENT.from_string(self._tree)

    def render(self, values: Mapping[str, Any]) -> str:
        """The text with these values in it."""
        with self._named_fault():
            return self._compiled.render(**values)

    @contextmanager
    def _named_fault(self) -> Iterator[None]:
        try:
            yield
        except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
            raise WordingError(self.where, str(error)) from error


class Wording:
    """The templates of one locale."""

    def __init__(self, locale: str, templates: Mapping[str, Template]) -> None:
        self.locale = locale
        self.customs = _CUSTOMS.get(locale, locale)
        """The locale by whose customs Babel writes dates and times."""
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

    def over(self, other: Wording) -> Wording:
        """This wording, with the other's templates where it has none."""
        return Wording(self.locale, {**other._templates, **self._templates})

    def render(self, key: str, /, **values: Any) -> Rendered:
        """The template with these values; raises `WordingError` for an unknown key or a missing value."""
        template = self._templates.get(key)
        if template is None:
            raise WordingError(f"prompts/{self.locale}", f"no template {key}")
        slots: list[Piece] = []
        text = template.render({name: _mark(value, slots) for name, value in values.items()})
        return Rendered(key, self.locale, tuple(_pieces(text, slots)))

    def say(self, key: str, /, **values: Any) -> str:
        """The rendered text alone."""
        return self.render(key, **values).text

    def sentence(self, told: Told) -> str:
        """The sentence of an expected error, with the sentences in it."""
        values = {name: self.sentence(v) if isinstance(v, Told) else v for name, v in told.values.items()}
        return self.say(told.key, **values)


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
    if isinstance(value, int) and not isinstance(value, bool):
        return _MarkedInt(value, slots)
    if isinstance(value, float):
        return _MarkedFloat(value, slots)
    return value


class _MarkedInt(int):
    """A number that templates can count and compare with, and that shows as a marked value."""

    def __new__(cls, value: int, slots: list[Piece]) -> _MarkedInt:
        marked = super().__new__(cls, value)
        marked._shown = _slot(Piece(str(value), value=True), slots)
        return marked

    _shown: str

    def __str__(self) -> str:
        return self._shown


class _MarkedFloat(float):
    """The same for a number with a fraction."""

    def __new__(cls, value: float, slots: list[Piece]) -> _MarkedFloat:
        marked = super().__new__(cls, value)
        marked._shown = _slot(Piece(str(value), value=True), slots)
        return marked

    _shown: str

    def __str__(self) -> str:
        return self._shown


def _slot(piece: Piece, slots: list[Piece]) -> str:
    # Equal values share a slot, so that a template can tell whether they are.
    if piece not in slots:
        slots.append(piece)
    return f"{_OPEN}{slots.index(piece)}{_CLOSE}"


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
    """The wording of every locale under prompts/; raises `WordingError` for what cannot be read."""
    found, faults = read_wording(folder)
    if faults:
        raise faults[0]
    if not found:
        raise WordingError(str(folder), "no locale")
    return found


def read_wording(folder: Path, *locales: str) -> tuple[dict[str, Wording], list[WordingError]]:
    """The wording of these locales, or of all, as far as it can be read, and what cannot be."""
    names = locales or sorted(path.name for path in folder.glob("*/") if _LOCALE.fullmatch(path.name))
    found: dict[str, Wording] = {}
    faults: list[WordingError] = []
    for name in names:
        templates: dict[str, Template] = {}
        for path in sorted((folder / name).glob("*.toml")):
            try:
                templates |= _templates(path, f"prompts/{name}/{path.name}", faults)
            except WordingError as fault:
                faults.append(fault)
        found[name] = Wording(name, templates)
    return found, faults


_LOCALE = re.compile("[a-z]{2}")


def _templates(path: Path, shown: str, faults: list[WordingError]) -> dict[str, Template]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise WordingError(f"{shown}:1", error.strerror or type(error).__name__) from error
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise WordingError(f"{shown}:{line}", "not UTF-8") from error
    try:
        content = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        line, detail = syntax_fault(error, text)
        raise WordingError(f"{shown}:{line}", detail) from error
    lines = Located(text)
    templates: dict[str, Template] = {}
    for place, source in _flatten(content, ()):
        where = f"{shown}:{lines.line(place)}"
        try:
            if not isinstance(source, str):
                raise WordingError(where, f"a text was expected, not {type(source).__name__}")
            template = Template(where, source.strip("\n"))
            _ = template.variables
            templates[".".join((path.stem, *place))] = template
        except WordingError as fault:
            faults.append(fault)
    return templates


def _flatten(content: Mapping[str, Any], above: tuple[str, ...]) -> Iterable[tuple[tuple[str, ...], Any]]:
    for name, value in content.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, (*above, name))  # type: ignore[arg-type]
        else:
            yield (*above, name), value
