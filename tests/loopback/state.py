"""What the loopback Discord knows, as plain values; `payloads` says it in Discord's words."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

Json = Any

_EPOCH_MS = 1_420_070_400_000
_COUNT = itertools.count()


def snowflake(at: datetime | None = None) -> int:
    """A fresh id that carries this time (now by default); ids of one time grow in the order of asking."""
    ms = int((at.timestamp() if at else time.time()) * 1000)
    return (ms - _EPOCH_MS) << 22 | next(_COUNT) & 0x3FFFFF


def time_of(id_: int) -> datetime:
    """The time that the id carries."""
    return datetime.fromtimestamp(((id_ >> 22) + _EPOCH_MS) / 1000, UTC)


class ChannelKind(IntEnum):
    TEXT = 0
    THREAD = 11
    FORUM = 15


class RefusedError(Exception):
    """Discord answers with this HTTP status and JSON error code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


@dataclass(eq=False)
class Member:
    id: int
    name: str
    permissions: int = 0
    bot: bool = False
    locale: str = "en-GB"


@dataclass(eq=False)
class Message:
    id: int
    channel: Channel = field(repr=False)
    author: Member
    content: str = ""
    kind: int = 0
    flags: int = 0
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    nonce: str | None = None
    replied_to: int | None = None
    edited_at: datetime | None = None
    pinned: bool = False


@dataclass(eq=False)
class Channel:
    id: int
    guild: Guild = field(repr=False)
    name: str
    kind: ChannelKind = ChannelKind.TEXT
    parent: Channel | None = None
    archived: bool = False
    owner_id: int = 0
    topic: str | None = None
    flags: int = 0
    available_tags: list[Json] = field(default_factory=list)
    applied_tags: list[str] = field(default_factory=list)
    messages: dict[int, Message] = field(default_factory=dict, repr=False)


@dataclass(eq=False)
class Guild:
    id: int
    name: str
    everyone: int
    bot_role: int
    channels: dict[int, Channel] = field(default_factory=dict)


@dataclass(eq=False)
class Interaction:
    """`callback` is the body of the first answer; `messages` all that the bot sent, ephemeral ones too."""

    id: int
    token: str
    kind: int
    channel: Channel
    member: Member
    data: Json
    source: Message | None
    began: float
    callback: Json = None
    original: Message | None = None
    messages: list[Message] = field(default_factory=list)


@dataclass
class State:
    """Everything; `message_content` is the switch in the developer portal."""

    token: str = "loopback.discord.token"
    message_content: bool = True
    bot: Member = field(default_factory=lambda: Member(snowflake(), "loopback-bot", bot=True))
    guilds: dict[int, Guild] = field(default_factory=dict)
    commands: list[Json] = field(default_factory=list)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    nonces: dict[str, tuple[int, int]] = field(default_factory=dict)

    def channel(self, id_: str | int) -> Channel:
        """The channel or thread; raises `RefusedError`."""
        for guild in self.guilds.values():
            if found := guild.channels.get(int(id_)):
                return found
        raise RefusedError(404, 10003, "Unknown Channel")

    def message(self, channel_id: str | int, id_: str | int) -> Message:
        """The message; raises `RefusedError`."""
        if found := self.channel(channel_id).messages.get(int(id_)):
            return found
        raise RefusedError(404, 10008, "Unknown Message")
