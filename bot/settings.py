"""What the operator sets: read once from the environment and .env, frozen, secrets kept secret."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.errors import ExpectedError, Told

PREFIX = "WEDERHOOR_"
_HERE = Path(__file__).resolve().parent


def _shipped(name: str) -> Path:
    """A folder that comes with the program: inside the wheel, or beside the package in a checkout."""
    bundled = _HERE / "_bundled" / name
    return bundled if bundled.is_dir() else _HERE.parent / name


class Settings(BaseSettings):
    """Every setting with its default; .env.example lists them with one line each."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", frozen=True
    )

    discord_token: SecretStr | None = Field(default=None, validation_alias="DISCORD_TOKEN")
    model: str = Field(default="bundled", min_length=1)
    debates: Path = Field(default_factory=lambda: _shipped("data"))
    prompts: Path = Field(default_factory=lambda: _shipped("prompts"))
    state: Path = Field(default_factory=lambda: user_data_path("wederhoor"))
    language: Literal["nl", "en"] | None = None
    shards: int | None = Field(default=None, ge=1)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @property
    def database(self) -> Path:
        """The file that remembers venues, decisions and replies."""
        return self.state / "wederhoor.sqlite3"

    @property
    def cache(self) -> Path:
        """Vectors of exemplars; may be deleted at any time."""
        return self.state / "cache"

    @property
    def log_file(self) -> Path:
        """Where tracebacks go."""
        return self.state / "wederhoor.log"

    @property
    def locale(self) -> str:
        """The language of the terminal: as set, else Dutch for a Dutch environment, else English."""
        if self.language:
            return self.language
        spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
        return "nl" if spoken.startswith("nl") else "en"


class SettingsError(ExpectedError):
    """A setting is unknown or wrong."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(f"{key} {values}")
        self._told = Told(f"cli.{key}", {**values})

    @property
    def told(self) -> Told:
        return self._told


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """The settings; raises `SettingsError` for the first that is unknown or wrong."""
    _refuse_typos(os.environ, "environment")
    if env_file and env_file.is_file():
        _refuse_typos(_names_in(env_file), str(env_file))
    try:
        return Settings(_env_file=env_file)  # type: ignore[call-arg]
    except ValidationError as error:
        fault = error.errors()[0]
        name = str(fault["loc"][0])
        shown = name if name == "DISCORD_TOKEN" else f"{PREFIX}{name.upper()}"
        raise SettingsError("wrong_setting", name=shown, detail=fault["msg"]) from error


def _refuse_typos(names: Mapping[str, object], where: str) -> None:
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields if name != "discord_token"]
    for name in names:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, 1)
            hint = near[0] if near else ", ".join(known)
            raise SettingsError("unknown_setting", name=name, where=where, near=hint)


def _names_in(env_file: Path) -> dict[str, None]:
    lines = env_file.read_text("utf-8", errors="replace").splitlines()
    return {
        line.split("=", 1)[0].removeprefix("export ").strip(): None
        for line in lines
        if "=" in line and not line.lstrip().startswith("#")
    }
