"""What members can ask about themselves: to be left alone, what is kept, and to have it deleted."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import discord
from babel.dates import format_timedelta
from discord import app_commands

from bot.core.retention import Retention
from bot.gateway.aliases import Interaction
from bot.gateway.locales import named
from bot.gateway.pressing import Press, answer_press
from bot.gateway.privacy_buttons import leave_alone, privacy_view
from bot.gateway.telling import tell, tell_all
from bot.store.personal import Rows
from bot.store.tables import metadata
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


def privacy_commands(
    bot: DebateBot, wording: Mapping[str, Wording]
) -> Iterator[app_commands.Command[Any, ..., Any]]:
    """The commands, for everybody; also in a private talk with the bot, for who has left the server."""

    def command(key: str, press: Press) -> app_commands.Command[Any, ..., Any]:
        async def run(interaction: Interaction) -> None:
            await answer_press(interaction, press)

        return app_commands.Command(
            name=named(wording, f"command.{key}"),
            description=named(wording, f"command.{key}_about"),
            callback=run,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )

    yield command("opt_out", leave_alone)
    yield command("privacy", _privacy)
    yield command("my_data", _what_is_kept)


async def _privacy(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
    other = "in" if bot.privacy.is_out(interaction.user.id) else "out"
    lines = privacy_lines(wording, bot.privacy.retention)
    await tell_all(interaction, lines, view=privacy_view(wording, other, "delete"))


def privacy_lines(wording: Wording, retention: Retention) -> list[str]:
    """What is kept, in which table, how long and why: a line a table."""
    kept = {
        kind: format_timedelta(period, granularity="day", threshold=10**6, locale=wording.customs)
        for kind, period in retention.periods.items()
    }
    return [
        wording.say("privacy.intro"),
        *(wording.say(f"privacy.table_{name}", **kept) for name in metadata.tables),
        wording.say("privacy.rights"),
    ]


async def _what_is_kept(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
    rows = await bot.privacy.of(interaction.user.id)
    if not rows:
        await tell(interaction, wording.say("privacy.nothing"))
        return
    summary = [{"table": table, "count": len(found)} for table, found in rows.items()]
    await tell(
        interaction,
        wording.say("privacy.found", summary=summary),
        file=_file(interaction.user.id, rows, wording.say("privacy.file_about")),
        view=privacy_view(wording, "delete"),
    )


def _file(user_id: int, rows: Rows, about: str) -> discord.File:
    written = json.dumps({"user_id": user_id, "tables": rows}, indent=2, ensure_ascii=False)
    return discord.File(io.BytesIO(written.encode()), "wederhoor.json", description=about)
