"""A transcript through the one path: the real service over a store of its own, on the transcript's clock."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.core.vectors import Vectors
from bot.encoder import Encoder, Progress
from bot.incoming import Incoming
from bot.live import LiveDebate
from bot.service import DebateService
from bot.store import open_store
from bot.store.rows import DecisionRow
from bot.transcripts import Said
from bot.wording import Wording

CHANNEL = 1


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the transcript, what was decided on it, and what would have been posted (None for silence)."""

    said: Said
    decision: DecisionRow
    rendered: str | None

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims that would have been answered."""
        return self.decision.claims


class _Ahead:
    """Vectors of all comments, encoded in bulk before the clock starts."""

    def __init__(self, encoder: Encoder, texts: Iterable[str], progress: Progress | None) -> None:
        known = list(dict.fromkeys(texts))
        self._place = {text: at for at, text in enumerate(known)}
        self._vectors = encoder.encode_now(known, progress)
        self.model_id = encoder.model_id

    async def encode(self, texts: Iterable[str]) -> Vectors:
        rows = [self._place[text] for text in texts]
        return Vectors({name: matrix[rows] for name, matrix in self._vectors.by_voter.items()})


async def replay(
    live: LiveDebate,
    encoder: Encoder,
    wording: Mapping[str, Wording],
    transcript: Sequence[Said],
    progress: Progress | None = None,
) -> list[Heard]:
    """What the bot would have done with each member's message, with its manners and its memory."""
    members = [said for said in transcript if not said.robot]
    if not members:
        return []
    comments = (live.read(said.text) for said in members)
    ahead = _Ahead(encoder, (text for comment in comments for text in comment.texts), progress)
    clock = [members[0].at]
    authors = {said.author_id: at for at, said in enumerate(members, 1)}
    debate = live.debate
    heard: list[Heard] = []
    with tempfile.TemporaryDirectory(prefix="wederhoor-") as folder:
        async with open_store(Path(folder) / "replay.sqlite3") as store:
            service = DebateService(store, ahead, {debate.id: live}, wording, lambda: clock[0])
            venue = await service.venues.open(CHANNEL, CHANNEL, debate.id, debate.language, by=0)
            for number, said in enumerate(members, 1):
                clock[0] = said.at
                message = _incoming(number, authors[said.author_id], said, said.at)
                row = await service.consider(venue, message)
                decision = await store.decision_of(number)
                if decision is None:
                    raise LookupError(f"message {number} was not decided")
                rendered = service.replies.compose(row, f"@{said.author}", {}).text if row else None
                heard.append(Heard(said, decision, rendered))
    return heard


def _incoming(number: int, author: int, said: Said, at: datetime) -> Incoming:
    return Incoming(number, CHANNEL, author, said.text, said.asked, at)
