"""The `wederhoor` command as a person starts it: a process of its own, with a terminal that is read."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 300.0
"""Seconds; a loaded machine may need minutes to load a model."""

Start = Callable[..., subprocess.Popen[bytes]]


class Command:
    """A running `wederhoor`, whose two outputs go to files so that neither can fill up and block it."""

    def __init__(self, folder: Path, arguments: tuple[str, ...], environment: dict[str, str]) -> None:
        self._out, self._err = folder / "stdout", folder / "stderr"
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        with self._out.open("wb") as out, self._err.open("wb") as err:
            self.process = subprocess.Popen(
                [sys.executable, "-u", "-m", "bot", *arguments],
                cwd=folder,
                env={**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "300", **environment},
                stdout=out,
                stderr=err,
            )

    @property
    def out(self) -> str:
        """What stands in the terminal."""
        return self._out.read_text("utf-8")

    @property
    def err(self) -> str:
        """What was said beside the results."""
        return self._err.read_text("utf-8")

    def end(self) -> int:
        """Waits for the exit code."""
        return self.process.wait(PATIENCE)

    def wait_for(self, words: str, *, beside: bool = False) -> str:
        """Waits until these words are printed; returns everything printed so far."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            said = self.err if beside else self.out
            if words in said:
                return said
            assert self.process.poll() is None, f"ended without saying “{words}”:\n{self.out}\n{self.err}"
            time.sleep(0.1)
        raise AssertionError(f"“{words}” was not said in {PATIENCE} s:\n{self.out}\n{self.err}")


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Callable[..., Command]]:
    """Starts `wederhoor` in an empty folder, in Dutch and without a token."""
    started: list[Command] = []

    def start(*arguments: str, **environment: str) -> Command:
        defaults = {"WEDERHOOR_STATE": str(tmp_path), "WEDERHOOR_LANGUAGE": "nl"}
        started.append(Command(tmp_path, arguments, {**defaults, **environment}))
        return started[-1]

    yield start
    for command in started:
        if command.process.poll() is None:
            command.process.kill()
            command.process.wait()
