"""Channels that Discord closes to the bot: left alone for a while, logged once, told to moderators."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

log = logging.getLogger(__name__)

LEAVE_ALONE = timedelta(minutes=10)
"""So long a channel is not tried again: whoever keeps knocking is banned by address."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Since when a channel refuses, and when it last did; `parent_id` is set for a thread."""

    since: datetime
    last: datetime
    parent_id: int | None


class Refusals:
    """Which channels refuse at the moment; a restart may try them all again."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._standing: dict[int, Refusal] = {}

    def note(self, channel_id: int, parent_id: int | None, detail: str) -> None:
        """Writes down that a channel refused; only the first of a row is logged."""
        now = self._now()
        known = self._standing.get(channel_id)
        if known is None:
            log.warning("channel %s refuses (%s); it is left alone for a while", channel_id, detail)
        self._standing[channel_id] = Refusal(known.since if known else now, now, parent_id)

    def accepted(self, channel_id: int) -> None:
        """Writes down that a channel took something."""
        if self._standing.pop(channel_id, None):
            log.info("channel %s no longer refuses", channel_id)

    def retry(self, channel_id: int) -> None:
        """Somebody wants that channel tried again, however early it is."""
        self._standing.pop(channel_id, None)

    def leave_alone(self, channel_id: int) -> bool:
        """Whether it is too early to try that channel again."""
        known = self._standing.get(channel_id)
        return known is not None and self._now() - known.last < LEAVE_ALONE

    def since(self, channel_id: int) -> datetime | None:
        """Since when a channel or one of its threads refuses; None when all accept."""
        times = [
            refusal.since for id_, refusal in self._standing.items() if channel_id in (id_, refusal.parent_id)
        ]
        return min(times, default=None)
