"""Messages over the socket: replies, nonces, and everything that can go wrong with a request."""

from __future__ import annotations

import asyncio

import aiohttp
import discord
import pytest

from tests.loopback.rest import Request
from tests.loopback.state import Channel, ChannelKind, Guild, Member
from tests.loopback.tiny_bot import TinyBot, online, replies
from tests.loopback.world import World

MESSAGES = "/channels/*/messages"


def sent(world: World) -> list[Request]:
    return [one for one in world.requests if one.method == "POST" and one.path.endswith("/messages")]


async def test_a_message_is_answered_with_a_reply_to_it(
    world: World, channel: Channel, ann: Member, bot: TinyBot
) -> None:
    comment = await world.say(channel, ann, "onzin")
    (reply,) = await world.until(lambda: replies(world, channel))
    assert (reply.content, reply.replied_to, reply.nonce) == ("re: onzin", comment.id, f"d{comment.id}")
    assert sent(world)[0].json["allowed_mentions"] == {"parse": []}
    assert [one.status for one in world.requests] == [200] * len(world.requests)


async def test_a_500_after_storing_leaves_one_message(
    world: World, channel: Channel, ann: Member, bot: TinyBot
) -> None:
    world.fail_next("POST", MESSAGES, 500, after_store=True)
    await world.say(channel, ann, "onzin")
    await world.until(lambda: [one.status for one in sent(world)] == [500])
    assert len(replies(world, channel)) == 1
    await world.until(lambda: [one.status for one in sent(world)] == [500, 200])
    assert len(replies(world, channel)) == 1
    assert bot.refused == []


@pytest.mark.parametrize("after_store", [True, False])
async def test_a_reset_and_the_same_nonce_again_leave_one_message(
    world: World, channel: Channel, ann: Member, bot: TinyBot, after_store: bool
) -> None:
    world.fail_next("POST", MESSAGES, "reset", after_store=after_store)
    await world.say(channel, ann, "onzin")
    await world.until(lambda: [one.status for one in sent(world)] == [None, 200])
    assert len(replies(world, channel)) == 1
    (error,) = bot.refused
    assert isinstance(error, aiohttp.ClientOSError)
    assert error.errno == 104


@pytest.mark.parametrize("after_store", [True, False])
async def test_what_a_reset_interrupts_is_stored_or_not_as_asked(
    world: World, channel: Channel, ann: Member, bot: TinyBot, after_store: bool
) -> None:
    world.fail_next("POST", MESSAGES, "reset", after_store=after_store)
    world.fail_next("POST", MESSAGES, 403)
    await world.say(channel, ann, "onzin")
    await world.until(lambda: [one.status for one in sent(world)] == [None, 403])
    assert len(replies(world, channel)) == after_store


async def test_a_nonce_is_remembered_for_a_while_only(
    world: World, channel: Channel, ann: Member, bot: TinyBot
) -> None:
    comment = await world.say(channel, ann, "onzin")
    (reply,) = await world.until(lambda: replies(world, channel))
    room = bot.get_channel(channel.id)
    assert isinstance(room, discord.TextChannel)
    assert (await room.send("again", nonce=f"d{comment.id}")).id == reply.id
    await world.delete(reply)
    with pytest.raises(discord.NotFound) as gone:
        await room.send("again", nonce=f"d{comment.id}")
    assert gone.value.code == 10008
    world.forget_nonces()
    assert (await room.send("again", nonce=f"d{comment.id}")).id != reply.id


async def test_a_429_is_waited_for_unless_it_is_a_ban(
    world: World, channel: Channel, ann: Member, bot: TinyBot
) -> None:
    world.fail_next("POST", MESSAGES, 429, retry_after=0.2)
    started = asyncio.get_running_loop().time()
    await world.say(channel, ann, "onzin")
    await world.until(lambda: replies(world, channel))
    assert asyncio.get_running_loop().time() - started >= 0.2
    world.fail_next("POST", MESSAGES, 429, via=False)
    await world.say(channel, ann, "nog eens")
    (error,) = await world.until(lambda: bot.refused)
    assert isinstance(error, discord.HTTPException)
    assert [one.status for one in sent(world)] == [429, 200, 429]


