"""A debate as members and moderators live it, through discord.py's real machinery."""

from __future__ import annotations

from pathlib import Path

import discord
import pytest

from bot.store.rows import Outcome
from tests.gateway.conftest import World

EXPERIMENT = (
    "Alle hulpverlening uit een wijk halen en dan maar kijken wat er gebeurt? "
    "Dat experiment kost mensenlevens, dat kun je niet maken."
)
OMAR = "Die kickbokser Omar uit Malburgen kreeg tien jaar geen poot aan de grond bij jeugdzorg, ongelofelijk."
BANK = Path(__file__).resolve().parents[2] / "data" / "wijkaanpak" / "bank.jsonl"
OFF_TOPIC = [
    "Iemand nog naar de wedstrijd vanavond? Ik heb twee kaartjes over.",
    "Mijn laptop start niet meer op na de laatste update, weet iemand raad?",
    "De trein naar Zwolle had weer veertig minuten vertraging vanochtend.",
    "Wat eten jullie met kerst dit jaar, gourmetten of toch iets anders?",
    "Can somebody tell me how to change my nickname on this server?",
]


@pytest.mark.feature("M1", "M11", "O14")
async def test_a_comment_on_a_claim_gets_one_reply_with_its_source(debate: World) -> None:
    comment = await debate.anna.send(debate.channel, EXPERIMENT)
    (reply,) = debate.replies()
    assert reply.reference is not None
    assert reply.reference.message_id == comment.id
    assert (
        "Het zou een boeiend experiment zijn om eens alle hulpverlening uit een wijk te halen"
        in reply.content
    )
    assert "Taco Brandsen" in reply.content
    assert "2010" in reply.content
    assert "https://discord.com/channels/" in reply.content
    sent = [r for r in debate.env.http_requests if r.method == "POST" and r.path.endswith("/messages")][-1]
    assert sent.json["allowed_mentions"] == {"parse": []} or not sent.json["allowed_mentions"].get("parse")
    assert sent.json["nonce"] == f"d{comment.id}"


@pytest.mark.feature("M2")
async def test_off_topic_comments_meet_silence_with_a_reason(debate: World) -> None:
    for text in OFF_TOPIC:
        comment = await debate.anna.send(debate.channel, text)
        decision = await debate.store.decision_of(comment.id)
        assert decision is not None
        assert decision.outcome is Outcome.ABSTAIN
        assert decision.reason == "off_topic"
    assert debate.replies() == []


@pytest.mark.feature("D7")
async def test_a_pause_survives_a_restart_and_says_who(debate: World) -> None:
    await debate.moderator.slash(debate.channel, "debat pauze")
    await debate.restart()
    await debate.anna.send(debate.channel, EXPERIMENT)
    assert debate.replies() == []
    status = await debate.moderator.slash(debate.channel, "debat status")
    assert f"<@{debate.moderator.id}>" in status.response.content
    assert "gepauzeerd" in status.response.content or "paused" in status.response.content
    await debate.moderator.slash(debate.channel, "debat hervat")
    await debate.anna.send(debate.channel, EXPERIMENT)
    assert len(debate.replies()) == 1


@pytest.mark.feature("D8")
async def test_nothing_is_encoded_outside_a_debate(debate: World, encoder) -> None:
    elsewhere = debate.guild.create_text_channel("elders")
    before = encoder.encoded
    await debate.anna.send(elsewhere, EXPERIMENT)
    assert encoder.encoded == before
    assert elsewhere.history()[-1].content == EXPERIMENT


@pytest.mark.feature("D9")
async def test_a_member_cannot_open_a_debate(world: World) -> None:
    command = next(c for c in world.bot.tree.get_commands() if c.name == "debat")
    assert command.default_permissions == discord.Permissions(manage_messages=True)
    assert "debat open" not in world.anna.available_commands(world.channel)
    assert "debat open" in world.moderator.available_commands(world.channel)


@pytest.mark.feature("D20")
async def test_bots_and_webhooks_are_never_answered(debate: World) -> None:
    robot = debate.guild.add_member(debate.env.create_user("robot", bot=True))
    await robot.send(debate.channel, EXPERIMENT)
    assert debate.replies() == []
    assert (await debate.store.counts()).outcomes == {}


@pytest.mark.feature("M24")
async def test_quoted_words_are_not_the_members_claim(debate: World) -> None:
    await debate.anna.send(debate.channel, f"> {EXPERIMENT}\nonzin, wat een gedoe allemaal hier zeg")
    assert debate.replies() == []


@pytest.mark.feature("O9")
async def test_no_message_text_is_kept(debate: World, tmp_path: Path) -> None:
    await debate.anna.send(debate.channel, OMAR)
    assert len(debate.replies()) == 1
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"wijkaanpak" in kept
    assert b"ongelofelijk" not in kept


@pytest.mark.feature("O6")
async def test_a_send_that_was_stored_though_it_failed_is_not_doubled(debate: World) -> None:
    debate.env.inject_error("POST", "/channels/*/messages", status=503)
    await debate.anna.send(debate.channel, EXPERIMENT)
    await debate.env.advance_time(60)
    await debate.restart()
    assert len(debate.replies()) == 1


@pytest.mark.feature("M6", "O7", "M10", "M13")
async def test_buttons_work_after_a_restart(debate: World) -> None:
    await debate.anna.send(debate.channel, EXPERIMENT)
    await debate.restart()
    (reply,) = debate.replies()
    labels = {child.label: child for row in reply.components for child in row.children}
    why = await debate.bram.click(reply, label="Waarom?")
    assert why.ephemeral
    assert "social services" in why.response.content
    context = await debate.bram.click(reply, label="Meer context")
    assert context.ephemeral
    assert "reflex van burgers" in context.response.content
    refused = await debate.bram.click(reply, label="Niet raak")
    assert refused.ephemeral
    assert len(debate.replies()) == 1
    await debate.anna.click(reply, label="Niet raak")
    assert debate.replies() == []
    assert set(labels) == {"Waarom?", "Meer context", "Niet raak"}


async def test_opening_twice_doubles_nothing(debate: World) -> None:
    before = [m.content for m in debate.channel.history()]
    assert len(debate.channel.pinned_messages()) == 2
    assert all(len(content) <= 2000 for content in before)
    await debate.moderator.slash(debate.channel, "debat open", debat="wijkaanpak")
    assert [m.content for m in debate.channel.history()] == before


@pytest.mark.feature("O8", "M8")
async def test_a_deleted_comment_takes_the_reply_with_it(debate: World) -> None:
    comment = await debate.anna.send(debate.channel, EXPERIMENT)
    await debate.restart()
    await debate.anna.delete(comment)
    assert debate.replies() == []


async def test_asked_by_name_the_bot_says_that_it_has_nothing(debate: World) -> None:
    await debate.anna.send(
        debate.channel, f"<@{debate.env.bot.user.id}> hoe laat begint de wedstrijd vanavond?"
    )
    (reply,) = debate.replies()
    assert "geen passage" in reply.content
