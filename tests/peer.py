"""The bot beside semantic-router's route layer: the same texts, model and dev comments (`make peer`).

The peer gets every text of the index as an utterance, the near misses and the bank under a route that means
silence, and the bundled model's sentence vectors. It is calibrated as it offers, each half of dev for the other, with
the threshold at which it covers as much as the bot, so that their precision compares; the bot is judged held out too.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from semantic_router import IndexedRouter, Route
from semantic_router.encoders import DenseEncoder

from bot.cli.judging import Bench, bench_for, held_out_for, judge_rows, read_rows, rows_for, whole
from bot.core.evaluation import evaluate
from bot.core.fitting import label_texts
from bot.core.judged import Judged, is_right
from bot.core.matching import index_texts
from bot.core.metrics import Share
from bot.core.vectors import Vectors
from bot.settings import load_settings
from tests.bench import say, whole_path

SILENCE = "silence"
VOICES = ("dense", "light")


class OurModel(DenseEncoder):
    """The sentence vectors of the bundled model; those known already are not computed again."""

    name: str = "wederhoor"
    encode: Callable[[list[str]], Vectors]
    known: dict[str, list[float]]

    def __call__(self, docs: list[Any]) -> list[list[float]]:
        missing = [text for text in docs if text not in self.known]
        if missing:
            self.known |= dict(zip(missing, joined(self.encode(missing)), strict=True))
        return [self.known[text] for text in docs]


def joined(vectors: Vectors) -> list[list[float]]:
    """One vector a text, whose cosine is the mean of the voices'."""
    return np.hstack([vectors.by_voter[name] for name in VOICES if name in vectors.by_voter]).tolist()  # type: ignore[arg-type]


def main() -> None:
    """Prints both and their ratio."""
    parser = argparse.ArgumentParser(prog="make peer", description=__doc__)
    parser.add_argument("--timed", type=int, default=50, help="how many comments to time")
    options = parser.parse_args()
    bench = bench_for(load_settings(), None)
    rows = rows_for(bench, "dev")
    read = read_rows(bench, rows)
    judged = judge_rows(bench, read, held_out_for(bench, rows))
    ours = evaluate(judged, bench.live.debate.claim_set).overall
    texts, vectors = whole(bench, rows)
    encoder = OurModel(encode=bench.encoder.encode_now, known=dict(zip(texts, joined(vectors), strict=True)))
    router = IndexedRouter(encoder=encoder, routes=routes_of(bench, encoder), top_k=5, aggregation="mean")
    precision, coverage = by_peer(bench, router, texts, judged, ours.coverage.value)
    times = timed(
        bench,
        router,
        encoder,
        [(row.text, text) for row, text in zip(rows, texts, strict=True)][: options.timed],
    )
    say(f"{len(rows)} dev comments, {bench.live.model}")
    say(f"\n{'':28}{'wederhoor':>12}{'semantic-router':>18}{'ratio':>8}")
    for name, mine, other in (
        ("precision of answers", ours.precision.value, precision.value),
        ("coverage of on-topic", ours.coverage.value, coverage.value),
        ("ms a comment, p50", *times),
    ):
        say(f"{name:28}{mine:>12.3f}{other:>18.3f}{mine / other if other else float('inf'):>8.2f}")


def routes_of(bench: Bench, encoder: OurModel) -> list[Route]:
    """A route a claim, and one for what belongs to none."""
    claims = bench.live.debate.claim_set
    texts = index_texts(claims)
    encoder.known |= dict(zip(texts, joined(bench.encoder.encode_now(texts, cached=True)), strict=True))
    names = [*claims.by_id, SILENCE]
    utterances: dict[str, list[str]] = {name: [] for name in names}
    for text, owner in zip(texts, label_texts(claims).owner, strict=True):
        utterances[names[int(owner)]].append(text)
    return [Route(name=name, utterances=said) for name, said in utterances.items()]


def by_peer(
    bench: Bench, router: IndexedRouter, texts: Sequence[str], judged: Sequence[Judged], wanted: float
) -> tuple[Share, Share]:
    """Its precision and coverage where it covers as much as wanted of the half of dev that it is fitted on."""
    claims = bench.live.debate.claim_set
    hits: list[bool] = []
    covered = 0
    for half in (0, 1):
        fit = [at for at in range(len(texts)) if at % 2 != half]
        router.fit([texts[at] for at in fit], [min(judged[at].wanted, default=SILENCE) for at in fit])
        found = [
            (choice.name, choice.confidence) for choice in (router(text, threshold=0.0) for text in texts)
        ]
        sure = sorted(
            (found[at][1] for at in fit if judged[at].points and found[at][0] != SILENCE), reverse=True
        )
        on_topic = sum(bool(judged[at].points) for at in fit)
        least = sure[min(len(sure), max(1, round(wanted * on_topic))) - 1]
        for at in range(half, len(texts), 2):
            name, confidence = found[at]
            if name != SILENCE and confidence >= least:
                hits.append(is_right(name, judged[at], claims))
                covered += bool(judged[at].points)
    return Share(sum(hits), len(hits)), Share(covered, sum(bool(row.points) for row in judged))


def timed(
    bench: Bench, router: IndexedRouter, encoder: OurModel, comments: Sequence[tuple[str, str]]
) -> tuple[float, float]:
    """Milliseconds of the whole path and of the route layer, comment by comment, encoding included."""
    ours, theirs = [], []
    for raw, text in comments:
        began = time.perf_counter()
        whole_path(bench, [raw])
        between = time.perf_counter()
        encoder.known.pop(text, None)
        router(text)
        ours.append(between - began)
        theirs.append(time.perf_counter() - between)
    return 1000 * float(np.median(ours)), 1000 * float(np.median(theirs))


if __name__ == "__main__":
    main()
