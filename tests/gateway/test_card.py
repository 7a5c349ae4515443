"""What members do with a reply: choosing between claims, voting, editing, keeping, another passage, objecting."""

from __future__ import annotations

import re
import time
from typing import Any

import discord
import pytest
from simcord.backend import serializers

from bot.core.source import digest
from bot.live import LiveDebate
from bot.store import OutboxState, Outcome
from bot.store.rows import OutboxRow
from bot.stored_replies import answers_of
from bot.venues import rules_of
from tests.gateway.conftest import World
from tests.gateway.test_forum import away
from tests.gateway.test_manners import BUYERS, EMPTY, GRASS, NOTHING
from tests.gateway.test_members import press, stored_bytes

TIED = "Nobody ties up there because no buyer ever shows up at that quay."
ALSO_TIED = "The crews know what the dredging did to the eelgrass, nobody asked them."


async def row_of(world: World, comment: Any) -> OutboxRow:
    """The reply to a comment, as it is stored."""
    row = await world.store.outbox_by_comment(comment.id)
    assert row is not None
    return row


def buttons(message: discord.Message) -> dict[str, str]:
    """The labels of the buttons under a message and what they are called inside, in their order."""
    rows: Any = message.components
    if any(isinstance(row, dict) for row in rows):  # what only one member sees is kept as it was sent
        return {b["label"]: b["custom_id"] for row in rows for b in row["components"]}
    return {b.label: b.custom_id for row in rows for b in row.children}


async def verdicts(world: World, comment: Any) -> set[tuple[str, str, int, bool]]:
    """What everybody said of the reply to a comment."""
    found = await world.store.verdicts_of((await row_of(world, comment)).decision_id)
    return {(v.claim_id, v.kind, v.by, v.value) for v in found}


# -- choosing


@pytest.mark.feature("M3")
async def test_claims_that_tie_are_offered_and_none_is_answered(harbour: World, small: LiveDebate) -> None:
    comment = await harbour.anna.send(harbour.channel, TIED)
    (offer,) = harbour.replies()
    assert offer.reference is not None
    assert offer.reference.message_id == comment.id
    decision = await harbour.store.decision_of(comment.id)
    assert decision is not None
    assert (decision.outcome, decision.reason, decision.claims) == (Outcome.REPLY, "tie", ())
    assert decision.record["answers"] == []
    claims = [small.debate.claim_set.by_id[id] for id in ("empty-quay", "no-buyers")]
    assert list(buttons(offer)) == ["1", "2", "None of these"]
    for number, claim in enumerate(claims, 1):
        assert f"**{number}**  {claim.statement}" in offer.content
        assert not any(quote.text in offer.content for quote in claim.passages)
    assert "> " not in offer.content


@pytest.mark.feature("M3")
async def test_only_its_author_chooses_and_the_offer_becomes_the_reply(
    harbour: World, small: LiveDebate
) -> None:
    comment = await harbour.anna.send(harbour.channel, TIED)
    (offer,) = harbour.replies()
    refused = await harbour.bram.click(offer, label="2")
    assert "Only the one who wrote this comment" in refused.followups[0].content
    (same,) = harbour.replies()
    assert same.content == offer.content
    await harbour.restart()
    await harbour.anna.click(harbour.replies()[0], label="2")
    (reply,) = harbour.replies()
    assert reply.id == offer.id
    (answer,) = answers_of(await row_of(harbour, comment))
    assert answer.claim == "no-buyers"
    assert all(f"> {small.debate.quote(span).text}" in reply.content for span in answer.spans)
    assert answer.spans
    assert small.debate.claim_set.by_id["no-buyers"].statement in reply.content
    assert list(buttons(reply)) == ["More context", "Why?", "👍", "👎", "Not my point"]
    why = await press(harbour.anna, reply, "why")
    assert "chosen among claims that scored almost the same" in why.response.content
    # What was chosen counts: nobody gets the same passage again at once, and the author no second reply.
    await harbour.bram.send(harbour.channel, BUYERS)
    await harbour.anna.send(harbour.channel, GRASS)
    assert len(harbour.replies()) == 1


