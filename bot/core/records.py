"""What is kept of a decision: codes and numbers, no word of the comment."""

from __future__ import annotations

from bot.core.decisions import AnswerTo, Decision
from bot.core.source import digest

MOST_CANDIDATES = 3


def record_of(decision: Decision) -> dict[str, object]:
    """From which "why?" can be told."""
    return {
        "score": round(decision.score, 4),
        "margin": round(decision.margin, 4),
        "stance": decision.stance,
        "answers": [_codes_of(answer) for answer in decision.answers],
        **({"offered": [_codes_of(answer) for answer in decision.offered]} if decision.offered else {}),
        "candidates": [
            {"claim": c.claim, "score": round(c.score, 4), "nearest": digest(c.nearest.text)}
            for c in decision.candidates[:MOST_CANDIDATES]
        ],
    }


def _codes_of(answer: AnswerTo) -> dict[str, object]:
    return {
        "claim": answer.claim,
        "stance": answer.stance,
        "kind": answer.kind,
        "score": round(answer.score, 4),
        "margin": round(answer.margin, 4),
    }


def fingerprint(message_id: int, own_words: str) -> str:
    """Tells whether a comment's own words changed; the same words in two messages have nothing in common."""
    return digest(f"{message_id}:{own_words}")
