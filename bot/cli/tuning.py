"""`wederhoor tune`: a model fine-tuned on the exemplars of a debate, kept when it is better on dev."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import default_wording
from bot.core.errors import ExpectedError, Told
from bot.settings import load_settings

if TYPE_CHECKING:
    from bot.cli.judging import Bench
    from bot.core.evaluation import Evaluation
    from bot.debates import LabelledComment
    from bot.encoder.sides import Pair
    from bot.encoder.training import Lesson


class NothingToLearnError(ExpectedError):
    """The claims of a debate have too few exemplars to tune on."""

    def __init__(self, debate: str) -> None:
        super().__init__(debate)
        self.debate = debate

    @property
    def told(self) -> Told:
        return Told("cli.nothing_to_learn", {"debate": self.debate})


class FewPairsError(ExpectedError):
    """A file of argument pairs holds too few to tune on."""

    def __init__(self, file: Path) -> None:
        super().__init__(file)
        self.file = file

    @property
    def told(self) -> Told:
        return Told("cli.few_pairs", {"file": str(self.file)})


def tune_command(
    debate: Annotated[str | None, typer.Argument()] = None,
    minutes: Annotated[float, typer.Option(min=0.01)] = 8.0,
    argument_pairs: Annotated[list[Path] | None, typer.Option("--argument-pairs")] = None,
) -> None:
    """Tunes the model of the settings, measures both on dev, and keeps the tuned one when it is better."""
    from bot.cli.judging import Bench, bench_for, rows_for
    from bot.cli.loading import encoder_of, live_of
    from bot.cli.tables import print_change
    from bot.core.metrics import area_under_risk
    from bot.encoder.training import require_trainer, save_tuned, trainable, tune
    from bot.encoder.voters import fingerprint

    wording = default_wording()
    settings = load_settings()
    require_trainer()
    pairs = [pair for file in argument_pairs or () for pair in pairs_of(file)]
    bench = bench_for(settings, debate)
    model = trainable(settings.model)
    lessons = lessons_of(bench)
    rows = rows_for(bench, "dev")
    before = measured(bench, rows)
    with waiting(wording.say("cli.tuning")) as progress:
        tune(model, lessons, pairs, 60 * minutes, progress)
    home = settings.state / "tuned"
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=home) as draft:
        # The name is that of the kept folder already, so that its vectors are found in the cache.
        name = f"{bench.folder.name}-{bench.live.debate.claim_set.hash}-{fingerprint(model)}"
        save_tuned(model, Path(draft, name))
        encoder = encoder_of(settings, str(Path(draft, name)))
        after = measured(Bench(bench.folder, live_of(bench.folder, encoder), encoder), rows)
        print_change(before.overall, after.overall, wording)
        risks = [area_under_risk(found.cuts) for found in (before, after)]
        shown = {"a": f"{risks[0]:.4f}", "b": f"{risks[1]:.4f}"}
        if risks[1] < risks[0]:
            kept = Path(draft, name).rename(home / name)
            print(wording.say("cli.tuned", folder=str(kept), debate=bench.folder.name, **shown))
        else:
            print(wording.say("cli.not_tuned", **shown))


def pairs_of(file: Path) -> list[Pair]:
    """The pairs of a file of labels; raises `FewPairsError` below two that match and two that do not."""
    from bot.debates.argument_pairs import read_argument_pairs
    from bot.encoder.sides import Pair

    pairs = [Pair(*row) for row in read_argument_pairs(file).texts()]
    matching = sum(pair.matches for pair in pairs)
    if min(matching, len(pairs) - matching) < 2:
        raise FewPairsError(file)
    return pairs


def lessons_of(bench: Bench) -> list[Lesson]:
    """The exemplars, a class a claim; raises `NothingToLearnError` below two claims with two each."""
    from bot.core.claims import ExemplarKind
    from bot.encoder.training import Lesson

    claims = [
        [e.text for e in claim.exemplars if e.kind is not ExemplarKind.NEAR_MISS]
        for claim in bench.live.debate.claim_set.claims
    ]
    if sum(len(texts) > 1 for texts in claims) < 2:
        raise NothingToLearnError(bench.folder.name)
    return [Lesson(text, at) for at, texts in enumerate(claims) for text in texts]


def measured(bench: Bench, rows: Sequence[LabelledComment]) -> Evaluation:
    """The figures of the rows, each judged by a calibration that has not seen it."""
    from bot.cli.judging import held_out_for, judge_rows, read_rows
    from bot.core.evaluation import evaluate

    judged = judge_rows(bench, read_rows(bench, rows), held_out_for(bench, rows))
    return evaluate(judged, bench.live.debate.claim_set)


@contextmanager
def waiting(what: str) -> Iterator[Callable[[float], None]]:
    """A bar on standard error that is told how much is done, from 0 to 1."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)
