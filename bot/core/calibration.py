"""Choosing the operating point of one model on one claim set from labelled comments."""

# scikit-learn comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bot.core.claims import Stance
from bot.core.confidence import Confidence, expand, features
from bot.core.decisions import OperatingPoint
from bot.core.errors import ExpectedError, Told
from bot.core.house_rules import Caution
from bot.core.kernel import Matrix
from bot.core.matching import Ranking
from bot.core.source import digest

TARGET_PRECISION = 0.95
QUIETER, LOOSER = 0.4, 2.0
"""By what the share of wrong replies that the target allows is multiplied: 5 in 100 become 2, or 10."""

LEAST_PRECISION = 0.9
"""No choice of words goes below this. A wrong reply puts somebody's words against a point that nobody made;
at the usual cap of twelve replies an hour nine in ten is about one such reply in the fullest hour, which is
what one moderator can still take back. A lower target that a maintainer asked for is left as it is."""

SUGGEST_PRECISION = 0.5
STANCE_PRECISION = TARGET_PRECISION
"""Who gets a rebuttal must dispute as surely as the claim must be the one; in doubt it is the quote."""

MOST_OFF_TOPIC = 0.005
"""Half of what is promised: unseen comments are a little harder than the ones fitted on."""

SURE = 1.28
"""Standard deviations by which the precision must clear the target: nine times in ten it truly does."""

FOLDS = 10
STRENGTH = 0.03
"""How far the confidence may follow the labelled comments; the inverse of its penalty."""

CONSIDERED = 3
"""Candidates a comment that the confidence learns from."""

MARGINS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3)


@dataclass(frozen=True, slots=True)
class Truth:
    """What a labelled comment makes right: claims (none when the bot should be silent) and a stance."""

    claims: frozenset[str]
    stance: Stance | None


@dataclass(frozen=True, slots=True)
class Measured:
    """An operating point with its target and what cross-validation measured there."""

    target: float
    precision: float
    coverage: float
    off_topic: float
    point: OperatingPoint


@dataclass(frozen=True, slots=True)
class Calibration:
    """A confidence and operating points with their provenance; they hold for one model and one claim set.

    `point` and what was measured there belong to the balanced choice of caution, `others` to the rest; an
    older calibration has none, and its one point serves for all. `fitted_on` are the marks of the comments it
    was fitted on: nobody may measure on those.
    """

    model: str
    claim_set: str
    rows: int
    target: float
    precision: float
    coverage: float
    off_topic: float
    confidence: Confidence
    point: OperatingPoint
    fitted_on: tuple[str, ...] = ()
    others: Mapping[Caution, Measured] = field(default_factory=dict[Caution, Measured])

    @property
    def graded(self) -> bool:
        """Whether it makes a difference how cautious moderators want the bot."""
        return bool(self.others)

    def point_for(self, caution: Caution) -> OperatingPoint:
        """Where the bot speaks when it is to be that cautious."""
        other = self.others.get(caution)
        return other.point if other else self.point


def mark_of(text: str) -> str:
    """By what a calibration remembers a comment's own words: the first 12 digits of their digest."""
    return digest(text)[:12]


class TooFewLabelsError(ExpectedError):
    """There are not enough labelled comments to fit on."""

    @property
    def told(self) -> Told:
        return Told("cli.too_few_labels")


def calibrate(
    rankings: Sequence[Ranking],
    truths: Sequence[Truth],
    *,
    model: str,
    claim_set: str,
    target: float = TARGET_PRECISION,
) -> Calibration:
    """The calibration that covers most at the target precision, judged by cross-validation on these rows.

    Raises `TooFewLabelsError` below 2 rows a fold or when all candidates are right or all wrong.
    """
    inputs, right, group = _rows(rankings, truths)
    if len(rankings) < 2 * FOLDS or right.all() or not right.any():
        raise TooFewLabelsError(len(rankings))
    held_out = np.zeros(len(right))
    for fit, test in GroupKFold(FOLDS).split(inputs, right, group):
        fold = _fit_confidence(inputs[fit], right[fit])
        held_out[test] = [fold.of_features(row) for row in inputs[test]]
    on = np.array([bool(truth.claims) for truth in truths])
    held = _Held(*_best(held_out, right, group, len(rankings)), on)
    stance = round(_stance(rankings, truths), 4)
    shut = (float(held.top.max()) + 1e-6, 0.0)
    bar = _most(held, target, held.bars()) or shut
    usual = held.measured(target, bar, stance)
    wanted = {Caution.QUIET: quiet_target(target), Caution.TALKATIVE: talkative_target(target)}
    bars = {
        Caution.QUIET: _quieter(held, wanted[Caution.QUIET], bar),
        Caution.TALKATIVE: _looser(held, wanted[Caution.TALKATIVE], bar),
    }
    return Calibration(
        model=model,
        claim_set=claim_set,
        rows=len(rankings),
        target=target,
        precision=usual.precision,
        coverage=usual.coverage,
        off_topic=usual.off_topic,
        confidence=_fit_confidence(inputs, right),
        point=usual.point,
        fitted_on=tuple(sorted({mark_of(ranking.text) for ranking in rankings if ranking.text})),
        others={caution: held.measured(wanted[caution], bars[caution], stance) for caution in wanted},
    )