@pytest.mark.feature("M3")
async def test_a_claim_that_was_muted_since_it_was_offered_is_not_posted(harbour: World) -> None:
    await harbour.anna.send(harbour.channel, TIED)
    (offer,) = harbour.replies()
    await harbour.told("demp", stelling="no-buyers")
    refused = await harbour.anna.click(offer, label="2")
    assert "say nothing about that claim" in refused.followups[0].content
    assert harbour.replies()[0].content == offer.content
    await harbour.anna.click(offer, label="1")
    assert "> " in harbour.replies()[0].content


@pytest.mark.feature("M3", "D18")
async def test_an_offer_keeps_the_manners_of_a_reply(harbour: World) -> None:
    await harbour.anna.send(harbour.channel, TIED)
    await harbour.anna.send(harbour.channel, ALSO_TIED)
    assert len(harbour.replies()) == 1
    decision = await harbour.store.decision_of(harbour.channel.history()[-1].id)
    assert decision is not None
    assert decision.reason == "member_cooldown"
    await harbour.told("manieren", uur=1)
    comment = await harbour.bram.send(harbour.channel, ALSO_TIED)
    decision = await harbour.store.decision_of(comment.id)
    assert decision is not None
    assert decision.reason == "channel_cap"
    assert len(harbour.replies()) == 1


@pytest.mark.feature("M3")
async def test_asked_by_name_the_bot_does_not_pick_silently_either(harbour: World) -> None:
    await harbour.anna.send(harbour.channel, f"<@{harbour.env.backend.bot_user.id}> {TIED}")
    (offer,) = harbour.replies()
    assert "Which of these claims" in offer.content


@pytest.mark.feature("M4")
async def test_none_of_these_takes_the_offer_back_and_stores_a_negative_row_each(harbour: World) -> None:
    comment = await harbour.anna.send(harbour.channel, TIED)
    (offer,) = harbour.replies()
    refused = await harbour.bram.click(offer, label="None of these")
    assert refused.ephemeral
    assert harbour.replies()
    await harbour.anna.click(offer, label="None of these")
    assert harbour.replies() == []
    me = harbour.anna.id
    assert await verdicts(harbour, comment) == {
        ("empty-quay", "not_my_point", me, True),
        ("no-buyers", "not_my_point", me, True),
    }


# -- voting


@pytest.mark.feature("M5")
async def test_everybody_has_one_vote_on_each_reply_and_may_change_it(harbour: World) -> None:
    first = await harbour.anna.send(harbour.channel, EMPTY)
    second = await harbour.bram.send(harbour.channel, GRASS)
    for reply in harbour.replies():
        assert {"👍", "👎"} <= set(buttons(reply))
    told = await press(harbour.anna, harbour.replies()[0], "helpful")
    assert told.ephemeral
    assert "did not" not in told.response.content
    assert await verdicts(harbour, first) == {("empty-quay", "helpful", harbour.anna.id, True)}
    await harbour.restart()
    told = await press(harbour.anna, harbour.replies()[0], "unhelpful")
    assert "did not help" in told.response.content
    await press(harbour.bram, harbour.replies()[0], "helpful")
    assert await verdicts(harbour, first) == {
        ("empty-quay", "helpful", harbour.anna.id, False),
        ("empty-quay", "helpful", harbour.bram.id, True),
    }
    assert await verdicts(harbour, second) == set()


# -- editing


@pytest.mark.feature("M7")
async def test_an_edited_comment_changes_the_reply_it_has(harbour: World, small: LiveDebate) -> None:
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    (before,) = harbour.replies()
    await harbour.anna.edit(comment, BUYERS)
    (after,) = harbour.replies()
    assert after.id == before.id
    (answer,) = answers_of(await row_of(harbour, comment))
    assert answer.claim == "no-buyers"
    assert all(f"> {small.debate.quote(span).text}" in after.content for span in answer.spans)
    assert small.debate.claim_set.by_id["empty-quay"].statement not in after.content
    decision = await harbour.store.decision_of(comment.id)
    assert decision is not None
    assert (decision.outcome, decision.claims) == (Outcome.REPLY, ("no-buyers",))
    # The buttons tell of the reply as it is.
    why = await press(harbour.bram, after, "why")
    assert small.debate.claim_set.by_id["no-buyers"].statement in why.response.content


