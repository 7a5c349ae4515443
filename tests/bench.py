"""How fast the whole path is beside its bare models, how long a start takes and what it needs (`make bench`).

Times depend on the machine and on what else it does; the ratio is taken in one run, comment by comment, so that
both sides meet the same load. No test of the suite is timed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.cli.judging import Bench, bench_for
from bot.core.comments import Comment
from bot.core.decisions import Decision
from bot.debates import load_labelled
from bot.encoder.voters import BUNDLED, LIGHT
from bot.replies import posted
from bot.settings import load_settings
from bot.wording import load_wording

ROOT = Path(__file__).resolve().parents[1]
BATCH = 64
WARM_UP = 5


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--comments", type=int, default=150, help="how many dev comments to take")
    parser.add_argument("--quick", action="store_true", help="leave out the start without a cache")
    options = parser.parse_args()
    settings = load_settings()
    bench = bench_for(settings, None)
    texts = [row.text for row in load_labelled(bench.folder, "dev")][: options.comments]
    bare = bare_models(settings.model)
    say(f"{bench.live.model}, {len(texts)} comments, {os.cpu_count()} cores")
    say(f"\n{'':34}{'path':>10}{'bare models':>14}{'ratio':>8}")
    one_by_one(bench, texts, bare)
    in_batches(bench, texts, bare)
    stages(bench, texts)
    start_ups(quick=options.quick)


def bare_models(setting: str) -> list[Callable[[list[str]], Any]]:
    """The encoding calls of sentence-transformers for the models of a setting, and nothing around them."""
    from sentence_transformers import SentenceTransformer

    from bot.encoder.e5 import e5_model, has_e5
    from bot.encoder.light import light_model

    def call(model: SentenceTransformer, **options: Any) -> Callable[[list[str]], Any]:
        return lambda texts: model.encode_query(texts, show_progress_bar=False, **options)

    if setting == BUNDLED and has_e5():
        return [call(e5_model(), output_value=None), call(light_model())]
    if setting in (BUNDLED, LIGHT):
        return [call(light_model())]
    return [call(SentenceTransformer(setting, device="cpu"))]


def whole_path(bench: Bench, raws: Sequence[str]) -> list[str | None]:
    """Read, encode, rank, decide, compose."""
    comments = [bench.live.read(raw) for raw in raws]
    vectors = bench.encoder.encode_now([text for comment in comments for text in comment.texts])
    decisions = bench.live.judge_each(comments, vectors)
    return [compose(bench, *pair) for pair in zip(comments, decisions, strict=True)]


WORDING = load_wording(ROOT / "prompts")


def compose(bench: Bench, comment: Comment, decision: Decision) -> str | None:
    """The words of the reply."""
    return posted(bench.live.debate, WORDING, comment, decision)


def one_by_one(bench: Bench, texts: Sequence[str], bare: Sequence[Callable[[list[str]], Any]]) -> None:
    """Each comment by itself, first by the bare models and then by the path."""
    path_times, bare_times = [], []
    for at, text in enumerate([*texts[:WARM_UP], *texts]):
        encoded = list(bench.live.read(text).texts)
        seconds = timed(lambda encoded=encoded: [model(encoded) for model in bare])
        whole = timed(lambda text=text: whole_path(bench, [text]))
        if at >= WARM_UP:
            bare_times.append(seconds)
            path_times.append(whole)
    for name, share in (("one comment, p50", 50), ("one comment, p99", 99)):
        compared(name, *(float(np.percentile(times, share)) for times in (path_times, bare_times)))
    compared("one comment, mean", float(np.mean(path_times)), float(np.mean(bare_times)))


def in_batches(bench: Bench, texts: Sequence[str], bare: Sequence[Callable[[list[str]], Any]]) -> None:
    """Many comments at once, as `match` takes them from standard input; times are a comment's."""
    path_times, bare_times = [], []
    for start in range(0, len(texts), BATCH):
        raws = texts[start : start + BATCH]
        encoded = [text for raw in raws for text in bench.live.read(raw).texts]
        bare_times.append(timed(lambda encoded=encoded: [model(encoded) for model in bare]) / len(raws))
        path_times.append(timed(lambda raws=raws: whole_path(bench, raws)) / len(raws))
    for name, share in ((f"batches of {BATCH}, p50", 50), (f"batches of {BATCH}, p99", 99)):
        compared(name, *(float(np.percentile(times, share)) for times in (path_times, bare_times)))


def stages(bench: Bench, texts: Sequence[str]) -> None:
    """Where the time of one comment goes."""
    spent: dict[str, list[float]] = {"read": [], "encode": [], "rank and decide": [], "compose": []}
    for text in texts:
        marks = [time.perf_counter()]
        comment = bench.live.read(text)
        marks.append(time.perf_counter())
        vectors = bench.encoder.encode_now(comment.texts)
        marks.append(time.perf_counter())
        decision = bench.live.judge(comment, vectors)
        marks.append(time.perf_counter())
        compose(bench, comment, decision)
        marks.append(time.perf_counter())
        for name, seconds in zip(spent, np.diff(marks), strict=True):
            spent[name].append(float(seconds))
    say("\nof one comment, p50")
    for name, seconds in spent.items():
        say(f"  {name:32}{1000 * float(np.median(seconds)):8.2f} ms")


def start_ups(*, quick: bool) -> None:
    """Processes of their own: how long until the first answer, and the most memory they held."""
    say("\nstart to first answer")
    with tempfile.TemporaryDirectory(prefix="wederhoor-bench-") as folder:
        if not quick:
            started("cold, all exemplars encoded", folder)
    started("from the cache", None)


def started(name: str, state: str | None) -> None:
    """One start in a process of its own."""
    environment = {**os.environ, **({"WEDERHOOR_STATE": state} if state else {})}
    command = [sys.executable, "-m", "bot", "match", "--json", "Waar vind ik het rapport?"]
    began = time.perf_counter()
    with subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as child:
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    memory = usage.ru_maxrss / (1024**2 if sys.platform == "darwin" else 1024)
    failed = "" if child.returncode == 0 else f"  failed with exit code {child.returncode}"
    say(f"  {name:32}{seconds:8.1f} s {memory:8.0f} MiB{failed}")


def compared(name: str, path: float, bare: float) -> None:
    """A line with both times and what the path costs beside the bare models."""
    say(f"{name:34}{1000 * path:7.2f} ms{1000 * bare:11.2f} ms{path / bare:8.2f}")


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def say(line: str) -> None:
    """A line on standard output, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
