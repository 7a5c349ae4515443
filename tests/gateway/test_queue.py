"""The moderators' queue: one message a suggestion, and a moderator's say that nothing later undoes."""

from __future__ import annotations

from typing import Any

import pytest
from simcord.actors import _component_interaction

from bot.core.decisions import Outcome, Reason
from bot.replies import seen_length
from bot.store import OutboxState
from bot.store.rows import SuggestionState
from bot.stored_replies import answers_of
from tests.gateway.conftest import World
from tests.gateway.queue_room import UNSURE, QueueRoom, custom_ids, texts, told, with_office
from tests.gateway.test_manners import BUYERS, EMPTY, SHORT
from tests.store.conftest import script

ANY_OF_THREE = "Nobody ties up there, nobody buys there and nobody was asked."


@pytest.mark.feature("D1")
async def test_a_comment_between_the_thresholds_becomes_one_item_and_no_reply(harbour: World) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    assert harbour.replies() == []
    (waiting,) = await room.waiting()
    assert (waiting.message_id, waiting.reason) == (comment.id, Reason.UNSURE)
    (item,) = room.items()
    header, proposal, others = texts(item)
    assert f"/{harbour.guild.id}/{harbour.channel.id}/{comment.id})" in header
    assert f"<@{harbour.anna.id}>" in header
    assert "> Mr Lowe has a point about the season" in proposal
    asked, *likely = others.split("\n")
    assert (asked, len(likely)) == ("**Or is the comment about this?**", 1)
    # The words of the member are in none of it; who judges reads them where they stand.
    assert UNSURE not in "".join(texts(item))
    # A round finds nothing more to show, and nobody is pinged.
    await harbour.env.advance_time(301)
    assert len(room.items()) == 1
    assert harbour.sent()[-1].json["allowed_mentions"] == {"parse": []}
    sure = await harbour.bram.send(harbour.channel, BUYERS)
    assert [r.reference.message_id for r in harbour.replies() if r.reference] == [sure.id]
    assert len(room.items()) == 1
    # What is about any of three claims names the other two.
    await room.rules(mode="suggest")
    await harbour.member("lotte").send(harbour.channel, ANY_OF_THREE)
    (_, proposal, others) = texts(room.items()[-1])
    claims = harbour.bot.service.debates["harbour"].debate.claim_set.by_id
    assert f"claim: {claims['deckhands'].statement}" in proposal
    asked, *likely = others.split("\n")
    alternatives = [claims[id].statement for id in ("empty-quay", "no-buyers")]
    assert [line.removeprefix("- ").rsplit(" (", 1)[0] for line in likely] == alternatives
    assert all(line.endswith("% sure)") for line in likely)


@pytest.mark.feature("D3")
async def test_a_very_short_text_goes_to_the_queue(harbour: World) -> None:
    room = await with_office(harbour)
    await harbour.anna.send(harbour.channel, SHORT)
    assert harbour.replies() == []
    (item,) = room.items()
    assert "very short" in texts(item)[0]


@pytest.mark.feature("D2")
@pytest.mark.parametrize("restart", [False, True])
async def test_accepting_posts_the_reply_as_it_was_shown_once_and_says_who_and_when(
    harbour: World, restart: bool
) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    (item,) = room.items()
    if restart:
        await harbour.restart()
    result = await room.press("accept", item)
    (reply,) = harbour.replies()
    assert reply.reference is not None
    assert reply.reference.message_id == comment.id
    assert reply.content == texts(item)[1]
    assert str(reply.id) in told(result)
    suggestion = await room.suggestion(comment)
    assert suggestion.state is SuggestionState.ACCEPTED
    assert suggestion.confirmed_by == harbour.moderator.id
    assert suggestion.confirmed_at is not None
    assert 0 <= (suggestion.confirmed_at - comment.created_at).total_seconds() < 10
    row = await harbour.store.outbox_by_comment(comment.id)
    assert row is not None
    (verdict,) = await harbour.store.verdicts_of(row.decision_id)
    assert (verdict.claim_id, verdict.kind, verdict.value) == ("empty-quay", "fits", True)
    # A second moderator, or the same one again, posts nothing more and hears who was first.
    (item,) = room.items()
    assert custom_ids(item) == []
    assert f"<@{harbour.moderator.id}>" in texts(item)[0]
    forged = await forge(room, suggestion.decision_id, "accept", by=harbour.moderator)
    assert "no longer know" in told(forged)
    assert len(harbour.replies()) == 1


