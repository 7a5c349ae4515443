"""Encoding off the loop: a plain thread with a queue, in which neighbours share a batch."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bot.core.vectors import Vectors
from bot.encoder.cache import read_vectors, write_vectors
from bot.encoder.voters import Voters

BATCH = 32

_Job = tuple[list[str], asyncio.AbstractEventLoop, "asyncio.Future[Vectors]"]


class Encoder:
    """Encodes for everybody; `encoded` counts the texts that really went through a model."""

    def __init__(self, voters: Voters, cache: Path) -> None:
        self._voters = voters
        self._cache = cache
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._model = threading.Lock()
        self.encoded = 0
        self._thread = threading.Thread(target=self._work, name="encoder", daemon=True)
        self._thread.start()

    @property
    def model_id(self) -> str:
        """What exactly encodes."""
        return self._voters.model_id

    async def encode(self, texts: Iterable[str]) -> Vectors:
        """One row a text."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Vectors] = loop.create_future()
        self._jobs.put((list(texts), loop, future))
        return await future

    def encode_now(
        self,
        texts: Sequence[str],
        progress: Callable[[int, int], None] | None = None,
        *,
        cached: bool = False,
    ) -> Vectors:
        """The same, waiting; `progress` is told how many of how many are done."""
        wanted = list(texts)
        known = read_vectors(self._cache, self.model_id, wanted) if cached else None
        if known:
            return known
        parts: list[Vectors] = []
        for start in range(0, len(wanted), BATCH):
            parts.append(self._encode(wanted[start : start + BATCH]))
            if progress:
                progress(min(start + BATCH, len(wanted)), len(wanted))
        vectors = _stack(parts)
        if cached:
            write_vectors(self._cache, self.model_id, wanted, vectors)
        return vectors

    def close(self) -> None:
        """Ends the thread after what is waiting."""
        self._jobs.put(None)
        self._thread.join()

    def _encode(self, texts: list[str]) -> Vectors:
        with self._model:
            self.encoded += len(texts)
            return self._voters.encode(texts)

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            if job is None:
                return
            jobs = [job]
            last = False
            while not self._jobs.empty() and sum(len(j[0]) for j in jobs) < BATCH:
                following = self._jobs.get()
                if following is None:
                    last = True
                    break
                jobs.append(following)
            self._serve(jobs)
            if last:
                return

    def _serve(self, jobs: list[_Job]) -> None:
        try:
            vectors = self._encode([text for texts, _, _ in jobs for text in texts])
        except Exception as error:
            for _, loop, future in jobs:
                _settle(loop, future, error)
            return
        start = 0
        for texts, loop, future in jobs:
            _settle(loop, future, vectors.take(start, start + len(texts)))
            start += len(texts)


def _settle(
    loop: asyncio.AbstractEventLoop, future: asyncio.Future[Vectors], outcome: Vectors | Exception
) -> None:
    def settle() -> None:
        if future.done():
            return
        if isinstance(outcome, Vectors):
            future.set_result(outcome)
        else:
            future.set_exception(outcome)

    if not loop.is_closed():
        loop.call_soon_threadsafe(settle)


def _stack(parts: list[Vectors]) -> Vectors:
    import numpy as np
    from scipy.sparse import issparse, vstack

    def join(name: str):  # type: ignore[no-untyped-def]
        rows = [part.by_voter[name] for part in parts]
        return vstack(rows).tocsr() if issparse(rows[0]) else np.vstack(rows)

    return Vectors({name: join(name) for name in parts[0].by_voter}) if parts else Vectors({})