@pytest.mark.feature("M7")
async def test_an_edited_comment_that_matches_nothing_loses_its_reply(harbour: World) -> None:
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    await harbour.anna.edit(comment, NOTHING)
    assert harbour.replies() == []
    row = await row_of(harbour, comment)
    assert row.state is OutboxState.WITHDRAWN
    assert row.removed_at is not None
    assert NOTHING.encode() not in stored_bytes(harbour)


@pytest.mark.feature("M7")
async def test_a_comment_that_matches_once_it_is_edited_gets_one_reply(harbour: World) -> None:
    comment = await harbour.anna.send(harbour.channel, NOTHING)
    assert harbour.replies() == []
    await harbour.anna.edit(comment, EMPTY)
    await harbour.anna.edit(comment, f"{EMPTY} Really.")
    (reply,) = harbour.replies()
    assert reply.reference is not None
    assert reply.reference.message_id == comment.id


@pytest.mark.feature("M7")
async def test_what_is_not_an_edit_of_the_words_changes_nothing(harbour: World, light: Any) -> None:
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    other = await harbour.bram.send(harbour.channel, NOTHING)
    (before,) = harbour.replies()
    encoded, patched = light.encoded, len(harbour.sent("PATCH", ""))
    decided = await harbour.store.decision_of(comment.id)
    # The same words with a link, then with a quoted line before them: still the member's own words.
    await harbour.anna.edit(comment, f"{EMPTY} https://example.org/quay")
    await harbour.anna.edit(comment, f"> the quay\n{EMPTY}")
    # A preview that Discord adds is told like an edit, but has no moment of editing.
    stored = harbour.env.backend.get_message(harbour.channel.id, comment.id)
    stored.edited_timestamp = None
    stored.content = BUYERS
    harbour.env.backend.emit("MESSAGE_UPDATE", dict(serializers.message_payload(harbour.env.backend, stored)))
    await harbour.env.settle()
    assert light.encoded == encoded
    assert await harbour.store.decision_of(comment.id) == decided
    assert harbour.replies()[0].content == before.content
    assert len(harbour.sent("PATCH", "")) == patched
    assert await harbour.store.outbox_by_comment(other.id) is None


@pytest.mark.feature("M7", "D5")
async def test_an_edit_brings_no_reply_back_that_somebody_took_away(harbour: World) -> None:
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    await press(harbour.anna, harbour.replies()[0], "dismiss")
    await harbour.anna.edit(comment, BUYERS)
    assert harbour.replies() == []


async def test_an_edit_that_discord_refuses_to_show_is_shown_by_a_sweep(harbour: World) -> None:
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    (before,) = harbour.replies()
    harbour.env.inject_error("PATCH", "/channels/*/messages/*", status=503, times=1)
    await harbour.anna.edit(comment, BUYERS)
    assert harbour.replies()[0].content == before.content
    await harbour.restart()
    assert harbour.replies()[0].content != before.content
    assert (await row_of(harbour, comment)).revised_at is None


# -- keeping


@pytest.mark.feature("M9")
async def test_a_reply_that_others_built_on_can_be_kept(harbour: World) -> None:
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    (reply,) = harbour.replies()
    why = await press(harbour.bram, reply, "why")
    refused = await harbour.bram.click(why.response, label="Keep this")
    assert "once you have replied to this answer yourself" in refused.response.content
    assert not (await row_of(harbour, comment)).content.get("kept")
    await harbour.bram.send(harbour.channel, "I counted two boats there myself.", reply_to=reply)
    kept = await harbour.bram.click(why.response, label="Keep this")
    assert "stays" in kept.response.content
    await harbour.restart()
    await harbour.anna.delete(comment)
    (left,) = [m for m in harbour.channel.history() if m.id == reply.id]
    assert left.content.startswith(reply.content.rstrip("\n"))
    assert "was withdrawn" in left.content
    assert (await row_of(harbour, comment)).state is OutboxState.SENT
    # Looking again finds nothing more to do, and its buttons still answer.
    patched = len(harbour.sent("PATCH", f"/messages/{reply.id}"))
    await harbour.restart()
    assert len(harbour.sent("PATCH", f"/messages/{reply.id}")) == patched
    context = await press(harbour.bram, left, "context")
    assert context.ephemeral


