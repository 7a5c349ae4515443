"""Encoding off the loop: a plain thread with a queue, in which neighbours share a batch."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from bot.core.vectors import Vectors
from bot.encoder.cache import Kept, read_vectors, stack, write_vectors
from bot.encoder.voters import Voters

BATCH = 32
"""Comments that wait together are encoded together, up to this many."""

SORTED_AT_ONCE = 128
"""Texts given to the models at once, which sort them by length before they cut batches."""

SAVED_AT_ONCE = 512

Progress = Callable[[int, int], None]
"""Told how many texts of how many are encoded."""

_Job = tuple[list[str], asyncio.AbstractEventLoop, "asyncio.Future[Vectors]"]


class Encoder:
    """Encodes for everybody; `encoded` counts the texts that really went through a model."""

    def __init__(self, voters: Voters, cache: Path) -> None:
        self._voters = voters
        self.cache = cache
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._model = threading.Lock()
        self._closed = False
        self.encoded = 0
        self._thread = threading.Thread(target=self._work, name="encoder", daemon=True)
        self._thread.start()

    @property
    def model_id(self) -> str:
        """What exactly encodes."""
        return self._voters.model_id

    @property
    def loaded(self) -> bool:
        """Whether there is a model at all."""
        return bool(self._voters.models)

    async def encode(self, texts: Iterable[str]) -> Vectors:
        """One row a text; raises `RuntimeError` once it is closed, for nobody would answer."""
        if self._closed:
            raise RuntimeError("the encoder is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Vectors] = loop.create_future()
        self._jobs.put((list(texts), loop, future))
        return await future

    def encode_now(
        self,
        texts: Sequence[str],
        progress: Progress | None = None,
        *,
        cached: bool = False,
    ) -> Vectors:
        """The same, waiting; `progress` is told how many of how many are done."""
        if not cached:
            return self._encode_all(list(texts), progress)
        kept = read_vectors(self.cache, self.model_id)
        missing = kept.missing(texts)
        if missing and progress:
            progress(0, len(missing))
        for start in range(0, len(missing), SAVED_AT_ONCE):
            part = missing[start : start + SAVED_AT_ONCE]
            encoded = self._encode_all(part, progress, start, len(missing))
            # Written part by part: who stops a first start does not begin again.
            kept = kept.with_new(part, encoded, texts)
            with suppress(OSError):  # a full disk costs the cache, not the start
                write_vectors(self.cache, self.model_id, kept)
        return kept.of(texts)

    async def encode_cached(self, texts: Sequence[str]) -> Vectors:
        """The same for many texts while others wait: off the loop, comments going between the batches."""
        kept = await asyncio.to_thread(read_vectors, self.cache, self.model_id)
        missing = kept.missing(texts)
        slices = [missing[start : start + BATCH] for start in range(0, len(missing), BATCH)]
        encoded = [await self.encode(part) for part in slices]
        return await asyncio.to_thread(self._keep, kept, missing, encoded, texts)

    def _keep(
        self, kept: Kept, missing: Sequence[str], encoded: Sequence[Vectors], texts: Sequence[str]
    ) -> Vectors:
        if missing:
            kept = kept.with_new(missing, stack(encoded), texts)
            with suppress(OSError):  # a full disk costs the cache, not the debate
                write_vectors(self.cache, self.model_id, kept)
        return kept.of(texts)

    def _encode_all(
        self, texts: list[str], progress: Progress | None, done: int = 0, total: int | None = None
    ) -> Vectors:
        parts: list[Vectors] = []
        for start in range(0, len(texts), SORTED_AT_ONCE):
            parts.append(self._encode(texts[start : start + SORTED_AT_ONCE]))
            if progress:
                progress(done + min(start + SORTED_AT_ONCE, len(texts)), total or len(texts))
        return stack(parts)

    def close(self) -> None:
        """Ends the thread after what is waiting.

        The program does without: the thread is a daemon, and no stop should wait for a batch. It is for who
        starts more than one.
        """
        self._closed = True
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
