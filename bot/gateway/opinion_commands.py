"""`/mening`: what a member thinks of a claim, and how many think so too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from discord import app_commands

from bot.core.opinions import Ballot
from bot.gateway.aliases import Interaction
from bot.gateway.claim_choice import offer_claims
from bot.gateway.locales import named
from bot.gateway.opinion_buttons import say_of_claim, show_claim
from bot.gateway.pressing import answer_press
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


def opinion_command(bot: DebateBot, wording: Mapping[str, Wording]) -> app_commands.Command[Any, Any, None]:
    """The command: a claim chosen by its words, and what the member says of it."""

    def name(key: str) -> app_commands.locale_str:
        return named(wording, f"command.{key}")

    choices = [
        app_commands.Choice(name=named(wording, f"opinion.button_{said}"), value=said.value)
        for said in Ballot
    ]

    @app_commands.rename(claim=name("opinion_claim"), said=name("opinion_said"))
    @app_commands.describe(claim=name("opinion_claim_about"), said=name("opinion_said_about"))
    @app_commands.choices(said=choices)
    async def run(interaction: Interaction, claim: str, said: str | None = None) -> None:
        async def answer(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
            if said is None:
                await show_claim(bot, interaction, wording, claim)
            else:
                await say_of_claim(bot, interaction, wording, claim, Ballot(said))

        await answer_press(interaction, answer)

    async def offer(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return offer_claims(bot, interaction, typed)

    command = app_commands.Command(
        name=name("opinion"),
        description=name("opinion_about"),
        callback=run,
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
    )
    command.autocomplete("claim")(offer)
    return command
