"""`wederhoor replay`: what the bot would have done in a session that took place."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.terminal import default_wording, progress, tell
from bot.settings import load_settings
from bot.wording import Wording, load_wording

if TYPE_CHECKING:
    from bot.replay import Heard


def replay_command(
    file: Annotated[Path, typer.Argument()],
    debate: Annotated[str | None, typer.Option("--debate")] = None,
    bot: Annotated[str | None, typer.Option("--bot")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Takes a transcript through the bot on the transcript's own clock; posts nothing, needs no token."""
    from bot.cli.judging import bench_for
    from bot.replay import replay
    from bot.transcripts import read_transcript

    settings = load_settings()
    transcript = read_transcript(file, bot)
    bench = bench_for(settings, debate)
    wording = load_wording(settings.prompts)
    terminal = default_wording()
    heard = asyncio.run(replay(bench.live, bench.encoder, wording, transcript, progress))
    for each in heard:
        print(json.dumps(_as_json(each), ensure_ascii=False) if as_json else _as_text(each, terminal))
    outcomes = Counter(str(each.decision.outcome) for each in heard)
    told = {name: outcomes[name] for name in ("reply", "suggest", "abstain")}
    tell(terminal.say("cli.replayed", messages=len(transcript), members=len(heard), **told))


def _as_json(heard: Heard) -> dict[str, Any]:
    said, decision = heard.said, heard.decision
    return {
        "author": said.author,
        "timestamp": said.at.isoformat(),
        "comment": said.text,
        "asked": said.asked,
        "outcome": decision.outcome,
        "reason": decision.reason,
        "score": decision.record["score"],
        "margin": decision.record["margin"],
        "stance": decision.record["stance"],
        "answers": decision.record["answers"],
        "candidates": decision.record["candidates"],
        "rendered": heard.rendered,
    }


def _as_text(heard: Heard, wording: Wording) -> str:
    said, decision = heard.said, heard.decision
    record: dict[str, Any] = dict(decision.record)
    said_or_offered = record["answers"] or record.get("offered", [])
    best = [answer["claim"] for answer in said_or_offered] if heard.rendered else []
    best = best or [candidate["claim"] for candidate in record["candidates"][:1]]
    lines = [
        wording.say("cli.heard", at=f"{said.at:%Y-%m-%d %H:%M}", author=said.author),
        *_indented(said.text),
        wording.say(
            f"cli.outcome_{decision.outcome}",
            claim=", ".join(best) or "–",
            score=f"{record['score']:.2f}",
            margin=f"{record['margin']:.2f}",
            reason=wording.say(f"cli.reason_{decision.reason}") if decision.reason else "",
        ),
        *_indented(heard.rendered or ""),
    ]
    return "\n".join(lines) + "\n"


def _indented(text: str) -> list[str]:
    return [f"    {line}" for line in text.splitlines()]
