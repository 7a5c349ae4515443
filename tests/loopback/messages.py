"""Channels and messages: create with the nonce check, edit, delete, pin, fetch, history, active threads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from tests.loopback import payloads
from tests.loopback.gateway import Gateway
from tests.loopback.rest import Endpoint, Request
from tests.loopback.state import (
    Channel,
    ChannelKind,
    Guild,
    Json,
    Message,
    RefusedError,
    State,
    snowflake,
)

_REPLY = 19


@dataclass
class Messages:
    state: State
    gateway: Gateway

    def endpoints(self) -> list[Endpoint]:
        """The routes under /channels, and the active threads."""
        one, pin = "/channels/{channel}/messages/{message}", "/channels/{channel}/messages/pins/{message}"
        return [
            (
                "GET",
                "/channels/{channel}",
                lambda it: payloads.channel(self.state.channel(it.ids["channel"])),
            ),
            ("GET", "/guilds/{guild}/threads/active", self._active_threads),
            ("GET", "/channels/{channel}/threads/archived/public", self._archived_threads),
            ("POST", "/channels/{channel}/threads", self._open_post),
            ("PATCH", "/channels/{channel}", self._edit_channel),
            ("DELETE", "/channels/{channel}", self._delete_channel),
            ("POST", "/channels/{channel}/messages", self._create),
            ("GET", "/channels/{channel}/messages", self._history),
            ("GET", one, lambda it: payloads.message(self._named(it))),
            ("PATCH", one, self._edit),
            ("DELETE", one, lambda it: self.remove(self._named(it))),
            ("PUT", pin, lambda it: self.change(self._named(it), {"pinned": True})),
            ("DELETE", pin, lambda it: self.change(self._named(it), {"pinned": False})),
        ]

    def post(self, message: Message) -> Message:
        """Stores the message and tells the gateway."""
        message.channel.messages[message.id] = message
        self.gateway.dispatch("MESSAGE_CREATE", payloads.message_event(message))
        return message

    def change(self, message: Message, changes: Json) -> None:
        """Sets what the message has a place for; the gateway hears of it unless the message is ephemeral."""
        for name in changes.keys() & {"content", "embeds", "components", "flags", "pinned"}:
            setattr(message, name, changes[name])
        if "pinned" not in changes:
            message.edited_at = datetime.now(UTC)
        if message.id in message.channel.messages:
            self.gateway.dispatch("MESSAGE_UPDATE", payloads.message_event(message))

    def remove(self, message: Message) -> None:
        """Deletes the message; the gateway hears of it unless the message is ephemeral."""
        if message.channel.messages.pop(message.id, None):
            ids = {"id": message.id, "channel_id": message.channel.id, "guild_id": message.channel.guild.id}
            self.gateway.dispatch("MESSAGE_DELETE", {name: str(id_) for name, id_ in ids.items()})

    def drafted(self, channel: Channel, body: Json) -> Message:
        """The bot's message that this body asks for, not yet stored; raises `RefusedError`."""
        content, flags = body.get("content") or "", body.get("flags") or 0
        embeds, components = body.get("embeds") or [], body.get("components") or []
        nonce = None if body.get("nonce") is None else str(body["nonce"])
        if len(content) > 2000 or len(nonce or "") > 25:
            raise RefusedError(400, 50035, "Invalid Form Body")
        if not (content or embeds or components or body.get("attachments")):
            raise RefusedError(400, 50006, "Cannot send an empty message")
        message = Message(snowflake(), channel, self.state.bot, content, flags=flags)
        message.embeds, message.components, message.nonce = embeds, components, nonce
        if reference := body.get("message_reference"):
            if int(reference["message_id"]) in channel.messages:
                message.kind, message.replied_to = _REPLY, int(reference["message_id"])
            elif reference.get("fail_if_not_exists", True):
                raise RefusedError(400, 50035, "Unknown message")
        return message

    def _create(self, request: Request) -> Json:
        message = self.drafted(self.state.channel(request.ids["channel"]), request.json)
        if message.nonce is not None:
            first = self.state.nonces.setdefault(message.nonce, (message.channel.id, message.id))
            if request.json.get("enforce_nonce") and first[1] != message.id:
                # If that one was deleted since, Discord answers Unknown Message.
                return payloads.message(self.state.message(*first))
        return payloads.message(self.post(message))

    def _edit(self, request: Request) -> Json:
        message = self._named(request)
        if message.author is not self.state.bot:
            raise RefusedError(403, 50005, "Cannot edit a message authored by another user")
        self.change(message, request.json)
        return payloads.message(message)

    def _history(self, request: Request) -> Json:
        messages, query = self.state.channel(request.ids["channel"]).messages, request.query
        limit = int(query.get("limit", 50))
        if not 1 <= limit <= 100:
            raise RefusedError(400, 50035, "Invalid Form Body")
        if "after" in query:
            # The oldest that follow, and yet newest first.
            page = [id_ for id_ in sorted(messages) if id_ > int(query["after"])][:limit]
        else:
            page = [id_ for id_ in sorted(messages) if id_ < int(query.get("before", id_ + 1))][-limit:]
        return [payloads.message(messages[id_]) for id_ in reversed(page)]

    def _active_threads(self, request: Request) -> Json:
        threads = self._threads(self.state.guilds[int(request.ids["guild"])], archived=False)
        return {"threads": [payloads.channel(one) for one in threads], "members": []}

    def _archived_threads(self, request: Request) -> Json:
        parent = self.state.channel(request.ids["channel"])
        threads = [one for one in self._threads(parent.guild, archived=True) if one.parent is parent]
        return {"threads": [payloads.channel(one) for one in threads], "members": [], "has_more": False}

    def _threads(self, guild: Guild, *, archived: bool) -> list[Channel]:
        threads = [one for one in guild.channels.values() if one.kind == ChannelKind.THREAD]
        return [one for one in reversed(threads) if one.archived == archived]

    def _open_post(self, request: Request) -> Json:
        """A post in a forum: a thread that has its first message's id. Discord knows no nonce here."""
        forum, body = self.state.channel(request.ids["channel"]), request.json
        if forum.kind != ChannelKind.FORUM or not 1 <= len(body["name"]) <= 100:
            raise RefusedError(400, 50035, "Invalid Form Body")
        thread = Channel(snowflake(), forum.guild, body["name"], ChannelKind.THREAD, forum)
        thread.owner_id, thread.applied_tags = self.state.bot.id, body.get("applied_tags", [])
        starter = self.drafted(thread, body["message"])
        starter.id = thread.id
        forum.guild.channels[thread.id] = thread
        self.gateway.dispatch("THREAD_CREATE", {**payloads.channel(thread), "newly_created": True})
        return {**payloads.channel(thread), "message": payloads.message(self.post(starter))}

    def _edit_channel(self, request: Request) -> Json:
        channel, body = self.state.channel(request.ids["channel"]), request.json
        tags = body.get("available_tags", channel.available_tags)
        if len(tags) > 20 or any(not 1 <= len(tag["name"]) <= 20 for tag in tags):
            raise RefusedError(400, 50035, "Invalid Form Body")
        channel.available_tags = [
            {"moderated": False, **tag, "id": tag.get("id") or str(snowflake())} for tag in tags
        ]
        for name in body.keys() & {"name", "topic", "flags", "archived", "applied_tags"}:
            setattr(channel, name, body[name])
        event = "THREAD_UPDATE" if channel.kind == ChannelKind.THREAD else "CHANNEL_UPDATE"
        self.gateway.dispatch(event, payloads.channel(channel))
        return payloads.channel(channel)

    def _delete_channel(self, request: Request) -> Json:
        channel = self.state.channel(request.ids["channel"])
        del channel.guild.channels[channel.id]
        event = "THREAD_DELETE" if channel.kind == ChannelKind.THREAD else "CHANNEL_DELETE"
        self.gateway.dispatch(event, payloads.channel(channel))
        return payloads.channel(channel)

    def _named(self, request: Request) -> Message:
        return self.state.message(request.ids["channel"], request.ids["message"])
