"""`wederhoor evaluate`: what the decisions are worth, measured on comments that nothing was fitted on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import default_wording, tell
from bot.core.errors import ExpectedError, Told
from bot.settings import load_settings

if TYPE_CHECKING:
    from bot.cli.judging import Bench
    from bot.core.influence import Influence


def evaluate_command(
    debate: Annotated[str | None, typer.Argument()] = None,
    split: Annotated[str, typer.Option()] = "test",
    rows: Annotated[Path | None, typer.Option("--rows", dir_okay=False)] = None,
    held_out: Annotated[bool, typer.Option("--held-out")] = False,
    by_writer: Annotated[bool, typer.Option("--by-writer")] = False,
    html: Annotated[Path | None, typer.Option("--html", dir_okay=False)] = None,
    errors: Annotated[bool, typer.Option()] = True,
) -> None:
    """Prints the figures of a split or a file of labelled comments, or writes them as a page."""
    from bot.cli.judging import bench_for, held_out_for, judge_rows, read_rows, rows_for
    from bot.cli.report import Report
    from bot.cli.tables import print_report
    from bot.core.evaluation import evaluate, require_unseen

    if html is not None:
        require_writable(html)
    bench = bench_for(load_settings(), debate)
    labelled = rows_for(bench, split, rows)
    read = read_rows(bench, labelled)
    unseen = "writers" if by_writer else "comments" if held_out else None
    calibrations = held_out_for(bench, labelled, by_writer=by_writer) if unseen else None
    if calibrations is None:
        ids = (row.id for row in labelled)
        texts = (comment.text for comment in read.comments)
        require_unseen(dict(zip(ids, texts, strict=True)), bench.live.calibration)
    wording = default_wording()
    if bench.live.calibration is None and not unseen:
        tell(wording.say("cli.reason_not_calibrated"))
    judged = tuple(judge_rows(bench, read, calibrations))
    report = Report(
        live=bench.live,
        name=rows.name if rows else split,
        held_out=unseen,
        rows=judged,
        evaluation=evaluate(judged, bench.live.debate.claim_set),
        influences=_influences(bench),
    )
    print_report(report, wording, errors=errors)
    if html is not None:
        from bot.cli.page import write_page

        write_page(html, report, wording)
        tell(wording.say("cli.page_written", file=str(html)))


def _influences(bench: Bench) -> tuple[Influence, ...]:
    """What each exemplar does on dev: whoever removes one for its influence must not have chosen it on test."""
    from bot.cli.judging import truths_of, whole
    from bot.core.influence import influences
    from bot.debates import load_labelled

    rows = load_labelled(bench.folder, "dev")
    if not rows:
        return ()
    texts, vectors = whole(bench, rows)
    wanted = [truth.claims for truth in truths_of(rows)]
    return influences(bench.live.index, texts, vectors, wanted)


def require_writable(file: Path) -> None:
    """Raises `CannotWriteError` now, not after minutes of work."""
    try:
        file.open("ab").close()
    except OSError as error:
        raise CannotWriteError(file, error.strerror or type(error).__name__) from error


class CannotWriteError(ExpectedError):
    """A file that was asked for cannot be written."""

    def __init__(self, file: Path, detail: str) -> None:
        super().__init__(f"{file}: {detail}")
        self.file = file
        self.detail = detail

    @property
    def told(self) -> Told:
        return Told("cli.cannot_write", {"file": str(self.file), "detail": self.detail})
