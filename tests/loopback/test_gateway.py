"""Logging in, losing the connection in every way, and starting again."""

from __future__ import annotations

import asyncio
import signal

import discord
import pytest

from tests.loopback.pointed import pointed_at, pointed_process
from tests.loopback.state import Channel, Member
from tests.loopback.tiny_bot import TOKEN_VARIABLE, TinyBot, online, replies
from tests.loopback.world import World


@pytest.mark.parametrize("how", ["cut", "reconnect"])
async def test_a_lost_gateway_resumes_and_misses_nothing(
    world: World, channel: Channel, ann: Member, bot: TinyBot, how: str
) -> None:
    seen: list[str] = []

    async def on_message(message: discord.Message) -> None:
        seen.append(message.content)

    bot.add_listener(on_message)
    await world.say(channel, ann, "before")
    async with world.gateway_away("cut" if how == "cut" else "reconnect"):
        for text in ("one", "two"):
            await world.say(channel, ann, text)
    await world.say(channel, ann, "after")
    await world.until(lambda: len(replies(world, channel)) == 4)
    assert (world.gateway.identified, world.gateway.resumed) == (1, 1)
    await world.until(lambda: len(seen) >= 8)
    assert [text for text in seen if not text.startswith("re:")] == ["before", "one", "two", "after"]


async def test_an_invalid_session_is_identified_anew_and_catches_up(
    world: World, channel: Channel, ann: Member, bot: TinyBot
) -> None:
    async with world.gateway_away("invalid"):
        await world.say(channel, ann, "onzin")
    await world.until(lambda: replies(world, channel))
    assert (world.gateway.identified, world.gateway.resumed) == (2, 0)


async def test_a_wrong_token_is_refused(world: World) -> None:
    with pointed_at(world.base_url):
        async with TinyBot() as bot:
            with pytest.raises(discord.LoginFailure):
                await bot.start("wrong")
    assert [(one.path, one.status) for one in world.requests] == [("/users/@me", 401)]


async def test_the_gateway_closes_on_an_intent_that_the_portal_does_not_grant(world: World) -> None:
    world.state.message_content = False
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with online(world, TinyBot()):
            pass
    async with online(world, TinyBot(message_content=False)) as bot:
        assert bot.application_flags.gateway_message_content_limited is False


async def test_a_token_that_is_withdrawn_ends_the_bot(world: World, channel: Channel) -> None:
    with pointed_at(world.base_url):
        async with TinyBot() as bot:
            running = asyncio.create_task(bot.start(world.state.token))
            await asyncio.wait_for(bot.caught_up.wait(), 10)
            world.state.token = "another"
            await world.drop_gateway()
            with pytest.raises(discord.ConnectionClosed) as closed:
                await asyncio.wait_for(running, 10)
    assert closed.value.code == 4004


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
async def test_a_process_is_ended_and_started_again(
    world: World, channel: Channel, ann: Member, how: signal.Signals
) -> None:
    start = (world.base_url, "tests.loopback.tiny_bot")
    env = {TOKEN_VARIABLE: world.state.token}
    async with pointed_process(*start, env=env) as process:
        await world.say(channel, ann, "one")
        await world.until(lambda: len(replies(world, channel)) == 1)
        process.send_signal(how)
        assert await process.wait() == (0 if how == signal.SIGTERM else -how)
    # Whoever says goodbye ends the session; a killed bot's one waits for it.
    await world.until(lambda: len(world.gateway.sessions) == (how == signal.SIGKILL))
    await world.say(channel, ann, "two")
    async with pointed_process(*start, env=env):
        await world.say(channel, ann, "three")
        await world.until(lambda: len(replies(world, channel)) == 3)
        last = await world.say(channel, ann, "four")
        await world.until(lambda: replies(world, channel)[-1].replied_to == last.id)
    assert sorted(one.content for one in replies(world, channel)) == [
        "re: four",
        "re: one",
        "re: three",
        "re: two",
    ]
