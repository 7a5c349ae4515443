"""What people think of the bot's replies, claim by claim, and how much that proves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.metrics import Share

VOICES = {
    ("fits", True): True,
    ("fits", False): False,
    ("helpful", True): True,
    ("helpful", False): False,
    ("not_my_point", True): False,
}
"""Whether a verdict is for the reply; one that is not here says nothing, such as an objection taken back."""

MODERATORS_OWN = "fits"
"""The verdict that moderators alone give."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How many people gave that verdict on a claim; `by_moderator` tells who they were."""

    claim: str
    kind: str
    value: bool
    by_moderator: bool
    count: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many of a claim's replies moderators and members found right."""

    claim: str
    moderators: Share
    members: Share


def agreements(voices: Iterable[Voice]) -> list[Agreement]:
    """What there is to say of each claim that anybody judged; first the one of which most is surely wrong."""
    counted: dict[str, dict[tuple[bool, bool], int]] = {}
    for voice in voices:
        right = VOICES.get((voice.kind, voice.value))
        if right is not None:
            mine = counted.setdefault(voice.claim, {})
            key = (voice.by_moderator or voice.kind == MODERATORS_OWN, right)
            mine[key] = mine.get(key, 0) + voice.count
    found = [
        Agreement(claim, _share(counts, moderators=True), _share(counts, moderators=False))
        for claim, counts in counted.items()
    ]
    return sorted(found, key=lambda agreement: (agreement.moderators.interval[1], agreement.claim))


def _share(counts: dict[tuple[bool, bool], int], *, moderators: bool) -> Share:
    right = counts.get((moderators, True), 0)
    return Share(right, right + counts.get((moderators, False), 0))
