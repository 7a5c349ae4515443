"""What the bot does by itself in each mode, as `/debat modus` sets it."""

from __future__ import annotations

import pytest

from bot.core.decisions import Outcome, Reason
from bot.encoder import Encoder
from tests.gateway.conftest import World
from tests.gateway.queue_room import UNSURE, with_office
from tests.gateway.test_manners import BUYERS, EMPTY, NOTHING, reason_of


def named(world: World, text: str) -> str:
    """The same comment, put to the bot."""
    return f"<@{world.env.backend.bot_user.id}> {text}"


async def test_off_answers_nobody_and_reads_nothing(harbour: World, light: Encoder) -> None:
    room = await with_office(harbour)
    assert "not even on request" in await harbour.told("modus", modus="off")
    before = light.encoded
    for text in (EMPTY, UNSURE, named(harbour, BUYERS), named(harbour, NOTHING)):
        assert await reason_of(harbour, harbour.anna, text) == (Outcome.ABSTAIN, Reason.MODE_OFF)
    assert light.encoded == before
    assert (harbour.replies(), room.items()) == ([], [])


@pytest.mark.parametrize("restart", [False, True])
async def test_on_request_only_who_mentions_the_bot_is_answered(harbour: World, restart: bool) -> None:
    room = await with_office(harbour)
    await harbour.told("modus", modus="request")
    if restart:
        await harbour.restart()
    for text in (EMPTY, UNSURE):
        assert await reason_of(harbour, harbour.anna, text) == (Outcome.ABSTAIN, Reason.NOT_ASKED)
    assert room.items() == []
    assert await reason_of(harbour, harbour.bram, named(harbour, EMPTY)) == (Outcome.REPLY, None)


async def test_in_suggest_mode_a_moderator_is_asked_first(harbour: World) -> None:
    room = await with_office(harbour)
    await harbour.told("modus", modus="suggest")
    assert await reason_of(harbour, harbour.anna, EMPTY) == (Outcome.SUGGEST, Reason.MODE_SUGGEST)
    assert harbour.replies() == []
    assert len(room.items()) == 1
    assert await reason_of(harbour, harbour.bram, named(harbour, BUYERS)) == (Outcome.REPLY, None)
    # What the bot would have kept silent on for good manners it does not ask about either.
    await room.press("accept", room.items()[0])
    assert await reason_of(harbour, harbour.member("carla"), EMPTY) == (
        Outcome.ABSTAIN,
        Reason.CLAIM_COOLDOWN,
    )


async def test_the_mode_is_shown_changed_and_written_down(harbour: World) -> None:
    assert (await harbour.told("modus")).startswith("Mode: automatic.")
    assert (await harbour.told("modus", modus="suggest")).startswith("Mode: suggest.")
    assert "Mode: suggest." in await harbour.told("status")
    (venue,) = await harbour.store.venues()
    entry = (await harbour.store.audit_of(venue.id))[0]
    assert (entry.by, entry.new) == (harbour.moderator.id, {"mode": "suggest"})
    elsewhere = harbour.guild.create_text_channel("elders")
    answer = await harbour.moderator.slash(elsewhere, "debat modus", modus="off")
    assert "no debate" in answer.response.content.lower()
