"""Why a reply was given, from what was recorded of its decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel.numbers import format_percent

from bot.core.claims import Claim, Debate
from bot.core.source import digest
from bot.replies import LONGEST_MESSAGE
from bot.wording import Rendered, Wording


def compose_why(debate: Debate, wording: Wording, record: Mapping[str, Any]) -> Rendered:
    """Why a reply was given: claim, nearest exemplar, how sure and by how much; from the recorded decision."""
    nearest = {candidate["claim"]: candidate["nearest"] for candidate in record["candidates"]}
    chosen = bool(record.get("chosen"))
    points = [
        _reason(debate, wording, debate.claim_set.by_id[answer["claim"]], answer, nearest, chosen=chosen)
        for answer in record["answers"]
        if answer["claim"] in debate.claim_set.by_id
    ]
    while True:
        why = wording.render("reply.why", points=points)
        if len(why.text) <= LONGEST_MESSAGE or len(points) < 2:
            return why
        points.pop()


def _reason(
    debate: Debate,
    wording: Wording,
    claim: Claim,
    answer: Mapping[str, Any],
    nearest: Mapping[str, str],
    *,
    chosen: bool,
) -> Rendered:
    wanted = nearest.get(claim.id)
    exemplar = [e.text for e in claim.exemplars if digest(e.text) == wanted][:1]
    return wording.render(
        "reply.why_point",
        statement=claim.statement_in(wording.locale),
        chosen=chosen,
        exemplar=exemplar,
        band=wording.say(f"reply.band_{band(answer['score'])}"),
        score=_percent(answer["score"], wording.locale),
        margin=_percent(answer["margin"], wording.locale),
        stance=wording.say(f"reply.stance_{answer['stance']}"),
    )


def _percent(share: float, locale: str) -> str:
    # Rounded down and never a hundred: nothing here is certain.
    return format_percent(min(int(share * 100), 99) / 100, locale=locale)


def band(score: float) -> str:
    """A confidence in a word: high, fair or low."""
    return "high" if score >= 0.9 else "fair" if score >= 0.7 else "low"
