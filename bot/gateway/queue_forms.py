"""The forms of the queue: which claim is meant, and the point of a comment in a moderator's own words."""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import discord
from discord.ext import commands

from bot.core.claims import ExemplarKind, Stance
from bot.core.comments import language
from bot.gateway.aliases import Interaction
from bot.gateway.limits import clipped
from bot.gateway.pressing import answer_press
from bot.gateway.telling import tell
from bot.proposed import ProposedExemplar, put_forward
from bot.store.rows import Suggestion
from bot.stored_replies import answers_of
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

LONGEST_SEARCH = 100
LONGEST_WORDS = 600
_FORM = re.compile(r"wederhoor:queue:(?P<form>find|example):(?P<decision>[0-9]{1,18})")
_WORDS, _KIND = "words", "kind"

_KIND_OF = {
    Stance.DISPUTES: ExemplarKind.OBJECTION,
    Stance.AGREES: ExemplarKind.AGREEMENT,
    Stance.ASKS: ExemplarKind.QUESTION,
    Stance.UNCLEAR: ExemplarKind.OBJECTION,
}

Show = Callable[["DebateBot", Interaction, Wording, Suggestion, list[Any]], Coroutine[Any, Any, None]]


async def suggestion_here(bot: DebateBot, interaction: Interaction, decision_id: int) -> Suggestion:
    """The suggestion on that decision; raises `LookupError` unless it belongs to this server."""
    suggestion = await bot.service.suggestions.of_decision(decision_id)
    if suggestion is None or bot.queue.venue(suggestion).guild_id != interaction.guild_id:
        raise LookupError(decision_id)
    return suggestion


def find_form(suggestion: Suggestion, wording: Wording) -> discord.ui.Modal:
    """Asks which claim a moderator means."""
    form = discord.ui.Modal(
        title=wording.say("queue.find_title"), custom_id=f"wederhoor:queue:find:{suggestion.decision_id}"
    )
    words = discord.ui.TextInput[Any](custom_id=_WORDS, max_length=LONGEST_SEARCH)
    return form.add_item(discord.ui.Label[Any](text=wording.say("queue.find_label"), component=words))


def example_form(bot: DebateBot, suggestion: Suggestion, wording: Wording) -> discord.ui.Modal:
    """Asks for the point of a comment in own words; the field for them is named after the claim."""
    claim = bot.service.debate_of(suggestion.venue_id).claim_set.by_id[answers_of(suggestion)[0].claim]
    likeliest = _KIND_OF[Stance(str(suggestion.record["stance"]))]
    kinds = discord.ui.Select[Any](
        custom_id=_KIND,
        options=[
            discord.SelectOption(
                label=wording.say(f"queue.kind_{kind}"), value=kind, default=kind is likeliest
            )
            for kind in ExemplarKind
        ],
    )
    words = discord.ui.TextInput[Any](
        custom_id=claim.id, style=discord.TextStyle.paragraph, max_length=LONGEST_WORDS
    )
    form = discord.ui.Modal(
        title=wording.say("queue.words_title"), custom_id=f"wederhoor:queue:example:{suggestion.decision_id}"
    )
    statement = clipped(claim.statement_in(wording.locale))
    form.add_item(
        discord.ui.Label[Any](text=wording.say("queue.words_kind"), description=statement, component=kinds)
    )
    about = wording.say("queue.words_about")
    return form.add_item(
        discord.ui.Label[Any](text=wording.say("queue.words_label"), description=about, component=words)
    )


class QueueForms(commands.Cog):
    """Takes the forms by their custom id, so that one that was open during a restart arrives too."""

    def __init__(self, show_found: Show) -> None:
        self._show_found = show_found

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """A form that somebody sent in."""
        sent: Any = interaction.data or {}
        form = _FORM.fullmatch(str(sent.get("custom_id")))
        if interaction.type is not discord.InteractionType.modal_submit or form is None:
            return
        given = dict(_given(sent.get("components", ())))

        async def take(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
            suggestion = await suggestion_here(bot, interaction, int(form["decision"]))
            if form["form"] == "example":
                await _put_forward(bot, interaction, wording, suggestion, given)
                return
            words = given[_WORDS]
            claims = await bot.suggesting.find(bot.queue.venue(suggestion), words)
            if claims:
                await self._show_found(bot, interaction, wording, suggestion, claims)
            else:
                await tell(interaction, wording.say("queue.not_found", words=words))

        await answer_press(interaction, take, moderators=True)


async def _put_forward(
    bot: DebateBot, interaction: Interaction, wording: Wording, suggestion: Suggestion, given: dict[str, str]
) -> None:
    debate = bot.service.debate_of(suggestion.venue_id)
    kind = ExemplarKind(given.pop(_KIND))
    ((claim, words),) = given.items()
    words = " ".join(words.split())
    if bot.proposals is None or not words:
        await tell(interaction, wording.say("queue.no_words"))
        return
    spoken = language(words)
    proposed = ProposedExemplar(
        claim=debate.claim_set.by_id[claim].id,
        kind=kind,
        lang=spoken if spoken in bot.service.wording else debate.language,
        text=words,
    )
    file = put_forward(bot.proposals, debate.id, proposed)
    await tell(interaction, wording.say("queue.words_kept", file=file.name))


def _given(components: Any) -> list[tuple[str, str]]:
    """What was filled in, by the name of its field."""
    fields = [component["component"] for component in components if "component" in component]
    return [(str(f["custom_id"]), str(f["value"] if "value" in f else f["values"][0])) for f in fields]
