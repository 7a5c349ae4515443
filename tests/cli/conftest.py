"""The command as it is called, in this process or in one of its own, over a debate and a state of its own."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.terminal import wording_in
from bot.wording import Wording, load_wording
from tests.conftest import ROOT
from tests.debates.conftest import HARBOUR, copied
from tests.tiny_model import make_tiny_model


@dataclass(frozen=True)
class Ran:
    """What a command left behind: its exit code, its results and what it told besides."""

    code: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """The last line told besides the results; no traceback may come with it."""
        assert "Traceback" not in self.out + self.err
        assert 'File "' not in self.out + self.err
        return self.err.strip().split("\n")[-1]


@dataclass(frozen=True)
class Place:
    """Where a command finds its debate, keeps its state and reads .env."""

    folder: Path
    harbour: Path
    state: Path
    model: Path

    @property
    def env(self) -> dict[str, str]:
        """The settings as environment variables."""
        return {
            "WEDERHOOR_DEBATES": str(self.harbour.parent),
            "WEDERHOOR_STATE": str(self.state),
            "WEDERHOOR_MODEL": str(self.model),
            "WEDERHOOR_LANGUAGE": "en",
            "HF_HUB_OFFLINE": "1",
        }

    @property
    def log(self) -> str:
        """What stands in the log file."""
        file = self.state / "wederhoor.log"
        return file.read_text("utf-8") if file.exists() else ""


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that is loaded in no time."""
    return make_tiny_model(tmp_path_factory.mktemp("hub"))


@pytest.fixture
def place(tmp_path: Path, tiny_model: Path) -> Place:
    return Place(tmp_path, copied(HARBOUR, tmp_path / "data"), tmp_path / "state", tiny_model)


@pytest.fixture
def logs() -> Iterator[None]:
    """Gives the log back to the tests after a command has taken it."""
    root = logging.getLogger()
    handlers, level, raises = list(root.handlers), root.level, logging.raiseExceptions
    yield
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.raiseExceptions = raises


@pytest.fixture
def run(place: Place, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], logs: None) -> Run:
    """Runs the command in this process; settings are given by name, `model="light"`."""

    def run(*words: str, **settings: object) -> Ran:
        for name in [name for name in os.environ if name.startswith("WEDERHOOR_")]:
            monkeypatch.delenv(name)
        monkeypatch.delenv("DISCORD_TOKEN", raising=False)
        for name, value in place.env.items():
            monkeypatch.setenv(name, value)
        for name, value in settings.items():
            monkeypatch.setenv(f"WEDERHOOR_{name.upper()}", str(value))
        monkeypatch.chdir(place.folder)
        monkeypatch.setattr(sys, "argv", ["wederhoor", *words])
        wording_in.cache_clear()
        capfd.readouterr()
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture
def run_apart(place: Place) -> Run:
    """Runs the command in a process of its own."""

    def run(*words: str, **settings: object) -> Ran:
        kept = {n: v for n, v in os.environ.items() if not n.startswith(("WEDERHOOR_", "DISCORD_"))}
        named = {f"WEDERHOOR_{name.upper()}": str(value) for name, value in settings.items()}
        env = {**kept, **place.env, **named, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=place.folder,
            env=env,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def english() -> Wording:
    """What the terminal says."""
    return load_wording(ROOT / "prompts")["en"]
