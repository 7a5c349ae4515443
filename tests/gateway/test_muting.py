"""Mutes, scope and limits: where the bot keeps silent whatever it would find, and computes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.app import load_live
from bot.core.decisions import Outcome, Reason
from bot.core.vectors import Vectors
from bot.encoder import Encoder
from bot.gateway.client import DebateBot
from bot.live import LiveDebate
from tests.gateway.conftest import World, world_with
from tests.gateway.lacking import add_pinned_posts, speak
from tests.gateway.test_manners import BUYERS, BY_CLAIM, COUNTED, CREWS, EMPTY, GRASS, NOTHING, reason_of
from tests.gateway.test_privacy import last, words
from tests.small import calibrated, crowd

MUTED = (Outcome.ABSTAIN, Reason.MUTED)
ANSWERED = (Outcome.REPLY, None)


class Counting:
    """The model, with a count of the texts it was asked to encode."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.model_id = encoder.model_id
        self.texts = 0

    async def encode(self, texts: Iterable[str]) -> Vectors:
        wanted = list(texts)
        self.texts += len(wanted)
        return await self._encoder.encode(wanted)


@pytest.fixture
async def counted(harbour: World, small: LiveDebate, light: Encoder) -> tuple[World, Counting]:
    """The small debate with an encoder that counts."""
    counting = Counting(light)

    def rebuild() -> DebateBot:
        return harbour.bot_with({"harbour": small}, counting)

    harbour.rebuild = rebuild
    await harbour.restart()
    counting.texts = 0
    return harbour, counting


def thread_in(world: World, name: str = "zijspoor") -> Any:
    """A thread in the debate's channel."""
    made = world.env.backend.create_thread(world.channel.id, name, world.anna.id)
    return next(thread for thread in world.channel.threads if thread.id == made.id)


async def reason_in(world: World, room: Any, member: Any, text: str) -> tuple[Outcome, str | None]:
    """What the bot decides on a comment in that room."""
    comment = await member.send(room, text)
    decision = await world.store.decision_of(comment.id)
    assert decision is not None
    return decision.outcome, decision.reason


@pytest.mark.feature("D6")
async def test_matches_for_a_muted_claim_go_to_the_log_only(harbour: World) -> None:
    told = await harbour.told("demp", stelling="empty-quay")
    assert "Muted: the claim “" in told
    await harbour.restart()
    assert await reason_of(harbour, harbour.anna, EMPTY) == MUTED
    me = f"<@{harbour.env.backend.bot_user.id}>"
    asked = await harbour.bram.send(harbour.channel, f"{me} {EMPTY}")
    decision = await harbour.store.decision_of(asked.id)
    assert decision is not None
    assert decision.reason == Reason.MUTED
    assert [answer["claim"] for answer in decision.record["answers"]] == ["empty-quay"]  # type: ignore[union-attr]
    assert harbour.replies() == []
    assert await reason_of(harbour, harbour.anna, BUYERS) == ANSWERED


@pytest.mark.feature("D6")
async def test_in_a_muted_thread_nothing_is_computed(counted: tuple[World, Counting]) -> None:
    world, encoder = counted
    thread, other = thread_in(world), thread_in(world, "ander")
    assert f"Muted: <#{thread.id}>" in await world.told("demp", kanaal=thread)
    for text in (EMPTY, f"<@{world.env.backend.bot_user.id}> {BUYERS}"):
        assert await reason_in(world, thread, world.anna, text) == MUTED
    assert encoder.texts == 0
    assert world.replies(thread) == []
    assert await reason_in(world, other, world.anna, EMPTY) == ANSWERED
    assert encoder.texts > 0


@pytest.mark.feature("D6")
async def test_a_muted_member_gets_no_answer_and_others_do(counted: tuple[World, Counting]) -> None:
    world, encoder = counted
    assert f"Muted: member <@{world.anna.id}>" in await world.told("demp", lid=world.anna)
    await world.restart()
    encoder.texts = 0
    for text in (EMPTY, f"<@{world.env.backend.bot_user.id}> {BUYERS}"):
        assert await reason_of(world, world.anna, text) == MUTED
    assert encoder.texts == 0
    assert await reason_of(world, world.bram, EMPTY) == ANSWERED


