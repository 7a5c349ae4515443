"""The loopback Discord as a test sees it: make a guild, speak, press, break, and look at what came."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TypeVar

from aiohttp import web
from discord import Permissions

from tests.loopback import payloads
from tests.loopback.application import Application
from tests.loopback.gateway import Gateway, Loss
from tests.loopback.interactions import Interactions
from tests.loopback.messages import Messages
from tests.loopback.rest import Fault, Outcome, Request, Rest
from tests.loopback.state import (
    Channel,
    ChannelKind,
    Guild,
    Interaction,
    Json,
    Member,
    Message,
    State,
    snowflake,
)

T = TypeVar("T")
_COMMAND, _COMPONENT = 2, 3
_USUAL = Permissions.text().value


class World:
    """One Discord; it enforces no permission, the bot only sees which it has."""

    def __init__(self) -> None:
        self.state = State()
        self.gateway = Gateway(self.state)
        self.base_url = ""
        self._messages = Messages(self.state, self.gateway)
        self._interactions = Interactions(self.state, self._messages)
        parts = (Application(self.state, self.gateway), self._messages, self._interactions)
        self._rest = Rest(self.state, self.gateway, [route for part in parts for route in part.endpoints()])

    @property
    def requests(self) -> list[Request]:
        """What the bot sent to the REST API, in order."""
        return self._rest.requests

    def add_guild(self, name: str, *, everyone: int = _USUAL, bot_role: int = _USUAL) -> Guild:
        """A guild with the bot in it; a bot that is connected learns of it with the next event."""
        guild = Guild(snowflake(), name, everyone, bot_role)
        self.state.guilds[guild.id] = guild
        self.gateway.dispatch("GUILD_CREATE", payloads.guild(guild, self.state.bot))
        return guild

    def add_channel(
        self, guild: Guild, name: str, kind: ChannelKind = ChannelKind.TEXT, parent: Channel | None = None
    ) -> Channel:
        """A channel, or a thread of its parent; a connected bot learns of it with the next event."""
        channel = Channel(snowflake(), guild, name, kind, parent)
        guild.channels[channel.id] = channel
        event = "THREAD_CREATE" if kind == ChannelKind.THREAD else "CHANNEL_CREATE"
        self.gateway.dispatch(event, payloads.channel(channel))
        return channel

    def add_member(self, name: str, *, permissions: int = 0, bot: bool = False, locale: str = "nl") -> Member:
        """Somebody, of every guild; the permissions come on top of everyone's."""
        return Member(snowflake(), name, permissions, bot, locale)

    async def say(self, channel: Channel, author: Member, text: str, at: datetime | None = None) -> Message:
        """Posts the text, as of then; returns when it is stored and sent to every connected bot."""
        message = self._messages.post(Message(snowflake(at), channel, author, text))
        await self.gateway.flush()
        return message

    async def edit(self, message: Message, text: str) -> None:
        """Changes the text of a message."""
        self._messages.change(message, {"content": text})
        await self.gateway.flush()

    async def delete(self, message: Message) -> None:
        """Deletes a message."""
        self._messages.remove(message)
        await self.gateway.flush()

    def messages(self, channel: Channel) -> list[Message]:
        """What stands in the channel, oldest first."""
        return [channel.messages[id_] for id_ in sorted(channel.messages)]

    async def command(self, channel: Channel, member: Member, path: str, **options: Json) -> Interaction:
        """Runs a slash command that the bot registered; its groups go before it, as in "debate open"."""
        name, *inner = path.split()
        spec = _found([one for one in self.state.commands if one["type"] == 1], "name", name)
        filled: list[Json] = []
        data: Json = {"id": spec["id"], "name": name, "type": 1, "options": filled}
        for name in inner:
            spec = _found(spec["options"], "name", name)
            filled.append({"name": name, "type": spec["type"], "options": (deeper := [])})
            filled = deeper
        kinds = {one["name"]: one["type"] for one in spec.get("options", [])}
        filled += [{"name": key, "type": kinds[key], "value": value} for key, value in options.items()]
        return await self.interact(_COMMAND, channel, member, data)

    async def press(self, member: Member, message: Message, custom_id: str) -> Interaction:
        """Presses a button that the message shows."""
        button = _found(_parts(message.components), "custom_id", custom_id)
        data = {"component_type": button["type"], "custom_id": custom_id}
        return await self.interact(_COMPONENT, message.channel, member, data, message)

    async def interact(
        self, kind: int, channel: Channel, member: Member, data: Json, source: Message | None = None
    ) -> Interaction:
        """Sends an interaction of any kind; `source` is the message that carries the component."""
        id_, now = snowflake(), time.monotonic()
        interaction = Interaction(id_, f"interaction-{id_}", kind, channel, member, data, source, now)
        self._interactions.begin(interaction)
        await self.gateway.flush()
        return interaction

    def fail_next(
        self,
        method: str,
        path_glob: str,
        outcome: Outcome,
        *,
        after_store: bool = False,
        code: int = 0,
        retry_after: float = 0.1,
        via: bool = True,
    ) -> None:
        """Breaks the next matching request: an HTTP status (with Discord's error code), "reset" or "hang".

        What hangs is not answered before the world ends.
        """
        self._rest.faults.append(Fault(method, path_glob, outcome, after_store, code, retry_after, via))

    def forget_nonces(self) -> None:
        """As after the few minutes for which Discord remembers them."""
        self.state.nonces.clear()

    async def drop_gateway(self, how: Loss = "cut") -> None:
        """Loses every connection; after "cut" and "reconnect" the bot may resume, after "invalid" not."""
        await self.gateway.drop(how)

    @asynccontextmanager
    async def gateway_away(self, how: Loss = "cut") -> AsyncIterator[None]:
        """Loses every connection and keeps new ones waiting until the block ends."""
        self.gateway.doors.clear()
        try:
            await self.gateway.drop(how)
            yield
        finally:
            self.gateway.doors.set()

    async def until(self, holds: Callable[[], T], seconds: float = 10.0) -> T:
        """Waits for a true value and returns it; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not (value := holds()):  # noqa: ASYNC110 - it may hang on anything
                await asyncio.sleep(0.005)
        return value

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[World]:
        """Listens on a free port of 127.0.0.1, which `base_url` names."""
        app = web.Application()
        app.router.add_get("/gateway/", self.gateway.serve)
        app.router.add_route("*", "/api/v10/{path:.*}", self._rest.serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            here = f"127.0.0.1:{runner.addresses[0][1]}"
            self.base_url, self.gateway.url = f"http://{here}", f"ws://{here}/gateway/"
            yield self
        finally:
            self._rest.hangs_until.set()
            await self.gateway.drop("cut")
            await runner.cleanup()


def _found(among: Iterable[Json], key: str, value: str) -> Json:
    for one in among:
        if one.get(key) == value:
            return one
    raise LookupError(value)


def _parts(components: list[Json]) -> Iterator[Json]:
    for one in components:
        yield one
        yield from _parts([*one.get("components", []), *([one["accessory"]] if "accessory" in one else [])])
