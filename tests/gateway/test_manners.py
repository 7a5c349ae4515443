"""How often the bot may speak: floors, cool-downs and caps, as set, and also after a restart."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.core.decisions import Outcome, Reason
from bot.core.etiquette import Etiquette
from bot.store import Outcome as StoredOutcome
from tests.gateway.conftest import World

EMPTY = "Walk past on a Tuesday at five in the morning and tell me again that nobody ties up there, please."
COUNTED = "There were five boats last Sunday, I counted them. So much for a quay where nobody ties up."
BUYERS = "There's an online auction these days, you sell the catch before you are back in port."
CREWS = "Did they talk to the men and women who do the work?"
GRASS = "Has anybody looked at what the dredging did to the sea floor over there?"
BY_CLAIM = {"empty-quay": EMPTY, "no-buyers": BUYERS, "deckhands": CREWS, "eelgrass": GRASS}
SHORT = "no auction hall there"
NOTHING = "what time does the match start tonight, anyone?"
DEFAULT = Etiquette()


async def reason_of(world: World, member: Any, text: str) -> tuple[Outcome, str | None]:
    """What the bot decides on a comment."""
    comment = await member.send(world.channel, text)
    decision = await world.store.decision_of(comment.id)
    assert decision is not None
    assert (decision.outcome is Outcome.REPLY) == any(
        reply.reference and reply.reference.message_id == comment.id for reply in world.replies()
    )
    return decision.outcome, decision.reason


async def wait(world: World, time: timedelta) -> None:
    """Lets that much simulated time pass."""
    await world.env.advance_time(time.total_seconds())


ANSWERED = (Outcome.REPLY, None)


@pytest.mark.feature("D3")
async def test_a_very_short_text_is_never_answered_unasked_and_the_floor_is_a_setting(harbour: World) -> None:
    assert len(SHORT.split()) == 4
    assert await reason_of(harbour, harbour.anna, SHORT) == (Outcome.SUGGEST, Reason.TOO_SHORT)
    told = await harbour.told("manieren", woorden=4)
    assert "from 4 words on" in told
    assert await reason_of(harbour, harbour.anna, SHORT) == ANSWERED
    await harbour.told("manieren", woorden=9)
    await harbour.restart()
    assert await reason_of(harbour, harbour.bram, SHORT) == (Outcome.SUGGEST, Reason.TOO_SHORT)


@pytest.mark.feature("D3")
async def test_a_floor_of_the_real_model_holds_for_a_text_above_the_threshold(debate: World) -> None:
    comment = await debate.anna.send(debate.channel, "Kickbokser Omar uit Malburgen")
    decision = await debate.store.decision_of(comment.id)
    assert decision is not None
    assert decision.record["score"] > 0.95  # type: ignore[operator]
    assert (decision.outcome, decision.reason) == (StoredOutcome.SUGGEST, "too_short")
    assert debate.replies() == []


@pytest.mark.parametrize("restart", [False, True])
async def test_a_claim_is_not_repeated_within_its_cool_down(harbour: World, restart: bool) -> None:
    assert await reason_of(harbour, harbour.anna, EMPTY) == ANSWERED
    await wait(harbour, DEFAULT.claim_cooldown - timedelta(minutes=1))
    if restart:
        await harbour.restart()
    assert await reason_of(harbour, harbour.bram, COUNTED) == (Outcome.ABSTAIN, Reason.CLAIM_COOLDOWN)
    assert await reason_of(harbour, harbour.bram, BUYERS) == ANSWERED
    await wait(harbour, timedelta(minutes=2))
    assert await reason_of(harbour, harbour.member("carla"), COUNTED) == ANSWERED


@pytest.mark.parametrize("restart", [False, True])
async def test_a_member_is_not_answered_again_within_the_cool_down(harbour: World, restart: bool) -> None:
    assert await reason_of(harbour, harbour.anna, EMPTY) == ANSWERED
    if restart:
        await harbour.restart()
    assert await reason_of(harbour, harbour.anna, BUYERS) == (Outcome.ABSTAIN, Reason.MEMBER_COOLDOWN)
    # Not even in a thread beside it, for it is the same debate.
    thread = harbour.env.backend.create_thread(harbour.channel.id, "zijspoor", harbour.anna.id)
    (room,) = [t for t in harbour.channel.threads if t.id == thread.id]
    comment = await harbour.anna.send(room, BUYERS)
    decision = await harbour.store.decision_of(comment.id)
    assert decision is not None
    assert decision.reason == Reason.MEMBER_COOLDOWN
    await wait(harbour, DEFAULT.member_cooldown)
    assert await reason_of(harbour, harbour.anna, CREWS) == ANSWERED


@pytest.mark.parametrize("restart", [False, True])
async def test_a_channel_hears_the_bot_so_often_an_hour_and_no_more(harbour: World, restart: bool) -> None:
    await harbour.told("manieren", stelling=0, lid=0, uur=3)
    for number in range(3):
        assert await reason_of(harbour, harbour.member(f"lid{number}"), BUYERS) == ANSWERED
        await wait(harbour, timedelta(minutes=10))
    if restart:
        await harbour.restart()
    assert await reason_of(harbour, harbour.anna, EMPTY) == (Outcome.ABSTAIN, Reason.CHANNEL_CAP)
    # Being named does not open the flood-gate either.
    me = f"<@{harbour.env.bot.user.id}>"
    assert await reason_of(harbour, harbour.anna, f"{me} {EMPTY}") == (Outcome.ABSTAIN, Reason.CHANNEL_CAP)
    await wait(harbour, timedelta(minutes=31))
    assert await reason_of(harbour, harbour.anna, EMPTY) == ANSWERED
    assert await reason_of(harbour, harbour.anna, BUYERS) == (Outcome.ABSTAIN, Reason.CHANNEL_CAP)


async def test_asked_by_name_the_bot_passes_over_floors_and_cool_downs(harbour: World) -> None:
    assert await reason_of(harbour, harbour.anna, BUYERS) == ANSWERED
    assert await reason_of(harbour, harbour.anna, BUYERS) == (Outcome.ABSTAIN, Reason.MEMBER_COOLDOWN)
    for mention in (f"<@{harbour.env.bot.user.id}>", f"<@!{harbour.env.bot.user.id}>"):
        assert await reason_of(harbour, harbour.anna, f"{mention} {BUYERS}") == ANSWERED
        assert await reason_of(harbour, harbour.anna, f"{mention} {SHORT}") == ANSWERED


async def test_asked_by_name_the_bot_says_at_most_now_and_then_that_it_has_nothing(harbour: World) -> None:
    me = f"<@{harbour.env.bot.user.id}>"
    for _ in range(5):
        comment = await harbour.anna.send(harbour.channel, f"{me} {NOTHING}")
    (reply,) = harbour.replies()
    assert "find no passage" in reply.content
    decision = await harbour.store.decision_of(comment.id)
    assert decision is not None
    assert (decision.outcome, decision.reason) == (Outcome.ABSTAIN, Reason.OFF_TOPIC)
    await harbour.told("manieren", uur=2)
    await harbour.bram.send(harbour.channel, f"{me} {NOTHING}")
    await harbour.member("carla").send(harbour.channel, f"{me} {NOTHING}")
    assert len(harbour.replies()) == 2


async def test_manners_are_kept_apart_by_debate_and_written_down(harbour: World) -> None:
    before = await harbour.told("manieren")
    assert "from 5 words on" in before
    told = await harbour.told("manieren", stelling=7, lid=3, uur=40)
    assert all(word in told for word in ("from 5 words", "in 7 min.", "in 3 min.", "40 times"))
    other = harbour.guild.create_text_channel("nog-een")
    await harbour.open(other)
    status = await harbour.moderator.slash(other, "debat manieren")
    assert status.response.content == before
    (venue, _) = await harbour.store.venues()
    entry = (await harbour.store.audit_of(venue.id))[0]
    assert (entry.action, entry.by) == ("rules", harbour.moderator.id)
    assert entry.new == {"claim_cooldown": 420, "member_cooldown": 180, "hourly_cap": 40}
