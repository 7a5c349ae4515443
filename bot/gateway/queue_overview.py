"""The overview of the queue, shown to the moderator who asks: page by page, with age, and the old ones in bulk."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.gateway.aliases import Interaction
from bot.gateway.limits import clipped
from bot.gateway.pressing import answer_at_once, answer_press
from bot.gateway.queue_forms import suggestion_here
from bot.gateway.queue_layout import LONGEST_EXCERPT, LONGEST_STATEMENT, excerpt, suggestion_view
from bot.gateway.queue_posts import CommentGoneError
from bot.gateway.telling import tell
from bot.store.rows import Suggestion, Venue
from bot.stored_replies import answers_of
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

PAGE = 5
AGES = (1, 3, 7)
"""Days after which the old ones can be rejected together."""


async def overview(bot: DebateBot, venue: Venue, wording: Wording, page: int = 0) -> discord.ui.LayoutView:
    """One page of what waits, oldest first; each comment is read from Discord anew."""
    waiting = await bot.service.suggestions.waiting(venue.id)
    shown: list[tuple[Suggestion, str]] = []
    at = min(page, max(0, (len(waiting) - 1) // PAGE)) * PAGE
    for suggestion in waiting[at : at + PAGE]:
        try:
            comment = await bot.queue.comment(suggestion)
        except CommentGoneError:
            waiting = [other for other in waiting if other is not suggestion]
            continue
        shown.append((suggestion, comment.content if comment else ""))
    view = discord.ui.LayoutView(timeout=None)
    if not waiting:
        return view.add_item(discord.ui.TextDisplay(wording.say("queue.nothing_waits")))
    pages = -(-len(waiting) // PAGE)
    page = min(at // PAGE, pages - 1)
    head = wording.say("queue.overview", count=len(waiting), page=page + 1, pages=pages)
    view.add_item(discord.ui.TextDisplay(head))
    for suggestion, comment in shown:
        line = discord.ui.TextDisplay[Any](_line(bot, suggestion, comment, wording).strip())
        view.add_item(
            discord.ui.Section(
                line, accessory=OpenItem(suggestion.decision_id, wording.say("queue.press_open"))
            )
        )
    if pages > 1:
        view.add_item(
            discord.ui.ActionRow[Any]()
            .add_item(TurnPage(venue.id, page - 1, wording.say("queue.press_back"), disabled=page == 0))
            .add_item(TurnPage(venue.id, page + 1, wording.say("queue.press_on"), disabled=page == pages - 1))
        )
    old = {days: len(_older(bot, waiting, days)) for days in AGES}
    if any(old.values()):
        view.add_item(discord.ui.ActionRow[Any]().add_item(RejectOld.offering(venue.id, old, wording)))
    return view


def _line(bot: DebateBot, suggestion: Suggestion, comment: str, wording: Wording) -> str:
    try:
        by_id = bot.service.debate_of(suggestion.venue_id).claim_set.by_id
        claims = [by_id[answer.claim].statement_in(wording.locale) for answer in answers_of(suggestion)]
    except LookupError:
        claims = []
    return wording.say(
        "queue.overview_line",
        link=bot.queue.link(suggestion),
        member=f"<@{suggestion.author_id}>",
        when=discord.utils.format_dt(suggestion.decided_at, "R"),
        reason=wording.say(f"queue.reason_{suggestion.reason}"),
        comment=excerpt(comment, LONGEST_EXCERPT // 2),
        claims=[clipped(claim, LONGEST_STATEMENT) for claim in claims[:1]],
    )


def _older(bot: DebateBot, waiting: list[Suggestion], days: int) -> list[Suggestion]:
    return [s for s in waiting if bot.now() - s.decided_at > timedelta(days=days)]


def _venue(bot: DebateBot, interaction: Interaction, venue_id: int) -> Venue:
    """The venue; raises `LookupError` unless it belongs to this server."""
    venue = bot.service.venues.by_id(venue_id)
    if venue.guild_id != interaction.guild_id:
        raise LookupError(venue_id)
    return venue


class TurnPage(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.LayoutView]],
    template=r"wederhoor:queue:page:(?P<venue>[0-9]{1,18}):(?P<page>-?[0-9]{1,6})",
):
    """Shows another page of the overview."""

    def __init__(self, venue_id: int, page: int, label: str, *, disabled: bool = False) -> None:
        custom_id = f"wederhoor:queue:page:{venue_id}:{page}"
        super().__init__(discord.ui.Button(label=label, custom_id=custom_id, disabled=disabled))
        self._venue_id = venue_id
        self._page = page

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        label = getattr(item, "label", None) or match["page"]
        return cls(int(match["venue"]), int(match["page"]), label)

    async def callback(self, interaction: Interaction) -> None:
        await answer_at_once(interaction, self._turn, moderators=True)

    async def _turn(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        venue = _venue(bot, interaction, self._venue_id)
        await interaction.response.defer()
        view = await overview(bot, venue, wording, max(0, self._page))
        await interaction.edit_original_response(view=view, allowed_mentions=discord.AllowedMentions.none())


class OpenItem(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.LayoutView]],
    template=r"wederhoor:queue:open:(?P<decision>[0-9]{1,18})",
):
    """Shows one suggestion whole, with what a moderator may do."""

    def __init__(self, decision_id: int, label: str) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"wederhoor:queue:open:{decision_id}"))
        self._decision_id = decision_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["decision"]), getattr(item, "label", None) or match["decision"])

    async def callback(self, interaction: Interaction) -> None:
        await answer_press(interaction, self._open, moderators=True)

    async def _open(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        suggestion = await suggestion_here(bot, interaction, self._decision_id)
        try:
            comment = await bot.queue.comment(suggestion)
        except CommentGoneError:
            await tell(interaction, wording.say("queue.state_gone"))
            return
        view = await suggestion_view(bot, suggestion, wording, comment.content if comment else "")
        await interaction.followup.send(
            view=view, ephemeral=True, allowed_mentions=discord.AllowedMentions.none()
        )


class RejectOld(
    discord.ui.DynamicItem[discord.ui.Select[discord.ui.LayoutView]],
    template=r"wederhoor:queue:old:(?P<venue>[0-9]{1,18})",
):
    """Rejects everything that has waited longer than so many days."""

    def __init__(self, venue_id: int, select: discord.ui.Select[Any]) -> None:
        super().__init__(select)
        self._venue_id = venue_id

    @classmethod
    def offering(cls, venue_id: int, counts: dict[int, int], wording: Wording) -> Self:
        """A choice from ages, each with how many suggestions it would reject."""
        return cls(
            venue_id,
            discord.ui.Select(
                custom_id=f"wederhoor:queue:old:{venue_id}",
                placeholder=wording.say("queue.reject_old"),
                options=[
                    discord.SelectOption(
                        label=wording.say("queue.older_than", days=days, count=count), value=str(days)
                    )
                    for days, count in counts.items()
                    if count
                ],
            ),
        )

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        assert isinstance(item, discord.ui.Select)
        return cls(int(match["venue"]), item)

    async def callback(self, interaction: Interaction) -> None:
        await answer_at_once(interaction, self._reject, moderators=True)

    async def _reject(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        venue = _venue(bot, interaction, self._venue_id)
        if self.item.values[0] not in map(str, AGES):
            raise LookupError(self.item.values[0])
        await interaction.response.defer()
        waiting = await bot.service.suggestions.waiting(venue.id)
        rejected = [
            suggestion
            for suggestion in _older(bot, waiting, int(self.item.values[0]))
            if await bot.suggesting.reject(suggestion, interaction.user.id)
        ]
        view = await overview(bot, venue, wording)
        await interaction.edit_original_response(view=view, allowed_mentions=discord.AllowedMentions.none())
        for suggestion in rejected:
            await bot.queue.refresh(suggestion.decision_id)