@pytest.mark.feature("M9")
async def test_a_moderator_may_keep_any_reply_and_an_edit_leaves_a_kept_one(harbour: World) -> None:
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    (reply,) = harbour.replies()
    why = await press(harbour.moderator, reply, "why")
    await harbour.moderator.click(why.response, label="Keep this")
    await harbour.anna.edit(comment, BUYERS)
    assert harbour.replies()[0].content == reply.content
    again = await press(harbour.moderator, reply, "why")
    assert "Keep this" not in buttons(again.response)


# -- more of the same claim


async def test_further_passages_are_shown_to_the_asker_one_after_the_other(
    debate: World, live: LiveDebate
) -> None:
    claim = live.debate.claim_set.by_id["bestuurlijk-niveau"]
    comment = await debate.anna.send(debate.channel, objection_to(live, claim.id))
    (reply,) = debate.replies()
    (answer,) = answers_of(await row_of(debate, comment))
    assert answer.claim == claim.id
    others = [quote.text for quote in claim.passages if quote.span not in answer.spans]
    assert len(others) > 1
    shown = await press(debate.bram, reply, "context")
    seen: list[str] = []
    for number in range(1, len(others) + 2):
        shown = await debate.bram.click(shown.response, label="Another passage")
        assert shown.ephemeral
        assert f"Passage {(number - 1) % len(others) + 1} of {len(others)}" in shown.response.content
        seen += [quote for quote in others if f"> {quote}" in shown.response.content]
    assert set(seen) == set(others)
    assert seen[0] == seen[-1]
    assert [m.content for m in debate.replies()] == [reply.content]


def objection_to(live: LiveDebate, claim_id: str, lang: str = "nl") -> str:
    """A long objection to a claim, as it stands among its exemplars."""
    exemplars = live.debate.claim_set.by_id[claim_id].exemplars
    return max((e.text for e in exemplars if e.kind == "objection" and e.lang == lang), key=len)


@pytest.mark.feature("M19")
async def test_a_reader_of_another_language_gets_the_original_first_and_its_translation_on_demand(
    debate: World, live: LiveDebate
) -> None:
    comment = await debate.anna.send(debate.channel, objection_to(live, "zelf-in-beweging", "en"))
    (reply,) = debate.replies()
    quotes = [
        live.debate.quote(s) for answer in answers_of(await row_of(debate, comment)) for s in answer.spans
    ]
    texts = live.debate.translations["en"].texts
    assert quotes
    for quote in quotes:
        assert f"> {quote.text}" in reply.content
        assert texts[digest(quote.text)] not in reply.content
    context = await press(debate.bram, reply, "context")
    shown = await debate.bram.click(context.response, label="Translation")
    assert shown.ephemeral
    told = shown.response.content
    for quote in quotes:
        original, translated = told.index(f"> {quote.text}"), told.index(texts[digest(quote.text)])
        assert original < translated
        assert told[:translated].endswith("**Translated:** ")
    assert "not the speaker's words. Translated by the maintainers of Wederhoor." in told
    assert len(debate.replies()) == 1


# -- objecting


async def with_office(world: World) -> Any:
    """A channel for moderators, chosen with the house rules."""
    office = world.guild.create_text_channel("moderators")
    venue = world.bot.service.venues.all()[0]
    await world.bot.service.venues.change_rules(venue, {"office": office.id}, world.moderator.id)
    assert rules_of(world.bot.service.venues.all()[0]).office == office.id
    return office


OBJECTION = "This is not what I meant by kwibus, and @everyone knows it."


