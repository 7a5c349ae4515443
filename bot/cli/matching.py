"""`wederhoor match`: what the bot would do with a comment, without Discord."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

import typer

from bot.app_folders import debate_folder
from bot.cli.terminal import default_wording, progress
from bot.core.claims import Debate, Quote
from bot.core.comments import Comment
from bot.core.decisions import Decision, Outcome
from bot.settings import load_settings
from bot.wording import Wording, load_wording


def match(
    text: list[str] | None = typer.Argument(None),
    debate: str | None = typer.Option(None, "--debate"),
    as_json: bool = typer.Option(False, "--json"),
) -> None:
    """Judges the text, or each line of standard input, on its own."""
    from bot.app import load_live
    from bot.encoder import Encoder, load_voters
    from bot.replies import ReplyTo, compose_reply

    settings = load_settings()
    folder = debate_folder(settings, debate)
    encoder = Encoder(load_voters(settings.model), settings.cache)
    live = load_live(folder, encoder, progress)
    wording = load_wording(settings.prompts)
    terminal = default_wording()
    for raw in [" ".join(text)] if text else _lines():
        comment = live.read(raw)
        vectors = encoder.encode_now(comment.texts)
        decision = live.judge(comment, vectors)
        spoken = wording.get(comment.language) or wording[live.debate.language]
        rendered = None
        if decision.outcome is Outcome.REPLY:
            answers = [ReplyTo.of(answer) for answer in decision.answers]
            anonymous = spoken.say("reply.anonymous")
            rendered = compose_reply(live.debate, spoken, answers, addressee=anonymous).text
        if as_json:
            line = _as_json(raw, comment, decision, live.debate, rendered)
            print(json.dumps(line, ensure_ascii=False), flush=True)
        else:
            print(_as_text(decision, rendered, terminal), flush=True)


def _lines() -> Iterable[str]:
    # Only a newline ends a comment: other separators and broken bytes may stand inside one.
    for line in sys.stdin.buffer:
        yield line.rstrip(b"\r\n").decode("utf-8", "replace")


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
        "points": [
            {"claim": a.claim, "kind": a.kind, "stance": a.stance, "score": round(a.score, 4)}
            for a in decision.answers
        ],
        "rendered": rendered,
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