async def test_what_is_muted_is_listed_and_lifted(harbour: World, monkeypatch: pytest.MonkeyPatch) -> None:
    speak("nl", monkeypatch)
    assert "niets gedempt" in await harbour.told("dempingen")
    told = await harbour.told("demp", lid=harbour.anna, stelling="no-buyers")
    assert told.count("Gedempt: ") == 2
    assert "Al gedempt: lid" in await harbour.told("demp", lid=harbour.anna)
    await harbour.restart()
    shown = await harbour.moderator.slash(harbour.channel, "debat dempingen")
    assert f"2. lid <@{harbour.anna.id}>, sinds 1 januari 2026" in shown.response.content
    assert f"door <@{harbour.moderator.id}>" in shown.response.content
    assert "1. de stelling “" in shown.response.content
    mutes = await harbour.bot.service.mutes.of(harbour.bot.service.venues.all()[0].id)
    chosen = [str(mute.id) for mute in mutes if mute.member_id]
    lifted = await harbour.moderator.select(shown.response, chosen, custom_id="wederhoor:unmute")
    assert f"Niet langer gedempt: lid <@{harbour.anna.id}>" in lifted.response.content
    again = await harbour.moderator.select(shown.response, chosen, custom_id="wederhoor:unmute")
    assert "al opgeheven" in again.response.content
    assert await reason_of(harbour, harbour.anna, EMPTY) == ANSWERED
    assert await reason_of(harbour, harbour.bram, BUYERS) == MUTED


@pytest.fixture
async def crowded(light: Encoder, tmp_path: Path) -> AsyncIterator[World]:
    """A debate with more claims than one message names."""
    live = load_live(calibrated(tmp_path, light.model_id, crowd), light)
    async with world_with({"harbour": live}, light, tmp_path) as world:
        await world.open(world.channel)
        yield world


