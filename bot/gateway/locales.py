"""Which of our locales a Discord locale gets, and the translation of command names."""

from __future__ import annotations

from collections.abc import Mapping

import discord
from discord import app_commands

from bot.wording import Wording

COMMAND_LOCALE = "nl"
"""Commands are declared in this locale; Discord shows it to members whose language we do not speak."""

FALLBACK = "en"


def wording_for(wording: Mapping[str, Wording], locale: discord.Locale | None) -> Wording:
    """The wording for a member's Discord locale."""
    language = str(locale).split("-")[0] if locale else FALLBACK
    return wording.get(language) or wording[FALLBACK]


class CommandNames(app_commands.Translator):
    """Gives Discord the names and descriptions of commands from prompts/<locale>/command.toml."""

    def __init__(self, wording: Mapping[str, Wording]) -> None:
        self._wording = wording

    async def translate(
        self,
        string: app_commands.locale_str,
        locale: discord.Locale,
        context: app_commands.TranslationContextTypes,
    ) -> str | None:
        key = string.extras.get("key")
        wording = self._wording.get(str(locale).split("-")[0])
        if key is None or wording is None or wording.locale == COMMAND_LOCALE:
            return None
        return wording.say(key)


def named(wording: Mapping[str, Wording], key: str) -> app_commands.locale_str:
    """A command's name or description, translated by its key."""
    return app_commands.locale_str(wording[COMMAND_LOCALE].say(key), key=key)
