"""Copies of the two debates that a test may break."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.debates import Problem, read_debate

ROOT = Path(__file__).parents[2]
WIJKAANPAK = ROOT / "data" / "wijkaanpak"
HARBOUR = Path(__file__).parent / "harbour"
BOTH = pytest.mark.parametrize("original", [WIJKAANPAK, HARBOUR], ids=lambda folder: folder.name)

_QUOTED = re.compile(r'^text = ".*"$', re.MULTILINE)


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """A copy of the second debate."""
    return copied(HARBOUR, tmp_path)


@pytest.fixture
def wijkaanpak(tmp_path: Path) -> Path:
    """A copy of the first debate with its sources and quotes, and without its comments."""
    return bare(WIJKAANPAK, tmp_path)


def copied(original: Path, into: Path) -> Path:
    """The whole debate, in another place."""
    return Path(shutil.copytree(original, into / original.name))


def bare(original: Path, into: Path) -> Path:
    """The debate with one exemplar a claim and an empty bank: quick to read again and again."""
    folder = into / original.name
    shutil.copytree(
        original, folder, ignore=shutil.ignore_patterns("labelled", "translations", "*.jsonl", "calibration*")
    )
    (folder / "bank.jsonl").write_text("", "utf-8")
    for path in (folder / "claims").iterdir():
        head = path.read_text("utf-8").partition("[[exemplars]]")[0]
        path.write_text(f"{head}{exemplar('objection', path.stem)}", "utf-8")
    return folder


def exemplar(kind: str, text: str, lang: str = "en") -> str:
    """An exemplar as it is written in a claim file."""
    return f'[[exemplars]]\nkind = "{kind}"\nlang = "{lang}"\ntext = {json.dumps(text, ensure_ascii=False)}\n'


def quote(text: str, speaker: str, table: str = "quotes") -> str:
    """A quote as it is written in a claim file."""
    return f'[[{table}]]\ntext = {json.dumps(text, ensure_ascii=False)}\nspeaker = "{speaker}"\n\n'


def about_quotes_alone(folder: Path) -> None:
    """Leaves out what speaks of claims that a test takes away: comments, translations, questions."""
    for name in ("labelled", "translations"):
        shutil.rmtree(folder / name, ignore_errors=True)
    path = folder / "debate.toml"
    path.write_bytes(path.read_bytes().partition(b"[[questions]]")[0])


def only_claim(folder: Path, quotes: str, answers: str = "") -> Path:
    """The debate with one claim: these quotes and these answers."""
    about_quotes_alone(folder)
    for path in (folder / "claims").iterdir():
        path.unlink()
    theme = tomllib.loads((folder / "debate.toml").read_text("utf-8"))["themes"][0]["id"]
    state = "answered" if answers else "none"
    (folder / "claims" / "probe.toml").write_text(
        f'id = "probe"\ntheme = "{theme}"\nstatement = "A statement."\n\n{quotes}'
        f'[answer]\nstate = "{state}"\n\n{answers}{exemplar("objection", "That is not so.")}',
        "utf-8",
    )
    return folder


def replace(path: Path, old: str, new: str, nth: int = 0) -> None:
    """Put new words in the place of old ones in a file."""
    text = path.read_bytes().decode()
    start = -1
    for _ in range(nth + 1):
        start = text.find(old, start + 1)
        assert start >= 0, f"{old!r} is not in {path.name}"
    path.write_bytes((text[:start] + new + text[start + len(old) :]).encode())


def line_of(path: Path, words: str, nth: int = 0) -> int:
    """The line on which these words stand."""
    lines = [number for number, line in enumerate(path.read_text("utf-8").split("\n"), 1) if words in line]
    assert len(lines) > nth, f"{words!r} is not in {path.name}"
    return lines[nth]


def problems_of(folder: Path) -> list[Problem]:
    """What is wrong with a debate."""
    return read_debate(folder)[1]


@dataclass(frozen=True)
class Written:
    """A quote as it is written: its claim file, the line, the exact line's text and the words."""

    path: Path
    line: int
    written: str
    words: str

    def into(self, path: Path) -> Written:
        """The same quote in a copy of its claim file."""
        return Written(path, self.line, self.written, self.words)

    def rewrite(self, words: str) -> None:
        """Let the claim file quote these words instead."""
        lines = self.path.read_text("utf-8").split("\n")
        assert lines[self.line - 1] == self.written
        lines[self.line - 1] = f"text = {json.dumps(words, ensure_ascii=False)}"
        self.path.write_text("\n".join(lines), "utf-8")


def quotes_written(folder: Path) -> Iterator[Written]:
    """Every quote in the claim files, in order."""
    for path in sorted((folder / "claims").glob("*.toml")):
        head = path.read_text("utf-8").partition("[[exemplars]]")[0]
        for found in _QUOTED.finditer(head):
            words = tomllib.loads(found.group())["text"]
            yield Written(path, head.count("\n", 0, found.start()) + 1, found.group(), words)
