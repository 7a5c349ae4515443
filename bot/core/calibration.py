"""Choosing the operating point of one model on one claim set from labelled comments."""

# scikit-learn comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from bot.core.claims import Stance
from bot.core.confidence import Confidence, expand, features
from bot.core.decisions import OperatingPoint
from bot.core.errors import ExpectedError, Told
from bot.core.kernel import Matrix
from bot.core.matching import Ranking
from bot.core.source import digest

TARGET_PRECISION = 0.95
SUGGEST_PRECISION = 0.5
STANCE_PRECISION = 0.85
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
class Calibration:
    """A confidence and an operating point with their provenance; they hold for one model and one claim set.

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
    top, margin, hit = _best(held_out, right, group, len(rankings))
    on = np.array([bool(truth.claims) for truth in truths])
    reply, least_margin = _threshold(top, margin, hit, on, target)
    replied = (top >= reply) & (margin >= least_margin)
    return Calibration(
        model=model,
        claim_set=claim_set,
        rows=len(rankings),
        target=target,
        precision=_share(hit[replied]),
        coverage=_share(replied[on]),
        off_topic=_share(replied[~on]),
        confidence=_fit_confidence(inputs, right),
        point=OperatingPoint(
            reply=round(reply, 4),
            suggest=round(min(reply, _suggest(top, hit)), 4),
            margin=least_margin,
            stance=round(_stance(rankings, truths), 4),
        ),
        fitted_on=tuple(sorted({mark_of(ranking.text) for ranking in rankings if ranking.text})),
    )


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


def _threshold(top: Matrix, margin: Matrix, hit: Matrix, on: Matrix, target: float) -> tuple[float, float]:
    """The threshold and margin that reply most while precision and silence off topic hold; else the strictest."""
    best, most = (float(top.max()) + 1e-6, 0.0), 0
    for least in MARGINS:
        for threshold in np.unique(top):
            replied = (top >= threshold) & (margin >= least)
            if not replied.any():
                continue
            right = int(hit[replied].sum())
            precise = lower_bound(right, int(replied.sum()), SURE) >= target
            if precise and _share(replied[~on]) <= MOST_OFF_TOPIC and right > most:
                best, most = (float(threshold), least), right
    return best


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
