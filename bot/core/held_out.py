"""Judging the very comments that one calibrates on, each by a calibration that has not seen it."""

# scikit-learn comes without types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.model_selection import KFold, LeaveOneGroupOut

from bot.core.calibration import FOLDS, Calibration, Truth, calibrate
from bot.core.matching import Ranking


def held_out(
    rankings: Sequence[Ranking],
    truths: Sequence[Truth],
    *,
    model: str,
    claim_set: str,
    target: float,
    writers: Sequence[str] | None = None,
) -> list[Calibration]:
    """For each comment the calibration fitted on the other folds; the same for all comments of one fold.

    With `writers`, two at least, a fold is all that one of them wrote. Raises `TooFewLabelsError` as `calibrate` does.
    """
    found: dict[int, Calibration] = {}
    folds = (
        LeaveOneGroupOut()
        if writers
        else KFold(min(FOLDS, max(2, len(rankings))), shuffle=True, random_state=0)
    )
    for fit, rest in folds.split(np.zeros(len(rankings)), groups=writers):
        fitted = calibrate(
            [rankings[at] for at in fit],
            [truths[at] for at in fit],
            model=model,
            claim_set=claim_set,
            target=target,
        )
        found |= {int(at): fitted for at in rest}
    return [found[at] for at in range(len(rankings))]