@pytest.mark.parametrize("locale", ["nl", "en-GB"])
async def test_a_list_longer_than_a_message_is_shown_and_lifted_whole(
    crowded: World, locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(locale, monkeypatch)
    service = crowded.bot.service
    (venue,) = service.venues.all()
    claims = [claim.id for claim in service.debates["harbour"].debate.claim_set.claims]
    for claim in claims:
        await service.mutes.claim(venue.id, claim, crowded.moderator.id, crowded.bot.now())
    shown = await crowded.moderator.slash(crowded.channel, "debat dempingen")
    assert [line.split(".")[0] for line in words(shown).splitlines()[1:]] == [
        str(number) for number in range(1, len(claims) + 1)
    ]
    chosen = [str(mute.id) for mute in await service.mutes.of(venue.id)]
    lifted = await crowded.moderator.select(last(shown), chosen, custom_id="wederhoor:unmute")
    assert len(words(lifted).splitlines()) == len(claims)
    assert await service.mutes.of(venue.id) == []


@pytest.mark.parametrize("locale", ["nl", "en-GB"])
async def test_who_waits_for_many_answers_reads_of_all(
    crowded: World, locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak(locale, monkeypatch)
    bot = crowded.bot
    (venue,) = bot.service.venues.all()
    claims = [claim.id for claim in bot.service.debates["harbour"].debate.claim_set.claims]
    for claim in claims:
        await bot.following.subscriptions.follow(
            venue.id, claim, crowded.anna.id, crowded.channel.id, bot.now()
        )
    told = await crowded.anna.slash(crowded.channel, "volg")
    assert words(told).count(f"(<#{crowded.channel.id}>)") == len(claims)


async def test_who_has_everything_deleted_ends_their_mute_and_moderators_hear_that_one_ended(
    harbour: World,
) -> None:
    office = harbour.guild.create_text_channel("kantoor")
    await change(harbour, office=office.id)
    await harbour.told("demp", lid=harbour.anna)
    await harbour.bram.send(harbour.channel, NOTHING)
    for member in (harbour.anna, harbour.bram):  # who was not muted ends nothing
        asked = await member.slash(harbour.channel, "mijngegevens")
        sure = await member.click(last(asked), custom_id="wederhoor:privacy:delete")
        await member.click(last(sure), custom_id="wederhoor:privacy:confirm")
        (told,) = [message.content for message in office.history()]
        assert "A mute ended" in told
        assert "<@" not in told


async def test_what_discord_refuses_does_not_end_in_silence(harbour: World) -> None:
    harbour.env.inject_error("POST", "/webhooks/*", status=400, code=50035)
    told = await harbour.anna.slash(harbour.channel, "volg")
    assert "went wrong" in words(told)


async def test_claims_are_offered_while_one_types_and_a_wrong_one_is_told(harbour: World) -> None:
    offered = await harbour.moderator.autocomplete(harbour.channel, "debat demp", "stelling", "quay")
    assert "empty-quay" in [choice["value"] for choice in offered]
    assert len(offered) < len(
        await harbour.moderator.autocomplete(harbour.channel, "debat demp", "stelling", "")
    )
    assert "I know no claim “nonsense”" in await harbour.told("demp", stelling="nonsense")
    assert "Say what I should mute" in await harbour.told("demp")
    other = harbour.guild.create_text_channel("elders")
    assert "no part of this debate" in await harbour.told("demp", kanaal=other)


async def change(world: World, room: Any = None, **changes: object) -> None:
    """Sets house rules as the form does."""
    venue = world.bot.service.venues.at((room or world.channel).id)
    assert venue is not None
    await world.bot.service.venues.change_rules(venue, changes, world.moderator.id)


async def unread(world: World, encoder: Counting, member: Any, text: str = EMPTY, room: Any = None) -> bool:
    """Whether a comment is not read at all: nothing computed, nothing written down, nothing said."""
    before = encoder.texts
    comment = await member.send(room or world.channel, text)
    decision = await world.store.decision_of(comment.id)
    pending = [row.message_id for row in await world.store.pending()]
    assert (encoder.texts == before) == (decision is None)
    return decision is None and comment.id not in pending


@pytest.mark.feature("D8")
async def test_in_an_unlisted_channel_no_embedding_is_computed(counted: tuple[World, Counting]) -> None:
    world, encoder = counted
    other = world.guild.create_text_channel("elders")
    assert await unread(world, encoder, world.anna, room=other)
    assert not await unread(world, encoder, world.anna)


@pytest.mark.feature("D8")
async def test_threads_or_the_channel_itself_may_be_left_out(counted: tuple[World, Counting]) -> None:
    world, encoder = counted
    thread = thread_in(world)
    await change(world, places="channel")
    assert await unread(world, encoder, world.anna, room=thread)
    assert not await unread(world, encoder, world.anna)
    await change(world, places="threads")
    assert await unread(world, encoder, world.anna)
    assert not await unread(world, encoder, world.anna, room=thread)


@pytest.mark.feature("D8")
async def test_roles_may_be_left_out_or_be_the_only_ones(counted: tuple[World, Counting]) -> None:
    world, encoder = counted
    pupils = world.guild.create_role("Leerlingen")
    pupil = world.guild.add_member(world.env.create_user("pia"), roles=[pupils])
    await change(world, not_roles=[pupils.id])
    assert await unread(world, encoder, pupil)
    assert not await unread(world, encoder, world.anna)
    await change(world, not_roles=[], only_roles=[pupils.id])
    assert await unread(world, encoder, world.anna)
    assert not await unread(world, encoder, pupil)


@pytest.mark.feature("D8")
async def test_what_is_out_of_scope_is_not_read_on_after_a_restart_either(
    counted: tuple[World, Counting],
) -> None:
    world, encoder = counted
    pupils = world.guild.create_role("Leerlingen")
    pupil = world.guild.add_member(world.env.create_user("pia"), roles=[pupils])
    await change(world, not_roles=[pupils.id])
    await world.bot.listener.drain(1.0)
    missed = [await member.send(world.channel, EMPTY) for member in (pupil, world.anna)]
    await world.restart()
    assert [await world.store.decision_of(comment.id) is None for comment in missed] == [True, False]
    assert len(world.replies()) == 1
    assert encoder.texts > 0


@pytest.mark.feature("D8")
async def test_forum_posts_may_be_left_out_by_their_tags(
    harbour_world: World, small: LiveDebate, light: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_pinned_posts(monkeypatch)
    world, encoder = harbour_world, Counting(light)
    world.rebuild = lambda: world.bot_with({"harbour": small}, encoder)
    await world.restart()
    forum = world.guild.create_forum_channel("forum")
    assert "is open" in await world.open(forum)
    seen = world.bot.get_channel(forum.id)
    assert isinstance(seen, discord.ForumChannel)
    wanted, other = seen.available_tags[:2]
    posts: dict[str, Any] = {}
    for name, tags in (("met", [wanted]), ("zonder", []), ("ander", [other])):
        made = await seen.create_thread(name=name, content=".", applied_tags=tags)
        posts[name] = next(thread for thread in forum.threads if thread.id == made.thread.id)
    await change(world, forum, only_tags=[wanted.id])
    assert await unread(world, encoder, world.anna, room=posts["zonder"])
    assert await unread(world, encoder, world.anna, room=posts["ander"])
    assert not await unread(world, encoder, world.anna, room=posts["met"])
    await change(world, forum, only_tags=[], not_tags=[other.id])
    assert await unread(world, encoder, world.anna, BUYERS, room=posts["ander"])
    assert not await unread(world, encoder, world.anna, BUYERS, room=posts["zonder"])


async def flood(world: World, rooms: Iterable[Any], texts: Iterable[str], members: int) -> list[Any]:
    """What is decided when many members write the same things in many rooms; each decision is on record."""
    writers = [world.member(f"lid{number}") for number in range(members)]
    comments = [await writer.send(room, text) for room in rooms for text in texts for writer in writers]
    decisions = [await world.store.decision_of(comment.id) for comment in comments]
    assert all(decisions)
    return [(decision.outcome, decision.reason) for decision in decisions if decision]


def suppressed(decided: list[Any], reason: Reason, answered: int) -> None:
    """All but so many were seen and suppressed, with that reason."""
    assert decided.count(ANSWERED) == answered
    assert decided.count((Outcome.ABSTAIN, reason)) == len(decided) - answered


@pytest.mark.feature("D18")
async def test_a_flood_about_one_claim_is_answered_once(harbour: World) -> None:
    await change(harbour, member_cooldown=0)
    suppressed(await flood(harbour, [harbour.channel], [EMPTY, COUNTED], 4), Reason.CLAIM_COOLDOWN, 1)
    assert len(harbour.replies()) == 1


@pytest.mark.feature("D18")
async def test_a_flood_of_one_member_is_answered_once(harbour: World) -> None:
    decided = await flood(harbour, [harbour.channel], BY_CLAIM.values(), 1)
    suppressed(decided, Reason.MEMBER_COOLDOWN, 1)
    assert len(harbour.replies()) == 1


@pytest.mark.feature("D18")
async def test_a_flood_in_one_channel_is_answered_up_to_its_cap(harbour: World) -> None:
    await change(harbour, claim_cooldown=0, member_cooldown=0, hourly_cap=3)
    decided = await flood(harbour, [harbour.channel], BY_CLAIM.values(), 2)
    suppressed(decided, Reason.CHANNEL_CAP, 3)
    assert len(harbour.replies()) == 3


@pytest.mark.feature("D18")
async def test_a_flood_over_all_channels_is_answered_up_to_the_cap_of_the_server(harbour: World) -> None:
    beside = harbour.guild.create_text_channel("ernaast")
    await harbour.open(beside)
    for room in (harbour.channel, beside):
        await change(harbour, room, claim_cooldown=0, member_cooldown=0, hourly_cap=100, server_cap=4)
    rooms = [harbour.channel, thread_in(harbour), beside]
    decided = await flood(harbour, rooms, [EMPTY, BUYERS, CREWS, GRASS], 1)
    suppressed(decided, Reason.SERVER_CAP, 4)
    assert sum(len(harbour.replies(room)) for room in rooms) == 4
    # Nor does naming the bot help, and an hour later it speaks again.
    me = f"<@{harbour.env.backend.bot_user.id}>"
    await harbour.anna.send(beside, f"{me} {BUYERS}")
    await harbour.anna.send(beside, f"{me} {NOTHING}")
    assert harbour.replies(beside) == []
    await harbour.env.advance_time(timedelta(minutes=61).total_seconds())
    await harbour.anna.send(beside, EMPTY)
    assert len(harbour.replies(beside)) == 1
