"""`/stellingen`, `/onbeantwoord` and `/citaat`: reading in the debate, for oneself alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from discord import app_commands

from bot.browsing import ALL, OPEN, compose_found
from bot.core.claims import Debate, Quote
from bot.core.searching import Search
from bot.gateway.aliases import Interaction
from bot.gateway.around import NoDebateError, debate_of, links_in, venue_around
from bot.gateway.browsing_views import show_list
from bot.gateway.limits import MOST_CHOICES, clipped
from bot.gateway.locales import named
from bot.gateway.pressing import Press, answer_press
from bot.gateway.telling import tell
from bot.model import ModelDownError
from bot.store.rows import Venue
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

Words = app_commands.Range[str, 1, 200]

MOST_SHOWN = 3
LEAST_LIKELY = 0.1
"""A claim less likely than this is not shown to who searches by meaning."""

_PLACE = re.compile(r"@(?P<source>[!-~]{1,60}):(?P<start>[0-9]{1,9})-(?P<end>[0-9]{1,9})")


def browsing_commands(
    bot: DebateBot, wording: Mapping[str, Wording]
) -> Iterator[app_commands.Command[Any, ..., Any]]:
    """The commands, for everybody."""

    def command(key: str, callback: Any) -> app_commands.Command[Any, ..., Any]:
        return app_commands.Command(
            name=named(wording, f"command.{key}"),
            description=named(wording, f"command.{key}_about"),
            callback=callback,
            allowed_contexts=app_commands.AppCommandContext(guild=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )

    def listing(scope: str) -> Any:
        async def show(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
            await show_list(bot, interaction, wording, scope)

        async def run(interaction: Interaction) -> None:
            await answer_press(interaction, in_debate(show))

        return run

    yield command("claims", listing(ALL))
    yield command("unanswered", listing(OPEN))

    quotes = Quotes()

    @app_commands.rename(words=named(wording, "command.quote_words"))
    @app_commands.describe(words=named(wording, "command.quote_words_about"))
    async def quote(interaction: Interaction, words: Words) -> None:
        async def search(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
            await quotes.answer(bot, interaction, wording, words)

        await answer_press(interaction, in_debate(search))

    async def suggest(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return quotes.choices(bot, interaction, typed)

    searching = command("quote", quote)
    searching.autocomplete("words")(suggest)
    yield searching


def in_debate(press: Press) -> Press:
    """The same, with a sentence of its own where there is no debate around."""

    async def told(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        try:
            await press(bot, interaction, wording)
        except NoDebateError:
            await tell(interaction, wording.say("browse.no_debate"))

    return told


class Quotes:
    """Searches the passages of a debate; what was made ready for searching is kept until it is reloaded."""

    def __init__(self) -> None:
        self._searches: dict[str, Search] = {}

    def _search(self, debate: Debate) -> Search:
        known = self._searches.get(debate.id)
        if known is None or known.debate is not debate:
            known = self._searches[debate.id] = Search(debate)
        return known

    def choices(self, bot: DebateBot, interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        """What Discord offers while somebody types: passages with those words, for what they stand."""
        try:
            debate = debate_of(bot, venue_around(bot, interaction))
        except NoDebateError:
            return []
        return [
            app_commands.Choice(
                name=clipped(" ".join(f"{debate.speaker_name(q)}: {q.text}".split())), value=_place(q)
            )
            for q in self._search(debate).find(typed, MOST_CHOICES)
        ]

    async def answer(self, bot: DebateBot, interaction: Interaction, wording: Wording, words: str) -> None:
        """Tells the passage that was chosen, or those that hold the words, or those that mean the like."""
        venue = venue_around(bot, interaction)
        debate = debate_of(bot, venue)
        search = self._search(debate)
        place = _PLACE.fullmatch(words)
        chosen = search.at(place["source"], int(place["start"]), int(place["end"])) if place else None
        found = [chosen] if chosen else search.find(words, MOST_SHOWN)
        by_words = bool(found)
        if not found and not place:
            try:
                found = await _by_meaning(bot, venue, words)
            except ModelDownError:
                await tell(interaction, wording.say("error.model_down"))
                return
        if not found:
            await tell(interaction, wording.say("browse.nothing_found"))
            return
        links = await links_in(bot, venue, [quote.span for quote in found])
        await tell(interaction, compose_found(debate, wording, found, links, by_words=by_words).text)


async def _by_meaning(bot: DebateBot, venue: Venue, words: str) -> list[Quote]:
    """The first words of the claims that come nearest."""
    likely = [
        claim for claim, near in await bot.service.candidates(venue, words) if near.score >= LEAST_LIKELY
    ]
    first = (claim.passages[0] for claim in likely if claim.passages)
    return list(dict.fromkeys(first))[:MOST_SHOWN]


def _place(quote: Quote) -> str:
    return f"@{quote.span.source}:{quote.span.start}-{quote.span.end}"