@pytest.mark.feature("D15")
async def test_an_objection_lands_with_moderators_with_the_record_and_is_kept_nowhere(
    harbour: World, small: LiveDebate
) -> None:
    office = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    (reply,) = harbour.replies()
    why = await press(harbour.anna, reply, "why")
    assert "“Object” puts it to the moderators" in why.response.content
    form = await harbour.anna.click(why.response, label="Object")
    assert not harbour.bot._connection._view_store._modals  # who never sends it in leaves nothing in memory
    # Whoever was writing while the bot started anew does not write in vain.
    await harbour.restart()
    began = time.monotonic()
    told = await harbour.anna.submit_modal(form, {"words": OBJECTION})
    assert time.monotonic() - began < 3.0
    assert told.ephemeral
    assert "reached the moderators" in told.response.content
    (ticket,) = office.history()
    assert f"> {OBJECTION}" in ticket.content
    assert harbour.anna.mention in ticket.content
    assert harbour.sent("POST", f"/channels/{office.id}/messages")[-1].json["allowed_mentions"] == {
        "parse": []
    }
    assert f"/{harbour.guild.id}/{harbour.channel.id}/{reply.id})" in ticket.content
    decision = await harbour.store.decision_of(comment.id)
    assert decision is not None
    (answer,) = decision.record["answers"]  # type: ignore[misc]
    assert small.debate.claim_set.by_id[answer["claim"]].statement in ticket.content
    assert f"{round(100 * answer['score'])}%" in ticket.content
    assert f"Decision {decision.id}" in ticket.content
    assert await verdicts(harbour, comment) == {(answer["claim"], "contested", harbour.anna.id, True)}
    for word in ("kwibus", OBJECTION):
        assert word.encode() not in stored_bytes(harbour)


@pytest.mark.feature("D15")
async def test_where_moderators_have_no_channel_the_member_is_told_how_to_object(harbour: World) -> None:
    await harbour.anna.send(harbour.channel, EMPTY)
    why = await press(harbour.anna, harbour.replies()[0], "why")
    told = await harbour.anna.click(why.response, label="Object")
    assert told.ephemeral
    assert "write to a moderator yourself" in told.response.content


@pytest.mark.feature("D15")
async def test_an_objection_that_cannot_be_posted_is_not_said_to_have_arrived(harbour: World) -> None:
    office = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    why = await press(harbour.anna, harbour.replies()[0], "why")
    form = await harbour.anna.click(why.response, label="Object")
    harbour.env.backend.delete_channel(office.id)
    told = await harbour.anna.submit_modal(form, {"words": OBJECTION})
    assert "did not arrive" in told.response.content
    assert await verdicts(harbour, comment) == set()


async def test_a_press_for_another_channels_reply_is_refused(harbour: World) -> None:
    await harbour.anna.send(harbour.channel, EMPTY)
    why = await press(harbour.anna, harbour.replies()[0], "why")
    stored = harbour.env.backend.get_message(harbour.channel.id, why.response.id)
    for row in stored.components:
        for button in row["components"]:
            button["custom_id"] = re.sub(r":\d+:", ":987654321:", button["custom_id"])
    told = await harbour.anna.click(why.response, label="Keep this")
    assert "no longer know this reply" in told.response.content


@pytest.mark.feature("M7", "O4")
async def test_an_edit_while_the_bot_was_away_changes_the_reply_too(harbour: World) -> None:
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    other = await harbour.bram.send(harbour.channel, GRASS)
    before = {m.reference.message_id: m.content for m in harbour.replies() if m.reference}
    async with away(harbour):
        harbour.env.backend.edit_message(harbour.channel.id, comment.id, {"content": BUYERS})
    after = {m.reference.message_id: m.content for m in harbour.replies() if m.reference}
    assert after.keys() == before.keys()
    assert after[other.id] == before[other.id]
    assert after[comment.id] != before[comment.id]
    (answer,) = answers_of(await row_of(harbour, comment))
    assert answer.claim == "no-buyers"


@pytest.mark.feature("M15")
async def test_an_edit_by_a_member_who_opted_out_is_not_read(harbour: World, light: Any) -> None:
    comment = await harbour.anna.send(harbour.channel, NOTHING)
    await harbour.anna.slash(harbour.channel, "stil")
    encoded = light.encoded
    await harbour.anna.edit(comment, EMPTY)
    assert light.encoded == encoded
    assert harbour.replies() == []
