"""An evaluation with what it was made from: what the tables and the page show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.core.evaluation import Evaluation, Slip
from bot.core.influence import Influence
from bot.core.judged import Judged
from bot.core.metrics import Cut, Share
from bot.live import LiveDebate
from bot.wording import Wording

FIGURES = ("top1", "top3", "precision", "coverage", "offers", "stance", "off_topic", "near_topic", "silence")
"""The shares of `Figures`, in the order in which they are shown."""

MOST_INFLUENCES = 15
STEPS = 10


@dataclass(frozen=True)
class Report:
    """The evaluation of some labelled comments; `name` is their split or file.

    `held_out` says what the calibration had not seen: the comment itself, or anything by its writer.
    """

    live: LiveDebate
    name: str
    held_out: Literal["comments", "writers"] | None
    rows: tuple[Judged, ...]
    evaluation: Evaluation
    influences: tuple[Influence, ...]

    @property
    def harmful(self) -> tuple[Influence, ...]:
        """The texts of the index without which more comments would be ranked right, the worst first."""
        worse = [one for one in self.influences if one.gained < one.lost or one.lead < 0]
        return tuple(worse[:MOST_INFLUENCES])

    @property
    def useful(self) -> tuple[Influence, ...]:
        """Those with which most comments are ranked right, the best first."""
        better = [one for one in reversed(self.influences) if one.gained > one.lost or one.lead > 0]
        return tuple(better[:MOST_INFLUENCES])

    @property
    def steps(self) -> tuple[Cut, ...]:
        """The cuts at every tenth of coverage."""
        cuts = self.evaluation.cuts
        wanted = [at / STEPS for at in range(1, STEPS + 1)]
        return tuple(next((c for c in cuts if c.coverage >= least), cuts[-1]) for least in wanted if cuts)


def named(claim: str | None, wording: Wording) -> str:
    """The id of a claim, or what is said where there is none."""
    return claim if claim is not None else wording.say("report.no_claim")


def shown(share: Share) -> str:
    """A share in three decimals, a dash for a share of nothing."""
    return f"{share.value:.3f}" if share.of else "–"


def between(bounds: tuple[float, float]) -> str:
    """An interval in two decimals."""
    return f"{bounds[0]:.2f}–{bounds[1]:.2f}"


def line_of(slip: Slip, wording: Wording) -> str:
    """One error: what was wrong, what the bot thought and how surely, what would have been right."""
    row = slip.row
    return wording.say(
        "report.slip_line",
        id=row.id,
        kind=wording.say(f"cli.slip_{slip.kind}"),
        best=named(row.best, wording),
        score=f"{row.decision.score:.2f}",
        margin=f"{row.decision.margin:.2f}",
        wanted=", ".join(sorted(row.wanted)) or wording.say("report.no_claim"),
        stance=wording.say(f"report.stance_{row.decision.stance}"),
    )
