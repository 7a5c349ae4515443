"""How a suggestion looks to moderators: the comment's link, the answer as it would appear, what to press."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import discord
from babel.numbers import format_percent

from bot.core.claims import Claim
from bot.core.source import AlteredSpanError
from bot.gateway.aliases import Interaction
from bot.gateway.limits import clipped
from bot.gateway.queue_items import ClaimChoice, QueueButton
from bot.gateway.status import shown_member
from bot.store.columns import NOBODY
from bot.store.rows import OutboxState, Suggestion, SuggestionState
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

LONGEST_STATEMENT = 150
LONGEST_EXCERPT = 300
WORTH_NAMING = 0.05
"""A claim that the bot is less sure of can be chosen and is not put forward."""


async def suggestion_view(
    bot: DebateBot, suggestion: Suggestion, wording: Wording, comment: str = ""
) -> discord.ui.LayoutView:
    """A suggestion that waits, with what a moderator may do; or what became of it.

    `comment` is what the member wrote, where only the one who asks sees it.
    """
    view = discord.ui.LayoutView(timeout=None)
    if suggestion.state is not SuggestionState.WAITING:
        view.add_item(discord.ui.TextDisplay(await settled_sentence(bot, suggestion, wording)))
        return view
    reply = await bot.service.store.outbox_by_comment(suggestion.message_id)
    view.add_item(
        discord.ui.TextDisplay(
            wording.say(
                "queue.item",
                refused=reply is not None and reply.state is OutboxState.FAILED,
                reason=wording.say(f"queue.reason_{suggestion.reason}"),
                link=bot.queue.link(suggestion),
                member=shown_member(suggestion.author_id, wording),
                when=discord.utils.format_dt(suggestion.decided_at, "R"),
                stance=wording.say(f"reply.stance_{suggestion.record['stance']}"),
                comment=excerpt(comment, LONGEST_EXCERPT),
            )
        )
    )
    answer = await _answer(bot, suggestion)
    shown = answer or wording.say("queue.words_gone")
    view.add_item(discord.ui.Container(discord.ui.TextDisplay(shown)))
    others = _others(bot, suggestion, wording)
    lines = [{"statement": one.statement, "score": one.score} for one in others or () if one.likely]
    if lines:
        view.add_item(discord.ui.TextDisplay(wording.say("queue.others", others=lines).strip()))
    if others is not None:
        choice = ClaimChoice.among(
            suggestion.decision_id,
            [(one.claim, one.statement, one.score if one.likely else "") for one in others],
            wording,
        )
        view.add_item(discord.ui.ActionRow[Any]().add_item(choice))
    actions = ["accept", "reject", "own", "words", "mute"] if answer else ["reject", "own"]
    if bot.proposals is None:
        actions = [action for action in actions if action != "words"]
    view.add_item(
        discord.ui.ActionRow(
            *(
                QueueButton.under(suggestion, action, wording.say(f"queue.press_{action}"))
                for action in actions
            )
        )
    )
    return view


async def _answer(bot: DebateBot, suggestion: Suggestion) -> str | None:
    """The reply exactly as it would be posted; None when its words are no longer in the source."""
    try:
        links = await bot.delivery.links(suggestion)
        return bot.service.replies.compose(suggestion, f"<@{suggestion.author_id}>", links).text
    except (AlteredSpanError, LookupError):
        return None


@dataclass(frozen=True, slots=True)
class _Other:
    claim: str
    statement: str
    score: str
    likely: bool


def _others(bot: DebateBot, suggestion: Suggestion, wording: Wording) -> list[_Other] | None:
    """The next likeliest claims; None when the debate is gone, and the suggestion can only be rejected."""
    try:
        return [
            _Other(
                claim.id,
                clipped(claim.statement_in(wording.locale), LONGEST_STATEMENT),
                format_percent(min(int(score * 100), 99) / 100, locale=wording.locale),
                score >= WORTH_NAMING,
            )
            for claim, score in bot.suggesting.others(suggestion)
        ]
    except LookupError:
        return None


async def settled_sentence(bot: DebateBot, suggestion: Suggestion, wording: Wording) -> str:
    """What became of a suggestion, through whom and when."""
    if suggestion.state is SuggestionState.GONE:
        return wording.say("queue.state_gone")
    reply = None
    if suggestion.state is SuggestionState.ACCEPTED:
        row = await bot.service.store.outbox_by_comment(suggestion.message_id)
        reply = row.reply_id if row else None
    when = suggestion.confirmed_at or suggestion.decided_at
    return wording.say(
        f"queue.state_{suggestion.state}",
        link=bot.queue.link(suggestion),
        reply=bot.queue.link(suggestion, reply) if reply else "",
        by=shown_member(suggestion.confirmed_by or NOBODY, wording),
        when=discord.utils.format_dt(when, "f"),
    )


async def show_found(
    bot: DebateBot, interaction: Interaction, wording: Wording, suggestion: Suggestion, claims: list[Claim]
) -> None:
    """The claims that a moderator may have meant, to choose one from."""
    found = [(claim.id, claim.statement_in(wording.locale), "") for claim in claims]
    choice = ClaimChoice.among(suggestion.decision_id, found, wording, find=False)
    view = discord.ui.LayoutView(timeout=None)
    view.add_item(discord.ui.TextDisplay(wording.say("queue.found", count=len(found))))
    view.add_item(discord.ui.ActionRow[Any]().add_item(choice))
    await interaction.followup.send(view=view, ephemeral=True)


def excerpt(comment: str, most: int) -> list[str]:
    """The beginning of what a member wrote on one line; none when there is nothing to show."""
    words = clipped(" ".join(comment.split()), most)
    return [words] if words else []
