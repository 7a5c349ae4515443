"""An evaluation as tables in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from bot.cli.report import FIGURES, Report, between, line_of, named, shown
from bot.core.evaluation import Figures
from bot.core.influence import Influence
from bot.core.metrics import area_under_risk, calibration_error
from bot.wording import Wording

WIDTH = 118
"""Columns where the output is no terminal."""


def print_report(report: Report, wording: Wording, *, errors: bool) -> None:
    """Prints every part of the report; the errors one by one when they are wanted."""
    console = Console(width=None if Console().is_terminal else WIDTH, highlight=False)
    tables = [part(report, wording) for part in (_figures, _claims, _confusions, _steps, _bins)]
    if report.influences:
        tables.append(_influences(report.harmful, wording.say("report.harmful"), wording))
        tables.append(_influences(report.useful, wording.say("report.useful"), wording))
    for table in tables:
        # A title of its own line is not folded to the width of its table.
        title, table.title = str(table.title), None
        console.print(f"\n{title}", style="bold", markup=False)
        console.print(table)
    if errors:
        console.print(f"\n{wording.say('report.errors', count=len(report.evaluation.slips))}", style="bold")
        for slip in report.evaluation.slips:
            best = slip.row.decision.candidates[:1]
            nearest = best[0].nearest.text if best else "–"
            # One line each, however long: so that they can be searched.
            console.print(line_of(slip, wording), markup=False, soft_wrap=True)
            console.print(f"    {_flat(slip.row.text)}", markup=False, soft_wrap=True)
            console.print(f"    ~ {_flat(nearest)}", markup=False, style="dim", soft_wrap=True)


def print_change(before: Figures, after: Figures, wording: Wording) -> None:
    """Prints each figure as it was and as it is."""
    for name in FIGURES:
        old, new = getattr(before, name), getattr(after, name)
        figure, change = wording.say(f"cli.figure_{name}"), f"{new.value - old.value:+.3f}"
        print(wording.say("cli.compared_figure", figure=figure, a=shown(old), b=shown(new), d=change))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _table(title: str, names: Iterable[str], rows: Iterable[Sequence[str]], *, words: int = 1) -> Table:
    """A table whose first `words` columns are text and the others numbers."""
    table = Table(title=title)
    for at, name in enumerate(names):
        table.add_column(name, justify="left" if at < words else "right", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table


def _figures(report: Report, wording: Wording) -> Table:
    say = wording.say
    overall, languages = report.evaluation.overall, report.evaluation.by_language
    rows: list[Sequence[str]] = [
        [say("cli.figure_rows"), str(overall.rows), "", *(str(f.rows) for f in languages.values())]
    ]
    for name in FIGURES:
        share = getattr(overall, name)
        others = [shown(getattr(figures, name)) for figures in languages.values()]
        rows.append([say(f"cli.figure_{name}"), shown(share), between(share.interval), *others])
    values = [f"{figures.auroc:.3f}" for figures in languages.values()]
    rows.append([say("cli.figure_auroc"), f"{overall.auroc:.3f}", "", *values])
    title = say("cli.figures", split=report.name, rows=overall.rows, model=report.live.model)
    if report.held_out:
        unseen = say(f"report.held_out_{report.held_out}")
        title = f"{title} · {unseen}"
    names = [say("cli.figure"), say("cli.all_languages"), say("report.interval"), *languages]
    return _table(title, names, rows)


def _claims(report: Report, wording: Wording) -> Table:
    say = wording.say
    rows: list[Sequence[str]] = []
    for figures in report.evaluation.claims:
        rows.append(
            [
                named(figures.claim, wording) if figures.claim else say("report.silence"),
                str(figures.labelled),
                str(figures.told),
                str(figures.right),
                shown(figures.precision),
                between(figures.precision.interval),
                shown(figures.recall),
                between(figures.recall.interval),
                f"{figures.f1:.3f}",
                between(figures.f1_interval),
            ]
        )
    table = _table(
        say("report.claims"),
        [
            say("report.claim"),
            say("report.labelled"),
            say("report.told"),
            say("report.right"),
            say("report.precision"),
            say("report.interval"),
            say("report.recall"),
            say("report.interval"),
            "F1",
            say("report.interval"),
        ],
        rows,
    )
    table.add_section()
    claims = report.evaluation.claims
    sums = [str(sum(getattr(f, name) for f in claims)) for name in ("labelled", "told", "right")]
    table.add_row(say("report.sum"), *sums)
    return table


def _confusions(report: Report, wording: Wording) -> Table:
    say = wording.say
    rows = [
        [
            named(pair.label, wording),
            pair.taken,
            "\n".join(f"{row.id}  {row.text}" for row in pair.examples),
            str(pair.count),
            str(pair.replied),
        ]
        for pair in report.evaluation.confusions
    ]
    names = ["label", "taken", "examples", "count", "posted"]
    return _table(say("report.confusions"), [say(f"report.{name}") for name in names], rows, words=3)


def _steps(report: Report, wording: Wording) -> Table:
    say = wording.say
    rows = [
        [f"{c.coverage:.2f}", f"{c.risk:.3f}", f"{1 - c.risk:.3f}", f"{c.score:.3f}"] for c in report.steps
    ]
    title = say("report.steps", area=f"{area_under_risk(report.evaluation.cuts):.3f}")
    names = ["coverage", "risk", "precision", "from_score"]
    return _table(title, [say(f"report.{name}") for name in names], rows, words=0)


def _bins(report: Report, wording: Wording) -> Table:
    say = wording.say
    rows = [
        [f"{b.promised:.3f}", shown(b.kept), between(b.kept.interval), str(b.kept.of)]
        for b in report.evaluation.bins
    ]
    title = say("report.reliability", error=f"{calibration_error(report.evaluation.bins):.3f}")
    names = ["promised", "kept", "interval", "comments"]
    return _table(title, [say(f"report.{name}") for name in names], rows, words=0)


def _influences(found: Sequence[Influence], title: str, wording: Wording) -> Table:
    say = wording.say
    rows = [
        [
            one.claim or say("report.bank"),
            say(f"report.kind_{one.kind}") if one.kind else "",
            one.text,
            f"{one.gained}",
            f"{one.lost}",
            f"{one.lead:+.2f}",
        ]
        for one in found
    ]
    names = ["claim", "kind", "text", "gained", "lost", "lead"]
    return _table(title, [say(f"report.{name}") for name in names], rows, words=3)
