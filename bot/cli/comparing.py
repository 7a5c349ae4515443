"""`wederhoor compare`: what a changed claim set, or another model, would answer differently."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.app_folders import debate_folder
from bot.cli.loading import encoder_of, live_of
from bot.cli.terminal import default_wording, progress, tell
from bot.settings import Settings, load_settings
from bot.wording import Wording, load_wording

if TYPE_CHECKING:
    from bot.cli.judging import Bench
    from bot.core.comparison import Answered, Comparison

USUAL_FLOOR = 0.9


def compare_command(
    before: Annotated[str, typer.Argument(metavar="A")],
    after: Annotated[str | None, typer.Argument(metavar="[B]")] = None,
    model_a: Annotated[str | None, typer.Option("--model-a")] = None,
    model_b: Annotated[str | None, typer.Option("--model-b")] = None,
    split: Annotated[str, typer.Option()] = "test",
    rows: Annotated[Path | None, typer.Option("--rows", dir_okay=False)] = None,
    transcript: Annotated[Path | None, typer.Option("--transcript", dir_okay=False)] = None,
    weeks: Annotated[int | None, typer.Option(min=1)] = None,
    floor: Annotated[float | None, typer.Option(min=0.0, max=1.0)] = None,
) -> None:
    """Judges the same comments by both; exit code 1 when B answers less precisely than the floor asks."""
    settings = load_settings()
    benches = _benches(settings, (before, after or before), (model_a, model_b))
    if transcript is not None:
        _on_transcript(benches, transcript, weeks, settings)
    elif not _on_labelled(benches, split, rows, floor):
        sys.exit(1)


def _benches(
    settings: Settings, names: tuple[str, str], models: tuple[str | None, str | None]
) -> tuple[Bench, Bench]:
    from bot.cli.judging import Bench

    first = encoder_of(settings, models[0])
    same = (models[0] or settings.model) == (models[1] or settings.model)
    encoders = (first, first if same else encoder_of(settings, models[1]))
    folders = [Path(n) if Path(n).is_dir() else debate_folder(settings, n) for n in names]
    one, other = (
        _calibrated(Bench(folder, live_of(folder, encoder), encoder))
        for folder, encoder in zip(folders, encoders, strict=True)
    )
    return one, other


def _calibrated(bench: Bench) -> Bench:
    """The bench with a calibration: its own, or for a changed set the one that calibrating it would give."""
    from bot.cli.judging import rankings_of, truths_of
    from bot.core.calibration import TooFewLabelsError, calibrate
    from bot.debates import load_labelled

    if bench.live.calibration is not None:
        return bench
    say = default_wording().say
    rows = load_labelled(bench.folder, "dev")
    try:
        fitted = calibrate(
            rankings_of(bench, rows),
            truths_of(rows),
            model=bench.live.model,
            claim_set=bench.live.debate.claim_set.hash,
        )
    except TooFewLabelsError:
        tell(say("cli.compared_silent", folder=str(bench.folder)))
        return bench
    tell(say("cli.compared_fitted", folder=str(bench.folder), rows=len(rows)))
    return replace(bench, live=replace(bench.live, calibration=fitted))


def _on_labelled(benches: tuple[Bench, Bench], split: str, file: Path | None, floor: float | None) -> bool:
    """Prints the comparison on labelled comments of the first folder; tells whether the second may pass."""
    from bot.cli.judging import judge_rows, read_rows, rows_for
    from bot.cli.report import shown
    from bot.cli.tables import print_change
    from bot.core.comparison import answered, compare, hardest_hit
    from bot.core.evaluation import evaluate, require_unseen

    labelled = rows_for(benches[0], split, file)
    judged = []
    for bench in benches:
        read = read_rows(bench, labelled)
        texts = {row.id: comment.text for row, comment in zip(labelled, read.comments, strict=True)}
        require_unseen(texts, bench.live.calibration)
        judged.append(judge_rows(bench, read))
    sets = [bench.live.debate.claim_set for bench in benches]
    was, now = (evaluate(rows, claims).overall for rows, claims in zip(judged, sets, strict=True))
    wording = default_wording()
    say = wording.say
    print_change(was, now, wording)
    sides = [[answered(row, claims) for row in rows] for rows, claims in zip(judged, sets, strict=True)]
    _print(compare(*sides), "cli.compared_right", wording)
    least, own = _floor(benches[0], was.precision.value if was.precision.of else 1.0, floor)
    if not now.precision.of or now.precision.value >= least:
        return True
    worst = hardest_hit(judged[0], judged[1], sets[0], sets[1])
    claim, then, later = worst if worst else ("–", was.precision, now.precision)
    tell(
        say(
            "cli.compared_below_own" if own else "cli.compared_below",
            precision=shown(now.precision),
            floor=f"{least:.3f}",
            claim=claim,
            a=f"{then.right}/{then.of}",
            b=f"{later.right}/{later.of}",
        )
    )
    return False


def _floor(bench: Bench, measured: float, floor: float | None) -> tuple[float, bool]:
    """The floor, and whether it is A's own precision: a change need not mend what it did not break."""
    if floor is not None:
        return floor, False
    calibration = bench.live.calibration
    wanted = calibration.target if calibration else USUAL_FLOOR
    return (measured, True) if measured < wanted else (wanted, False)


def _on_transcript(benches: tuple[Bench, Bench], file: Path, weeks: int | None, settings: Settings) -> None:
    from bot.core.comparison import Answered, compare
    from bot.replay import replay
    from bot.transcripts import read_transcript

    said = read_transcript(file)
    if weeks is not None and said:
        said = [each for each in said if each.at > said[-1].at - timedelta(weeks=weeks)]
    wording = load_wording(settings.prompts)
    sides: list[Sequence[Answered]] = []
    for bench in benches:
        heard = asyncio.run(replay(bench.live, bench.encoder, wording, said, progress))
        sides.append([Answered(f"{h.said.at:%Y-%m-%d %H:%M}", h.said.text, h.claims) for h in heard])
    _print(compare(*sides), "cli.compared_replies", default_wording())


def _print(found: Comparison, summary: str, wording: Wording) -> None:
    from bot.core.comparison import Change

    say = wording.say
    counts = {change.value: len(found.of(change)) for change in Change}
    print(say("cli.compared", rows=found.rows, **counts))
    print(say(summary, better=found.better, worse=found.worse, chance=f"{found.chance:.3f}"))
    for change in Change:
        for one in found.of(change):
            marks = [_mark(side, wording) for side in (one.before, one.after)]
            kind = say(f"cli.compared_{change}")
            line = say("cli.compared_line", id=one.after.id, kind=kind, before=marks[0], after=marks[1])
            print(f"{line}\n    {one.after.text}")


def _mark(side: Answered, wording: Wording) -> str:
    """The claims of an answer, and whether it is right where somebody knows."""
    claims = ", ".join(side.claims) or wording.say("report.silence")
    return claims if side.right is None else f"{claims} {'✓' if side.right else '✗'}"
