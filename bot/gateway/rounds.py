"""The rounds: what the bot looks at by the clock, each by itself, so that one fault does not stop the rest."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

log = logging.getLogger(__name__)

Round = Callable[[datetime], Awaitable[None]]


class Rounds:
    """Calls everything that wants to be called every few minutes with the present moment."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._rounds: list[Round] = []

    def add(self, round_: Round) -> None:
        """Calls this too from now on; it decides itself whether there is anything to do."""
        self._rounds.append(round_)

    async def make(self) -> None:
        """Calls them all, in the order of adding."""
        for round_ in self._rounds:
            try:
                await round_(self._now())
            except Exception:
                log.exception("round %s failed", getattr(round_, "__qualname__", round_))
