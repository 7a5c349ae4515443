"""What an operator may write in .env or the environment, and what it means."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.settings import Settings, load_settings

NAMES = [name for name in Settings.model_fields if name != "discord_token"]
VARIABLES = ["DISCORD_TOKEN", *(f"WEDERHOOR_{name.upper()}" for name in NAMES)]

Write = Callable[[str, str], None]


@pytest.fixture(params=["environment", "file"])
def write(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Sets a variable, in the environment or in .env, where nothing else is set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for name in (*VARIABLES, "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)

    def write(name: str, value: str) -> None:
        if request.param == "environment":
            monkeypatch.setitem(os.environ, name, value)
        else:
            with (tmp_path / ".env").open("a", encoding="utf-8") as file:
                file.write(f"{name}={value}\n")

    return write


def test_what_is_left_empty_is_not_set(write: Write, tmp_path: Path) -> None:
    usual = load_settings()
    for name in VARIABLES:
        write(name, "")
    settings = load_settings()
    assert settings == usual
    assert settings.discord_token is None
    assert settings.state.is_relative_to(tmp_path / "home")


@pytest.mark.parametrize("name", ["STATE", "DEBATES"])
def test_a_folder_may_begin_at_home(write: Write, tmp_path: Path, name: str) -> None:
    write(f"WEDERHOOR_{name}", "~/weder")
    assert getattr(load_settings(), name.lower()) == tmp_path / "home" / "weder"


def test_the_texts_may_stand_at_home(write: Write, tmp_path: Path) -> None:
    (tmp_path / "home" / "texts" / "nl").mkdir(parents=True)
    write("WEDERHOOR_PROMPTS", "~/texts")
    assert load_settings().prompts == tmp_path / "home" / "texts"
