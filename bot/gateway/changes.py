"""`/debat wijzigingen`: who changed what and when, each change with a button that undoes it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.core.rule_changes import RuleChange, rule_changes
from bot.core.rule_shapes import rule_shapes
from bot.gateway.aliases import Interaction
from bot.gateway.here import forum_of, venue_here
from bot.gateway.pressing import answer_at_once, answer_press
from bot.gateway.rule_words import RuleWords
from bot.gateway.status import show_moment, shown_member, state_sentence
from bot.gateway.telling import tell
from bot.store.audit import Audit
from bot.store.rows import AuditRow, Venue, VenueState
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

PAGE = 5
"""So many changes are shown at once: a button each fits in one row."""


async def show_changes(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
    """Tells the latest changes of the debate here."""
    venue = venue_here(bot, interaction)
    if venue is None:
        await tell(interaction, wording.say("error.no_venue"))
        return
    text, view = await _page(bot, venue, wording, 0)
    await tell(interaction, text, view=view)


async def _page(bot: DebateBot, venue: Venue, wording: Wording, skip: int) -> tuple[str, discord.ui.View]:
    found = await Audit(bot.service.store).page(venue.id, skip, PAGE + 1)
    words = RuleWords(wording, bot.get_guild(venue.guild_id), forum_of(bot, venue))
    view = discord.ui.View(timeout=None)
    entries: list[Mapping[str, object]] = []
    for number, row in enumerate(found[:PAGE], skip + 1):
        lines = _lines(row, words)
        at = show_moment(bot.service, venue, row.at, wording)
        entries.append({"number": number, "at": at, "by": shown_member(row.by, wording), "lines": lines})
        if _is_undoable(row):
            view.add_item(UndoButton(row.id, wording.say("settings.undo_number", number=number), row=0))
    if skip:
        view.add_item(ChangesButton(max(0, skip - PAGE), wording.say("settings.newer")))
    if len(found) > PAGE:
        view.add_item(ChangesButton(skip + PAGE, wording.say("settings.older")))
    return wording.say("settings.changes", entries=entries), view


def change_words(words: RuleWords, change: RuleChange) -> str:
    """A rule with what it was and what it became."""
    shape = next(shape for shape in rule_shapes() if shape.name == change.name)
    old, new = words.value(shape, change.old), words.value(shape, change.new)
    return words.wording.say("settings.change", name=words.name(change.name), old=old, new=new)


def _lines(row: AuditRow, words: RuleWords) -> list[str]:
    wording = words.wording
    if row.action == "rules":
        changes = rule_changes(row.old or {}, row.new or {})
        return [change_words(words, change) for change in changes] or [wording.say("settings.forgotten_rule")]
    if row.action == "state" and row.old and row.new:
        old, new = (wording.say(f"settings.state_{VenueState(str(s['state']))}") for s in (row.old, row.new))
        return [wording.say("settings.change", name=wording.say("settings.state"), old=old, new=new)]
    return [wording.say("settings.opened")]


def _is_undoable(row: AuditRow) -> bool:
    return row.action in ("rules", "state")


class UndoButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"wederhoor:undo:(?P<entry>[0-9]{1,18})",
):
    """Gives what one change changed its old value again, and leaves alone what others changed since."""

    def __init__(self, entry: int, label: str, row: int | None = None) -> None:
        super().__init__(
            discord.ui.Button(
                label=label, style=discord.ButtonStyle.secondary, custom_id=f"wederhoor:undo:{entry}", row=row
            )
        )
        self._entry = entry

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["entry"]), getattr(item, "label", None) or match["entry"])

    async def callback(self, interaction: Interaction) -> None:
        await answer_press(interaction, self._undo, moderators=True)

    async def _undo(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        venue = venue_here(bot, interaction)
        row = await Audit(bot.service.store).entry(venue.id, self._entry) if venue else None
        if venue is None or row is None or not _is_undoable(row):
            await tell(interaction, wording.say("settings.no_change"))
            return
        if row.action == "state":
            old = VenueState(str((row.old or {})["state"]))
            changed = await bot.service.venues.set_state(venue, old, interaction.user.id)
            await tell(interaction, state_sentence(bot.service, changed, wording))
            return
        old = {change.name: change.old for change in rule_changes(row.old or {}, row.new or {})}
        changed = await bot.service.venues.change_rules(venue, old, interaction.user.id)
        changes = rule_changes(venue.rules, changed.rules)
        words = RuleWords(wording, bot.get_guild(venue.guild_id), forum_of(bot, venue))
        lines = [change_words(words, change) for change in changes]
        key = "settings.undone" if lines else "settings.undone_already"
        await tell(interaction, wording.say(key, lines=lines))


class ChangesButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"wederhoor:changes:(?P<skip>[0-9]{1,9})",
):
    """Turns the page of changes."""

    def __init__(self, skip: int, label: str) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                custom_id=f"wederhoor:changes:{skip}",
                row=1,
            )
        )
        self._skip = skip

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["skip"]), getattr(item, "label", None) or match["skip"])

    async def callback(self, interaction: Interaction) -> None:
        await answer_at_once(interaction, self._turn, moderators=True)

    async def _turn(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        venue = venue_here(bot, interaction)
        if venue is None:
            await tell(interaction, wording.say("error.no_venue"))
            return
        text, view = await _page(bot, venue, wording, self._skip)
        await interaction.response.edit_message(
            content=text, view=view, allowed_mentions=discord.AllowedMentions.none()
        )
