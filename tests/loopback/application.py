"""What Discord says of the bot itself, its global commands, and where the gateway is."""

from __future__ import annotations

from dataclasses import dataclass

from tests.loopback import payloads
from tests.loopback.gateway import Gateway
from tests.loopback.rest import Endpoint, Request
from tests.loopback.state import Json, RefusedError, State, snowflake

_MESSAGE_CONTENT_LIMITED = 1 << 19


@dataclass
class Application:
    state: State
    gateway: Gateway

    def endpoints(self) -> list[Endpoint]:
        """The routes that a bot asks before it connects."""
        return [
            ("GET", "/users/@me", lambda _: payloads.user(self.state.bot)),
            ("GET", "/oauth2/applications/@me", self._described),
            ("PUT", "/applications/{application}/commands", self._overwrite),
            ("GET", "/gateway/bot", self._where),
            (
                "GET",
                "/applications/{application}/guilds/{guild}/commands/{command}/permissions",
                self._overrides,
            ),
        ]

    def _described(self, _: Request) -> Json:
        names = {"id": str(self.state.bot.id), "name": self.state.bot.name, "description": "", "icon": None}
        public = {"bot_public": False, "bot_require_code_grant": False, "verify_key": "00"}
        flags = _MESSAGE_CONTENT_LIMITED if self.state.message_content else 0
        return {**names, **public, "owner": payloads.user(self.state.bot), "flags": flags}

    def _overwrite(self, request: Request) -> Json:
        given = {"application_id": str(self.state.bot.id), "version": "1"}
        defaults = {"type": 1, "description": ""}
        self.state.commands = [{**defaults, **it, **given, "id": str(snowflake())} for it in request.json]
        return self.state.commands

    def _overrides(self, _: Request) -> Json:
        raise RefusedError(404, 10066, "Unknown application command permissions")

    def _where(self, _: Request) -> Json:
        starts = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return {"url": self.gateway.url, "shards": 1, "session_start_limit": starts}
