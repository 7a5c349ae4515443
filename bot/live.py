"""A debate that can answer: its claims fitted, its operating point known. The one path of every caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from bot.core.calibration import Calibration
from bot.core.claims import Debate
from bot.core.comments import Comment, read_comment
from bot.core.confidence import Match, guess
from bot.core.decisions import Decision, decide
from bot.core.etiquette import Etiquette
from bot.core.house_rules import Caution
from bot.core.matching import ClaimIndex
from bot.core.vectors import Vectors

ETIQUETTE = Etiquette()
"""The manners of a channel that set none of its own."""


@dataclass(frozen=True)
class LiveDebate:
    """A debate, its index and its calibration (None when there is none for this model and claim set)."""

    debate: Debate
    index: ClaimIndex
    calibration: Calibration | None
    model: str

    def read(self, raw: str) -> Comment:
        """A message as a comment in this debate."""
        return read_comment(raw, self.debate.spoken)

    def match(self, comments: Sequence[Comment], vectors: Vectors) -> list[list[Match]]:
        """What matching says of each comment as a whole and then of its points.

        `vectors` are those of all texts of all comments, in order.
        """
        judge = self.calibration.confidence.judge if self.calibration else guess
        texts = [text for comment in comments for text in comment.texts]
        ranked = iter(self.index.rank(texts, vectors))
        return [[judge(ranking) for ranking in islice(ranked, len(c.texts))] for c in comments]

    def judge(
        self,
        comment: Comment,
        vectors: Vectors,
        *,
        min_words: int = ETIQUETTE.min_words,
        asked: bool = False,
        caution: Caution = Caution.BALANCED,
    ) -> Decision:
        """The decision on a comment judged on its own, without history or cool-downs."""
        (matches,) = self.match([comment], vectors) if comment.words else ([],)
        return self._decide(comment, matches, min_words=min_words, asked=asked, caution=caution)

    def judge_each(self, comments: Sequence[Comment], vectors: Vectors) -> list[Decision]:
        """The same for many comments at once; `vectors` are those of all their texts, in order."""
        return [
            self._decide(comment, matches if comment.words else [], min_words=ETIQUETTE.min_words)
            for comment, matches in zip(comments, self.match(comments, vectors), strict=True)
        ]

    def _decide(
        self,
        comment: Comment,
        matches: list[Match],
        *,
        min_words: int,
        asked: bool = False,
        caution: Caution = Caution.BALANCED,
    ) -> Decision:
        return decide(
            matches,
            self.debate.claim_set,
            self.calibration.point_for(caution) if self.calibration else None,
            words=comment.words,
            min_words=min_words,
            asked=asked,
        )
