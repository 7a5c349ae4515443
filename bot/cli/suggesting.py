"""`wederhoor suggest`: what people say that no claim answers, from a transcript, a record or labelled comments."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.terminal import default_wording, progress, tell
from bot.settings import SettingsError, load_settings

if TYPE_CHECKING:
    from bot.cli.judging import Bench
    from bot.core.decisions import Decision
    from bot.core.suggestions import Suggestion, Unmatched
    from bot.core.vectors import Vectors
    from bot.transcripts import Said


def suggest_command(
    debate: Annotated[str | None, typer.Argument()] = None,
    transcript: Annotated[Path | None, typer.Option("--transcript", dir_okay=False)] = None,
    bot: Annotated[str | None, typer.Option("--bot")] = None,
    recorded: Annotated[bool, typer.Option("--recorded")] = False,
    database: Annotated[Path | None, typer.Option("--database", dir_okay=False)] = None,
    present: Annotated[bool, typer.Option("--present")] = False,
    links: Annotated[int, typer.Option("--links", min=0)] = 5,
) -> None:
    """Groups of near-duplicates among the comments that got no reply; what nobody else said is not shown."""
    if recorded or database is not None:
        from bot.cli.recorded import suggest_from_record

        if transcript is not None:
            raise SettingsError("recorded.either")
        suggest_from_record(load_settings(), debate, database, links=links, present=present)
        return
    from bot.cli.judging import bench_for
    from bot.core.suggestions import without_names
    from bot.transcripts import read_transcript

    said = read_transcript(transcript, bot) if transcript else None
    bench = bench_for(load_settings(), debate)
    if bench.live.calibration is None:
        tell(default_wording().say("cli.reason_not_calibrated"))
    comments, vectors = _from_dev(bench) if said is None else _from_transcript(bench, said)
    found = _grouped(bench, comments, vectors) if comments else []
    names = frozenset[str]().union(*(each.names for each in said or ()))
    say = default_wording().say
    for each in found:
        text = " ".join(without_names(each.text, names).split())
        shown = {"size": each.size, "claim": each.claim or "–", "score": f"{each.score:.2f}"}
        print(say(f"cli.suggest_{each.kind}", **shown), f"    “{text}”\n", sep="\n")
    grouped = sum(each.size for each in found)
    tell(say("cli.suggested", comments=len(comments), groups=len(found), grouped=grouped))


def _from_transcript(bench: Bench, said: Sequence[Said]) -> tuple[list[Unmatched], Vectors]:
    """What members said and got no reply to, each thing once a member, each judged on its own."""
    from bot.core.suggestions import MOST_COMMENTS

    own = {(each.author_id, each.text): each.text for each in said if not each.robot}
    read = [bench.live.read(text) for text in own.values()][-MOST_COMMENTS:]
    vectors = bench.encoder.encode_now([text for comment in read for text in comment.texts], progress)
    decisions = bench.live.judge_each(read, vectors)
    firsts = _firsts([len(comment.texts) for comment in read])
    silent = [at for at, comment in enumerate(read) if _is_unmatched(comment.words, decisions[at])]
    comments = [_unmatched(read[at].text, decisions[at]) for at in silent]
    return comments, vectors.rows([firsts[at] for at in silent])


def _from_dev(bench: Bench) -> tuple[list[Unmatched], Vectors]:
    """Labelled comments that got no right answer, and those close to the theme that belong to no claim."""
    from bot.cli.judging import judge_rows, read_rows, rows_for
    from bot.core.judged import is_right

    read = read_rows(bench, rows_for(bench, "dev"))
    claim_set = bench.live.debate.claim_set
    firsts = _firsts([len(comment.texts) for comment in read.comments])
    kept: list[int] = []
    comments: list[Unmatched] = []
    for at, row in enumerate(judge_rows(bench, read)):
        answered = row.replied and any(is_right(a.claim, row, claim_set) for a in row.decision.answers)
        lacking = not answered if row.points else row.topic == "near" and not row.replied
        if lacking and read.comments[at].words:
            kept.append(firsts[at])
            wanted = row.points[0][0][0] if row.points else None
            comments.append(_unmatched(read.comments[at].text, row.decision, wanted))
    return comments, read.vectors.rows(kept)


def _grouped(bench: Bench, comments: Sequence[Unmatched], vectors: Vectors) -> list[Suggestion]:
    from bot.core.groups import likeness_of
    from bot.core.suggestions import NEAR, known_texts, near_duplicates, suggest
    from bot.encoder.cache import stack

    known = known_texts(bench.live.debate.claim_set)
    background = bench.encoder.encode_now([text for text, _ in known], cached=True)
    likeness = likeness_of(stack([background, vectors]))
    least = near_duplicates(likeness[: len(known), : len(known)], [claim for _, claim in known])
    calibration = bench.live.calibration
    near = calibration.point.suggest if calibration else NEAR
    return suggest(comments, likeness[len(known) :, len(known) :], least, near)


def _is_unmatched(words: int, decision: Decision) -> bool:
    from bot.core.decisions import Outcome
    from bot.live import ETIQUETTE

    return decision.outcome is not Outcome.REPLY and words >= ETIQUETTE.min_words


def _unmatched(text: str, decision: Decision, wanted: str | None = None) -> Unmatched:
    from bot.core.suggestions import Unmatched

    best = decision.candidates[0].claim if decision.candidates else None
    return Unmatched(text, best, decision.score, wanted)


def _firsts(counts: Sequence[int]) -> list[int]:
    """Where the texts of each comment begin among the texts of all."""
    firsts = [0]
    for count in counts:
        firsts.append(firsts[-1] + count)
    return firsts[:-1]
