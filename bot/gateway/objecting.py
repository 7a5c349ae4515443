"""Objecting to a reply: a form, and what was written in it for the moderators. Its words are kept nowhere else."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import discord
from babel.numbers import format_percent
from discord.ext import commands

from bot.gateway.aliases import Interaction
from bot.gateway.pressing import answer_press, send_form
from bot.gateway.status import show_moment
from bot.gateway.telling import tell
from bot.links import message_link
from bot.store.rows import DecisionRow, OutboxRow, Venue
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)


LONGEST_OBJECTION = 1000
MOST_LINES = 20
_FORM = re.compile(r"wederhoor:object:(?P<decision>[0-9]{1,18})")
_WORDS = "words"


async def open_form(bot: DebateBot, interaction: Interaction, wording: Wording, row: OutboxRow) -> None:
    """Asks what is wrong with a reply, or tells how to object where moderators have no channel."""
    venue = bot.service.venues.find(row.venue_id)
    if venue is None or not bot.office.has_room(venue):
        await tell(interaction, wording.say("card.object_no_office"))
        return
    form = discord.ui.Modal(
        title=wording.say("card.object_title"), custom_id=f"wederhoor:object:{row.decision_id}"
    )
    words = discord.ui.TextInput[Any](
        custom_id=_WORDS,
        style=discord.TextStyle.paragraph,
        placeholder=wording.say("card.object_placeholder"),
        max_length=LONGEST_OBJECTION,
    )
    label = discord.ui.Label[Any](
        text=wording.say("card.object_label"), description=wording.say("card.object_about"), component=words
    )
    form.add_item(label)
    await send_form(interaction, form)


class Objecting(commands.Cog):
    """Takes forms by their custom id, so that one that was open during a restart arrives too."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """A form that somebody sent in."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        sent: Any = interaction.data or {}
        form = _FORM.fullmatch(str(sent.get("custom_id")))
        if form is None:
            return
        lines = _lines(_written(sent.get("components", ())))

        async def take(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
            await _take(bot, interaction, wording, int(form["decision"]), lines)

        await answer_press(interaction, take)


async def _take(
    bot: DebateBot, interaction: Interaction, wording: Wording, decision_id: int, lines: list[str]
) -> None:
    row = await bot.cards.standing(decision_id, interaction.channel_id)
    decision = await bot.service.store.decision_of(row.message_id)
    venue = bot.service.venues.find(row.venue_id)
    if decision is None or venue is None:
        raise LookupError(decision_id)
    ticket = _ticket(bot, venue, row, decision, interaction.user.mention, lines)
    if await bot.office.post(venue, ticket) is None:
        await tell(interaction, wording.say("card.object_unheard"))
        return
    await bot.cards.contest(row, interaction.user.id)
    await tell(interaction, wording.say("card.object_received"))


def _ticket(
    bot: DebateBot, venue: Venue, row: OutboxRow, decision: DecisionRow, who: str, lines: list[str]
) -> str:
    wording = bot.service.wording[venue.locale]
    claims = bot.service.debate_of(venue.id).claim_set.by_id
    answers: Any = decision.record["answers"]
    points = [
        wording.render(
            "card.ticket_point",
            statement=claims[answer["claim"]].statement_in(wording.locale),
            score=format_percent(answer["score"], locale=wording.locale),
            margin=format_percent(answer["margin"], locale=wording.locale),
            stance=wording.say(f"reply.stance_{answer['stance']}"),
        )
        for answer in answers
        if answer["claim"] in claims
    ]
    return wording.say(
        "card.ticket",
        who=who,
        link=message_link(venue.guild_id, row.channel_id, row.reply_id),
        lines=lines,
        points=points,
        decision=decision.id,
        at=show_moment(bot.service, venue, decision.decided_at, wording),
    )


def _written(components: Iterable[Any]) -> str:
    """What stands in the form's one field, however it is wrapped."""
    for component in components:
        if component.get("custom_id") == _WORDS:
            return str(component.get("value") or "")
        inner = component.get("components") or [component.get("component")]
        found = _written(child for child in inner if child)
        if found:
            return found
    return ""


def _lines(text: str) -> list[str]:
    """The lines that hold something; so many at most that the marks before them leave room for their words."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (
        lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], " ".join(lines[MOST_LINES - 1 :])]
    )
