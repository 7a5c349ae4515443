"""The model that encodes comments, and whether it still does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from bot.core.vectors import Vectors

log = logging.getLogger(__name__)

PROBE = "Is daar iemand?"
"""A text that any model can encode: when even this fails, it is the model and not the comment."""


class Encodes(Protocol):
    """What turns texts into vectors, off the loop."""

    @property
    def model_id(self) -> str:
        """What exactly encodes."""
        ...

    async def encode(self, texts: Iterable[str]) -> Vectors:
        """One row a text."""
        ...


class ModelDownError(Exception):
    """The model encodes nothing at the moment; the comment waits in the inbox."""


class Model:
    """Tells a text that the model refuses from a model that encodes nothing any more."""

    def __init__(self, encoder: Encodes, now: Callable[[], datetime]) -> None:
        self.id = encoder.model_id
        self.down_since: datetime | None = None
        self._encoder = encoder
        self._now = now

    async def encode(self, texts: tuple[str, ...]) -> Vectors | None:
        """The vectors, or None when the model works and still refuses these texts; raises `ModelDownError`."""
        # A neighbour in the batch may have been what failed, so the texts get a second chance.
        for _ in range(2):
            try:
                vectors = await self._encoder.encode(texts)
            except Exception as error:
                await self._require_answer(error)
            else:
                self._answers()
                return vectors
        return None

    async def _require_answer(self, fault: Exception) -> None:
        try:
            await self._encoder.encode([PROBE])
        except Exception:
            if self.down_since is None:
                self.down_since = self._now()
                log.error("the model encodes nothing any more", exc_info=fault)
            raise ModelDownError from fault
        self._answers()

    def _answers(self) -> None:
        if self.down_since is not None:
            log.warning("the model encodes again; it did not since %s", self.down_since)
            self.down_since = None
