"""The small debate of the tests, made to speak."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

from bot.core.calibration import Calibration
from bot.core.confidence import Confidence
from bot.core.decisions import OperatingPoint
from bot.debates import load_debate
from bot.debates.calibrations import write_calibration
from tests.debates.conftest import HARBOUR

POINT = OperatingPoint(reply=0.8, suggest=0.45, margin=0.3, stance=0.4)
"""Where it speaks: it has too few labelled comments to be calibrated on."""


def confidence(voices: int) -> Confidence:
    """By hand: value, none, lead, near and bank count, and what the voices say alone does not."""
    features = 7 + voices
    pairs = features * (features + 1) // 2
    weights = (9.0, -3.0, 9.0, 7.0, -4.0, *(0.0,) * (features - 5 + pairs))
    return Confidence((0.0,) * features, (1.0,) * features, weights, -3.0)


def calibrated(folder: Path, model: str, change: Callable[[Path], None] = lambda _: None) -> Path:
    """A copy of the small debate in that folder, changed, then calibrated by hand for that model."""
    copy = folder / HARBOUR.name
    shutil.copytree(HARBOUR, copy)
    change(copy)
    calibrate(copy, model)
    return copy


def crowd(copy: Path) -> None:
    """Adds twenty claims without an answer to a copy of the small debate."""
    claims = copy / "claims"
    plain = (claims / "deckhands.toml").read_text("utf-8")
    for number in range(1, 21):
        text = re.sub(r'(?m)^(statement|nl|text|id) = "(.*)"$', rf'\1 = "\2-{number}"', plain)
        (claims / f"deckhands-{number}.toml").write_text(text, "utf-8")


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
            confidence=confidence(6 if model.startswith("bundled") else 2),
            point=POINT,
        ),
    )
