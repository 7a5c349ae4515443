"""Whatever the bot attaches is described, for who cannot see or open it."""

from __future__ import annotations

import pytest

from tests.gateway.conftest import ROOT, World
from tests.gateway.lacking import speak
from tests.gateway.test_browsing import LOCALES
from tests.gateway.test_manners import EMPTY
from tests.gateway.test_privacy import last

COMMANDS = {
    "stand": ("The new quay", "De nieuwe kade"),
    "mijngegevens": ("for each table its rows", "per tabel de rijen"),
    "debat uitvoer": ("without who wrote what", "zonder wie wat schreef"),
}
"""Every command that sends a file, with what its description tells in either language."""


@pytest.mark.feature("M23")
@pytest.mark.parametrize(("locale", "discord_locale"), LOCALES)
async def test_every_attachment_has_a_description(
    harbour: World, locale: str, discord_locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(discord_locale, monkeypatch)
    await harbour.moderator.send(harbour.channel, EMPTY)
    for command, (english, dutch) in COMMANDS.items():
        (attachment,) = last(await harbour.moderator.slash(harbour.channel, command)).attachments
        about = attachment.description or ""
        assert (dutch if locale == "nl" else english) in about, command
        assert len(about) <= 1024
    # No other place in the code sends a file.
    code = [path.read_text("utf-8") for path in (ROOT / "bot").rglob("*.py")]
    assert sum(text.count("discord.File(") for text in code) == len(COMMANDS)
