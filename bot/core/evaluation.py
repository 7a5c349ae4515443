"""Measuring decisions against labelled comments."""

# scikit-learn comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sklearn.metrics import roc_auc_score

from bot.core.calibration import Calibration, mark_of
from bot.core.claims import ClaimSet, Stance
from bot.core.errors import ExpectedError, Told
from bot.core.judged import Judged, is_right
from bot.core.metrics import (
    Bin,
    ClaimFigures,
    Confusion,
    Cut,
    Share,
    confusions,
    per_claim,
    reliability,
    risk_coverage,
)


@dataclass(frozen=True, slots=True)
class Slip:
    """One thing the bot got wrong: a wrong answer, an off-topic reply, a missed comment or a wrong stance."""

    kind: str
    row: Judged


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares over some rows: `precision` over answers, `coverage` over on-topic comments.

    `offers` are right when one of the claims to choose from is. Where silence is right, an offer breaks it too.
    """

    rows: int
    top1: Share
    top3: Share
    precision: Share
    coverage: Share
    offers: Share
    stance: Share
    off_topic: Share
    near_topic: Share
    silence: Share
    auroc: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures over all rows, a language and a claim at a time; where it is sure, and every slip."""

    overall: Figures
    by_language: dict[str, Figures]
    claims: tuple[ClaimFigures, ...]
    confusions: tuple[Confusion, ...]
    cuts: tuple[Cut, ...]
    bins: tuple[Bin, ...]
    slips: tuple[Slip, ...]


class FittedRowsError(ExpectedError):
    """Comments that a calibration was fitted on cannot measure it."""

    def __init__(self, ids: Sequence[str], rows: int) -> None:
        super().__init__(f"{len(ids)} of {rows} rows")
        self.ids = tuple(ids)
        self._rows = rows

    @property
    def told(self) -> Told:
        return Told(
            "cli.fitted_rows", {"count": str(len(self.ids)), "rows": str(self._rows), "id": self.ids[0]}
        )


def require_unseen(texts: Mapping[str, str], calibration: Calibration | None) -> None:
    """Raises `FittedRowsError` when any of the texts, by comment id, is one that it was fitted on."""
    known = set(calibration.fitted_on) if calibration else set[str]()
    seen = [id for id, text in texts.items() if text and mark_of(text) in known]
    if seen:
        raise FittedRowsError(seen, len(texts))


def evaluate(rows: Sequence[Judged], claim_set: ClaimSet) -> Evaluation:
    """What the decisions are worth.

    An answer is right when its claim is among the wanted ones or shares a passage with one of them.
    """
    languages = sorted({row.lang for row in rows})
    return Evaluation(
        overall=_figures(rows, claim_set),
        by_language={lang: _figures([r for r in rows if r.lang == lang], claim_set) for lang in languages},
        claims=per_claim(rows, claim_set),
        confusions=confusions(rows, claim_set),
        cuts=risk_coverage(rows, claim_set),
        bins=reliability(rows, claim_set),
        slips=tuple(slip for row in rows for slip in _slips(row, claim_set)),
    )


def precision_of(rows: Sequence[Judged], claim_set: ClaimSet) -> Share:
    """How many of the answers that were given are right."""
    return _share(
        is_right(answer.claim, row, claim_set)
        for row in rows
        if row.replied
        for answer in row.decision.answers
    )


def _figures(rows: Sequence[Judged], claim_set: ClaimSet) -> Figures:
    on = [row for row in rows if row.points]
    silent = [row for row in rows if not row.points]
    ranked = [
        [is_right(candidate.claim, row, claim_set) for candidate in row.decision.candidates] for row in on
    ]
    scores = [row.decision.score for row in rows]
    return Figures(
        rows=len(rows),
        top1=_share(any(hits[:1]) for hits in ranked),
        top3=_share(any(hits[:3]) for hits in ranked),
        precision=precision_of(rows, claim_set),
        coverage=_share(row.replied for row in on),
        offers=_share(
            any(is_right(claim, row, claim_set) for claim in row.offered) for row in rows if row.offered
        ),
        stance=_share(
            row.decision.stance is row.points[0][1] for row in on if row.points[0][1] is not Stance.UNCLEAR
        ),
        off_topic=_share(row.spoke for row in silent),
        near_topic=_share(row.spoke for row in silent if row.topic == "near"),
        silence=_share(not row.spoke for row in silent),
        auroc=float(roc_auc_score([bool(row.points) for row in rows], scores)) if on and silent else 0.0,
    )


def _slips(row: Judged, claim_set: ClaimSet) -> list[Slip]:
    slips: list[Slip] = []
    if row.spoke and not row.points:
        slips.append(Slip("off_topic", row))
    elif row.replied:
        if not all(is_right(answer.claim, row, claim_set) for answer in row.decision.answers):
            slips.append(Slip("wrong_answer", row))
    elif row.points:
        slips.append(Slip("missed", row))
    stances = {stance for _, stance in row.points} | {Stance.UNCLEAR}
    if row.points and row.points[0][1] is not Stance.UNCLEAR and row.decision.stance not in stances:
        slips.append(Slip("wrong_stance", row))
    return slips


def _share(flags: Iterable[bool]) -> Share:
    counted = list(flags)
    return Share(sum(counted), len(counted))
