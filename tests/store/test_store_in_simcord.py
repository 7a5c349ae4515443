"""A bot under the simulated Discord may await the store in its handlers: nothing of it idles."""

from __future__ import annotations

from pathlib import Path

import discord
import pytest
from simcord.builders import ChannelHandle
from simcord.env import Env

from bot.store import AlreadyDecidedError, OutboxRow, Store, Venue
from tests.store.conftest import MODERATOR, NOON, dump, minutes, reply_to, to_send

WITHDRAW = "!"


class StoringClient(discord.AutoShardedClient):
    """Replies to every comment by way of the store, and takes the reply back when its author asks."""

    def __init__(self, store: Store) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, message_content=True)
        super().__init__(intents=intents, shard_count=1, max_messages=None)
        self.store = store
        self.swept = 0

    async def on_ready(self) -> None:
        """Sends what an earlier process left behind."""
        for row in await self.store.unsent():
            self.swept += 1
            await self.deliver(row)

    async def on_message(self, message: discord.Message) -> None:
        """A comment's journey, without a decision in between."""
        venue = await self.store.venue_of(message.channel.id)
        if venue is None or message.author.bot:
            return
        if not await self.store.receive(message.id, venue.id, message.channel.id, message.author.id, NOON):
            return
        if message.content == WITHDRAW:
            (last,) = await self.store.last_replies(venue.id, limit=1)
            await self.take_back(last, message.author.id)
            return
        try:
            decision = reply_to(message.id, venue, author_id=message.author.id)
            await self.store.record_decision(decision, to_send(message.id))
        except AlreadyDecidedError:
            return
        row = await self.store.outbox_by_comment(message.id)
        assert row is not None
        await self.deliver(row)

    async def deliver(self, row: OutboxRow) -> None:
        """Sends a reply under its nonce."""
        if not await self.store.mark_attempt(row.decision_id):
            return
        channel = self.get_partial_messageable(row.channel_id)
        reply = await channel.send(str(row.content["key"]), nonce=row.nonce)
        if not await self.store.mark_sent(row.decision_id, reply.id, minutes(1)):
            await reply.delete()

    async def take_back(self, row: OutboxRow, by: int) -> None:
        """Withdraws a reply, then deletes it."""
        withdrawn = await self.store.withdraw(row.decision_id, by, NOON)
        if withdrawn is None or withdrawn.reply_id is None:
            return
        channel = self.get_partial_messageable(withdrawn.channel_id)
        await channel.get_partial_message(withdrawn.reply_id).delete()
        await self.store.mark_removed(withdrawn.decision_id, NOON)


@pytest.fixture
def simcord_bot(store: Store) -> StoringClient:
    return StoringClient(store)


async def opened(store: Store, channel: ChannelHandle) -> Venue:
    """A venue in a channel of the simulated Discord."""
    assert channel.guild is not None
    return await store.open_venue(channel.guild.id, channel.id, "wijk", "nl", MODERATOR, NOON)


def last_message(channel: ChannelHandle) -> discord.Message:
    """The newest message in a channel."""
    assert channel.last_message is not None
    return channel.last_message


async def test_a_handler_may_await_the_store(simcord_env: Env, store: Store, path: Path) -> None:
    guild = simcord_env.create_guild()
    channel = guild.create_text_channel("debat")
    alice = guild.add_member(simcord_env.create_user("alice"))
    await opened(store, channel)
    for number in range(5):
        await alice.send(channel, f"Dat klopt niet {number}")
        assert last_message(channel).content == "reply.rebuttal"
    assert len(dump(path)["outbox"]) == 5
    last = await store.outbox_by_reply(last_message(channel).id)
    assert last is not None
    await alice.send(channel, WITHDRAW)
    assert last.reply_id not in {message.id for message in channel.history()}
    assert await store.unremoved() == []


async def test_what_was_decided_before_a_restart_is_sent_after_it(simcord_env: Env, store: Store) -> None:
    guild = simcord_env.create_guild()
    channel = guild.create_text_channel("debat")
    venue = await opened(store, channel)
    await store.record_decision(reply_to(10, venue), to_send(10))
    bot = StoringClient(store)
    await simcord_env.restart_bot(bot)
    assert bot.swept == 1
    assert last_message(channel).content == "reply.rebuttal"
    assert await store.unsent() == []
