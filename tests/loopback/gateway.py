"""The gateway: hello, identify, resume with replay, and the ways of losing a connection."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

from tests.loopback import payloads
from tests.loopback.state import Json, State

Loss = Literal["cut", "reconnect", "invalid"]

_MESSAGE_CONTENT = 1 << 15
_HEARTBEAT, _IDENTIFY, _RESUME, _RECONNECT, _INVALID, _HELLO, _ACK = 1, 2, 6, 7, 9, 10, 11


@dataclass(eq=False)
class Session:
    """What one IDENTIFY began; it outlives its connection, and a RESUME has its log replayed."""

    socket: web.WebSocketResponse | None
    log: list[Json] = field(default_factory=list)
    sent: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    def append(self, event: str, data: Json) -> None:
        """Puts an event after the others."""
        self.log.append({"op": 0, "s": len(self.log) + 1, "t": event, "d": data})

    async def flush(self) -> None:
        """Sends what the connection, if there is one, has not been sent yet."""
        async with self.lock:
            while self.socket and self.sent < len(self.log):
                try:
                    await self.socket.send_json(self.log[self.sent])
                except ConnectionError:
                    self.socket = None
                self.sent += 1

    async def move_to(self, socket: web.WebSocketResponse, seq: int) -> None:
        """Goes on from there over another connection."""
        async with self.lock:
            self.socket, self.sent = socket, seq


class Gateway:
    """`sessions` are those that can be resumed; `identified` and `resumed` count the successes, `intents` are
    the last that were asked for."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.url = ""
        self.sessions: dict[str, Session] = {}
        self.identified = self.resumed = self.intents = 0
        self.doors = asyncio.Event()
        self.doors.set()
        self._connections: dict[web.WebSocketResponse, asyncio.BaseTransport | None] = {}

    def dispatch(self, event: str, data: Json) -> None:
        """Puts the event into every session's log, connected or not; `flush` sends it."""
        for session in self.sessions.values():
            session.append(event, data)

    async def flush(self) -> None:
        """Sends every session what it has not been sent yet."""
        for session in list(self.sessions.values()):
            await session.flush()

    async def drop(self, how: Loss) -> None:
        """Loses every connection: cut, asked to reconnect (both resumable), or the session invalidated."""
        lost = dict(self._connections)
        for socket, transport in lost.items():
            if how != "cut":
                with contextlib.suppress(ConnectionError):
                    await socket.send_json({"op": _RECONNECT if how == "reconnect" else _INVALID, "d": False})
            elif isinstance(transport, asyncio.Transport):
                transport.abort()
        async with asyncio.timeout(10):
            while lost.keys() & self._connections.keys():  # noqa: ASYNC110 - each leaves when it ends
                await asyncio.sleep(0.001)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """One connection, from hello to its loss."""
        await self.doors.wait()
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._connections[socket] = request.transport
        session_id = None
        try:
            await socket.send_json({"op": _HELLO, "d": {"heartbeat_interval": 41_250}})
            async for frame in socket:
                packet = frame.json()
                if packet["op"] == _HEARTBEAT:
                    await socket.send_json({"op": _ACK})
                elif packet["op"] == _IDENTIFY:
                    session_id = await self._identify(socket, packet["d"])
                elif packet["op"] == _RESUME:
                    session_id = await self._resume(socket, packet["d"])
        finally:
            del self._connections[socket]
            if session_id and socket.close_code in (1000, 1001):
                # A client that says goodbye ends its session; one that dies may come back.
                self.sessions.pop(session_id, None)
        return socket

    async def _identify(self, socket: web.WebSocketResponse, said: Json) -> str | None:
        if said["token"] != self.state.token:
            await socket.close(code=4004)
            return None
        if said["intents"] & _MESSAGE_CONTENT and not self.state.message_content:
            await socket.close(code=4014)
            return None
        self.identified += 1
        self.intents = said["intents"]
        id_, session = secrets.token_hex(8), Session(socket)
        ready = {
            "v": 10,
            "user": payloads.user(self.state.bot),
            "session_id": id_,
            "resume_gateway_url": self.url,
            "guilds": [{"id": str(id_), "unavailable": True} for id_ in self.state.guilds],
            "application": {"id": str(self.state.bot.id), "flags": 0},
        }
        session.append("READY", ready | ({"shard": said["shard"]} if "shard" in said else {}))
        for guild in self.state.guilds.values():
            session.append("GUILD_CREATE", payloads.guild(guild, self.state.bot))
        self.sessions[id_] = session
        await session.flush()
        return id_

    async def _resume(self, socket: web.WebSocketResponse, said: Json) -> str | None:
        session = self.sessions.get(said["session_id"])
        if session is None or said["token"] != self.state.token:
            await socket.send_json({"op": _INVALID, "d": False})
            return None
        self.resumed += 1
        await session.move_to(socket, said["seq"])
        session.append("RESUMED", {})
        await session.flush()
        return said["session_id"]
