"""`wederhoor calibrate` and `wederhoor evaluate`: fitted on dev, measured on test."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.app_folders import debate_folder
from bot.cli.terminal import default_wording, progress
from bot.settings import Settings, load_settings


def calibrate_command(
    debate: Annotated[str | None, typer.Argument()] = None,
    target: Annotated[float, typer.Option(min=0.5, max=1.0)] = 0.95,
) -> None:
    """Chooses confidence and thresholds on dev and writes them with their provenance."""
    from bot.core.calibration import Truth, calibrate
    from bot.debates.calibrations import write_calibration

    settings = load_settings()
    live, encoder, rows = _loaded(settings, debate, "dev")
    comments = [live.read(row.text) for row in rows]
    vectors = encoder.encode_now([comment.text for comment in comments], progress=progress, cached=True)
    rankings = live.index.rank([comment.text for comment in comments], vectors)
    truths = [
        Truth(
            frozenset(claim for point in row.points for claim in point.claims),
            row.points[0].stance if row.points else None,
        )
        for row in rows
    ]
    result = calibrate(
        rankings, truths, model=live.model, claim_set=live.debate.claim_set.hash, target=target
    )
    path = write_calibration(debate_folder(settings, debate), result)
    say = default_wording().say
    print(
        say(
            "cli.calibrated",
            file=path.name,
            rows=result.rows,
            reply=f"{result.point.reply:.2f}",
            margin=f"{result.point.margin:.2f}",
            precision=f"{result.precision:.3f}",
            coverage=f"{result.coverage:.3f}",
        )
    )


def evaluate_command(
    debate: Annotated[str | None, typer.Argument()] = None,
    split: Annotated[str, typer.Option()] = "test",
    errors: Annotated[bool, typer.Option()] = True,
) -> None:
    """Prints the figures of a split, and every error."""
    from bot.core.evaluation import Figures, Judged, evaluate

    settings = load_settings()
    live, encoder, rows = _loaded(settings, debate, split)
    comments = [live.read(row.text) for row in rows]
    texts = [text for comment in comments for text in comment.texts]
    vectors = encoder.encode_now(texts, progress=progress, cached=True)
    judged: list[Judged] = []
    start = 0
    for row, comment in zip(rows, comments, strict=True):
        end = start + len(comment.texts)
        decision = live.judge(comment, vectors.take(start, end))
        start = end
        points = tuple((point.claims, point.stance) for point in row.points)
        judged.append(Judged(row.id, row.text, row.lang, row.topic, points, decision))
    result = evaluate(judged, live.debate.claim_set)
    say = default_wording().say
    console = Console(width=None if Console().is_terminal else 110)
    table = Table(title=say("cli.figures", split=split, rows=len(rows), model=live.model))
    table.add_column(say("cli.figure"))
    columns = {say("cli.all_languages"): result.overall, **result.by_language}
    for name in columns:
        table.add_column(name, justify="right")
    for field in Figures.__dataclass_fields__:
        values = [getattr(figures, field) for figures in columns.values()]
        shown = [str(v) if isinstance(v, int) else f"{v:.3f}" for v in values]
        table.add_row(say(f"cli.figure_{field}"), *shown)
    console.print(table)
    if errors:
        for slip in result.slips:
            _print_slip(console, say(f"cli.slip_{slip.kind}"), slip.row)


def _print_slip(console: Console, kind: str, row) -> None:  # type: ignore[no-untyped-def]
    best = row.decision.candidates[0] if row.decision.candidates else None
    console.print(
        f"{row.id}  {kind}  {best.claim if best else '–'}  {row.decision.score:.2f}/{row.decision.margin:.2f}"
        f"  ≠ {', '.join(sorted(row.wanted)) or '–'}  {row.decision.stance}",
        f"\n      {row.text}\n      ~ {best.nearest.text if best else '–'}",
        markup=False,
        highlight=False,
    )


def _loaded(settings: Settings, debate: str | None, split: str):  # type: ignore[no-untyped-def]
    from bot.app import load_live
    from bot.debates import load_labelled
    from bot.encoder import Encoder, load_voters
    from bot.settings import SettingsError

    if split not in ("dev", "test"):
        raise SettingsError("no_split", split=split)
    folder = debate_folder(settings, debate)
    encoder = Encoder(load_voters(settings.model), settings.cache)
    live = load_live(folder, encoder, progress)
    return live, encoder, load_labelled(folder, split)
