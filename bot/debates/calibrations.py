"""calibration.json of a debate folder: one calibration a model, with its provenance."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from bot.atomic import written_whole
from bot.core.bars import CurvePoint, Measured
from bot.core.calibration import Calibration
from bot.core.confidence import Confidence
from bot.core.decisions import OperatingPoint
from bot.core.house_rules import Caution


class Mismatch(StrEnum):
    """Why a debate has no calibration for this model and claim set."""

    MISSING = "missing"
    OTHER_MODEL = "other_model"
    OTHER_CLAIM_SET = "other_claim_set"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Found:
    """A calibration, or the reason why there is none."""

    calibration: Calibration | None
    mismatch: Mismatch | None = None


def calibration_for(folder: Path, model: str, claim_set: str) -> Found:
    """The calibration for exactly this model and claim set; any other is refused."""
    path = folder / "calibration.json"
    if not path.exists():
        return Found(None, Mismatch.MISSING)
    try:
        stored = json.loads(path.read_text("utf-8"))
        entry = stored.get(model)
        calibration = _read(entry) if entry else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Found(None, Mismatch.UNREADABLE)
    if calibration is None:
        return Found(None, Mismatch.OTHER_MODEL)
    if calibration.model != model or calibration.claim_set != claim_set:
        return Found(None, Mismatch.OTHER_CLAIM_SET)
    return Found(calibration)


def write_calibration(folder: Path, calibration: Calibration) -> Path:
    """Stores it beside those of other models and returns the file."""
    path = folder / "calibration.json"
    try:
        stored = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        stored = {}
    stored[calibration.model] = asdict(calibration) | {"fitted_on": " ".join(calibration.fitted_on)}
    with written_whole(path) as file:
        file.write(f"{json.dumps(stored, indent=2, sort_keys=True)}\n".encode())
    return path


def _read(entry: dict[str, object]) -> Calibration:
    fields: dict[str, object] = dict(entry)
    confidence: dict[str, object] = dict(fields.pop("confidence"))  # type: ignore[call-overload]
    point: dict[str, object] = fields.pop("point")  # type: ignore[assignment]
    curve: list[dict[str, float]] = fields.pop("curve", [])  # type: ignore[assignment]
    others: dict[str, dict[str, object]] = fields.pop("others", {})  # type: ignore[assignment]
    marks = str(fields.pop("fitted_on", ""))
    intercept = float(confidence.pop("intercept"))  # type: ignore[arg-type]
    numbers = {name: tuple(map(float, values)) for name, values in confidence.items()}  # type: ignore[call-overload]
    return Calibration(
        **fields,  # type: ignore[arg-type]
        confidence=Confidence(**numbers, intercept=intercept),  # type: ignore[arg-type]
        point=_point(point),
        curve=tuple(CurvePoint(**one) for one in curve),
        fitted_on=tuple(marks.split()),
        others={Caution(caution): _measured(stored) for caution, stored in others.items()},
    )


def _measured(stored: dict[str, object]) -> Measured:
    point: dict[str, object] = stored["point"]  # type: ignore[assignment]
    return Measured(**{**stored, "point": _point(point)})  # type: ignore[arg-type]


def _point(stored: dict[str, object]) -> OperatingPoint:
    own: dict[str, float] = stored.get("own", {})  # type: ignore[assignment]
    numbers = {name: float(value) for name, value in stored.items() if name != "own"}  # type: ignore[arg-type]
    return OperatingPoint(**numbers, own=own)
