"""`/debat cijfers` and `/debat uitvoer`: how right the bot is by claim, and the decisions as a file."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import textwrap
import zipfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import discord
from babel.numbers import format_percent
from discord import app_commands

from bot.core.metrics import Share
from bot.core.verdicts import agreements
from bot.gateway.aliases import Interaction
from bot.gateway.here import venue_here
from bot.gateway.locales import named
from bot.gateway.pressing import answer_press
from bot.gateway.telling import tell
from bot.store.figures import LoggedDecision
from bot.store.rows import Venue
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

MOST_CLAIMS, LONGEST_STATEMENT = 8, 100
"""Claims told of at once, and characters of each."""

ROOM = 8 * 1024 * 1024
"""A file larger than this is packed: every server takes ten megabytes."""


def add_figure_commands(group: app_commands.Group, wording: Mapping[str, Wording]) -> None:
    """Adds both commands to the group."""

    def name(key: str) -> app_commands.locale_str:
        return named(wording, f"command.{key}")

    async def stats(interaction: Interaction) -> None:
        await answer_press(interaction, _show)

    @app_commands.rename(shape=name("export_shape"), members=name("export_members"))
    @app_commands.describe(shape=name("export_shape_about"), members=name("export_members_about"))
    @app_commands.choices(
        shape=[
            app_commands.Choice(name=name("export_csv_about"), value="csv"),
            app_commands.Choice(name=name("export_json_about"), value="json"),
        ]
    )
    async def export(interaction: Interaction, shape: str = "csv", members: bool = False) -> None:
        async def press(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
            await _export(bot, interaction, wording, shape, members=members)

        await answer_press(interaction, press)

    group.command(name=name("stats"), description=name("stats_about"))(stats)
    group.command(name=name("export"), description=name("export_about"))(export)


async def _show(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
    venue = venue_here(bot, interaction)
    if venue is None:
        await tell(interaction, wording.say("error.no_venue"))
        return
    found = agreements(await bot.service.figures.voices(venue.id))
    moderators = Share(sum(a.moderators.right for a in found), sum(a.moderators.of for a in found))
    lines = [
        {
            "statement": statement_of(bot, venue, agreement.claim, wording),
            "judged": agreement.moderators.of > 0,
            "moderators": share_words(agreement.moderators, wording),
            "right": agreement.members.right,
            "wrong": agreement.members.of - agreement.members.right,
        }
        for agreement in found[:MOST_CLAIMS]
    ]
    text = wording.say(
        "figures.stats",
        lines=lines,
        judged=moderators.of > 0,
        all=share_words(moderators, wording),
        rest=max(0, len(found) - MOST_CLAIMS),
    )
    await tell(interaction, text)


def share_words(share: Share, wording: Wording) -> str:
    """So many right of so many, with the interval in which the truth lies nineteen times in twenty."""
    low, high = (format_percent(bound, locale=wording.locale) for bound in share.interval)
    value = format_percent(share.value, locale=wording.locale)
    return wording.say("figures.share", right=share.right, of=share.of, value=value, low=low, high=high)


def statement_of(bot: DebateBot, venue: Venue, claim_id: str, wording: Wording) -> str:
    """A claim as a short line; of one that is there no more its id is all there is."""
    live = bot.service.debates.get(venue.debate_id)
    claim = live.debate.claim_set.by_id.get(claim_id) if live else None
    statement = claim.statement_in(wording.locale) if claim else claim_id
    short = textwrap.shorten(statement, LONGEST_STATEMENT, placeholder="…")
    return short if short == statement else f"{short[:-1].rstrip(' ,:;')}…"


async def _export(
    bot: DebateBot, interaction: Interaction, wording: Wording, shape: str, *, members: bool
) -> None:
    venue = venue_here(bot, interaction)
    if venue is None:
        await tell(interaction, wording.say("error.no_venue"))
        return
    decisions = await bot.service.figures.decisions(venue.id)
    if not decisions:
        await tell(interaction, wording.say("figures.nothing"))
        return
    # Ten thousands of rows take a while, in which the bot must go on hearing.
    name, content = await asyncio.to_thread(_file, f"{venue.debate_id}.{shape}", decisions, members=members)
    told = wording.say("figures.exported", count=len(decisions), members=members)
    about = wording.say("figures.file_about", count=len(decisions), members=members)
    await tell(interaction, told, file=discord.File(io.BytesIO(content), name, description=about))


def _file(name: str, decisions: Sequence[LoggedDecision], *, members: bool) -> tuple[str, bytes]:
    rows = [_row(decision, members=members) for decision in decisions]
    if name.endswith(".json"):
        content = json.dumps(rows, indent=1).encode()
    else:
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, list(rows[0]))
        writer.writeheader()
        writer.writerows(
            {name: " ".join(value) if isinstance(value, list) else value for name, value in row.items()}
            for row in rows
        )
        content = text.getvalue().encode()
    if len(content) <= ROOM:
        return name, content
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return f"{name}.zip", packed.getvalue()


def _row(decision: LoggedDecision, *, members: bool) -> dict[str, object]:
    """One line of the file; a message leads to who wrote it, so it counts as its author's id does."""
    candidates = decision.record.get("candidates")
    first = candidates[0] if isinstance(candidates, list) and candidates else {}
    row: dict[str, object] = {
        "decision": decision.id,
        "decided_at": decision.decided_at.isoformat(timespec="seconds"),
        "channel": str(decision.channel_id),
        "outcome": decision.outcome.value,
        "reason": decision.reason or "",
        "asked": decision.asked,
        "reply": decision.reply.value if decision.reply else "",
        "claims": list(decision.claims),
        "likeliest": first.get("claim", ""),
        "score": decision.record.get("score", ""),
        "margin": decision.record.get("margin", ""),
        "stance": decision.record.get("stance", ""),
        "model": decision.model,
        "claim_set": decision.claim_set,
    }
    if members:
        row |= {"message": str(decision.message_id), "member": str(decision.author_id)}
    return row
