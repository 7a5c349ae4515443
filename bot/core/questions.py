"""Discussion questions: what the bot may ask when nobody says anything, and which one is next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DiscussionQuestion:
    """A question of one debate, by language; it may be about the words of a claim."""

    id: str
    text: Mapping[str, str]
    claim: str | None = None


def next_question(questions: Sequence[str], asked: Iterable[str]) -> str | None:
    """The first that was never asked; None when all were."""
    done = {*asked}
    return next((question for question in questions if question not in done), None)
