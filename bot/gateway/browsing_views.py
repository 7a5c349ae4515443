"""Choosing a theme, a page and a claim under what `/stellingen` shows; all of it lives through a restart."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.browsing import ALL, OPEN, THEME, Listing, compose_claim, compose_list, scopes, spans_of
from bot.core.claims import Debate
from bot.gateway.aliases import Interaction
from bot.gateway.around import debate_of, links_in, venue_around
from bot.gateway.limits import MOST_CHOICES, clipped
from bot.gateway.pressing import answer_at_once
from bot.gateway.telling import tell
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

_SCOPE = rf"(?P<scope>{ALL}|{OPEN}|{THEME}[0-9]{{1,3}})"
_PLACE = rf"{_SCOPE}:(?P<page>[0-9]{{1,3}})"


async def show_list(
    bot: DebateBot, interaction: Interaction, wording: Wording, scope: str, page: int = 0
) -> None:
    """Shows a page of claims, in the place of what was shown before if there was anything."""
    debate = debate_of(bot, venue_around(bot, interaction))
    listing = compose_list(debate, wording, scope, page)
    view = discord.ui.View(timeout=None)
    if listing.claims:
        view.add_item(ClaimSelect.of(listing, wording, scope))
    view.add_item(ScopeSelect.of(debate, wording, scope))
    if listing.page > 0:
        view.add_item(PageButton(scope, listing.page - 1, wording.say("browse.back")))
    if listing.page + 1 < listing.pages:
        view.add_item(PageButton(scope, listing.page + 1, wording.say("browse.on")))
    await _show(interaction, listing.text, view)


async def _show_claim(
    bot: DebateBot, interaction: Interaction, wording: Wording, claim_id: str, scope: str, page: int
) -> None:
    # Where the words stand is read from the store, which may be busy.
    await interaction.response.defer()
    venue = venue_around(bot, interaction)
    debate = debate_of(bot, venue)
    claim = debate.claim_set.by_id[claim_id]
    links = await links_in(bot, venue, spans_of(claim))
    view = discord.ui.View(timeout=None)
    view.add_item(PageButton(scope, page, wording.say("browse.to_list")))
    await _show(interaction, compose_claim(debate, wording, claim, links).text, view)


async def _show(interaction: Interaction, text: str, view: discord.ui.View) -> None:
    if interaction.type is discord.InteractionType.application_command:
        await tell(interaction, text, view=view)
    elif interaction.response.is_done():
        await interaction.edit_original_response(content=text, view=view)
    else:
        await interaction.response.edit_message(content=text, view=view)


class PageButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=rf"wederhoor:claims:page:{_PLACE}"
):
    """Goes to a page of claims."""

    def __init__(self, scope: str, page: int, label: str) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                custom_id=f"wederhoor:claims:page:{scope}:{page}",
            )
        )
        self._scope, self._page = scope, page

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["scope"], int(match["page"]), getattr(item, "label", None) or match["page"])

    async def callback(self, interaction: Interaction) -> None:
        await answer_at_once(interaction, self._press)

    async def _press(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        await show_list(bot, interaction, wording, self._scope, self._page)


class ScopeSelect(
    discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=r"wederhoor:claims:scope"
):
    """Chooses which claims are listed."""

    def __init__(self, select: discord.ui.Select[discord.ui.View] | None = None) -> None:
        super().__init__(select or discord.ui.Select(custom_id="wederhoor:claims:scope"))

    @classmethod
    def of(cls, debate: Debate, wording: Wording, chosen: str) -> Self:
        """The choice, with what is listed now marked."""
        options = [
            discord.SelectOption(label=clipped(name), value=scope, default=scope == chosen)
            for scope, name in scopes(debate, wording)[:MOST_CHOICES]
        ]
        return cls(
            discord.ui.Select(
                custom_id="wederhoor:claims:scope",
                placeholder=wording.say("browse.choose_scope"),
                options=options,
            )
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls()

    async def callback(self, interaction: Interaction) -> None:
        await answer_at_once(interaction, self._choose)

    async def _choose(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        await show_list(bot, interaction, wording, _chosen(interaction))


class ClaimSelect(
    discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=rf"wederhoor:claims:claim:{_PLACE}"
):
    """Chooses a claim of the page."""

    def __init__(
        self, scope: str, page: int, select: discord.ui.Select[discord.ui.View] | None = None
    ) -> None:
        super().__init__(select or discord.ui.Select(custom_id=f"wederhoor:claims:claim:{scope}:{page}"))
        self._scope, self._page = scope, page

    @classmethod
    def of(cls, listing: Listing, wording: Wording, scope: str) -> Self:
        """The claims of that page."""
        options = [
            discord.SelectOption(label=clipped(claim.statement_in(wording.locale)), value=claim.id)
            for claim in listing.claims
        ]
        select: discord.ui.Select[discord.ui.View] = discord.ui.Select(
            custom_id=f"wederhoor:claims:claim:{scope}:{listing.page}",
            placeholder=wording.say("browse.choose_claim"),
            options=options,
        )
        return cls(scope, listing.page, select)

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["scope"], int(match["page"]))

    async def callback(self, interaction: Interaction) -> None:
        await answer_at_once(interaction, self._choose)

    async def _choose(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        await _show_claim(bot, interaction, wording, _chosen(interaction), self._scope, self._page)


def _chosen(interaction: Interaction) -> str:
    values: Any = (interaction.data or {}).get("values") or [""]
    return str(values[0])


BROWSING = (PageButton, ScopeSelect, ClaimSelect)
