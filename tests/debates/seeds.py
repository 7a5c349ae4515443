"""Ways to break a copy of the second debate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.debates.conftest import quote, replace

CLAIM = "claims/empty-quay.toml"
DEBATE = "debate.toml"
SOURCE = "sources/tideline.toml"
TEXT = "sources/tideline.txt"
BANK = "bank.jsonl"
CALIBRATION = "calibration.json"
DEV = "labelled/dev.jsonl"
TEST = "labelled/test.jsonl"
ANSWER = "Mr Lowe has a point about the season, so we counted in August as well. There were three boats"
LONG = "The quay was finished on time and it stands empty. " * 12

Change = Callable[[Path], None]


@dataclass(frozen=True)
class Seed:
    """A fault: its message, the file and the words on the line that is told, and what brings it about."""

    key: str
    file: str
    at: str | int
    change: Change
    values: tuple[str, ...] = ()
    nth: int = 0


def put(file: str, old: str, new: str, nth: int = 0) -> Change:
    return lambda folder: replace(folder / file, old, new, nth)


def add(file: str, text: str) -> Change:
    def change(folder: Path) -> None:
        path = folder / file
        path.write_bytes(path.read_bytes() + text.encode("utf-8", "surrogateescape"))

    return change


def write(file: str, text: str) -> Change:
    def change(folder: Path) -> None:
        (folder / file).write_text(text, "utf-8")

    return change


def remove(pattern: str) -> Change:
    def change(folder: Path) -> None:
        for path in list(folder.glob(pattern)):
            path.unlink()

    return change


def rename(file: str, new: str) -> Change:
    def change(folder: Path) -> None:
        (folder / file).rename(folder / new)

    return change


def both(first: Change, second: Change) -> Change:
    def change(folder: Path) -> None:
        first(folder)
        second(folder)

    return change


def into_folder(file: str) -> Change:
    def change(folder: Path) -> None:
        (folder / file).unlink()
        (folder / file).mkdir()

    return change


def another_source(folder: Path) -> None:
    text = (folder / SOURCE).read_text("utf-8")
    (folder / "sources" / "zweite.toml").write_text(f"# the same id\n{text}", "utf-8")


def not_utf8(file: str, words: str) -> Change:
    def change(folder: Path) -> None:
        path = folder / file
        path.write_bytes(path.read_bytes().replace(words.encode(), b"caf\xe9"))

    return change


def row(id: str, text: str, rest: str) -> str:
    return f'{{"id": "{id}", "text": "{text}", "lang": "en", {rest}}}\n'


def quoted(text: str, speaker: str, **more: str) -> Change:
    """A further quote in the claim, before its answer."""
    extra = "".join(f'{key} = "{value}"\n' for key, value in more.items())
    return put(CLAIM, "[answer]", f"{quote(text, speaker).rstrip()}\n{extra}\n[answer]")


def answered(text: str, speaker: str) -> Change:
    return put(CLAIM, "[[exemplars]]", f"{quote(text, speaker, 'answer.quotes')}[[exemplars]]")


OFF = '"topic": "off"'
ON = '"topic": "on", "claims": ["{}"], "stance": "agrees"'
