"""The plots of a report, as SVG that takes the colour of the page's text."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import matplotlib

matplotlib.use("svg")

from matplotlib.figure import Figure

from bot.cli.report import Report
from bot.core.metrics import Share, calibration_error
from bot.wording import Wording

INK = "#010203"
"""Stands for the text colour of the page until the SVG is written."""

ONE, OTHER = "#0072b2", "#d55e00"
"""Stand for the page's two colours, which differ for every eye; marks and dashes tell the same."""

STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "wederhoor",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "grid.color": INK,
    "grid.alpha": 0.15,
    "legend.frameon": False,
}

Draw = Callable[[Any, Report, Wording], None]


def plots(report: Report, wording: Wording) -> dict[str, str]:
    """Each plot under its name, as an SVG element with a text for who cannot see it."""
    cuts, bins = report.evaluation.cuts, report.evaluation.bins
    on = sum(bool(row.points) for row in report.rows)
    say = wording.say
    texts = {
        "risk": say("report.plot_risk_alt", first=f"{report.steps[0].risk:.2f}", last=f"{cuts[-1].risk:.2f}"),
        "reliability": say("report.plot_reliability_alt", error=f"{calibration_error(bins):.3f}"),
        "scores": say("report.plot_scores_alt", on=on, off=len(report.rows) - on),
        "claims": say("report.plot_claims_alt"),
    }
    draw: dict[str, Draw] = {
        "risk": _risk,
        "reliability": _reliability,
        "scores": _scores,
        "claims": _claims,
    }
    tall = 0.9 + 0.3 * len(report.evaluation.claims)
    sizes = {"claims": (10.0, tall)}
    return {
        name: _svg(draw[name], sizes.get(name, (5.2, 3.4)), texts[name], report, wording) for name in draw
    }


def _svg(draw: Draw, size: tuple[float, float], text: str, report: Report, wording: Wording) -> str:
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=size, layout="constrained")
        draw(figure.subplots(), report, wording)
        written = io.StringIO()
        figure.savefig(written, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    svg = written.getvalue()
    svg = svg[svg.index("<svg") :]
    for colour, name in ((INK, "currentColor"), (ONE, "var(--one)"), (OTHER, "var(--other)")):
        svg = svg.replace(colour, name)
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    alt = text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return svg.replace("<svg ", f'<svg role="img" aria-label="{alt}" ', 1)


def _risk(axes: Any, report: Report, wording: Wording) -> None:
    cuts = report.evaluation.cuts
    axes.plot([c.coverage for c in cuts], [c.risk for c in cuts], color=ONE, linewidth=2)
    replied = [row for row in report.rows if row.replied]
    if replied:
        share = report.evaluation.overall.precision
        at = len(replied) / len(report.rows)
        axes.plot([at], [1 - share.value], "o", color=OTHER, markersize=8)
        axes.annotate(
            wording.say("report.operating_point"),
            (at, 1 - share.value),
            xytext=(8, -4),
            textcoords="offset points",
            va="top",
        )
    axes.set(xlim=(0, 1), ylim=(0, None))
    axes.set(xlabel=wording.say("report.share_answered"), ylabel=wording.say("report.share_wrong"))
    axes.grid(True)


def _reliability(axes: Any, report: Report, wording: Wording) -> None:
    bins = report.evaluation.bins
    axes.plot([0, 1], [0, 1], "--", color=INK, alpha=0.5, label=wording.say("report.perfect"))
    axes.errorbar(
        [b.promised for b in bins],
        [b.kept.value for b in bins],
        yerr=_bars([b.kept for b in bins]),
        fmt="o-",
        color=ONE,
        capsize=3,
        label=wording.say("report.kept"),
    )
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.set(xlabel=wording.say("report.promised"), ylabel=wording.say("report.share_right"))
    axes.legend(loc="upper left")
    axes.grid(True)


def _scores(axes: Any, report: Report, wording: Wording) -> None:
    on = [row.decision.score for row in report.rows if row.points]
    off = [row.decision.score for row in report.rows if not row.points]
    names = [wording.say("report.plot_on"), wording.say("report.plot_off")]
    edges = [at / 20 for at in range(21)]
    axes.hist(
        [on, off], bins=edges, stacked=True, color=[ONE, OTHER], hatch=["", "////"], label=names, alpha=0.85
    )
    calibration = report.live.calibration
    if calibration and calibration.point.reply <= 1:
        axes.axvline(calibration.point.reply, color=INK, linestyle=":")
        axes.annotate(
            wording.say("report.operating_point"),
            (calibration.point.reply, 0.6),
            xycoords=("data", "axes fraction"),
            xytext=(-4, -4),
            textcoords="offset points",
            ha="right",
            va="top",
        )
    axes.set(xlim=(0, 1), xlabel=wording.say("report.score"), ylabel=wording.say("report.comments"))
    axes.legend(loc="upper left", bbox_to_anchor=(0.12, 1.0))


def _claims(axes: Any, report: Report, wording: Wording) -> None:
    claims = [f for f in report.evaluation.claims if f.labelled or f.told][::-1]
    places = list(range(len(claims)))
    for shift, mark, colour, name in ((0.16, "o", ONE, "precision"), (-0.16, "s", OTHER, "recall")):
        shares: list[Share] = [getattr(figures, name) for figures in claims]
        known = [at for at, share in enumerate(shares) if share.of]
        axes.errorbar(
            [shares[at].value for at in known],
            [places[at] + shift for at in known],
            xerr=_bars([shares[at] for at in known]),
            fmt=mark,
            color=colour,
            markersize=5,
            elinewidth=1,
            capsize=2,
            label=wording.say(f"report.{name}"),
        )
    axes.set_yticks(places, [f.claim or wording.say("report.silence") for f in claims])
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.6, len(claims) - 0.4))
    axes.grid(True, axis="x")
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2)


def _bars(shares: list[Share]) -> list[list[float]]:
    """How far the intervals reach below and above their shares."""
    return [
        [max(0.0, share.value - share.interval[0]) for share in shares],
        [max(0.0, share.interval[1] - share.value) for share in shares],
    ]
