"""A debate folder that changed goes live whole, or not at all: then what went before stays, and why is told."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.core.errors import ExpectedError, Told
from bot.live import LiveDebate
from bot.service import DebateService

log = logging.getLogger(__name__)

LOG_LOCALE = "en"
READ = frozenset({".toml", ".txt", ".json", ".jsonl"})
"""The files that a debate consists of; drafts and an editor's own files are none of it."""

Signature = frozenset[tuple[str, int, int]]
"""Path, moment of change in nanoseconds and size in bytes of every file."""

UNEXPECTED = Told("debate.reload_failed")
STILL_CHANGING = Told("debate.still_changing")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a folder did not go live, when that was found, and since when it has not, for whatever reason."""

    found: datetime
    since: datetime
    told: Told


def signature_of(folder: Path) -> Signature:
    """What tells whether a folder changed, without reading it; a folder that is gone has none."""
    found: set[tuple[str, int, int]] = set()
    for path in folder.rglob("*"):
        if path.suffix in READ:
            with suppress(OSError):  # gone since it was listed
                stat = path.stat()
                found.add((str(path.relative_to(folder)), stat.st_mtime_ns, stat.st_size))
    return frozenset(found)


@dataclass(frozen=True)
class Watched:
    """The folders by debate, and their signatures from before they were loaded."""

    folders: Mapping[str, Path]
    seen: Mapping[str, Signature]

    @classmethod
    def now(cls, folders: Mapping[str, Path]) -> Watched:
        """As they are; to be called before loading, so that no change falls between the two."""
        return cls(folders, {name: signature_of(folder) for name, folder in folders.items()})


class Reloading:
    """Loads a debate's folder again, when asked or when it changed, and puts it live when it is sound."""

    def __init__(
        self,
        service: DebateService,
        watched: Watched,
        load: Callable[[Path], Awaitable[LiveDebate]],
        now: Callable[[], datetime],
    ) -> None:
        self._service = service
        self._folders = watched.folders
        self._seen = dict(watched.seen)
        self._load = load
        self._now = now
        self._turn = asyncio.Lock()
        self._faults: dict[str, Fault] = {}

    def knows(self, debate_id: str) -> bool:
        """Whether there is a folder of that debate."""
        return debate_id in self._folders

    def fault_of(self, debate_id: str) -> Fault | None:
        """Why the folder as it stands is not live; None when it is."""
        return self._faults.get(debate_id)

    async def look(self, _: datetime) -> None:
        """Loads again whatever changed since it was last loaded."""
        for debate_id, folder in self._folders.items():
            if await asyncio.to_thread(signature_of, folder) != self._seen[debate_id]:
                await self.reload(debate_id)

    async def reload(self, debate_id: str) -> LiveDebate | Fault:
        """The debate that is live from now on, or what keeps its folder from it."""
        folder = self._folders[debate_id]
        # One at a time: the watcher and a moderator may come for the same change.
        async with self._turn:
            before = await asyncio.to_thread(signature_of, folder)
            outcome = await self._read(folder)
            if await asyncio.to_thread(signature_of, folder) != before:
                # Half of it may be of before and half of after; the next look finds it again.
                now = self._now()
                return Fault(now, now, STILL_CHANGING)
            if isinstance(outcome, LiveDebate):
                self._seen[debate_id] = before
                self._put_live(outcome)
                return outcome
            told, error = outcome
            if told is not UNEXPECTED:  # that one may pass, so the next look tries again
                self._seen[debate_id] = before
            return self._refuse(debate_id, told, error)

    async def _read(self, folder: Path) -> LiveDebate | tuple[Told, Exception]:
        try:
            return await self._load(folder)
        except ExpectedError as error:
            return error.told, error
        except Exception as error:
            return UNEXPECTED, error

    def _put_live(self, live: LiveDebate) -> None:
        self._service.replace(live)
        self._faults.pop(live.debate.id, None)
        claims = len(live.debate.claim_set.claims)
        log.info("debate %s reloaded with %s claims", live.debate.id, claims)

    def _refuse(self, debate_id: str, told: Told, error: Exception) -> Fault:
        standing = self._faults.get(debate_id)
        if standing is not None and standing.told == told:
            return standing
        sentence = self._service.wording[LOG_LOCALE].sentence(told)
        unexpected = error if told is UNEXPECTED else None
        log.error("debate %s not reloaded, the old one stays: %s", debate_id, sentence, exc_info=unexpected)
        now = self._now()
        fault = Fault(now, standing.since if standing else now, told)
        self._faults[debate_id] = fault
        return fault
