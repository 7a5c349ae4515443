"""What members think of a claim: three buttons, one vote a member, and only counts that anybody sees."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.core.opinions import Ballot, Tally
from bot.gateway.opinion_buttons import opinion_view
from tests.gateway.conftest import World
from tests.gateway.lacking import speak

CLAIM = "empty-quay"
STATEMENT = "The new quay stands empty"


async def card(world: World, member: Any, claim: str = CLAIM) -> Any:
    """What a member is shown of a claim on asking for it."""
    return await member.slash(world.channel, "mening", stelling=claim)


async def press(member: Any, shown: Any, said: str, claim: str = CLAIM) -> str:
    """What a member is told, and nobody else, who presses that button under a claim."""
    message = shown.response if hasattr(shown, "response") else shown
    pressed = await member.click(message, custom_id=f"wederhoor:opinion:{said}:{claim}")
    assert pressed.ephemeral
    return pressed.response.content


def labels(shown: Any) -> list[str]:
    """What stands on the buttons of an answer."""
    return [button["label"] for row in shown.response.components for button in row["components"]]


async def tallies(world: World) -> dict[str, Tally]:
    (venue,) = await world.store.venues()
    return await world.bot.opinions.tallies(venue.id)


@pytest.fixture
async def posted(harbour: World) -> Any:
    """A message in the channel with the buttons of a claim under it, as others put them under theirs."""
    channel = harbour.bot.get_channel(harbour.channel.id)
    wording = harbour.bot.service.wording["en"]
    sent = await channel.send("claim", view=opinion_view(CLAIM, wording))  # type: ignore[union-attr]
    await harbour.env.settle()
    return next(m for m in harbour.channel.history() if m.id == sent.id)


async def test_a_claim_has_three_buttons_and_each_member_one_vote(harbour: World, posted: Any) -> None:
    (row,) = posted.components
    assert [button.label for button in row.children] == ["Agree", "Disagree", "Changed my mind"]
    told = await press(harbour.anna, posted, "agree")
    assert STATEMENT in told
    assert "1 agree and 0 disagree" in told
    await press(harbour.anna, posted, "agree")
    assert await tallies(harbour) == {CLAIM: Tally(agree=1)}
    await press(harbour.anna, posted, "disagree")
    assert await tallies(harbour) == {CLAIM: Tally(disagree=1)}
    told = await press(harbour.bram, posted, "agree")
    assert "1 agree and 1 disagree" in told
    assert await tallies(harbour) == {CLAIM: Tally(agree=1, disagree=1)}


async def test_changed_my_mind_turns_a_vote_and_once_more_turns_it_back(harbour: World) -> None:
    shown = await card(harbour, harbour.anna)
    told = await press(harbour.anna, shown, "changed")
    assert "nothing was noted" in told
    assert await tallies(harbour) == {}
    await press(harbour.anna, shown, "disagree")
    told = await press(harbour.anna, shown, "changed")
    assert "you disagreed and now agree" in told
    assert "1 agree and 0 disagree; changed their mind: 1" in told
    assert await tallies(harbour) == {CLAIM: Tally(agree=1, to_agree=1)}
    told = await press(harbour.anna, shown, "changed")
    assert "you disagree again" in told
    assert await tallies(harbour) == {CLAIM: Tally(disagree=1)}
    # Whoever says it outright has corrected the vote, not changed their mind.
    await press(harbour.anna, shown, "changed")
    await press(harbour.anna, shown, "disagree")
    assert await tallies(harbour) == {CLAIM: Tally(disagree=1)}


async def test_the_command_shows_the_claim_its_counts_and_ones_own_vote(harbour: World) -> None:
    offered = await harbour.anna.autocomplete(harbour.channel, "mening", "stelling", "QUAY empty")
    assert [(choice["name"][: len(STATEMENT)], choice["value"]) for choice in offered] == [(STATEMENT, CLAIM)]
    everything = await harbour.anna.autocomplete(harbour.channel, "mening", "stelling", "")
    assert len(everything) == 4
    first = await card(harbour, harbour.anna)
    assert first.ephemeral
    assert first.response.content.startswith(f"**{STATEMENT}")
    assert "What do you think?" in first.response.content
    told = await harbour.anna.slash(harbour.channel, "mening", stelling=CLAIM, oordeel="agree")
    assert "you agree with" in told.response.content
    again = await card(harbour, harbour.anna)
    assert "You agree with this." in again.response.content
    assert labels(again) == ["Agree", "Disagree", "Changed my mind", "Withdraw my vote"]
    # Of a member's vote another member sees nothing but a count.
    other = await card(harbour, harbour.bram)
    assert "1 agree and 0 disagree" in other.response.content
    assert "What do you think?" in other.response.content
    assert str(harbour.anna.id) not in other.response.content
    assert "is withdrawn" in await press(harbour.anna, again, "withdraw")
    assert await tallies(harbour) == {}
    assert [m for m in harbour.channel.history() if "Noted" in m.content] == []


async def test_votes_and_buttons_live_through_a_restart(harbour: World, posted: Any) -> None:
    await press(harbour.anna, posted, "agree")
    await harbour.restart()
    await press(harbour.anna, posted, "changed")
    assert await tallies(harbour) == {CLAIM: Tally(disagree=1, to_disagree=1)}


async def test_two_presses_at_once_leave_one_vote(harbour: World) -> None:
    (venue,) = await harbour.store.venues()
    opinions, now = harbour.bot.opinions, harbour.bot.now()
    said = (Ballot.AGREE, Ballot.CHANGED, Ballot.CHANGED, Ballot.AGREE)
    await asyncio.gather(*(opinions.say(venue.id, CLAIM, harbour.anna.id, one, now) for one in said))
    assert await tallies(harbour) == {CLAIM: Tally(agree=1)}


async def test_forged_and_stale_claims_get_a_calm_sentence(harbour: World, posted: Any) -> None:
    told = await harbour.anna.slash(harbour.channel, "mening", stelling="no-such-claim")
    assert told.response.content.startswith("I do not know that claim here")
    elsewhere = harbour.guild.create_text_channel("elsewhere")
    told = await harbour.anna.slash(elsewhere, "mening", stelling=CLAIM)
    assert told.response.content.startswith("There is no debate in this channel")
    assert await harbour.anna.autocomplete(elsewhere, "mening", "stelling", "quay") == []
    await harbour.told("sluit")
    assert (await press(harbour.anna, posted, "agree")).startswith("This debate is closed")
    assert await tallies(harbour) == {}


async def test_a_dutch_member_is_asked_and_told_in_dutch(
    harbour: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak("nl", monkeypatch)
    shown = await card(harbour, harbour.anna)
    assert labels(shown) == ["Eens", "Oneens", "Van mening veranderd"]
    assert "Wat vind jij?" in shown.response.content
    await press(harbour.anna, shown, "agree")
    told = await press(harbour.anna, shown, "changed")
    assert "je was het eens en bent het nu oneens met “De nieuwe kade" in told
    assert "Nu 0 eens en 1 oneens; van mening veranderd: 1." in told


@pytest.mark.feature("M21")
async def test_the_totals_stand_in_the_state_of_the_debate(harbour: World, posted: Any) -> None:
    await press(harbour.anna, posted, "agree")
    await press(harbour.bram, posted, "disagree")
    await press(harbour.moderator, posted, "agree")
    await press(harbour.anna, posted, "changed")
    (tally,) = (await tallies(harbour)).values()
    assert (tally.agree, tally.disagree, tally.changed) == (1, 2, 1)
    shown = await harbour.bram.slash(harbour.channel, "stand")
    texts = [m.content for m in (shown.response, *shown.followups) if m is not None]
    (line, counts) = "\n".join(texts).splitlines()[-2:]
    assert line.startswith(f"- {STATEMENT}")
    assert counts == "  1 agree, 2 disagree; 1 changed their mind"