async def forge(room: QueueRoom, decision_id: int, action: str, by: Any) -> Any:
    """A press of a button that is no longer, or never was, under a message."""
    item = room.items()[0]
    stored = room.world.env.backend.get_message(room.office.id, item.id)
    wanted = f"wederhoor:queue:{action}:{decision_id}"
    custom_id = next((known for known in custom_ids(item) if known.startswith(f"{wanted}:")), wanted)
    data = {"custom_id": custom_id, "component_type": 2}
    return await _component_interaction(by, stored, data)


@pytest.mark.feature("D2")
async def test_a_crash_while_the_accepted_reply_is_sent_neither_loses_nor_doubles_it(harbour: World) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    harbour.env.inject_error("POST", f"/channels/{harbour.channel.id}/messages", status=503, times=3)
    result = await room.press("accept")
    assert "as soon as I can" in told(result)
    assert harbour.replies() == []
    await harbour.restart()
    await harbour.env.advance_time(301)
    assert len(harbour.replies()) == 1
    row = await harbour.store.outbox_by_comment(comment.id)
    assert row is not None
    assert row.state is OutboxState.SENT
    await harbour.restart()
    assert len(harbour.replies()) == 1


def close(world: World, how: str) -> None:
    """Lets Discord refuse the bot's replies in the debate's channel."""
    if how == "permission":
        world.deny(world.channel, "send_messages")
    else:
        path = f"/channels/{world.channel.id}/messages"
        world.env.inject_error("POST", path, status=403, code=50013, times=None)


def reopen(world: World) -> None:
    """Lets Discord take them again."""
    world.deny(world.channel)
    world.env.backend.faults.clear()


@pytest.mark.feature("D2")
@pytest.mark.parametrize("how", ["permission", "answer"])
async def test_an_accepted_reply_that_discord_refused_can_be_accepted_again(harbour: World, how: str) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    close(harbour, how)
    assert "so the suggestion waits again" in told(await room.press("accept"))
    assert harbour.replies() == []
    suggestion = await room.suggestion(comment)
    assert (suggestion.state, suggestion.confirmed_by) == (SuggestionState.WAITING, None)
    (item,) = room.items()
    assert "Approved before, and refused by Discord" in texts(item)[0]
    assert len(await room.waiting()) == 1
    # It is tried by nobody but a moderator, and then at once.
    await harbour.restart()
    await harbour.env.advance_time(301)
    assert "so the suggestion waits again" in told(await room.press("accept"))
    reopen(harbour)
    await room.press("accept")
    (reply,) = harbour.replies()
    assert reply.content == texts(item)[1]
    accepted = await room.suggestion(comment)
    assert (accepted.state, accepted.confirmed_by) == (SuggestionState.ACCEPTED, harbour.moderator.id)
    decision = await harbour.store.decision_of(comment.id)
    assert decision is not None
    assert decision.claims == ("empty-quay",)
    (verdict,) = await harbour.store.verdicts_of(decision.id)
    assert verdict.value
    (item,) = room.items()
    assert texts(item)[0].startswith("**Posted**")
    await harbour.restart()
    await harbour.env.advance_time(301)
    assert len(harbour.replies()) == 1


@pytest.mark.feature("D2")
@pytest.mark.parametrize("now", ["unsure", "sure", "off topic"])
async def test_when_its_comment_is_edited_a_refused_reply_is_renewed_too(harbour: World, now: str) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    close(harbour, "answer")
    await room.press("accept")
    reopen(harbour)
    before = await room.suggestion(comment)
    edited = {
        "unsure": UNSURE.replace(".", ", I think."),
        "sure": BUYERS,
        "off topic": "Who brings the cake tomorrow?",
    }
    # A channel in which the bot was refused is left alone for a while.
    await harbour.env.advance_time(601)
    await harbour.anna.edit(comment, edited[now])
    if now == "unsure":
        assert harbour.replies() == []
        assert (await room.suggestion(comment)).record["own"] != before.record["own"]
        (item,) = room.items()
        await room.press("accept")
        assert [reply.content for reply in harbour.replies()] == [texts(item)[1]]
    else:
        assert len(harbour.replies()) == (now == "sure")
        assert await room.waiting() == []


