"""At what confidence and lead to speak: bars, and what labelled comments that were judged held out prove of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.core.decisions import OperatingPoint
from bot.core.kernel import Matrix

QUIETER, LOOSER = 0.4, 2.0
"""By what the share of wrong replies that the target allows is multiplied: 5 in 100 become 2, or 10."""

SUGGEST_PRECISION = 0.5

MOST_OFF_TOPIC = 0.005
"""Half of what is promised: unseen comments are a little harder than the ones fitted on."""

SURE = 1.28
"""Standard deviations by which the precision must clear the target: nine times in ten it truly does."""

NEVER = 1.01
"""A bar that no confidence reaches: of such a claim moderators are asked first."""

CUTS = 50
"""Points of the curve that is written down beside an operating point."""

MARGINS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)


@dataclass(frozen=True, slots=True)
class Measured:
    """An operating point with its target and what cross-validation measured there."""

    target: float
    precision: float
    coverage: float
    off_topic: float
    point: OperatingPoint


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """What a threshold would give, at the margin of the operating point and without bars of claims' own."""

    threshold: float
    precision: float
    coverage: float
    off_topic: float


Bar = tuple[float, float]
"""A threshold and a margin."""


@dataclass(frozen=True)
class Held:
    """The labelled comments as they were judged held out, (n,) each.

    The likeliest claim, its confidence and lead, whether it is right, whether the comment is on topic.
    """

    claim: Sequence[str]
    top: Matrix
    margin: Matrix
    hit: Matrix
    on: Matrix

    def bars(self) -> list[Bar]:
        """Every bar that tells one set of replies from another."""
        return [(float(threshold), least) for least in MARGINS for threshold in np.unique(self.top)]

    def tried(self, bar: Bar) -> tuple[int, float, float]:
        """How many are answered rightly, what precision that proves, and the share answered off topic."""
        replied = self._replied(bar)
        count, right = int(replied.sum()), int(self.hit[replied].sum())
        return right, lower_bound(right, count, SURE) if count else 0.0, _share(replied[~self.on])

    def measured(self, target: float, bar: Bar, stance: float, own: Mapping[str, float]) -> Measured:
        """The operating point at a bar, with those of some claims' own, and what is known of it."""
        replied = self._replied(bar) & (self.top >= [own.get(claim, 0.0) for claim in self.claim])
        return Measured(
            target=target,
            precision=_share(self.hit[replied]),
            coverage=_share(replied[self.on]),
            off_topic=_share(replied[~self.on]),
            point=OperatingPoint(
                reply=round(bar[0], 4),
                suggest=round(min(bar[0], _suggest(self.top, self.hit)), 4),
                margin=bar[1],
                stance=stance,
                own=own,
            ),
        )

    def curve(self, margin: float) -> tuple[CurvePoint, ...]:
        """What thresholds over all of the confidence would give, the lowest first."""
        points: list[CurvePoint] = []
        for least in np.unique(np.quantile(self.top, np.linspace(0, 1, CUTS, endpoint=False))):
            replied = self._replied((float(least), margin))
            shares = (_share(self.hit[replied]), _share(replied[self.on]), _share(replied[~self.on]))
            points.append(CurvePoint(*(round(share, 4) for share in (float(least), *shares))))
        return tuple(points)

    def own(self, bar: Bar, floor: float) -> dict[str, float]:
        """For claims that are less precise at the common bar: the lowest at which they are not, or `NEVER`."""
        replied, names = self._replied(bar), np.array(self.claim)
        own: dict[str, float] = {}
        for claim in sorted(set(self.claim)):
            mine = replied & (names == claim)
            if not mine.any() or self.hit[mine].mean() >= floor:
                continue
            least = (
                float(t)
                for t in np.unique(self.top[mine])
                if self.hit[mine & (self.top >= t)].mean() >= floor
            )
            own[claim] = round(next(least, NEVER), 4)
        return own

    def _replied(self, bar: Bar) -> Matrix:
        return (self.top >= bar[0]) & (self.margin >= bar[1])


def most(
    held: Held, target: float, bars: Iterable[Bar], most_off_topic: float = MOST_OFF_TOPIC
) -> Bar | None:
    """The bar at which most is answered rightly while precision and silence off topic hold."""
    best, answered = None, 0
    for bar in bars:
        right, proven, off_topic = held.tried(bar)
        if right > answered and proven >= target and off_topic <= most_off_topic:
            best, answered = bar, right
    return best


def quieter(held: Held, target: float, usual: Bar) -> Bar:
    """The same among bars at least as strict as the usual one; without any, the one that proves most.

    Few labelled comments prove no high precision at all, and to prefer silence is not to be mute.
    """
    stricter = [bar for bar in held.bars() if bar[0] >= usual[0] and bar[1] >= usual[1]]
    best = most(held, target, stricter)
    return best or max(stricter, key=lambda bar: (held.tried(bar)[1], *bar), default=usual)


def looser(held: Held, target: float, usual: Bar) -> Bar:
    """The same among bars at most as strict as the usual one, off topic too; without any, the usual one."""
    wider = (bar for bar in held.bars() if bar[0] <= usual[0] and bar[1] <= usual[1])
    return most(held, target, wider, MOST_OFF_TOPIC * LOOSER) or usual


def lower_bound(right: int, of: int, sure: float) -> float:
    """The lower end of Wilson's interval for so many right of so many, `sure` standard deviations wide."""
    share, width = right / of, sure * sure / of
    spread = sure * math.sqrt(share * (1 - share) / of + width / (4 * of))
    return (share + width / 2 - spread) / (1 + width)


def fewest_right(target: float) -> int:
    """How many right replies, without a wrong one, show that the target precision, below 1, is reached."""
    return math.ceil(SURE * SURE * target / (1 - target))


def _suggest(top: Matrix, hit: Matrix) -> float:
    """The lowest confidence around which a candidate is still as likely right as wrong."""
    order = np.argsort(-top)
    window = max(10, len(top) // 15)
    lowest = float(top[order[0]])
    for end in range(window, len(order) + 1):
        if hit[order[end - window : end]].mean() < SUGGEST_PRECISION:
            break
        lowest = float(top[order[end - 1]])
    return lowest


def _share(flags: Matrix) -> float:
    return float(flags.mean()) if len(flags) else 0.0
