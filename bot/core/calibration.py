"""Choosing the operating point of one model on one claim set from labelled comments."""

# scikit-learn comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bot.core.bars import LOOSER, QUIETER, CurvePoint, Held, Measured, looser, most, quieter
from bot.core.claims import Stance
from bot.core.confidence import Confidence, expand_rows, features
from bot.core.decisions import OperatingPoint
from bot.core.errors import ExpectedError, Told
from bot.core.house_rules import Caution
from bot.core.kernel import Matrix
from bot.core.matching import Ranking
from bot.core.source import digest

TARGET_PRECISION = 0.95
LEAST_PRECISION = 0.9
"""No choice of words goes below this. A wrong reply puts somebody's words against a point that nobody made;
at the usual cap of twelve replies an hour nine in ten is about one such reply in the fullest hour, which is
what one moderator can still take back. A lower target that a maintainer asked for is left as it is."""

STANCE_PRECISION = TARGET_PRECISION
"""Who gets a rebuttal must dispute as surely as the claim must be the one; in doubt it is the quote."""

FOLDS = 10
STRENGTH = 0.03
"""How far the confidence may follow the labelled comments; the inverse of its penalty."""

CONSIDERED = 3
"""Candidates a comment that the confidence learns from."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What a labelled comment makes right: claims (none when the bot should be silent) and a stance."""

    claims: frozenset[str]
    stance: Stance | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """A confidence and operating points with their provenance; they hold for one model and one claim set.

    `point` and what was measured there belong to the balanced choice of caution, `others` to the rest; an
    older calibration has none, and its one point serves for all. `curve` is what `point` was chosen from.
    `fitted_on` are the marks of the comments it was fitted on: nobody may measure on those.
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
    curve: tuple[CurvePoint, ...] = ()

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
    floor: float = LEAST_PRECISION,
) -> Calibration:
    """The calibration that covers most at the target precision, judged by cross-validation on these rows.

    A claim less precise than the floor is answered from a bar of its own, or never unasked. Raises
    `TooFewLabelsError` below 2 rows a fold or when all candidates are right or all wrong.
    """
    inputs, right, group = _rows(rankings, truths)
    if len(rankings) < 2 * FOLDS or right.all() or not right.any():
        raise TooFewLabelsError(len(rankings))
    held_out = np.zeros(len(right))
    for fit, test in GroupKFold(FOLDS).split(inputs, right, group):
        fold = _fit_confidence(inputs[fit], right[fit])
        held_out[test] = fold.of_rows(inputs[test])
    on = np.array([bool(truth.claims) for truth in truths])
    held = Held(*_best(held_out, rankings, right, group), on)
    stance = round(_stance(rankings, truths), 4)
    shut = (float(held.top.max()) + 1e-6, 0.0)
    bar = most(held, target, held.bars()) or shut
    own = held.own(bar, floor)
    usual = held.measured(target, bar, stance, own)
    wanted = {Caution.QUIET: quiet_target(target), Caution.TALKATIVE: talkative_target(target)}
    bars = {
        Caution.QUIET: quieter(held, wanted[Caution.QUIET], bar),
        Caution.TALKATIVE: looser(held, wanted[Caution.TALKATIVE], bar),
    }
    # Claim by claim too, who prefers silence is answered no more and who wants words no less.
    quiet, talkative = (held.own(bars[caution], floor) for caution in wanted)
    owns = {
        Caution.QUIET: own | {claim: max(least, own.get(claim, least)) for claim, least in quiet.items()},
        Caution.TALKATIVE: {claim: min(least, own.get(claim, bar[0])) for claim, least in talkative.items()},
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
        others={
            caution: held.measured(wanted[caution], bars[caution], stance, owns[caution])
            for caution in wanted
        },
        curve=held.curve(bar[1]),
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
    terms = expand_rows(inputs, centre, scale)
    middle, spread = terms.mean(axis=0), np.maximum(terms.std(axis=0), 1e-6)
    found = LogisticRegression(C=STRENGTH, max_iter=3000).fit((terms - middle) / spread, right)
    weights = found.coef_[0] / spread
    return Confidence(
        centre=tuple(map(float, centre)),
        scale=tuple(map(float, scale)),
        weights=tuple(map(float, weights)),
        intercept=float(found.intercept_[0] - weights @ middle),
    )


def _best(
    scores: Matrix, rankings: Sequence[Ranking], right: Matrix, group: Matrix
) -> tuple[list[str], Matrix, Matrix, Matrix]:
    count = len(rankings)
    claims: list[str] = []
    top, margin, hit = np.zeros(count), np.zeros(count), np.zeros(count, dtype=bool)
    for at, ranking in enumerate(rankings):
        mine = np.flatnonzero(group == at)
        order = mine[np.argsort(-scores[mine], kind="stable")]
        claims.append(ranking.claims[int(order[0] - mine[0])].claim)
        top[at] = scores[order[0]]
        margin[at] = top[at] - (scores[order[1]] if len(order) > 1 else 0.0)
        hit[at] = right[order[0]]
    return claims, top, margin, hit


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
