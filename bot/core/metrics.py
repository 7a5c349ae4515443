"""Shares with their uncertainty: per claim, per confused pair, and along the confidence."""

# pyright: basic
# scipy brings no types of its own.

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from scipy.stats import binomtest

from bot.core.claims import ClaimSet
from bot.core.judged import Judged, is_right, label_of

MOST_CONFUSED = 10
MOST_EXAMPLES = 3
BINS = 10


@dataclass(frozen=True, slots=True)
class Share:
    """So many right of so many, with the 95 % interval of Wilson; of nothing, anything may be true."""

    right: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0 when there is nothing to share."""
        return self.right / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The lower and upper bound."""
        if not self.of:
            return 0.0, 1.0
        bounds: Any = binomtest(self.right, self.of).proportion_ci(method="wilson")
        return float(bounds.low), float(bounds.high)


@dataclass(frozen=True, slots=True)
class ClaimFigures:
    """How one claim fares, or silence (claim None), with every comment counted once.

    `labelled` comments belong to it, `told` got it as the first answer, `right` are in both.
    """

    claim: str | None
    labelled: int
    told: int
    right: int

    @property
    def precision(self) -> Share:
        """How often it was right where it was told."""
        return Share(self.right, self.told)

    @property
    def recall(self) -> Share:
        """How often it was told where it was right."""
        return Share(self.right, self.labelled)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return _f1(self._overlap.value)

    @property
    def f1_interval(self) -> tuple[float, float]:
        """Its bounds: F1 rises with the overlap of told and labelled, which is a share like any other."""
        low, high = self._overlap.interval
        return _f1(low), _f1(high)

    @property
    def _overlap(self) -> Share:
        return Share(self.right, self.labelled + self.told - self.right)


def _f1(overlap: float) -> float:
    return 2 * overlap / (1 + overlap)


def per_claim(rows: Sequence[Judged], claim_set: ClaimSet) -> tuple[ClaimFigures, ...]:
    """Every claim in the order of the set, then silence; `labelled` and `told` each sum to the rows."""
    pairs = [(label_of(row, row.told, claim_set), row.told) for row in rows]
    labelled, told = Counter(label for label, _ in pairs), Counter(answer for _, answer in pairs)
    right = Counter(label for label, answer in pairs if label == answer)
    classes = [*(claim.id for claim in claim_set.claims), None]
    return tuple(ClaimFigures(c, labelled[c], told[c], right[c]) for c in classes)


@dataclass(frozen=True, slots=True)
class Confusion:
    """Comments of one class whose likeliest claim is another; `label` None means that silence was right."""

    label: str | None
    taken: str
    count: int
    replied: int
    examples: tuple[Judged, ...]


def confusions(rows: Sequence[Judged], claim_set: ClaimSet) -> tuple[Confusion, ...]:
    """The most confused pairs, most frequent first, those that were posted before those that were not.

    A comment that deserves silence counts only when it got a reply or was suggested.
    """
    found: defaultdict[tuple[str | None, str], list[Judged]] = defaultdict(list)
    for row in rows:
        if row.best is None or is_right(row.best, row, claim_set):
            continue
        if row.points or row.decision.answers:
            found[label_of(row, row.best, claim_set), row.best].append(row)
    pairs = [
        Confusion(
            label,
            taken,
            len(mixed),
            sum(row.replied for row in mixed),
            tuple(sorted(mixed, key=lambda row: -row.decision.score)[:MOST_EXAMPLES]),
        )
        for (label, taken), mixed in found.items()
    ]
    pairs.sort(key=lambda pair: (-pair.count, -pair.replied, str(pair.label), pair.taken))
    return tuple(pairs[:MOST_CONFUSED])


@dataclass(frozen=True, slots=True)
class Cut:
    """What would hold if every comment from this confidence on got its likeliest claim as the answer."""

    score: float
    coverage: float
    risk: float


def risk_coverage(rows: Sequence[Judged], claim_set: ClaimSet) -> tuple[Cut, ...]:
    """One cut a distinct confidence, from the surest comment to all of them.

    `coverage` is the share of all comments that would be answered, `risk` the share of answers that are wrong.
    """
    sure = sorted(rows, key=lambda row: -row.decision.score)
    cuts: list[Cut] = []
    wrong = 0
    for count, row in enumerate(sure, 1):
        wrong += row.best is None or not is_right(row.best, row, claim_set)
        if count == len(sure) or sure[count].decision.score < row.decision.score:
            cuts.append(Cut(row.decision.score, count / len(sure), wrong / count))
    return tuple(cuts)


def area_under_risk(cuts: Sequence[Cut]) -> float:
    """The mean risk over all coverages, by the trapezoid rule; lower is better."""
    if not cuts:
        return 0.0
    edges = [Cut(1.0, 0.0, cuts[0].risk), *cuts]
    return sum((b.coverage - a.coverage) * (a.risk + b.risk) / 2 for a, b in pairwise(edges))


@dataclass(frozen=True, slots=True)
class Bin:
    """Comments of about the same confidence: the mean of what was promised, and what came true."""

    promised: float
    kept: Share


def reliability(rows: Sequence[Judged], claim_set: ClaimSet) -> tuple[Bin, ...]:
    """Tenths of the scale from 0 to 1 that hold any comment."""
    bins: defaultdict[int, list[tuple[float, bool]]] = defaultdict(list)
    for row in rows:
        score = row.decision.score
        right = row.best is not None and is_right(row.best, row, claim_set)
        bins[min(int(score * BINS), BINS - 1)].append((score, right))
    return tuple(
        Bin(sum(score for score, _ in held) / len(held), Share(sum(r for _, r in held), len(held)))
        for _, held in sorted(bins.items())
    )


def calibration_error(bins: Sequence[Bin]) -> float:
    """The mean distance between promised and kept, weighed by the comments in each bin."""
    total = sum(b.kept.of for b in bins)
    return sum(b.kept.of * abs(b.promised - b.kept.value) for b in bins) / total if total else 0.0


def mcnemar(gained: int, lost: int) -> float:
    """How likely a difference at least this lopsided is by chance alone: the exact test of McNemar."""
    changed = gained + lost
    return float(cast(Any, binomtest(gained, changed)).pvalue) if changed else 1.0
