"""`wederhoor match`: what the bot would do with a comment, without Discord."""

from __future__ import annotations

import json
import queue
import re
import sys
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import typer

from bot.app_folders import debate_folder
from bot.cli.loading import encoder_of, live_of
from bot.cli.terminal import default_wording, tell
from bot.core.claims import Debate, Quote
from bot.core.comments import Comment
from bot.core.decisions import Decision
from bot.settings import load_settings
from bot.wording import Wording, load_wording

MOST_AT_ONCE = 64
"""Lines judged together when they arrive faster than they are answered."""

_BREAKS_A_LINE = re.compile("[\x7f-\x9f\u2028\u2029]")


def match(
    text: list[str] | None = typer.Argument(None),
    debate: str | None = typer.Option(None, "--debate"),
    as_json: bool = typer.Option(False, "--json"),
) -> None:
    """Judges the text, or each line of standard input, on its own."""
    from bot.replies import posted

    settings = load_settings()
    folder = debate_folder(settings, debate)
    encoder = encoder_of(settings)
    live = live_of(folder, encoder)
    wording = load_wording(settings.prompts)
    terminal = default_wording()
    if not text and sys.stdin.isatty():
        tell(terminal.say("cli.type_comments"))
    for raws in [[_readable(" ".join(text))]] if text else _arriving(sys.stdin.buffer):
        comments = [live.read(raw) for raw in raws]
        vectors = encoder.encode_now([part for comment in comments for part in comment.texts])
        for raw, comment, decision in zip(raws, comments, live.judge_each(comments, vectors), strict=True):
            rendered = posted(live.debate, wording, comment, decision)
            if as_json:
                print(_on_one_line(_as_json(raw, comment, decision, live.debate, rendered)))
            else:
                print(_as_text(decision, rendered, terminal))
        sys.stdout.flush()


def _arriving(lines: Iterable[bytes]) -> Iterator[list[str]]:
    """The lines that have arrived, in order: a file in large batches, somebody typing one by one."""
    arrived: queue.Queue[bytes | None] = queue.Queue(2 * MOST_AT_ONCE)

    def read() -> None:
        # Only a newline ends a comment: other separators and broken bytes may stand inside one.
        try:
            for line in lines:
                arrived.put(line.rstrip(b"\r\n"))
        finally:
            arrived.put(None)

    threading.Thread(target=read, name="standard input", daemon=True).start()
    ended = False
    while not ended:
        batch = [arrived.get()]
        while len(batch) < MOST_AT_ONCE and batch[-1] is not None and not arrived.empty():
            batch.append(arrived.get())
        ended = batch[-1] is None
        if texts := [line.decode("utf-8", "replace") for line in batch if line is not None]:
            yield texts


def _readable(text: str) -> str:
    """An argument without the surrogates that stand for bytes that are no UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _on_one_line(row: dict[str, Any]) -> str:
    """JSON that every reader takes for one line."""
    written = json.dumps(row, ensure_ascii=False)
    return _BREAKS_A_LINE.sub(lambda found: f"\\u{ord(found.group()):04x}", written)


def _as_json(
    raw: str, comment: Comment, decision: Decision, debate: Debate, rendered: str | None
) -> dict[str, Any]:
    first = decision.answers[0] if decision.answers else None
    best = decision.candidates[0].claim if decision.candidates else None
    claim = first.claim if first else best
    return {
        "comment": raw,
        "language": comment.language,
        "outcome": decision.outcome,
        "reason": decision.reason,
        "kind": first.kind if first else None,
        "stance": first.stance if first else decision.stance,
        "claim": claim,
        "score": round(decision.score, 4),
        "margin": round(decision.margin, 4),
        "answer_state": debate.claim_set.by_id[claim].answer.state if claim else None,
        "quotes": [_quote(quote, debate) for answer in decision.answers for quote in answer.quotes],
        "candidates": [
            {
                "claim": candidate.claim,
                "score": round(candidate.score, 4),
                "quotes": [_quote(q, debate) for q in debate.claim_set.by_id[candidate.claim].passages],
            }
            for candidate in decision.candidates[:3]
        ],
        "rendered": rendered,
        "points": [
            {"claim": a.claim, "kind": a.kind, "stance": a.stance, "score": round(a.score, 4)}
            for a in decision.answers
        ],
    }


def _quote(quote: Quote, debate: Debate) -> dict[str, Any]:
    return {
        "text": quote.text,
        "speaker": debate.speaker_name(quote),
        "source": quote.span.source,
        "start": quote.span.start,
        "end": quote.span.end,
    }


def _as_text(decision: Decision, rendered: str | None, wording: Wording) -> str:
    claim = decision.candidates[0].claim if decision.candidates else "–"
    head = wording.say(
        f"cli.outcome_{decision.outcome}",
        claim=claim,
        score=f"{decision.score:.2f}",
        margin=f"{decision.margin:.2f}",
        reason=wording.say(f"cli.reason_{decision.reason}") if decision.reason else "",
    )
    return f"{head}\n{rendered}\n" if rendered else head
