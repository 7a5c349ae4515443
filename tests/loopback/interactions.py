"""Interactions: the first answer within three seconds, followups, and what becomes of the first answer."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.loopback import payloads
from tests.loopback.messages import Messages
from tests.loopback.rest import Endpoint, Request
from tests.loopback.state import Interaction, Json, Message, RefusedError, State, snowflake

_PATIENCE_S = 3.0
_MESSAGE, _DEFERRED_MESSAGE, _DEFERRED_UPDATE, _UPDATE = 4, 5, 6, 7
_EPHEMERAL, _LOADING = 1 << 6, 1 << 7


@dataclass
class Interactions:
    state: State
    messages: Messages

    def endpoints(self) -> list[Endpoint]:
        """The routes under /interactions and /webhooks."""
        one = "/webhooks/{application}/{token}/messages/{message}"
        return [
            ("POST", "/interactions/{id}/{token}/callback", self._answer),
            ("POST", "/webhooks/{application}/{token}", self._follow_up),
            ("GET", one, lambda it: payloads.message(self._named(it))),
            ("PATCH", one, lambda it: self._fill(self._named(it), it.json)),
            ("DELETE", one, self._delete),
        ]

    def begin(self, interaction: Interaction) -> None:
        """Sends the interaction to the bot."""
        self.state.interactions[interaction.token] = interaction
        event = payloads.interaction(interaction, self.state)
        self.messages.gateway.dispatch("INTERACTION_CREATE", event)

    def _answer(self, request: Request) -> Json:
        it = self.state.interactions.get(request.ids["token"])
        if it is None or time.monotonic() - it.began > _PATIENCE_S:
            raise RefusedError(404, 10062, "Unknown interaction")
        if it.callback is not None:
            raise RefusedError(400, 40060, "Interaction has already been acknowledged.")
        kind, body = request.json["type"], request.json.get("data") or {}
        if kind == _MESSAGE:
            it.original = self._show(it, self.messages.drafted(it.channel, body))
        elif kind == _DEFERRED_MESSAGE:
            flags = body.get("flags", 0) | _LOADING
            it.original = self._show(it, Message(snowflake(), it.channel, self.state.bot, flags=flags))
        elif kind in (_DEFERRED_UPDATE, _UPDATE) and it.source:
            it.original = it.source
            self.messages.change(it.source, body if kind == _UPDATE else {"pinned": it.source.pinned})
        it.callback = request.json
        resource = {"message": payloads.message(it.original)} if it.original else {}
        receipt = {
            "id": str(it.id),
            "type": it.kind,
            "response_message_id": it.original and str(it.original.id),
        }
        return {"interaction": receipt, "resource": {"type": kind, **resource}}

    def _follow_up(self, request: Request) -> Json:
        it = self._answered(request)
        if it.original and it.original.flags & _LOADING:
            # The first followup after a defer fills the answer that was promised, and is as private as that.
            return self._fill(it.original, request.json)
        return payloads.message(self._show(it, self.messages.drafted(it.channel, request.json)))

    def _delete(self, request: Request) -> None:
        it, message = self._answered(request), self._named(request)
        it.messages = [one for one in it.messages if one is not message]
        it.original = None if it.original is message else it.original
        self.messages.remove(message)

    def _show(self, it: Interaction, message: Message) -> Message:
        it.messages.append(message)
        return message if message.flags & _EPHEMERAL else self.messages.post(message)

    def _fill(self, message: Message, body: Json) -> Json:
        self.messages.change(message, {**body, "flags": message.flags & ~_LOADING})
        return payloads.message(message)

    def _answered(self, request: Request) -> Interaction:
        it = self.state.interactions.get(request.ids["token"])
        if it is None or it.callback is None:
            raise RefusedError(404, 10015, "Unknown Webhook")
        return it

    def _named(self, request: Request) -> Message:
        it, name = self._answered(request), request.ids["message"]
        known = {str(one.id): one for one in it.messages} | {"@original": it.original}
        if found := known.get(name):
            return found
        raise RefusedError(404, 10008, "Unknown Message")