async def test_a_refusal_carries_its_code(world: World, channel: Channel, ann: Member, bot: TinyBot) -> None:
    world.fail_next("POST", MESSAGES, 403, code=50013)
    await world.say(channel, ann, "onzin")
    (error,) = await world.until(lambda: bot.refused)
    assert isinstance(error, discord.Forbidden)
    assert error.code == 50013
    assert replies(world, channel) == []


async def test_messages_are_edited_pinned_fetched_and_deleted(
    world: World, channel: Channel, ann: Member, bot: TinyBot
) -> None:
    comment = await world.say(channel, ann, "onzin")
    (stored,) = await world.until(lambda: replies(world, channel))
    room = await bot.fetch_channel(channel.id)
    assert isinstance(room, discord.TextChannel)
    reply = await room.fetch_message(stored.id)
    assert reply.type is discord.MessageType.reply
    assert reply.reference is not None
    assert isinstance(reply.reference.resolved, discord.Message)
    assert reply.reference.resolved.content == "onzin"
    await reply.pin()
    assert stored.pinned
    assert stored.edited_at is None
    await reply.unpin()
    edited = await reply.edit(content="anders")
    assert (edited.content, stored.content, stored.pinned) == ("anders", "anders", False)
    assert edited.edited_at is not None
    with pytest.raises(discord.Forbidden):
        await (await room.fetch_message(comment.id)).edit(content="hers")
    await reply.delete()
    with pytest.raises(discord.NotFound):
        await room.fetch_message(stored.id)
    await world.delete(comment)
    with pytest.raises(discord.HTTPException, match="Unknown message"):
        await room.send(
            "re", reference=discord.MessageReference(message_id=comment.id, channel_id=channel.id)
        )
    plain = discord.MessageReference(message_id=comment.id, channel_id=channel.id, fail_if_not_exists=False)
    assert (await room.send("re", reference=plain)).reference is None


async def test_changes_by_members_reach_the_bot(
    world: World, channel: Channel, ann: Member, bot: TinyBot
) -> None:
    heard: list[tuple[str, int]] = []

    async def on_raw_message_edit(event: discord.RawMessageUpdateEvent) -> None:
        heard.append((event.message.content, event.message_id))

    async def on_raw_message_delete(event: discord.RawMessageDeleteEvent) -> None:
        heard.append(("gone", event.message_id))

    bot.add_listener(on_raw_message_edit)
    bot.add_listener(on_raw_message_delete)
    comment = await world.say(channel, ann, "onzin")
    await world.edit(comment, "zin")
    await world.delete(comment)
    await world.until(lambda: len(heard) == 2)
    assert heard == [("zin", comment.id), ("gone", comment.id)]


async def test_history_is_read_in_pages(world: World, channel: Channel, ann: Member) -> None:
    async with online(world, TinyBot()) as bot:
        room = bot.get_channel(channel.id)
        assert isinstance(room, discord.TextChannel)
        said = [(await world.say(channel, world.state.bot, f"{n}")).id for n in range(250)]
        before = len(world.requests)
        after = discord.Object(said[9])
        assert [one.id async for one in room.history(limit=None, after=after)] == said[10:]
        assert len(world.requests) - before == 3
        assert [one.id async for one in room.history(limit=5)] == said[:-6:-1]
        end = discord.Object(said[3])
        assert [one.id async for one in room.history(limit=2, before=end)] == [said[2], said[1]]


async def test_threads_are_listed_and_answered(
    world: World, guild: Guild, channel: Channel, ann: Member, bot: TinyBot
) -> None:
    threads = [world.add_channel(guild, name, ChannelKind.THREAD, channel) for name in "abc"]
    threads[1].archived = True
    await world.say(threads[0], ann, "onzin")
    await world.until(lambda: replies(world, threads[0]))
    known = bot.get_guild(guild.id)
    assert known is not None
    assert [one.id for one in await known.active_threads()] == [threads[2].id, threads[0].id]
    assert known.me.guild_permissions.pin_messages
    assert not known.me.guild_permissions.administrator


async def test_a_route_that_is_missing_says_so(world: World, bot: TinyBot, channel: Channel) -> None:
    with pytest.raises(discord.DiscordServerError, match="loopback has no POST"):
        await bot.http.send_typing(channel.id)
