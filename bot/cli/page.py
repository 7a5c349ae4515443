"""An evaluation as one page that needs no other file: figures, plots, tables and every error."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from babel.dates import format_date
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bot.cli.plots import plots
from bot.cli.report import FIGURES, Report, between, named, shown
from bot.core.metrics import area_under_risk, calibration_error
from bot.wording import Wording


def write_page(file: Path, report: Report, wording: Wording) -> None:
    """Writes the page in the language of the wording."""
    environment = Environment(
        loader=PackageLoader("bot.cli"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    claim_set = report.live.debate.claim_set
    today = format_date(datetime.now().astimezone().date(), "long", locale=wording.customs)
    page = environment.get_template("evaluation.html").render(
        report=report,
        say=wording.say,
        locale=wording.locale,
        figures=FIGURES,
        shown=shown,
        between=between,
        named=lambda claim: named(claim, wording),  # pyright: ignore[reportUnknownLambdaType]
        plots={name: Markup(svg) for name, svg in plots(report, wording).items()},
        area=f"{area_under_risk(report.evaluation.cuts):.3f}",
        gap=f"{calibration_error(report.evaluation.bins):.3f}",
        exemplars=sum(len(claim.exemplars) for claim in claim_set.claims),
        today=today,
    )
    file.write_text(page, "utf-8")
