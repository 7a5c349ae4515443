"""The buttons under a claim: agree, disagree, changed my mind. Whoever presses is told, and nobody else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import discord

from bot.core.claims import Claim
from bot.core.opinions import Ballot, Tally, Vote
from bot.gateway.aliases import Interaction
from bot.gateway.claim_choice import NoClaimError, claim_here, in_a_sentence
from bot.gateway.pressing import answer_press
from bot.gateway.telling import tell
from bot.store.rows import Venue
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

ASKED = (Ballot.AGREE, Ballot.DISAGREE, Ballot.CHANGED)


class OpinionButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"wederhoor:opinion:(?P<said>agree|disagree|changed|withdraw):(?P<claim>[a-z0-9-]{1,40})",
):
    """What a member may say of one claim; the debate is that of the channel."""

    def __init__(self, said: Ballot, claim_id: str, label: str) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                custom_id=f"wederhoor:opinion:{said}:{claim_id}",
            )
        )
        self._said = said
        self._claim_id = claim_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(Ballot(match["said"]), match["claim"], getattr(item, "label", None) or match["said"])

    async def callback(self, interaction: Interaction) -> None:
        await answer_press(interaction, self._press)

    async def _press(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        await say_of_claim(bot, interaction, wording, self._claim_id, self._said)


def opinion_buttons(claim_id: str, wording: Wording, *, voted: bool = False) -> list[OpinionButton]:
    """The three buttons of a claim; for a member who `voted` one more, which takes the vote back."""
    asked = (*ASKED, Ballot.WITHDRAW) if voted else ASKED
    return [OpinionButton(said, claim_id, wording.say(f"opinion.button_{said}")) for said in asked]


def opinion_view(claim_id: str, wording: Wording, *, voted: bool = False) -> discord.ui.View:
    """The same as a row of their own."""
    view = discord.ui.View(timeout=None)
    for button in opinion_buttons(claim_id, wording, voted=voted):
        view.add_item(button)
    return view


async def say_of_claim(
    bot: DebateBot, interaction: Interaction, wording: Wording, claim_id: str, said: Ballot
) -> None:
    """Records what a member says of a claim, and tells them how it is counted; raises `StoreError`."""
    try:
        venue, claim = claim_here(bot, interaction, claim_id)
    except NoClaimError as error:
        await tell(interaction, wording.sentence(error.told))
        return
    before, after = await bot.opinions.say(venue.id, claim_id, interaction.user.id, said, bot.now())
    told = wording.say(f"opinion.told_{_event(said, before, after)}", statement=in_a_sentence(claim, wording))
    counts = await counts_of(bot, venue, claim, wording)
    await tell(interaction, wording.say("opinion.answer", told=told, counts=counts))


async def show_claim(bot: DebateBot, interaction: Interaction, wording: Wording, claim_id: str) -> None:
    """Shows a member a claim with its counts, their own vote and the buttons; raises `StoreError`."""
    try:
        venue, claim = claim_here(bot, interaction, claim_id)
    except NoClaimError as error:
        await tell(interaction, wording.sentence(error.told))
        return
    vote = await bot.opinions.vote_of(venue.id, claim_id, interaction.user.id)
    card = wording.say(
        "opinion.card",
        statement=claim.statement_in(wording.locale),
        own=wording.say(f"opinion.own_{_standing(vote)}"),
        counts=await counts_of(bot, venue, claim, wording),
    )
    await tell(interaction, card, view=opinion_view(claim_id, wording, voted=vote is not None))


async def counts_of(bot: DebateBot, venue: Venue, claim: Claim, wording: Wording) -> str:
    """How many agree, disagree and changed their mind, in words."""
    tally = (await bot.opinions.tallies(venue.id)).get(claim.id, Tally())
    return wording.say("opinion.counts", agree=tally.agree, disagree=tally.disagree, changed=tally.changed)


EVENTS = (
    "agree",
    "disagree",
    "changed_to_agree",
    "changed_to_disagree",
    "back_to_agree",
    "back_to_disagree",
    "withdrawn",
    "no_vote",
)
"""What may come of a press, each with a sentence of its own."""

STANDINGS = ("none", "agree", "disagree", "changed_to_agree", "changed_to_disagree")


def _event(said: Ballot, before: Vote | None, after: Vote | None) -> str:
    if after is None:
        return "withdrawn" if before is not None else "no_vote"
    if said is Ballot.CHANGED and not after.changed:
        return f"back_to_{after.opinion}"
    return _standing(after)


def _standing(vote: Vote | None) -> str:
    if vote is None:
        return "none"
    return f"changed_to_{vote.opinion}" if vote.changed else f"{vote.opinion}"
