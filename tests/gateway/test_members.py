"""A debate as members live it, through discord.py's real machinery and with the real model."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.core.source import digest
from bot.live import LiveDebate
from bot.store import OutboxState, Outcome
from bot.stored_replies import answers_of
from tests.gateway.conftest import World
from tests.store.conftest import script

EXPERIMENT = (
    "Alle hulpverlening uit een wijk halen en dan maar kijken wat er gebeurt? "
    "Dat experiment kost mensenlevens, dat kun je niet maken."
)
OMAR = "Die kickbokser Omar uit Malburgen kreeg tien jaar geen poot aan de grond bij jeugdzorg, ongelofelijk."
REPORT = "Het rapport is nergens te vinden, ik heb overal op jullie site gezocht naar het onderzoek."
DETERMINED = "Jullie doen alsof alles vastligt, zo deterministisch is een wijk toch niet."
ALLIANCE = (
    "Waarom zijn jullie niet bij de WijkAlliantie langs geweest? Die had jullie alles kunnen vertellen."
)
PARAPHRASES = {
    "hulpverlening-weg": EXPERIMENT,
    "kickbokser-omar": OMAR,
    "rapport-onvindbaar": REPORT,
    "deterministisch": DETERMINED,
    "wijkalliantie": ALLIANCE,
    "sociale-huur": "Door al die sociale huur bij elkaar te zetten krijg je vanzelf probleemwijken.",
    "reflex-overheid": "De overheid grijpt bij elk probleem meteen in, dat is een reflex.",
}
OFF_TOPIC = (Path(__file__).parent / "off_topic.txt").read_text("utf-8").splitlines()
TITLE = "De prachtwijken gaan er niet komen"
LINK = re.compile(r"\[[^\]]+\]\(https://discord\.com/channels/(\d+)/(\d+)/(\d+)\)")


async def press(member: Any, reply: discord.Message, action: str) -> Any:
    """What a member is told who presses that button."""
    (button,) = [b for row in reply.components for b in row.children if f":{action}:" in b.custom_id]
    return await member.click(reply, custom_id=button.custom_id)


@pytest.mark.feature("M1", "M11")
async def test_a_comment_on_a_claim_gets_one_reply_with_its_source_at_once(
    debate: World, live: LiveDebate
) -> None:
    for claim, text in PARAPHRASES.items():
        member, before = debate.member(claim), len(debate.replies())
        began = time.monotonic()
        comment = await member.send(debate.channel, text)
        assert time.monotonic() - began < 5.0
        replies = debate.replies()
        assert len(replies) == before + 1, claim
        assert replies[-1].reference is not None
        assert replies[-1].reference.message_id == comment.id
        row = await debate.store.outbox_by_comment(comment.id)
        assert row is not None
        assert row.reply_id == replies[-1].id
        (answer,) = answers_of(row)
        assert answer.claim == claim
        tells_where_its_words_stand(replies[-1].content, [live.debate.quote(s) for s in answer.spans], debate)
    # The one claim on which the interviewees said nothing is answered with just that, and where to read them.
    unanswered = debate.replies()[4].content
    assert unanswered.startswith("Hier gaan de onderzoekers in het artikel niet op in.\n")
    (interview,) = (
        m for m in debate.channel.history() if m.content.startswith(f"## {TITLE}\n\nDe wijkaanpak")
    )
    assert LINK.findall(unanswered) == [(str(debate.guild.id), str(debate.channel.id), str(interview.id))]


def tells_where_its_words_stand(reply: str, quotes: list[Any], world: World) -> None:
    """Every quotation is there with its speaker and date, and the link leads to where it stands."""
    assert f"“{TITLE}”, 2010" in reply
    assert quotes or "de onderzoekers" in reply
    messages = {message.id: message for message in world.channel.history()}
    links = LINK.findall(reply)
    assert links
    linked = "\n".join(messages[int(message)].content for _, _, message in links)
    for quote in quotes:
        assert f"> {quote.text}" in reply
        assert quote.text in linked
        assert {"brandsen": "Taco Brandsen", "helderman": "Jan-Kees Helderman"}[quote.speaker] in reply
    for guild, channel, _ in links:
        assert (int(guild), int(channel)) == (world.guild.id, world.channel.id)


@pytest.mark.feature("M2")
async def test_off_topic_comments_meet_silence_with_a_reason(debate: World) -> None:
    assert len(set(OFF_TOPIC)) == 50
    posted = len(debate.sent())
    comments = [await debate.anna.send(debate.channel, text) for text in OFF_TOPIC]
    assert len(debate.sent()) == posted
    for comment in comments:
        decision = await debate.store.decision_of(comment.id)
        assert decision is not None
        assert (decision.outcome, decision.reason) == (Outcome.ABSTAIN, "off_topic"), comment.content
    assert (await debate.store.counts()).outcomes == {Outcome.ABSTAIN: 50}
    # The same member is answered as soon as there is something to answer.
    await debate.anna.send(debate.channel, EXPERIMENT)
    assert len(debate.replies()) == 1


@pytest.mark.feature("M4")
async def test_not_my_point_takes_the_reply_back_and_stores_a_negative_row(debate: World) -> None:
    comment = await debate.anna.send(debate.channel, EXPERIMENT)
    (reply,) = debate.replies()
    row = await debate.store.outbox_by_comment(comment.id)
    assert row is not None
    assert await debate.store.verdicts_of(row.decision_id) == []
    answer = await press(debate.anna, reply, "dismiss")
    assert answer.ephemeral
    assert debate.replies() == []
    (verdict,) = await debate.store.verdicts_of(row.decision_id)
    assert (verdict.claim_id, verdict.kind, verdict.by, verdict.value) == (
        "hulpverlening-weg",
        "not_my_point",
        debate.anna.id,
        True,
    )


@pytest.mark.feature("M6")
async def test_only_the_addressee_or_a_moderator_takes_a_reply_back(debate: World) -> None:
    first = await debate.anna.send(debate.channel, EXPERIMENT)
    (reply,) = debate.replies()
    refused = await press(debate.bram, reply, "dismiss")
    assert refused.ephemeral
    assert "moderator" in refused.response.content
    assert [r.id for r in debate.replies()] == [reply.id]
    row = await debate.store.outbox_by_comment(first.id)
    assert row is not None
    assert (row.state, row.withdrawn_by) == (OutboxState.SENT, None)

    await press(debate.anna, reply, "dismiss")
    assert debate.replies() == []
    row = await debate.store.outbox_by_comment(first.id)
    assert row is not None
    assert (row.state, row.withdrawn_by) == (OutboxState.WITHDRAWN, debate.anna.id)
    assert row.withdrawn_at is not None
    assert row.removed_at is not None

    second = await debate.bram.send(debate.channel, OMAR)
    (reply,) = debate.replies()
    await press(debate.moderator, reply, "dismiss")
    assert debate.replies() == []
    row = await debate.store.outbox_by_comment(second.id)
    assert row is not None
    assert (row.state, row.withdrawn_by) == (OutboxState.WITHDRAWN, debate.moderator.id)


@pytest.mark.feature("M8")
async def test_a_deleted_comment_takes_the_reply_with_it(debate: World) -> None:
    kept = await debate.bram.send(debate.channel, OMAR)
    comment = await debate.anna.send(debate.channel, EXPERIMENT)
    assert len(debate.replies()) == 2
    await debate.anna.delete(comment)
    (left,) = debate.replies()
    assert left.reference is not None
    assert left.reference.message_id == kept.id
    row = await debate.store.outbox_by_comment(comment.id)
    assert row is not None
    assert row.state is OutboxState.WITHDRAWN
    assert row.removed_at is not None
    for text in (EXPERIMENT, "mensenlevens", "kijken wat er gebeurt"):
        assert text.encode() not in stored_bytes(debate)


async def test_many_comments_deleted_at_once_take_their_replies_with_them(debate: World) -> None:
    comments = [
        await debate.anna.send(debate.channel, EXPERIMENT),
        await debate.bram.send(debate.channel, OMAR),
    ]
    assert len(debate.replies()) == 2
    debate.env.backend.bulk_delete_messages(debate.channel.id, [comment.id for comment in comments])
    await debate.env.settle()
    assert debate.replies() == []


@pytest.mark.feature("M10")
async def test_why_tells_what_was_recorded_to_whoever_asks(debate: World, live: LiveDebate) -> None:
    for member, text in ((debate.anna, EXPERIMENT), (debate.bram, DETERMINED)):
        comment = await member.send(debate.channel, text)
        reply = debate.replies()[-1]
        visible = len(debate.channel.history(viewer=debate.moderator))
        began = time.monotonic()
        why = await press(debate.bram, reply, "why")
        assert time.monotonic() - began < 3.0
        assert why.ephemeral
        assert len(debate.channel.history(viewer=debate.moderator)) == visible
        decision = await debate.store.decision_of(comment.id)
        assert decision is not None
        (answer,) = decision.record["answers"]  # type: ignore[misc]
        told = why.response.content
        claim = live.debate.claim_set.by_id[answer["claim"]]
        assert claim.statement_in("en") in told
        nearest = {c["claim"]: c["nearest"] for c in decision.record["candidates"]}  # type: ignore[attr-defined]
        (exemplar,) = [e.text for e in claim.exemplars if digest(e.text) == nearest[claim.id]]
        assert exemplar in told
        assert f"({min(int(100 * answer['score']), 99)}%)" in told
        assert f"margin of {min(int(100 * answer['margin']), 99)}%" in told
        assert {"disputes": "an objection", "agrees": "agreement", "asks": "a question"}[
            answer["stance"]
        ] in told


async def test_why_follows_the_record_and_not_the_comment(debate: World) -> None:
    comment = await debate.anna.send(debate.channel, EXPERIMENT)
    (reply,) = debate.replies()
    script(
        debate.database,
        'UPDATE decisions SET record = replace(record, \'"score":\', \'"score":0.8125,"was":\')'
        f" WHERE message_id = {comment.id}",
    )
    why = await press(debate.anna, reply, "why")
    assert "(81%)" in why.response.content
    assert "fairly sure" in why.response.content


@pytest.mark.feature("M13")
async def test_the_long_context_is_shown_on_demand_only(debate: World, live: LiveDebate) -> None:
    comment = await debate.anna.send(debate.channel, EXPERIMENT)
    (reply,) = debate.replies()
    row = await debate.store.outbox_by_comment(comment.id)
    assert row is not None
    (answer,) = answers_of(row)
    quote = live.debate.quote(answer.spans[0])
    source = live.debate.sources[quote.span.source]
    (paragraph,) = [
        line for line in source.text[quote.part.start : quote.part.end].split("\n") if quote.text in line
    ]
    question = [p for p in source.parts if p.kind == "question" and p.end <= quote.part.start][-1]
    asked = source.text[question.start : question.end]
    assert len(LINK.sub("[naar de passage]", reply.content)) <= 600
    assert len(paragraph.strip()) > len(quote.text)
    assert paragraph.strip() not in reply.content
    assert asked not in reply.content
    context = await press(debate.bram, reply, "context")
    assert context.ephemeral
    assert paragraph.strip() in context.response.content
    assert asked.strip() in context.response.content


@pytest.mark.feature("M24")
@pytest.mark.parametrize(
    "frame",
    [
        "> {claim}\nonzin",
        "> {claim}\nonzin, wat een gedoe allemaal hier zeg",
        ">>> {claim}",
        "```\n{claim}\n```\nonzin",
    ],
)
async def test_quoted_words_are_not_the_members_claim(debate: World, frame: str) -> None:
    await debate.anna.send(debate.channel, frame.format(claim=EXPERIMENT))
    assert debate.replies() == []
    # In the member's own mouth the very same words are answered.
    await debate.bram.send(debate.channel, EXPERIMENT)
    assert len(debate.replies()) == 1


@pytest.mark.feature("M24")
async def test_the_article_itself_is_not_the_members_claim(debate: World, live: LiveDebate) -> None:
    claim = live.debate.claim_set.by_id["hulpverlening-weg"]
    await debate.anna.send(debate.channel, f"“{claim.quotes[0].text}” onzin")
    assert debate.replies() == []
    assert (await debate.store.counts()).outcomes == {Outcome.ABSTAIN: 1}


@pytest.mark.feature("M14")
async def test_which_claim_is_this_answers_only_who_asks(debate: World, live: LiveDebate) -> None:
    message = await debate.anna.send(debate.channel, "Omar de kickbokser slaagde")
    assert debate.replies() == []
    posted, counts = len(debate.sent()), await debate.store.counts()
    answer = await debate.bram.context_menu(debate.channel, "Welke stelling is dit?", message)
    assert answer.ephemeral
    lines = [line for line in answer.response.content.splitlines() if line.startswith("- ")]
    assert len(lines) == 3
    assert live.debate.claim_set.by_id["kickbokser-omar"].statement_in("en") in lines[0]
    assert len(debate.sent()) == posted
    assert await debate.store.counts() == counts
    empty = await debate.anna.send(debate.channel, "🎉🎉")
    answer = await debate.bram.context_menu(debate.channel, "Welke stelling is dit?", empty)
    assert "no words of its own" in answer.response.content
    elsewhere = debate.guild.create_text_channel("elders")
    message = await debate.anna.send(elsewhere, OMAR)
    answer = await debate.bram.context_menu(elsewhere, "Welke stelling is dit?", message)
    assert "no debate in this channel" in answer.response.content


def stored_bytes(world: World) -> bytes:
    """Everything that the bot keeps on disk."""
    return b"".join(path.read_bytes() for path in world.database.parent.iterdir() if path.is_file())


@pytest.mark.feature("O9")
async def test_no_message_text_is_kept(debate: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    marks: list[str] = []

    async def say(text: str, mark: str) -> discord.Message:
        marks.append(mark)
        return await debate.member(f"lid-{mark}").send(debate.channel, f"{text} {mark}")

    await say(EXPERIMENT, "kwibusachtig")  # answered
    await say(OMAR, "flapdrollerig")
    await say("Omar slaagde", "brombeer")  # too short, suggested
    await say(OFF_TOPIC[0], "zeemzoet")  # not answered
    await say(f"<@{debate.env.bot.user.id}> hoe laat begint de film", "poespas")  # asked by name
    message = await say(f"> {DETERMINED}", "lariekoek")
    await debate.bram.context_menu(debate.channel, "Welke stelling is dit?", message)
    assert len(debate.replies()) == 3
    await press(debate.moderator, debate.replies()[0], "dismiss")
    kept = stored_bytes(debate) + caplog.text.encode()
    assert b"wijkaanpak" in kept
    assert str(message.id).encode() in kept or message.id.to_bytes(8, "big") in kept
    for word in (*marks, "mensenlevens", "ongelofelijk", "kaartjes over", "zo deterministisch is", "lid-"):
        for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
            assert word.encode(encoding) not in kept, word


async def test_asked_by_name_the_bot_says_that_it_has_nothing(debate: World) -> None:
    await debate.anna.send(
        debate.channel, f"<@{debate.env.bot.user.id}> hoe laat begint de wedstrijd vanavond?"
    )
    (reply,) = debate.replies()
    assert "geen passage" in reply.content


async def test_the_opening_is_pinned_and_fits(debate: World) -> None:
    assert len(debate.channel.pinned_messages()) == 2
    assert all(len(message.content) <= 2000 for message in debate.channel.history())
