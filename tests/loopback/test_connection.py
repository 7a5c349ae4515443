"""The real bot over a socket: lost connections, faults of Discord, floods and slow models."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

from bot.core.vectors import Vectors
from bot.encoder import Encoder
from bot.live import LiveDebate
from tests.gateway.test_manners import BUYERS, CREWS, EMPTY, GRASS, NOTHING
from tests.loopback import contract, payloads
from tests.loopback.state import Channel, ChannelKind, Interaction
from tests.loopback.test_process import MESSAGES, sends
from tests.loopback.the_bot import Town

FOUR = (EMPTY, BUYERS, CREWS, GRASS)


@pytest.fixture
def debates(small: LiveDebate) -> dict[str, LiveDebate]:
    return {"harbour": small}


@pytest.mark.parametrize("how", ["cut", "reconnect", "invalid"])
async def test_a_lost_gateway_loses_no_comment_and_doubles_no_reply(
    easthaven: Town, debates: dict[str, LiveDebate], light: Encoder, how: Any
) -> None:
    world = easthaven.world
    anna, bram, carla, dirk = (easthaven.member(name) for name in ("anna", "bram", "carla", "dirk"))
    async with easthaven.online(debates, light) as (bot, _):
        await easthaven.open()
        said = [await world.say(easthaven.channel, anna, EMPTY)]
        await world.until(lambda: len(easthaven.replies()) == 1, 30)
        async with world.gateway_away(how):
            await world.until(lambda: not bot.listener.caught_up)
            said.append(await world.say(easthaven.channel, bram, BUYERS))
            said.append(await world.say(easthaven.channel, carla, CREWS))
        await world.until(lambda: len(easthaven.replies()) == 3, 60)
        await world.until(lambda: bot.listener.caught_up, 60)
        said.append(await world.say(easthaven.channel, dirk, GRASS))
        await world.until(lambda: len(easthaven.replies()) == 4, 30)
        expected = (2, 0) if how == "invalid" else (1, 1)
        assert (world.gateway.identified, world.gateway.resumed) == expected
        # What came after is past the watermark again: a later start reads nothing twice.
        marks = dict(easthaven.rows("SELECT channel_id, message_id FROM watermarks"))
        assert marks[easthaven.channel.id] == said[-1].id
    assert Counter(reply.replied_to for reply in easthaven.replies()) == Counter(m.id for m in said)
    assert len(easthaven.decided()) == 4
    contract.check(world.requests)


@pytest.mark.feature("O6")
@pytest.mark.parametrize(
    ("outcome", "stored"),
    [(429, False), (500, True), (503, False), (503, True), ("reset", False), ("reset", True)],
)
async def test_a_fault_while_sending_ends_in_exactly_one_reply(
    easthaven: Town, debates: dict[str, LiveDebate], light: Encoder, outcome: Any, stored: bool
) -> None:
    async with easthaven.online(debates, light):
        await easthaven.open()
        easthaven.world.fail_next("POST", MESSAGES, outcome, after_store=stored, retry_after=0.3)
        comment = await easthaven.world.say(easthaven.channel, easthaven.member("anna"), EMPTY)
        await easthaven.world.until(lambda: easthaven.rows("SELECT state FROM outbox") == [("sent",)], 60)
        (reply,) = easthaven.replies()
        assert easthaven.rows("SELECT message_id, reply_id FROM outbox") == [(comment.id, reply.id)]
        assert [r.json["nonce"] for r in sends(easthaven)] == [f"d{comment.id}"] * 2


async def test_a_comment_deleted_before_its_reply_gets_none(
    easthaven: Town, debates: dict[str, LiveDebate], light: Encoder
) -> None:
    async with easthaven.online(debates, light):
        await easthaven.open()
        easthaven.world.fail_next("POST", MESSAGES, 429, retry_after=0.5)
        comment = await easthaven.world.say(easthaven.channel, easthaven.member("anna"), EMPTY)
        await easthaven.world.until(lambda: sends(easthaven), 30)
        del easthaven.channel.messages[comment.id]  # and the event of it is lost
        await easthaven.world.until(lambda: easthaven.rows("SELECT state FROM outbox") == [("failed",)], 30)
    assert easthaven.replies() == []
    assert [m for m in easthaven.world.messages(easthaven.channel) if "<@" in m.content] == []


@pytest.mark.feature("M8")
async def test_a_comment_deleted_while_the_bot_was_away_takes_its_reply_with_it(
    easthaven: Town, debates: dict[str, LiveDebate], light: Encoder
) -> None:
    world = easthaven.world
    thread = world.add_channel(easthaven.guild, "draad", ChannelKind.THREAD, easthaven.channel)
    async with easthaven.online(debates, light):
        await easthaven.open()
        gone = [await world.say(easthaven.channel, easthaven.member("anna"), EMPTY)]
        kept = await world.say(easthaven.channel, easthaven.member("bram"), BUYERS)
        gone.append(await world.say(thread, easthaven.member("carla"), CREWS))
        await world.until(lambda: len(easthaven.replies() + easthaven.replies(thread)) == 3, 30)
    for comment in gone:
        await world.delete(comment)
    async with easthaven.online(debates, light):
        await world.until(lambda: len(easthaven.replies() + easthaven.replies(thread)) == 1, 30)
        (left,) = easthaven.replies()
        assert left.replied_to == kept.id
    states = dict(easthaven.rows("SELECT message_id, state FROM outbox"))
    assert [states[comment.id] for comment in gone] == ["withdrawn", "withdrawn"]


async def test_a_flood_loses_and_doubles_nothing_and_never_blocks_the_loop(
    easthaven: Town, debates: dict[str, LiveDebate], light: Encoder
) -> None:
    world = easthaven.world
    authors = [easthaven.member(f"lid{number}") for number in range(200)]
    async with easthaven.online(debates, light) as (_, store):
        await easthaven.open()
        await easthaven.told("manieren", stelling=0, lid=0, uur=12)
        lags: list[float] = []
        watching = asyncio.create_task(watch(lags))
        said = [
            await world.say(easthaven.channel, author, FOUR[number % 4])
            for number, author in enumerate(authors)
        ]
        # In the middle of it a moderator is answered, though the store is busy longer than three seconds.
        assert "still waiting for a decision" in await easthaven.told("status")
        await world.until(lambda: len(easthaven.decided()) == 200, 240)
        states = lambda: easthaven.rows("SELECT DISTINCT state FROM outbox")  # noqa: E731
        await world.until(lambda: states() == [("sent",)], 60)
        watching.cancel()
        counts = await store.counts()
    assert {message for message, _, _ in easthaven.decided()} == {message.id for message in said}
    assert Counter(outcome for _, outcome, _ in easthaven.decided()) == {"reply": 12, "abstain": 188}
    assert counts.reasons == {"channel_cap": 188}
    answered = Counter(reply.replied_to for reply in easthaven.replies())
    assert len(answered) == 12
    assert set(answered.values()) == {1}
    assert max(lags) < 2.0, sorted(lags)[-5:]
    assert sorted(lags)[len(lags) // 2] < 0.1


async def watch(lags: list[float]) -> None:
    """How much later than asked the loop comes round, in seconds."""
    while True:
        began = time.monotonic()
        await asyncio.sleep(0.01)
        lags.append(time.monotonic() - began - 0.01)


class Slow:
    """The real encoder, and when it is `late`, so many seconds later."""

    def __init__(self, encoder: Encoder, seconds: float) -> None:
        self._encoder = encoder
        self._seconds = seconds
        self.late = False

    @property
    def model_id(self) -> str:
        return self._encoder.model_id

    async def encode(self, texts: Iterable[str]) -> Vectors:
        wanted = list(texts)
        if self.late:
            await asyncio.sleep(self._seconds)
        return await self._encoder.encode(wanted)


@pytest.mark.feature("O15")
async def test_a_slow_model_never_misses_discords_three_seconds(
    easthaven: Town, debates: dict[str, LiveDebate], light: Encoder
) -> None:
    world, anna = easthaven.world, easthaven.member("anna")
    encoder = Slow(light, 10.0)
    async with easthaven.online(debates, encoder):
        await easthaven.open()
        await world.say(easthaven.channel, anna, EMPTY)
        (reply,) = await world.until(lambda: easthaven.replies(), 30)
        encoder.late = True
        waiting = await world.say(easthaven.channel, easthaven.member("bram"), BUYERS)

        # What needs the model is put off and answered when the model is done.
        began = time.monotonic()
        asked = await ask_which(easthaven, waiting.id)
        await world.until(lambda: asked.callback is not None, 3)
        assert asked.callback["type"] == 5
        # Meanwhile what needs none is answered.
        for action in ("why", "context"):
            pressed = await world.press(anna, reply, button(reply.components, action))
            await world.until(lambda pressed=pressed: pressed.callback is not None, 3)
            assert await easthaven.answer_of(pressed)
        assert "Answered: 1" in await easthaven.told("status")
        assert time.monotonic() - began < 9.5
        answer = await easthaven.answer_of(asked)
        assert time.monotonic() - began > 9.5
        assert "Een haven leeft van kopers" in answer
        # The comment itself is answered late too, and once.
        await world.until(lambda: len(easthaven.replies()) == 2, 30)
    assert len(easthaven.decided()) == 2


async def ask_which(town: Town, message_id: int) -> Interaction:
    """Right-clicks a message and asks which claim it is."""
    (command,) = [c for c in town.world.state.commands if c["type"] == 3]
    message = payloads.message(town.channel.messages[message_id])
    data = {
        "id": command["id"],
        "name": command["name"],
        "type": 3,
        "target_id": str(message_id),
        "resolved": {"messages": {str(message_id): message}},
    }
    return await town.world.interact(2, town.channel, town.member("vera"), data)


def button(components: list[Any], action: str) -> str:
    """The custom id of the button for an action."""
    ids = [button["custom_id"] for row in components for button in row["components"]]
    return next(id_ for id_ in ids if f":{action}:" in id_)


@pytest.mark.parametrize(
    ("outcome", "told"), [(500, "is open"), (503, "Discord refused"), ("reset", "Discord refused")]
)
async def test_a_forum_post_that_was_stored_though_it_failed_is_not_doubled(
    easthaven: Town, debates: dict[str, LiveDebate], light: Encoder, outcome: Any, told: str
) -> None:
    async with easthaven.online(debates, light):
        easthaven.world.fail_next("POST", "/channels/*/threads", outcome, after_store=True)
        assert told in await easthaven.open(easthaven.forum)
        assert "is open" in await easthaven.open(easthaven.forum)
        posts = threads(easthaven)
        names = ["The cranes are not coming back", "The harbour and its boats", "The study itself"]
        assert [post.name for post in posts] == names
        for post in posts:
            contents = [m.content for m in easthaven.world.messages(post)]
            assert len(contents) == len(set(contents))
        await easthaven.world.say(posts[1], easthaven.member("anna"), EMPTY)
        await easthaven.world.until(lambda: easthaven.replies(posts[1]), 30)
    contract.check(easthaven.world.requests)


def threads(town: Town) -> list[Channel]:
    """The posts in the forum, oldest first."""
    return [one for one in town.guild.channels.values() if one.parent is town.forum]


async def test_a_message_whose_answer_was_lost_is_not_doubled_while_opening(
    easthaven: Town, debates: dict[str, LiveDebate], light: Encoder
) -> None:
    async with easthaven.online(debates, light):
        easthaven.world.fail_next("POST", MESSAGES, "reset", after_store=True)
        assert "Discord refused" in await easthaven.open()
        easthaven.world.forget_nonces()
        assert "is open" in await easthaven.open()
        contents = [m.content for m in easthaven.world.messages(easthaven.channel)]
        assert len(contents) == len(set(contents)) == 4


@pytest.mark.parametrize("where", ["channel", "forum"])
async def test_two_moderators_who_open_at_once_double_nothing(
    easthaven: Town, debates: dict[str, LiveDebate], light: Encoder, where: str
) -> None:
    room = easthaven.channel if where == "channel" else easthaven.forum
    async with easthaven.online(debates, light):
        told = await asyncio.gather(easthaven.open(room), easthaven.open(room))
        assert sorted("0 messages posted, 0 updated" in answer for answer in told) == [False, True]
        rooms = [room] if where == "channel" else threads(easthaven)
        contents = [m.content for one in rooms for m in easthaven.world.messages(one)]
        assert len(contents) == len(set(contents)) == (4 if where == "channel" else 5)
        assert len(rooms) == (1 if where == "channel" else 3)


USED = {
    "DELETE /channels/{channel_id}/messages/{message_id}",
    "GET /applications/{application_id}/guilds/{guild_id}/commands/{command_id}/permissions",
    "GET /channels/{channel_id}",
    "GET /channels/{channel_id}/messages",
    "GET /channels/{channel_id}/messages/{message_id}",
    "GET /channels/{channel_id}/threads/archived/public",
    "GET /guilds/{guild_id}/threads/active",
    "GET /oauth2/applications/@me",
    "GET /users/@me",
    "PATCH /channels/{channel_id}",
    "PATCH /channels/{channel_id}/messages/{message_id}",
    "POST /channels/{channel_id}/messages",
    "POST /channels/{channel_id}/threads",
    "POST /interactions/{interaction_id}/{interaction_token}/callback",
    "POST /webhooks/{webhook_id}/{webhook_token}",
    "PUT /applications/{application_id}/commands",
    "PUT /channels/{channel_id}/messages/pins/{message_id}",
}


async def test_every_request_of_a_whole_debate_is_as_discord_describes_it(
    easthaven: Town, debates: dict[str, LiveDebate], light: Encoder
) -> None:
    world, anna = easthaven.world, easthaven.member("anna")
    async with easthaven.online(debates, light):
        for room in (easthaven.channel, easthaven.forum):
            assert "is open" in await easthaven.open(room)
        first = world.messages(easthaven.channel)[0]
        first.content = "outdated"
        assert "1 updated" in await easthaven.open()
        comment = await world.say(easthaven.channel, anna, EMPTY)
        (reply,) = await world.until(lambda: easthaven.replies(), 30)
        await easthaven.answer_of(await ask_which(easthaven, comment.id))
        for action in ("why", "context", "dismiss"):
            await easthaven.answer_of(await world.press(anna, reply, button(reply.components, action)))
        for command in ("status", "manieren", "pauze", "hervat", "sluit"):
            await easthaven.told(command)
        assert "berichten mag beheren" in await easthaven.told("status", by=anna)
        hidden = Channel(comment.id + 1, easthaven.guild, "stil", ChannelKind.THREAD, easthaven.forum)
        easthaven.guild.channels[hidden.id] = hidden
        await world.say(hidden, anna, GRASS)
        await world.until(lambda: easthaven.replies(hidden), 30)
    assert {f"{r.method} {contract.template_of(r.path)}" for r in world.requests} == USED
    contract.check(world.requests)


async def test_off_topic_talk_costs_no_request(
    easthaven: Town, debates: dict[str, LiveDebate], light: Encoder
) -> None:
    async with easthaven.online(debates, light):
        await easthaven.open()
        before = len(easthaven.world.requests)
        for number in range(5):
            await easthaven.world.say(easthaven.channel, easthaven.member(f"lid{number}"), NOTHING)
        await easthaven.world.until(lambda: len(easthaven.decided()) == 5, 30)
        assert len(easthaven.world.requests) == before
