"""Labelled comments through the one path: what calibrating, evaluating and comparing share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from bot.app_folders import debate_folder
from bot.cli.loading import encoder_of, live_of
from bot.cli.terminal import progress
from bot.core.calibration import TARGET_PRECISION, Calibration, Truth
from bot.core.comments import Comment
from bot.core.errors import ExpectedError, Told
from bot.core.held_out import held_out
from bot.core.judged import Judged
from bot.core.matching import Ranking
from bot.core.vectors import Vectors
from bot.debates import LabelledComment, load_labelled
from bot.debates.labelled import LABELLED_SPLITS, Split, load_labelled_file
from bot.encoder import Encoder
from bot.live import LiveDebate
from bot.settings import Settings, SettingsError


class NoRowsError(ExpectedError):
    """There is no labelled comment to work on."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where

    @property
    def told(self) -> Told:
        return Told("cli.no_rows", {"where": self.where})


class OneWriterError(ExpectedError):
    """All labelled comments are by one writer."""

    def __init__(self, writer: str) -> None:
        super().__init__(writer)
        self.writer = writer

    @property
    def told(self) -> Told:
        return Told("cli.one_writer", {"writer": self.writer})


@dataclass(frozen=True)
class Bench:
    """A debate that can answer, what encodes for it, and its folder."""

    folder: Path
    live: LiveDebate
    encoder: Encoder


def bench_for(settings: Settings, debate: str | None) -> Bench:
    """The debate of that name with the model of the settings."""
    folder = debate_folder(settings, debate)
    encoder = encoder_of(settings)
    return Bench(folder, live_of(folder, encoder), encoder)


def rows_for(bench: Bench, split: str, file: Path | None = None) -> tuple[LabelledComment, ...]:
    """The labelled comments of a split, or of any file; raises `NoRowsError` when there are none."""
    if file is not None:
        rows = load_labelled_file(file, bench.live.debate.claim_set.by_id)
        where = str(file)
    else:
        if split not in LABELLED_SPLITS:
            raise SettingsError("cli.no_split", split=split)
        rows = load_labelled(bench.folder, cast(Split, split))
        where = f"{bench.folder.name}/labelled/{split}.jsonl"
    if not rows:
        raise NoRowsError(where)
    return rows


@dataclass(frozen=True)
class Read:
    """Labelled comments as the bot reads them, with the vectors of all their texts, in order."""

    rows: tuple[LabelledComment, ...]
    comments: tuple[Comment, ...]
    vectors: Vectors


def read_rows(bench: Bench, rows: Sequence[LabelledComment]) -> Read:
    """The rows read and encoded."""
    comments = tuple(bench.live.read(row.text) for row in rows)
    texts = [text for comment in comments for text in comment.texts]
    return Read(tuple(rows), comments, bench.encoder.encode_now(texts, progress=progress, cached=True))


def judge_rows(bench: Bench, read: Read, calibrations: Sequence[Calibration] | None = None) -> list[Judged]:
    """The decision on each row; `calibrations` gives each row one of its own."""
    judged: list[Judged] = []
    start = 0
    for at, (row, comment) in enumerate(zip(read.rows, read.comments, strict=True)):
        end = start + len(comment.texts)
        live = replace(bench.live, calibration=calibrations[at]) if calibrations else bench.live
        decision = live.judge(comment, read.vectors.take(start, end))
        start = end
        points = tuple((point.claims, point.stance) for point in row.points)
        judged.append(Judged(row.id, row.text, row.lang, row.topic, points, decision))
    return judged


def whole(bench: Bench, rows: Sequence[LabelledComment]) -> tuple[list[str], Vectors]:
    """The rows' own words without their points, encoded: what calibrating works on."""
    texts = [bench.live.read(row.text).text for row in rows]
    return texts, bench.encoder.encode_now(texts, progress=progress, cached=True)


def rankings_of(bench: Bench, rows: Sequence[LabelledComment]) -> list[Ranking]:
    """How the claims rank for the rows' own words."""
    return bench.live.index.rank(*whole(bench, rows))


def truths_of(rows: Sequence[LabelledComment]) -> list[Truth]:
    """What the labels make right."""
    return [
        Truth(
            frozenset(claim for point in row.points for claim in point.claims),
            row.points[0].stance if row.points else None,
        )
        for row in rows
    ]


def held_out_for(
    bench: Bench, rows: Sequence[LabelledComment], *, by_writer: bool = False
) -> list[Calibration]:
    """For each row a calibration fitted on others, for the target that the debate is calibrated on.

    With `by_writer` on what others wrote; raises `OneWriterError` when there is nobody else.
    """
    known = bench.live.calibration
    writers = [writer_of(row.id) for row in rows] if by_writer else None
    if writers and len(set(writers)) == 1:
        raise OneWriterError(writers[0])
    return held_out(
        rankings_of(bench, rows),
        truths_of(rows),
        model=bench.live.model,
        claim_set=bench.live.debate.claim_set.hash,
        target=known.target if known else TARGET_PRECISION,
        writers=writers,
    )


def writer_of(id: str) -> str:
    """The letters before the number of a labelled comment's id: d001 is by writer d."""
    return id.rstrip("0123456789")