def quiet_target(target: float) -> float:
    """The precision wanted where the bot should rather be silent."""
    return round(1 - (1 - target) * QUIETER, 4)


def talkative_target(target: float) -> float:
    """The precision wanted where it may say more: never below the floor, unless the target itself is."""
    return min(target, max(LEAST_PRECISION, round(1 - (1 - target) * LOOSER, 4)))


def _rows(rankings: Sequence[Ranking], truths: Sequence[Truth]) -> tuple[Matrix, Matrix, Matrix]:
    inputs, right, group = [], [], []
    for at, (ranking, truth) in enumerate(zip(rankings, truths, strict=True)):
        for ranked in ranking.claims[:CONSIDERED]:
            inputs.append(features(ranked.evidence))
            right.append(ranked.claim in truth.claims)
            group.append(at)
    return np.array(inputs), np.array(right), np.array(group)


def _fit_confidence(inputs: Matrix, right: Matrix) -> Confidence:
    """A logistic regression on the features and their products, all in a common measure."""
    centre, scale = inputs.mean(axis=0), np.maximum(inputs.std(axis=0), 1e-6)
    terms = np.array([expand(row, centre, scale) for row in inputs])
    middle, spread = terms.mean(axis=0), np.maximum(terms.std(axis=0), 1e-6)
    found = LogisticRegression(C=STRENGTH, max_iter=3000).fit((terms - middle) / spread, right)
    weights = found.coef_[0] / spread
    return Confidence(
        centre=tuple(map(float, centre)),
        scale=tuple(map(float, scale)),
        weights=tuple(map(float, weights)),
        intercept=float(found.intercept_[0] - weights @ middle),
    )


def _best(scores: Matrix, right: Matrix, group: Matrix, count: int) -> tuple[Matrix, Matrix, Matrix]:
    top, margin, hit = np.zeros(count), np.zeros(count), np.zeros(count, dtype=bool)
    for at in range(count):
        mine = np.flatnonzero(group == at)
        order = mine[np.argsort(-scores[mine], kind="stable")]
        top[at] = scores[order[0]]
        margin[at] = top[at] - (scores[order[1]] if len(order) > 1 else 0.0)
        hit[at] = right[order[0]]
    return top, margin, hit


Bar = tuple[float, float]
"""A threshold and a margin."""


@dataclass(frozen=True)
class _Held:
    """The labelled comments as they were judged held out, (n,) each: best confidence, lead, right, on topic."""

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

    def measured(self, target: float, bar: Bar, stance: float) -> Measured:
        """The operating point at a bar, with what is known of it."""
        replied = self._replied(bar)
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
            ),
        )

    def _replied(self, bar: Bar) -> Matrix:
        return (self.top >= bar[0]) & (self.margin >= bar[1])


def _most(
    held: _Held, target: float, bars: Iterable[Bar], most_off_topic: float = MOST_OFF_TOPIC
) -> Bar | None:
    """The bar at which most is answered rightly while precision and silence off topic hold."""
    best, most = None, 0
    for bar in bars:
        right, proven, off_topic = held.tried(bar)
        if right > most and proven >= target and off_topic <= most_off_topic:
            best, most = bar, right
    return best


def _quieter(held: _Held, target: float, usual: Bar) -> Bar:
    """The same among bars at least as strict as the usual one; without any, the one that proves most.

    Few labelled comments prove no high precision at all, and to prefer silence is not to be mute.
    """
    stricter = [bar for bar in held.bars() if bar[0] >= usual[0] and bar[1] >= usual[1]]
    best = _most(held, target, stricter)
    return best or max(stricter, key=lambda bar: (held.tried(bar)[1], *bar), default=usual)


def _looser(held: _Held, target: float, usual: Bar) -> Bar:
    """The same among bars at most as strict as the usual one, off topic too; without any, the usual one."""
    wider = (bar for bar in held.bars() if bar[0] <= usual[0] and bar[1] <= usual[1])
    return _most(held, target, wider, MOST_OFF_TOPIC * LOOSER) or usual


def lower_bound(right: int, of: int, sure: float) -> float:
    """The lower end of Wilson's interval for so many right of so many, `sure` standard deviations wide."""
    share, width = right / of, sure * sure / of
    spread = sure * math.sqrt(share * (1 - share) / of + width / (4 * of))
    return (share + width / 2 - spread) / (1 + width)


def fewest_right(target: float) -> int:
    """How many right replies, without a wrong one, show that the target precision is reached."""
    return math.ceil(SURE * SURE * target / max(1 - target, 1e-9))


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


def _stance(rankings: Sequence[Ranking], truths: Sequence[Truth]) -> float:
    """The least share from which "disputes" is right often enough to send a rebuttal."""
    shares: list[tuple[float, bool]] = []
    for ranking, truth in zip(rankings, truths, strict=True):
        if truth.stance and max(ranking.stances, key=lambda s: ranking.stances[s]) is Stance.DISPUTES:
            shares.append((ranking.stances[Stance.DISPUTES], truth.stance is Stance.DISPUTES))
    for threshold in sorted(share for share, _ in shares):
        kept = [right for share, right in shares if share >= threshold]
        if sum(kept) / len(kept) >= STANCE_PRECISION:
            return threshold
    return 1.0


def _share(flags: Matrix) -> float:
    return float(flags.mean()) if len(flags) else 0.0
