"""The small debate of the tests, made to speak."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.core.calibration import Calibration
from bot.core.confidence import Confidence
from bot.core.decisions import OperatingPoint
from bot.debates import load_debate
from bot.debates.calibrations import write_calibration
from tests.debates.conftest import HARBOUR

POINT = OperatingPoint(reply=0.8, suggest=0.45, margin=0.3, stance=0.4)
"""Where it speaks: it has too few labelled comments to be calibrated on."""


FEATURES = 9
PAIRS = FEATURES * (FEATURES + 1) // 2
CONFIDENCE = Confidence(
    centre=(0.0,) * FEATURES,
    scale=(1.0,) * FEATURES,
    weights=(9.0, -3.0, 9.0, 7.0, -4.0, 0.0, 0.0, 0.0, 0.0, *(0.0,) * PAIRS),
    intercept=-3.0,
)
"""Value, none, lead, near and bank count; the light model and the lexical voice alone do not."""


def calibrated(folder: Path, model: str) -> Path:
    """A copy of the small debate in that folder, calibrated by hand for that model."""
    copy = folder / HARBOUR.name
    shutil.copytree(HARBOUR, copy)
    calibrate(copy, model)
    return copy


def calibrate(copy: Path, model: str) -> None:
    """Makes it speak for that model, with the claims that it has now."""
    claim_set = load_debate(copy).claim_set.hash
    write_calibration(
        copy,
        Calibration(
            model=model,
            claim_set=claim_set,
            rows=0,
            target=0.95,
            precision=1.0,
            coverage=1.0,
            off_topic=0.0,
            confidence=CONFIDENCE,
            point=POINT,
        ),
    )
