"""The front of the REST API: records, authorises, breaks on demand, and answers in Discord's manner."""

from __future__ import annotations

import asyncio
import fnmatch
import json
import re
import socket
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from aiohttp import web

from tests.loopback.gateway import Gateway
from tests.loopback.state import Json, RefusedError, State

Outcome = int | Literal["reset", "hang"]


@dataclass
class Request:
    """What the bot sent; `status` is what it was answered, None where the connection was reset."""

    method: str
    path: str
    query: Mapping[str, str]
    json: Json
    status: int | None = None
    ids: Mapping[str, str] = field(default_factory=dict, repr=False)


Endpoint = tuple[str, str, Callable[[Request], Json]]


@dataclass(frozen=True)
class Fault:
    method: str
    path_glob: str
    outcome: Outcome
    after_store: bool
    code: int
    retry_after: float
    via: bool


class Rest:
    """`requests` is what the bot sent, in order; `faults` is what will go wrong."""

    def __init__(self, state: State, gateway: Gateway, endpoints: Iterable[Endpoint]) -> None:
        self.state, self.gateway = state, gateway
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.hangs_until = asyncio.Event()
        self._endpoints = [(method, _pattern(path), answer) for method, path, answer in endpoints]

    async def serve(self, incoming: web.Request) -> web.Response:
        """Answers one request; what it changed is on its way to the gateway before the answer is."""
        path = "/" + incoming.match_info["path"]
        request = Request(incoming.method, path, dict(incoming.query), await _body(incoming))
        self.requests.append(request)
        fault = next((one for one in self.faults if _strikes(one, request)), None)
        if fault:
            self.faults.remove(fault)
        response = _json({})
        if not fault or fault.after_store:
            response = self._answer(request, incoming.headers.get("Authorization"))
            await self.gateway.flush()
        if fault and fault.outcome == "hang":
            # For ever, as seen from a bot that is killed meanwhile.
            await self.hangs_until.wait()
        if fault:
            response = _broken(incoming, fault)
        request.status = None if fault and not isinstance(fault.outcome, int) else response.status
        return response

    def _answer(self, request: Request, authorization: str | None) -> web.Response:
        # The token in the path is all that these two need.
        needs_bot = not request.path.startswith(("/interactions/", "/webhooks/"))
        if needs_bot and authorization != f"Bot {self.state.token}":
            return _json({"message": "401: Unauthorized", "code": 0}, 401)
        for method, pattern, answer in self._endpoints:
            if method == request.method and (match := pattern.fullmatch(request.path)):
                request.ids = match.groupdict()
                try:
                    return _json(answer(request))
                except RefusedError as refused:
                    return _json({"message": str(refused), "code": refused.code}, refused.status)
        # Not 404: a bot would take that for something deleted.
        return _json({"message": f"loopback has no {request.method} {request.path}", "code": 0}, 501)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


def _strikes(fault: Fault, request: Request) -> bool:
    return fault.method == request.method and fnmatch.fnmatchcase(request.path, fault.path_glob)


async def _body(incoming: web.Request) -> Json:
    if incoming.content_type == "multipart/form-data":
        return json.loads(str((await incoming.post())["payload_json"]))
    text = await incoming.text()
    return json.loads(text) if text else None


def _broken(incoming: web.Request, fault: Fault) -> web.Response:
    if fault.outcome in ("reset", "hang"):
        if incoming.transport:
            # Closing without lingering makes the kernel send RST: the client sees ECONNRESET.
            linger = socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
            incoming.transport.get_extra_info("socket").setsockopt(*linger)
            incoming.transport.abort()
        return _json({})
    if fault.outcome == 429:
        body = {"message": "You are being rate limited.", "retry_after": fault.retry_after, "global": False}
        headers = {"Retry-After": str(fault.retry_after)} | ({"Via": "1.1 google"} if fault.via else {})
        return _json(body, 429, headers)
    return _json({"message": "fault", "code": fault.code}, fault.outcome)


def _json(value: Json, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    if value is None:
        return web.Response(status=204)
    # Bytes, not text: discord.py reads JSON only where no charset follows the content type.
    body = json.dumps(value).encode()
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")