@pytest.mark.feature("D2")
async def test_a_reply_that_was_refused_after_an_outage_waits_again_and_moderators_are_told(
    harbour: World,
) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    harbour.env.inject_error("POST", f"/channels/{harbour.channel.id}/messages", status=503, times=3)
    assert "as soon as I can" in told(await room.press("accept"))
    close(harbour, "permission")
    for _ in range(2):
        await harbour.env.advance_time(301)
    item, sentence = room.items()
    assert (
        f"that <@{harbour.moderator.id}> approved; the suggestion waits in the queue again"
        in sentence.content
    )
    assert str(comment.id) in sentence.content
    assert "Approved before" in texts(item)[0]
    # Another claim may be chosen for it by then.
    reopen(harbour)
    await room.choose("deckhands", item)
    await room.press("accept", room.items()[0])
    assert len(harbour.replies()) == 1
    decision = await harbour.store.decision_of(comment.id)
    assert decision is not None
    assert decision.claims == ("deckhands",)


async def test_a_claim_that_a_moderator_chose_takes_no_more_of_a_screen_than_any_reply(
    harbour: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.replies.MOST_SEEN", 400)  # less than all that is said on that claim
    room = await with_office(harbour)
    await harbour.anna.send(harbour.channel, UNSURE)
    await find(room, "buyers", "no-buyers")
    await room.press("accept")
    (reply,) = harbour.replies()
    assert "nobody asked the buyers" in reply.content
    assert seen_length(reply.content) <= 400


@pytest.mark.feature("D2")
async def test_a_refused_reply_that_was_stored_all_the_same_is_not_doubled(harbour: World) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    await room.press("accept")
    (reply,) = harbour.replies()
    # The answer to the sending was lost, and the next try refused.
    script(
        harbour.database,
        "UPDATE outbox SET state = 'failed', reply_id = NULL, sent_at = NULL",
    )
    await harbour.env.advance_time(301)
    assert (await room.suggestion(comment)).state is SuggestionState.WAITING
    await room.press("accept", room.items()[0])
    assert [one.id for one in harbour.replies()] == [reply.id]
    row = await harbour.store.outbox_by_comment(comment.id)
    assert row is not None
    assert (row.state, row.reply_id) == (OutboxState.SENT, reply.id)


@pytest.mark.feature("D2")
async def test_a_rejected_comment_is_not_answered_and_counts_against_the_claim(harbour: World) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    assert told(await room.press("reject")) == "I will not answer this, now or later."
    suggestion = await room.suggestion(comment)
    assert (suggestion.state, suggestion.confirmed_by) == (SuggestionState.REJECTED, harbour.moderator.id)
    (verdict,) = await harbour.store.verdicts_of(suggestion.decision_id)
    assert (verdict.claim_id, verdict.kind, verdict.value) == ("empty-quay", "fits", False)
    (item,) = room.items()
    assert texts(item)[0].startswith("**Rejected**")
    assert harbour.replies() == []


@pytest.mark.feature("D6")
async def test_a_claim_is_muted_from_the_queue(harbour: World) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    result = await room.press("mute", room.items()[0])
    assert "The new quay stands empty" in told(result)
    assert (await room.suggestion(comment)).state is SuggestionState.REJECTED
    (venue,) = await harbour.store.venues()
    assert await harbour.bot.service.mutes.claims(venue.id) == {"empty-quay"}
    later = await harbour.bram.send(harbour.channel, EMPTY)
    assert harbour.replies() == []
    decision = await harbour.store.decision_of(later.id)
    assert decision is not None
    assert decision.reason == Reason.MUTED


@pytest.mark.feature("D2")
async def test_another_claim_is_proposed_before_it_is_posted(harbour: World) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    before = texts(room.items()[0])[1]
    assert "about this claim now" in told(await room.choose("deckhands"))
    (item,) = room.items()
    shown = texts(item)[1]
    assert shown != before
    assert harbour.replies() == []
    await room.press("accept")
    (reply,) = harbour.replies()
    assert reply.content == shown
    row = await harbour.store.outbox_by_comment(comment.id)
    assert row is not None
    assert [answer.claim for answer in answers_of(row)] == ["deckhands"]
    verdicts = await harbour.store.verdicts_of(row.decision_id)
    assert {(v.claim_id, v.value) for v in verdicts} == {("deckhands", True), ("empty-quay", False)}
    decision = await harbour.store.decision_of(comment.id)
    assert decision is not None
    assert decision.claims == ("deckhands",)


@pytest.mark.feature("D2")
async def test_any_claim_is_found_by_words_of_it(harbour: World) -> None:
    room = await with_office(harbour)
    await harbour.anna.send(harbour.channel, UNSURE)
    assert "about this claim now" in told(await find(room, "zeegras eelgrass", "eelgrass"))
    (waiting,) = await room.waiting()
    assert [answer.claim for answer in answers_of(waiting)] == ["eelgrass"]
    opened = await room.choose("?")
    assert opened.modal is not None
    (field,) = [c for c in walk(opened.modal) if c.get("type") == 4]
    nothing = await harbour.moderator.submit_modal(opened, {field["custom_id"]: "…"})
    assert "I find no claim" in told(nothing)


async def find(room: QueueRoom, words: str, claim: str) -> Any:
    """Chooses the claim that is found first by those words."""
    opened = await room.choose("?")
    assert opened.modal is not None
    (field,) = [c for c in walk(opened.modal) if c.get("type") == 4]
    found = await room.world.moderator.submit_modal(opened, {field["custom_id"]: words})
    assert found.ephemeral
    (shown,) = found.followups or [found.response]
    (menu,) = [c for c in walk({"components": shown.components}) if c.get("type") == 3]
    assert menu["options"][0]["value"] == claim
    return await room.world.moderator.select(shown, [claim])


def walk(payload: dict[str, Any]) -> list[dict[str, Any]]:
    """Every component of a form or message."""
    found: list[dict[str, Any]] = []
    for component in payload.get("components", []):
        found += [component, *walk(component)]
        if "component" in component:
            found.append(component["component"])
    return found


@pytest.mark.feature("D9")
@pytest.mark.parametrize("action", ["accept", "reject", "own", "words", "mute"])
async def test_a_member_who_forges_a_press_is_refused_and_nothing_happens(
    harbour: World, action: str, caplog: pytest.LogCaptureFixture
) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    suggestion = await room.suggestion(comment)
    refused = await forge(room, suggestion.decision_id, action, by=harbour.anna)
    assert "may manage messages" in told(refused)
    assert any(f"refused to {harbour.anna.id}" in r.getMessage() for r in caplog.records)
    assert (await room.suggestion(comment)).state is SuggestionState.WAITING
    unknown = await forge(room, suggestion.decision_id + 99, action, by=harbour.moderator)
    assert "no longer know" in told(unknown)


@pytest.mark.feature("D5")
@pytest.mark.parametrize("verdict", ["withdrawn", "rejected", "own"])
async def test_what_a_moderator_undid_stays_undone(harbour: World, verdict: str) -> None:
    room = await with_office(harbour)
    if verdict == "withdrawn":
        comment = await harbour.anna.send(harbour.channel, EMPTY)
        (reply,) = harbour.replies()
        await room.press("dismiss", reply)
    else:
        comment = await harbour.anna.send(harbour.channel, UNSURE)
        await room.press("reject" if verdict == "rejected" else "own")
    assert harbour.replies() == []
    # Everything is read again: the watermarks are gone, as after a restored backup.
    script(harbour.database, "DELETE FROM watermarks")
    await harbour.restart()
    await harbour.anna.edit(comment, f"{EMPTY} Really.")
    await harbour.bot.catch_up.run()
    await harbour.env.advance_time(3 * 3600)
    assert harbour.replies() == []
    assert await room.waiting() == []
    another = await harbour.bram.send(harbour.channel, BUYERS)
    assert [r.reference.message_id for r in harbour.replies() if r.reference] == [another.id]


async def test_an_accepted_reply_that_is_withdrawn_stays_away_too(harbour: World) -> None:
    room = await with_office(harbour)
    await harbour.anna.send(harbour.channel, UNSURE)
    await room.press("accept")
    await room.press("dismiss", harbour.replies()[0])
    script(harbour.database, "DELETE FROM watermarks")
    await harbour.restart()
    await harbour.env.advance_time(301)
    assert harbour.replies() == []


async def test_a_deleted_comment_takes_its_item_along(harbour: World) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    suggestion = await room.suggestion(comment)
    await harbour.anna.delete(comment)
    assert room.items() == []
    assert await room.waiting() == []
    assert (await room.suggestion(comment)).state is SuggestionState.GONE
    late = await harbour.bram.send(harbour.channel, UNSURE)
    lapsed = await forge(room, suggestion.decision_id, "accept", by=harbour.moderator)
    assert "no longer know" in told(lapsed)
    # One that was deleted while the bot was not looking is found out when it is judged.
    harbour.env.backend.messages[harbour.channel.id].pop(late.id)
    assert "was deleted" in told(await room.press("accept"))
    assert harbour.replies() == []
    assert room.items() == []


async def test_whoever_was_forgotten_is_not_answered_any_more(harbour: World) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    script(harbour.database, f"UPDATE decisions SET author_id = 0 WHERE message_id = {comment.id}")
    assert await room.waiting() == []
    assert "was deleted" in told(await room.press("accept"))
    assert (harbour.replies(), room.items()) == ([], [])


async def test_a_refused_reply_to_whoever_was_forgotten_is_told_nobody(harbour: World) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    await room.press("accept")
    script(harbour.database, "UPDATE outbox SET state = 'failed', reply_id = NULL, sent_at = NULL")
    script(harbour.database, f"UPDATE decisions SET author_id = 0 WHERE message_id = {comment.id}")
    told_before = len(room.items())
    await harbour.env.advance_time(301)
    assert len(room.items()) == told_before


async def test_the_queue_holds_no_word_of_a_member(harbour: World) -> None:
    await with_office(harbour)
    await harbour.anna.send(harbour.channel, UNSURE)
    for file in harbour.database.parent.glob("w.sqlite3*"):
        assert UNSURE.encode() not in file.read_bytes()


async def test_what_could_not_be_shown_is_shown_a_round_later(harbour: World) -> None:
    room = await with_office(harbour)
    harbour.env.inject_error("POST", f"/channels/{room.office.id}/messages", status=403, code=50013, times=1)
    await harbour.anna.send(harbour.channel, UNSURE)
    assert room.items() == []
    await harbour.env.advance_time(301)
    assert len(room.items()) == 1


@pytest.mark.feature("D4")
async def test_words_of_an_old_source_go_to_the_queue(harbour: World) -> None:
    # The interview is of May 2021, the simulated clock begins in January 2026.
    room = await with_office(harbour, old_after_months=24)
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    decision = await harbour.store.decision_of(comment.id)
    assert decision is not None
    assert (decision.outcome, decision.reason) == (Outcome.SUGGEST, Reason.OLD_SOURCE)
    assert harbour.replies() == []
    (item,) = room.items()
    assert "older than you have set" in texts(item)[0]
    await room.rules(old_after_months=120)
    await harbour.bram.send(harbour.channel, BUYERS)
    assert len(harbour.replies()) == 1


@pytest.mark.feature("D17")
async def test_a_claim_with_more_against_it_than_for_it_is_not_answered_unasked(harbour: World) -> None:
    room = await with_office(harbour, verdicts_heard=1, claim_cooldown=0)
    await harbour.anna.send(harbour.channel, EMPTY)
    (reply,) = harbour.replies()
    await room.press("dismiss", reply, by=harbour.anna)
    comment = await harbour.bram.send(harbour.channel, EMPTY)
    decision = await harbour.store.decision_of(comment.id)
    assert decision is not None
    assert (decision.outcome, decision.reason) == (Outcome.SUGGEST, Reason.OUTVOTED)
    assert harbour.replies() == []
    (item,) = room.items()
    assert "disliked" in texts(item)[0]
    # A moderator's approval weighs as much as the member's objection did.
    await room.press("accept")
    await harbour.member("carla").send(harbour.channel, EMPTY)
    assert len(harbour.replies()) == 2


@pytest.mark.feature("D14")
async def test_moderators_are_reminded_of_what_waits_once_a_day_and_never_at_night(harbour: World) -> None:
    room = await with_office(harbour, reminder_hours=4, night_from=22, night_until=8)
    await harbour.anna.send(harbour.channel, UNSURE)

    def reminders() -> list[str]:
        return [m.content for m in room.items() if "waiting for you" in m.content]

    # The simulated clock begins at midnight; the debate's time zone is UTC.
    await harbour.env.advance_time(5 * 3600)
    assert reminders() == []
    await harbour.env.advance_time(4 * 3600)
    (sentence,) = reminders()
    assert "/debate queue" in sentence
    await harbour.restart()
    await harbour.env.advance_time(10 * 3600)
    assert len(reminders()) == 1
    await harbour.env.advance_time(14 * 3600)
    assert len(reminders()) == 2
    await room.press("reject", room.items()[0])
    await harbour.env.advance_time(24 * 3600)
    assert len(reminders()) == 2
