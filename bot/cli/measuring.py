"""`wederhoor calibrate`: confidence and thresholds, fitted on dev."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import default_wording, tell
from bot.core.house_rules import Caution
from bot.settings import load_settings

if TYPE_CHECKING:
    from bot.core.bars import Measured


def calibrate_command(
    debate: Annotated[str | None, typer.Argument()] = None,
    target: Annotated[float, typer.Option(min=0.5, max=0.99)] = 0.95,
    floor: Annotated[float, typer.Option(min=0.0, max=0.99)] = 0.9,
) -> None:
    """Chooses confidence and thresholds on dev and writes them with their provenance."""
    from bot.cli.judging import bench_for, rankings_of, rows_for, truths_of
    from bot.core.bars import fewest_right
    from bot.core.calibration import calibrate
    from bot.debates.calibrations import write_calibration

    bench = bench_for(load_settings(), debate)
    rows = rows_for(bench, "dev")
    result = calibrate(
        rankings_of(bench, rows),
        truths_of(rows),
        model=bench.live.model,
        claim_set=bench.live.debate.claim_set.hash,
        target=target,
        floor=floor,
    )
    path = write_calibration(bench.folder, result)
    print(
        default_wording().say(
            "cli.calibrated",
            file=path.name,
            rows=result.rows,
            reply=f"{result.point.reply:.2f}",
            margin=f"{result.point.margin:.2f}",
            precision=f"{result.precision:.3f}",
            coverage=f"{result.coverage:.3f}",
            quiet=_figures(result.others[Caution.QUIET]),
            talkative=_figures(result.others[Caution.TALKATIVE]),
        )
    )
    if result.point.own:
        bars = [(claim, f"{bar:.2f}" if bar <= 1 else None) for claim, bar in result.point.own.items()]
        print(default_wording().render("cli.calibrated_own", floor=f"{floor:.2f}", bars=bars).text)
    if not result.coverage:
        needed = fewest_right(target)
        tell(default_wording().say("cli.calibrated_silent", target=f"{target:.2f}", needed=needed))


def _figures(measured: Measured) -> dict[str, str]:
    return {
        "reply": f"{measured.point.reply:.2f}",
        "precision": f"{measured.precision:.3f}",
        "coverage": f"{measured.coverage:.3f}",
    }
