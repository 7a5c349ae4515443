"""The real `check` command over copies of the wording and of the second debate that a test may break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.commands import commands
from bot.cli.terminal import wording_in
from tests.debates.conftest import HARBOUR, ROOT, copied

PROMPTS = ROOT / "prompts"

Check = Callable[..., tuple[int, list[str]]]


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    """A copy of the wording."""
    return Path(shutil.copytree(PROMPTS, tmp_path / "prompts"))


@pytest.fixture
def harbour(tmp_path: Path) -> Path:
    """A copy of the second debate, the only one that is checked."""
    return copied(HARBOUR, tmp_path / "data")


@pytest.fixture
def check(prompts: Path, harbour: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Check:
    """Runs `wederhoor check`; returns its exit code and its lines."""
    monkeypatch.setenv("WEDERHOOR_PROMPTS", str(prompts))
    monkeypatch.setenv("WEDERHOOR_DEBATES", str(harbour.parent))
    monkeypatch.setenv("WEDERHOOR_LANGUAGE", "en")
    monkeypatch.chdir(tmp_path)

    def run(*debate: str) -> tuple[int, list[str]]:
        wording_in.cache_clear()
        result = CliRunner().invoke(commands(), ["check", *debate])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result.exit_code, result.output.splitlines()

    return run
