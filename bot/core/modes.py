"""What the house rules make of a decision: silence, or a moderator's say before the bot speaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from bot.core.claims import Debate
from bot.core.decisions import AnswerTo, Decision, Outcome, Reason
from bot.core.house_rules import HouseRules, Mode
from bot.core.verdicts import VOICES, Voice


def silence(mode: Mode, *, asked: bool, taken_over: bool = False) -> Reason | None:
    """Why the bot says nothing here, whatever it would find; None when it may speak.

    `taken_over` tells that a moderator is answering there in person.
    """
    if mode is Mode.OFF:
        return Reason.MODE_OFF
    if mode is Mode.REQUEST and not asked:
        return Reason.NOT_ASKED
    return Reason.TAKEN_OVER if taken_over else None


def ask_moderators(
    decision: Decision, mode: Mode, doubts: Mapping[str, Reason], *, asked: bool = False
) -> Decision:
    """The decision, a reply that moderators must agree with first turned into a suggestion.

    `doubts` are claims that are not to be answered without them. What can be answered all the same is.
    """
    if decision.outcome is not Outcome.REPLY or not decision.answers:
        return decision
    if mode is Mode.SUGGEST and not asked:
        return replace(decision, outcome=Outcome.SUGGEST, reason=Reason.MODE_SUGGEST)
    said = decision.offered or decision.answers
    sound = tuple(answer for answer in said if answer.claim not in doubts)
    if decision.offered and len(sound) > 1:
        return replace(decision, offered=sound)
    if sound and not decision.offered:
        return replace(decision, answers=sound)
    doubted = next(answer.claim for answer in said if answer.claim in doubts)
    return replace(decision, outcome=Outcome.SUGGEST, reason=doubts[doubted])


def doubts_about(
    answers: Iterable[AnswerTo], debate: Debate, voices: Iterable[Voice], rules: HouseRules, today: date
) -> dict[str, Reason]:
    """The claims that nobody is answered with before moderators agree, whoever asks; each with why."""
    outvoted = outvoted_claims(voices, rules.verdicts_heard)
    doubts: dict[str, Reason] = {}
    for answer in answers:
        if answer.claim in outvoted:
            doubts[answer.claim] = Reason.OUTVOTED
        elif rules.old_after_months and _oldest(answer, debate, today) >= rules.old_after_months:
            doubts[answer.claim] = Reason.OLD_SOURCE
    return doubts


def outvoted_claims(voices: Iterable[Voice], heard: int) -> frozenset[str]:
    """The claims with at least that many verdicts and more of them against than for; none when it is 0."""
    counts: dict[str, int] = {}
    balance: dict[str, int] = {}
    for voice in voices:
        right = VOICES.get((voice.kind, voice.value))
        if right is not None:
            counts[voice.claim] = counts.get(voice.claim, 0) + voice.count
            balance[voice.claim] = balance.get(voice.claim, 0) + (voice.count if right else -voice.count)
    return frozenset(
        claim for claim, sum_ in balance.items() if heard and sum_ < 0 and counts[claim] >= heard
    )


def _oldest(answer: AnswerTo, debate: Debate, today: date) -> int:
    """How many months ago the oldest words of an answer were published; without words, those of the debate."""
    named = {quote.span.source for quote in answer.quotes} or set(debate.sources)
    return max(months_since(debate.sources[name].published, today) for name in named)


def months_since(published: str, today: date) -> int:
    """Whole months since a date that is as exact as it is known; a year alone counts from its end."""
    whole = published + _END_OF_YEAR[3 * published.count("-") :]
    year, month, day = (int(part) for part in whole.split("-"))
    return (today.year - year) * 12 + today.month - month - (today.day < day)


_END_OF_YEAR = "-12-31"
