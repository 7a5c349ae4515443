"""Choosing a claim of the debate in this channel: what Discord offers while a member types."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from discord import app_commands

from bot.core.claims import Claim
from bot.core.errors import Told
from bot.gateway.aliases import Interaction
from bot.gateway.here import venue_here
from bot.gateway.limits import MOST_CHOICES, clipped
from bot.gateway.locales import wording_for
from bot.store.rows import Venue, VenueState
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


class NoClaimError(Exception):
    """There is no such claim to say anything of here; `told` is the sentence that says why."""

    def __init__(self, told: Told) -> None:
        super().__init__(told.key)
        self.told = told


def claim_here(bot: DebateBot, interaction: Interaction, claim_id: str) -> tuple[Venue, Claim]:
    """The claim and the venue of its debate; raises `NoClaimError` when it is not there, or no more."""
    venue = venue_here(bot, interaction)
    live = bot.service.debates.get(venue.debate_id) if venue else None
    if venue is None or live is None:
        raise NoClaimError(Told("error.no_venue"))
    if venue.state is VenueState.CLOSED:
        raise NoClaimError(Told("opinion.closed"))
    claim = live.debate.claim_set.by_id.get(claim_id)
    if claim is None:
        raise NoClaimError(Told("opinion.unknown_claim"))
    return venue, claim


def offer_claims(
    bot: DebateBot, interaction: Interaction, typed: str, wanted: Callable[[Claim], bool] = lambda _: True
) -> list[app_commands.Choice[str]]:
    """The claims in which every word that was typed occurs, as many as Discord shows."""
    venue = venue_here(bot, interaction)
    live = bot.service.debates.get(venue.debate_id) if venue else None
    if live is None:
        return []
    wording = wording_for(bot.service.wording, interaction.locale)
    words = typed.casefold().split()
    offered = [
        app_commands.Choice(name=clipped(claim.statement_in(wording.locale)), value=claim.id)
        for claim in live.debate.claim_set.claims
        if wanted(claim) and all(word in claim.statement_in(wording.locale).casefold() for word in words)
    ]
    return offered[:MOST_CHOICES]


def in_a_sentence(claim: Claim, wording: Wording) -> str:
    """The claim's statement without its full stop, for between quotation marks."""
    return claim.statement_in(wording.locale).rstrip(".")
