"""Made rankings: what calibrating, measuring and judging see, without any model."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from bot.core.calibration import Truth
from bot.core.claims import (
    Answer,
    AnswerState,
    Claim,
    ClaimSet,
    Exemplar,
    ExemplarKind,
    Quote,
    Stance,
)
from bot.core.confidence import Candidate
from bot.core.decisions import AnswerTo, Decision, Outcome, Reason, ReplyKind
from bot.core.judged import Judged
from bot.core.matching import Evidence, RankedClaim, Ranking
from bot.core.source import Kind, Part, Span

CLAIMS = ("apples", "boats", "clocks", "doors")
EXEMPLAR = Exemplar(ExemplarKind.OBJECTION, "en", "an exemplar")
PART = Part(Kind.TURN, "somebody", 0, 1000)


def quote_at(start: int) -> Quote:
    """A quote of ten characters."""
    return Quote(Span("source", start, start + 10, "0" * 16), "ten signs.", "somebody", PART)


def claim(name: str, *starts: int) -> Claim:
    """A claim with quotes at these places."""
    return Claim(name, "theme", name, {}, tuple(map(quote_at, starts)), Answer(AnswerState.NONE), (EXEMPLAR,))


CLAIM_SET = ClaimSet(tuple(claim(name, 20 * at) for at, name in enumerate(CLAIMS)), ())


def labelled(
    seed: int, rows: int = 200, noise: float = 0.5, off_topic: float = 0.4
) -> tuple[list[Ranking], list[Truth]]:
    """Rankings whose evidence tells the truth more or less, a third of them off topic by about so much."""
    choose = Random(seed)
    rankings: list[Ranking] = []
    truths: list[Truth] = []
    for number in range(rows):
        on = choose.random() > 1 / 3
        wanted = choose.choice(CLAIMS) if on else None
        values = {name: choose.gauss(0.6 if name == wanted else 0.0, noise * 0.4) for name in CLAIMS}
        ranking = made(
            f"comment {seed}.{number}", values, none=choose.gauss(0.0 if on else off_topic, noise * 0.3)
        )
        rankings.append(ranking)
        stance = choose.choice([Stance.DISPUTES, Stance.AGREES, Stance.ASKS])
        truths.append(Truth(frozenset({wanted}) if wanted else frozenset(), stance if wanted else None))
    return rankings, truths


def made(text: str, values: Mapping[str, float], none: float = 0.0) -> Ranking:
    """The ranking of a text that has these regression values."""
    ranked: list[RankedClaim] = []
    for name in sorted(values, key=lambda name: -values[name]):
        best_other = max(value for other, value in values.items() if other != name)
        lead = values[name] - best_other
        evidence = Evidence(
            values[name], none, lead, max(0.0, values[name]), max(0.0, none), 12, int(lead > 0), (none,)
        )
        ranked.append(RankedClaim(name, evidence, EXEMPLAR, values[name]))
    stances = {Stance.DISPUTES: 0.6, Stance.AGREES: 0.3, Stance.ASKS: 0.1}
    return Ranking(text, tuple(ranked), stances)


def judged(
    id: str,
    wanted: tuple[str, ...],
    best: str,
    score: float,
    *,
    reply: bool = True,
    lang: str = "nl",
    also: tuple[str, ...] = (),
) -> Judged:
    """A labelled comment that the bot took for `best` at that score, and `also` for others."""
    answers = tuple(
        AnswerTo(name, Stance.DISPUTES, ReplyKind.QUOTE, AnswerState.NONE, (), score, score)
        for name in (best, *also)
    )
    candidates = tuple(
        Candidate(name, score - at / 100, EXEMPLAR, 0.5)
        for at, name in enumerate((best, *(name for name in CLAIMS if name != best)))
    )
    decision = Decision(
        Outcome.REPLY if reply else Outcome.ABSTAIN,
        None if reply else Reason.OFF_TOPIC,
        answers if reply else (),
        candidates,
        Stance.DISPUTES,
        score,
        0.1,
    )
    points = ((wanted, Stance.DISPUTES),) if wanted else ()
    return Judged(id, f"text {id}", lang, "on" if wanted else "off", points, decision)
