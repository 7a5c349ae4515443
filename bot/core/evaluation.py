"""Measuring decisions against labelled comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sklearn.metrics import roc_auc_score

from bot.core.claims import ClaimSet, Stance
from bot.core.decisions import Decision, Outcome


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled comment with the bot's decision; no points means that silence is right."""

    id: str
    text: str
    lang: str
    topic: str
    points: tuple[tuple[tuple[str, ...], Stance], ...]
    decision: Decision

    @property
    def wanted(self) -> frozenset[str]:
        """Every claim that answers some point of the comment."""
        return frozenset(claim for claims, _ in self.points for claim in claims)


@dataclass(frozen=True, slots=True)
class Slip:
    """One thing the bot got wrong: a wrong answer, an off-topic reply, a missed comment or a wrong stance."""

    kind: str
    row: Judged


@dataclass(frozen=True, slots=True)
class Figures:
    """Shares from 0 to 1 over some rows; `precision` is over answers, `coverage` over on-topic comments."""

    rows: int
    top1: float
    top3: float
    precision: float
    coverage: float
    stance: float
    off_topic: float
    near_topic: float
    silence: float
    auroc: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures over all rows and a language at a time, and every slip."""

    overall: Figures
    by_language: dict[str, Figures]
    slips: tuple[Slip, ...]


def evaluate(rows: Sequence[Judged], claim_set: ClaimSet) -> Evaluation:
    """What the decisions are worth.

    An answer is right when its claim is among the wanted ones or shares a passage with one of them.
    """
    languages = sorted({row.lang for row in rows})
    return Evaluation(
        overall=_figures(rows, claim_set),
        by_language={lang: _figures([r for r in rows if r.lang == lang], claim_set) for lang in languages},
        slips=tuple(slip for row in rows for slip in _slips(row, claim_set)),
    )


def is_right(claim: str, row: Judged, claim_set: ClaimSet) -> bool:
    """Whether that claim's passages answer a point of the comment."""
    if claim in row.wanted:
        return True
    spans = {quote.span for quote in claim_set.by_id[claim].quotes}
    return any(spans and spans <= {q.span for q in claim_set.by_id[w].passages} for w in row.wanted)


def _figures(rows: Sequence[Judged], claim_set: ClaimSet) -> Figures:
    on = [row for row in rows if row.points]
    silent = [row for row in rows if not row.points]
    near = [row for row in silent if row.topic == "near"]
    answers = [
        is_right(a.claim, row, claim_set) for row in rows if _replied(row) for a in row.decision.answers
    ]
    ranked = [
        [is_right(candidate.claim, row, claim_set) for candidate in row.decision.candidates] for row in on
    ]
    judged = [row for row in on if row.points[0][1] is not Stance.UNCLEAR]
    scores = [row.decision.score for row in rows]
    return Figures(
        rows=len(rows),
        top1=_share([hits[:1] == [True] for hits in ranked]),
        top3=_share([any(hits[:3]) for hits in ranked]),
        precision=_share(answers),
        coverage=_share([_replied(row) for row in on]),
        stance=_share([row.decision.stance is row.points[0][1] for row in judged]),
        off_topic=_share([_replied(row) for row in silent]),
        near_topic=_share([_replied(row) for row in near]),
        silence=_share([not _replied(row) for row in silent]),
        auroc=float(roc_auc_score([bool(row.points) for row in rows], scores)) if on and silent else 0.0,
    )


def _slips(row: Judged, claim_set: ClaimSet) -> list[Slip]:
    slips: list[Slip] = []
    if _replied(row) and not row.points:
        slips.append(Slip("off_topic", row))
    elif _replied(row):
        if not all(is_right(answer.claim, row, claim_set) for answer in row.decision.answers):
            slips.append(Slip("wrong_answer", row))
    elif row.points:
        slips.append(Slip("missed", row))
    stances = {stance for _, stance in row.points} | {Stance.UNCLEAR}
    if row.points and row.points[0][1] is not Stance.UNCLEAR and row.decision.stance not in stances:
        slips.append(Slip("wrong_stance", row))
    return slips


def _replied(row: Judged) -> bool:
    return row.decision.outcome is Outcome.REPLY


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 0.0
