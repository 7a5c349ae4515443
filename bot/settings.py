"""What the operator sets: read once from the environment and .env, frozen, secrets kept secret."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.core.errors import ExpectedError, Told
from bot.core.retention import Retention

PREFIX = "WEDERHOOR_"
_HERE = Path(__file__).resolve().parent


def shipped(name: str) -> Path:
    """A folder that comes with the program: inside the wheel, or beside the package in a checkout."""
    bundled = _HERE / "_bundled" / name
    return bundled if bundled.is_dir() else _HERE.parent / name


def _from_home(folder: Path) -> Path:
    try:
        return folder.expanduser()
    except RuntimeError as error:  # nobody is called so
        raise ValueError(str(error)) from error


Folder = Annotated[Path, AfterValidator(_from_home)]
"""A folder, which may begin with ~: in .env no shell puts the home folder there."""


class Settings(BaseSettings):
    """Every setting with its default, also where it is left empty; .env.example lists them with one line each."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    discord_token: SecretStr | None = Field(default=None, validation_alias="DISCORD_TOKEN")
    model: str = "bundled"
    debates: Folder = Field(default_factory=lambda: shipped("data"))
    prompts: Folder = Field(default_factory=lambda: shipped("prompts"))
    state: Folder = Field(default_factory=lambda: user_data_path("wederhoor"))
    language: str | None = None
    shards: int | None = Field(default=None, ge=1)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    keep_inbox: int = Field(default=Retention.inbox, ge=1, le=36_500)
    keep_authors: int = Field(default=Retention.authors, ge=1, le=36_500)
    keep_verdicts: int = Field(default=Retention.verdicts, ge=1, le=36_500)
    keep_audit: int = Field(default=Retention.audit, ge=1, le=36_500)
    keep_replies: int = Field(default=Retention.replies, ge=1, le=36_500)

    health_port: int | None = Field(default=None, ge=1, le=65_535)

    @property
    def database(self) -> Path:
        """The file that remembers venues, decisions and replies."""
        return self.state / "wederhoor.sqlite3"

    @property
    def cache(self) -> Path:
        """Vectors of exemplars; may be deleted at any time."""
        return self.state / "cache"

    @property
    def proposals(self) -> Path:
        """The folder of exemplars that moderators put forward, a file a debate."""
        return self.state / "proposals"

    @property
    def log_file(self) -> Path:
        """Where tracebacks go."""
        return self.state / "wederhoor.log"

    @property
    def retention(self) -> Retention:
        """How many days the bot remembers what."""
        return Retention(
            inbox=self.keep_inbox,
            authors=self.keep_authors,
            verdicts=self.keep_verdicts,
            audit=self.keep_audit,
            replies=self.keep_replies,
        )

    @property
    def locale(self) -> str:
        """The language of the terminal: as set, else the environment's if we speak it, else English."""
        spoken = self.language or spoken_language()
        return spoken if (self.prompts / spoken).is_dir() else "en"


def spoken_language() -> str:
    """The language of the environment, by its two letters; English where it has none."""
    names = ("LC_ALL", "LC_MESSAGES", "LANG")
    spoken = next((value for name in names if (value := os.environ.get(name))), "")
    return spoken[:2].lower() if spoken[:2].isalpha() else "en"


class SettingsError(ExpectedError):
    """A setting is unknown or wrong."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(f"{key} {values}")
        self._told = Told(key, {**values})

    @property
    def told(self) -> Told:
        return self._told


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """The settings; raises `SettingsError` for the first that is unknown or wrong."""
    _refuse_typos(os.environ, "environment")
    if env_file and env_file.exists():
        _refuse_typos(_names_in(env_file), str(env_file))
    try:
        settings = Settings(_env_file=env_file)  # type: ignore[call-arg]
    except ValidationError as error:
        fault = error.errors()[0]
        name = str(fault["loc"][0])
        shown = name if name == "DISCORD_TOKEN" else f"{PREFIX}{name.upper()}"
        raise SettingsError("cli.wrong_setting", name=shown, detail=fault["msg"]) from error
    locales = sorted(path.name for path in settings.prompts.glob("*/"))
    if not locales:
        raise SettingsError("cli.no_prompts", folder=str(settings.prompts))
    if settings.language and settings.language not in locales:
        raise SettingsError("cli.no_language", language=settings.language, known=", ".join(locales))
    return settings


def _refuse_typos(names: Mapping[str, object], where: str) -> None:
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields if name != "discord_token"]
    for name in names:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            near = difflib.get_close_matches(name.upper(), known, 1)
            hint = near[0] if near else ", ".join(known)
            raise SettingsError("cli.unknown_setting", name=name, where=where, near=hint)


def _names_in(env_file: Path) -> dict[str, None]:
    try:
        lines = env_file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        detail = getattr(error, "strerror", None) or "not UTF-8"
        raise SettingsError("cli.unreadable_settings", path=str(env_file), detail=detail) from error
    return {
        line.split("=", 1)[0].removeprefix("export ").strip(): None
        for line in lines
        if "=" in line and not line.lstrip().startswith("#")
    }
