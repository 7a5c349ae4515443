"""Good manners: what of a decision may be said here and now, given what the bot said before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.core.decisions import AnswerTo, Decision, Outcome, Reason


@dataclass(frozen=True, slots=True)
class Etiquette:
    """How often the bot may speak unasked in one channel."""

    min_words: int = 5
    claim_cooldown: timedelta = timedelta(minutes=20)
    member_cooldown: timedelta = timedelta(minutes=2)
    hourly_cap: int = 12
    server_cap: int = 60


@dataclass(frozen=True, slots=True)
class History:
    """What the bot lately did in the channel, and in all debates of its server together."""

    last_by_claim: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    last_to_member: datetime | None = None
    replies_last_hour: int = 0
    replies_in_server: int = 0


def restrain(
    decision: Decision,
    etiquette: Etiquette,
    history: History,
    now: datetime,
    *,
    paused: bool = False,
    asked: bool = False,
    stale: bool = False,
) -> Decision:
    """The decision as good manners allow it here and now; a reply that may not be given becomes silence.

    A stale reply, to a comment that others have long read past, becomes a suggestion, even if asked for.
    """
    if decision.outcome is not Outcome.REPLY:
        return decision
    if paused:
        return replace(decision, outcome=Outcome.ABSTAIN, reason=Reason.PAUSED)
    if stale:
        return replace(decision, outcome=Outcome.SUGGEST, reason=Reason.STALE)
    if history.replies_last_hour >= etiquette.hourly_cap:
        return replace(decision, outcome=Outcome.ABSTAIN, reason=Reason.CHANNEL_CAP)
    if history.replies_in_server >= etiquette.server_cap:
        return replace(decision, outcome=Outcome.ABSTAIN, reason=Reason.SERVER_CAP)
    if asked:
        return decision
    if _just_answered(etiquette, history, now):
        return replace(decision, outcome=Outcome.ABSTAIN, reason=Reason.MEMBER_COOLDOWN)
    if decision.offered:
        known = [not _is_fresh(answer, etiquette, history, now) for answer in decision.offered]
        return (
            replace(decision, outcome=Outcome.ABSTAIN, reason=Reason.CLAIM_COOLDOWN)
            if any(known)
            else decision
        )
    fresh = tuple(answer for answer in decision.answers if _is_fresh(answer, etiquette, history, now))
    if not fresh:
        return replace(decision, outcome=Outcome.ABSTAIN, reason=Reason.CLAIM_COOLDOWN)
    return replace(decision, answers=fresh)


def without_muted(decision: Decision, muted: Collection[str], *, asked: bool = False) -> Decision:
    """The decision without what it has to say on those claims; with nothing left it is kept to the record.

    Of claims that tied, one alone is no choice: it is for moderators, or for who asked.
    """
    kept = tuple(answer for answer in decision.answers if answer.claim not in muted)
    offered = tuple(answer for answer in decision.offered if answer.claim not in muted)
    if decision.outcome is Outcome.ABSTAIN:
        return decision
    if kept and decision.offered and len(offered) < 2:
        outcome = decision.outcome if asked else Outcome.SUGGEST
        return replace(decision, outcome=outcome, answers=kept, offered=())
    if kept:
        return replace(decision, answers=kept, offered=offered)
    if not decision.answers:
        return decision
    return replace(decision, outcome=Outcome.ABSTAIN, reason=Reason.MUTED)


def may_admit(
    decision: Decision, etiquette: Etiquette, history: History, now: datetime, *, paused: bool, stale: bool
) -> bool:
    """Whether the bot may tell who asked it by name that it has nothing.

    That is a post like any other: without manners, naming the bot would be a way to make it flood a channel.
    """
    has_nothing = decision.reason in (Reason.OFF_TOPIC, Reason.NO_OWN_WORDS)
    full = (
        history.replies_last_hour >= etiquette.hourly_cap or history.replies_in_server >= etiquette.server_cap
    )
    return has_nothing and not (paused or stale or full or _just_answered(etiquette, history, now))


def _just_answered(etiquette: Etiquette, history: History, now: datetime) -> bool:
    return history.last_to_member is not None and now - history.last_to_member < etiquette.member_cooldown


def _is_fresh(answer: AnswerTo, etiquette: Etiquette, history: History, now: datetime) -> bool:
    last = history.last_by_claim.get(answer.claim)
    return last is None or now - last >= etiquette.claim_cooldown
