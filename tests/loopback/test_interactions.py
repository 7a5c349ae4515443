"""Slash commands and buttons over the socket."""

from __future__ import annotations

import aiohttp
import discord
import pytest

from tests.loopback.state import Channel, Member
from tests.loopback.tiny_bot import TinyBot, replies
from tests.loopback.world import World


async def test_a_slash_command_is_deferred_and_followed_up(
    world: World, channel: Channel, ann: Member, bot: TinyBot
) -> None:
    interaction = await world.command(channel, ann, "slow", times=2)
    (answer,) = await world.until(lambda: [it for it in interaction.messages if it.content == "done"])
    assert interaction.callback["type"] == 5
    assert answer.flags == 64
    followups = [one.json["content"] for one in world.requests if one.path.endswith(interaction.token)]
    assert followups == ["slow slow "]
    assert interaction.messages == [answer]
    assert world.messages(channel) == []


async def test_a_button_is_pressed(world: World, channel: Channel, ann: Member, bot: TinyBot) -> None:
    comment = await world.say(channel, ann, "onzin")
    (reply,) = await world.until(lambda: replies(world, channel))
    interaction = await world.press(ann, reply, f"again:{comment.id}")
    (answer,) = await world.until(lambda: interaction.messages)
    assert answer.content == f"pressed {comment.id}"
    with pytest.raises(LookupError):
        await world.press(ann, comment, "again:1")


async def test_the_answer_to_a_press_is_edited_and_withdrawn(
    world: World, channel: Channel, ann: Member, bot: TinyBot
) -> None:
    comment = await world.say(channel, ann, "onzin")
    (reply,) = await world.until(lambda: replies(world, channel))
    pressed: list[discord.Interaction] = []

    async def on_interaction(interaction: discord.Interaction) -> None:
        pressed.append(interaction)

    bot.add_listener(on_interaction)
    interaction = await world.press(ann, reply, f"again:{comment.id}")
    await world.until(lambda: interaction.callback and pressed)
    original = await pressed[0].original_response()
    assert (original.content, original.flags.ephemeral) == (f"pressed {comment.id}", True)
    await original.edit(content="changed")
    await pressed[0].followup.send("for all")
    assert [one.content for one in interaction.messages] == ["changed", "for all"]
    assert [one.content for one in replies(world, channel)] == [reply.content, "for all"]
    await original.delete()
    assert [one.content for one in interaction.messages] == ["for all"]
    with pytest.raises(discord.NotFound):
        await original.edit(content="too late")


async def test_an_interaction_is_answered_once_and_in_time(
    world: World, channel: Channel, ann: Member, bot: TinyBot
) -> None:
    interaction = await world.command(channel, ann, "slow", times=1)
    await world.until(lambda: interaction.messages and interaction.messages[0].content == "done")
    path = f"/interactions/{interaction.id}/{interaction.token}/callback"
    async with aiohttp.ClientSession() as session:

        async def code() -> tuple[int, int]:
            async with session.post(f"{world.base_url}/api/v10{path}", json={"type": 5}) as response:
                return response.status, (await response.json())["code"]

        assert await code() == (400, 40060)
        interaction.began -= 3.1
        assert await code() == (404, 10062)
