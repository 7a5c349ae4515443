"""How warm it is in a channel: counted over the last minutes, forgotten after that, and never kept."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

WINDOW = timedelta(minutes=10)
QUIET = timedelta(hours=1)
"""After an alarm, a channel gives no other one for so long."""

MOST_CHANNELS = 500


class Signal(StrEnum):
    """What can make a channel warm."""

    MESSAGES = "messages"
    REPLIES = "replies"
    HITS = "hits"


@dataclass(frozen=True, slots=True)
class Limits:
    """So many within the window are warm; 0 for never."""

    messages: int
    replies: int
    hits: int


@dataclass(slots=True)
class _Channel:
    messages: deque[datetime] = field(default_factory=deque[datetime])
    replies: deque[tuple[datetime, frozenset[int]]] = field(
        default_factory=deque[tuple[datetime, frozenset[int]]]
    )
    hits: deque[datetime] = field(default_factory=deque[datetime])
    alarmed: datetime | None = None

    def forget(self, now: datetime) -> None:
        for moments in (self.messages, self.hits):
            while moments and now - moments[0] >= WINDOW:
                moments.popleft()
        while self.replies and now - self.replies[0][0] >= WINDOW:
            self.replies.popleft()

    def is_cold(self, now: datetime) -> bool:
        self.forget(now)
        resting = self.alarmed is not None and now - self.alarmed < QUIET
        return not (self.messages or self.replies or self.hits or resting)


class Heat:
    """Counts what happens in channels; holds members' ids for the ten minutes of the window and no longer."""

    def __init__(self) -> None:
        self._channels: dict[int, _Channel] = {}

    def message(self, channel_id: int, author_id: int, replied_to: int | None, now: datetime) -> None:
        """A message, and whose message it replies to."""
        channel = self._channel(channel_id, now)
        channel.messages.append(now)
        if replied_to is not None and replied_to != author_id:
            channel.replies.append((now, frozenset((author_id, replied_to))))

    def hit(self, channel_id: int, now: datetime) -> None:
        """A message that Discord's filters held back."""
        self._channel(channel_id, now).hits.append(now)

    def alarm(self, channel_id: int, limits: Limits, now: datetime) -> dict[Signal, int]:
        """What makes the channel warm, with how many there were; once an hour at most, and else empty."""
        channel = self._channel(channel_id, now)
        channel.forget(now)
        if channel.alarmed is not None and now - channel.alarmed < QUIET:
            return {}
        pairs = Counter(pair for _, pair in channel.replies)
        counted = {
            Signal.MESSAGES: (len(channel.messages), limits.messages),
            Signal.REPLIES: (max(pairs.values(), default=0), limits.replies),
            Signal.HITS: (len(channel.hits), limits.hits),
        }
        warm = {signal: count for signal, (count, limit) in counted.items() if 0 < limit <= count}
        if warm:
            channel.alarmed = now
        return warm

    def cool(self, now: datetime) -> None:
        """Forgets whatever is older than the window."""
        self._channels = {id_: it for id_, it in self._channels.items() if not it.is_cold(now)}

    def _channel(self, channel_id: int, now: datetime) -> _Channel:
        if channel_id not in self._channels and len(self._channels) >= MOST_CHANNELS:
            self.cool(now)
        return self._channels.setdefault(channel_id, _Channel())
