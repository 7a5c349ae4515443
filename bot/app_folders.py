"""Where the debates are; apart from the wiring, so that looking does not load a model."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Settings, SettingsError


def debate_folders(settings: Settings) -> dict[str, Path]:
    """The debate folders by id; raises `SettingsError` when there are none."""
    found = {path.parent.name: path.parent for path in sorted(settings.debates.glob("*/debate.toml"))}
    if not found:
        raise SettingsError("cli.no_debates", folder=str(settings.debates))
    return found


def debate_folder(settings: Settings, debate_id: str | None) -> Path:
    """The folder of that debate, or of the only one; raises `SettingsError` when it is not there."""
    folders = debate_folders(settings)
    if debate_id is None and len(folders) == 1:
        return next(iter(folders.values()))
    if debate_id not in folders:
        raise SettingsError("cli.no_debate", id=debate_id or "", known=", ".join(folders))
    return folders[debate_id]
