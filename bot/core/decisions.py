"""Deciding what to do with a matched comment: reply, suggest or keep silent, always with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.core.claims import MOST_QUOTED, AnswerState, Claim, ClaimSet, Quote, Stance

if TYPE_CHECKING:  # their shapes alone: whoever composes a decision needs no matcher with its libraries
    from bot.core.confidence import Candidate, Match


class ReplyKind(StrEnum):
    """Whether the words answer the member's objection or are a passage of the source."""

    REBUTTAL = "rebuttal"
    QUOTE = "quote"


class Outcome(StrEnum):
    """What is done with a comment."""

    REPLY = "reply"
    SUGGEST = "suggest"
    ABSTAIN = "abstain"


class Reason(StrEnum):
    """Why the bot does not post."""

    NO_OWN_WORDS = "no_own_words"
    TOO_SHORT = "too_short"
    OFF_TOPIC = "off_topic"
    UNSURE = "unsure"
    TIE = "tie"
    NOT_CALIBRATED = "not_calibrated"
    UNREADABLE = "unreadable"
    STALE = "stale"
    PAUSED = "paused"
    CLAIM_COOLDOWN = "claim_cooldown"
    MEMBER_COOLDOWN = "member_cooldown"
    CHANNEL_CAP = "channel_cap"
    SERVER_CAP = "server_cap"
    MUTED = "muted"
    MODE_OFF = "mode_off"
    NOT_ASKED = "not_asked"
    TAKEN_OVER = "taken_over"
    MODE_SUGGEST = "mode_suggest"
    OLD_SOURCE = "old_source"
    OUTVOTED = "outvoted"


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """Where the bot speaks, for one model and one claim set, from labelled comments.

    `reply` and `suggest` are confidences from 0 to 1, `margin` is the least lead over the runner-up, `stance`
    the least share with which an objection must be the likeliest stance before it gets the rebuttal. `own` are
    the claims that take more confidence than `reply`; above 1 the bot never posts them by itself.
    """

    reply: float
    suggest: float
    margin: float
    stance: float
    own: Mapping[str, float] = field(default_factory=dict[str, float])

    def bar_of(self, claim: str) -> float:
        """The confidence from which that claim is answered."""
        return max(self.reply, self.own.get(claim, 0.0))


@dataclass(frozen=True, slots=True)
class AnswerTo:
    """What the bot has to say to one point of a comment; `kind` is None when the source has no words for it."""

    claim: str
    stance: Stance
    kind: ReplyKind | None
    answer_state: AnswerState
    quotes: tuple[Quote, ...]
    score: float
    margin: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a comment; `reason` is set whenever the bot does not answer it.

    `offered` are the answers between which the member chooses when claims tie. In a reply nothing else is posted
    then; when it comes to nothing, `answers` hold the likeliest one for moderators.
    """

    outcome: Outcome
    reason: Reason | None
    answers: tuple[AnswerTo, ...]
    candidates: tuple[Candidate, ...]
    stance: Stance = Stance.UNCLEAR
    score: float = 0.0
    margin: float = 0.0
    offered: tuple[AnswerTo, ...] = ()


def decide(
    matches: Sequence[Match],
    claim_set: ClaimSet,
    point: OperatingPoint | None,
    *,
    words: int,
    min_words: int,
    asked: bool = False,
) -> Decision:
    """The decision on a comment judged on its own; `matches` are the whole comment, then its points.

    Asked for by name, the bot also answers short comments and where it would otherwise only suggest.
    """
    if words == 0 or not matches or not matches[0].candidates:
        return Decision(Outcome.ABSTAIN, Reason.NO_OWN_WORDS, (), ())
    best = max(matches, key=lambda match: match.score)
    if point is None:
        return _from(Outcome.ABSTAIN, Reason.NOT_CALIBRATED, best, ())
    sure = _sure_points(matches, point)
    if sure:
        if words < min_words and not asked:
            return _from(Outcome.SUGGEST, Reason.TOO_SHORT, best, _answers(sure, claim_set, point))
        return _from(Outcome.REPLY, None, sure[0], _answers(sure, claim_set, point))
    if best.score < point.suggest:
        return _from(Outcome.ABSTAIN, Reason.OFF_TOPIC, best, ())
    answers = _answers([best], claim_set, point)
    offered = _tied(matches[0], claim_set, point)
    if offered and (asked or words >= min_words):
        return replace(_from(Outcome.REPLY, Reason.TIE, best, answers), offered=offered)
    if asked:
        return _from(Outcome.REPLY, None, best, answers)
    reason = Reason.TOO_SHORT if words < min_words else Reason.UNSURE
    return _from(Outcome.SUGGEST, reason, best, answers)


MOST_ANSWERS = 3
CERTAIN = 0.98
"""So sure a point stands by itself; of 541 dev comments in several sentences none was answered wrongly for it."""


def _sure_points(matches: Sequence[Match], point: OperatingPoint) -> list[Match]:
    """The matches sure enough to answer, one a claim, the surest first.

    A sentence on its own says less than it seems: a point counts well above the threshold of a whole comment,
    and only when its claim is among the first candidates of the whole comment too, unless it is certain.
    """
    whole, parts = matches[0], matches[1:]
    likely = {candidate.claim for candidate in whole.candidates[:MOST_ANSWERS]}

    def bar(claim: str) -> float:
        least = max((3 + point.reply) / 4, point.bar_of(claim))
        return least if claim in likely else max(least, CERTAIN)

    passing = [match for match in parts if match.score >= bar(match.candidates[0].claim)]
    if whole.score >= point.bar_of(whole.candidates[0].claim) and whole.margin >= point.margin:
        passing.append(whole)
    by_claim: dict[str, Match] = {}
    for match in sorted(passing, key=lambda match: -match.score):
        by_claim.setdefault(match.candidates[0].claim, match)
    return list(by_claim.values())[:MOST_ANSWERS]


MOST_OFFERED = 3
TIE_GAP = 0.2
"""Claims closer together than this tie when none of them is sure."""


def _tied(match: Match, claim_set: ClaimSet, point: OperatingPoint) -> tuple[AnswerTo, ...]:
    """The answers of the claims that almost tie for a comment, when one of them is as good as surely meant.

    Each is worth a suggestion by itself, and together they reach the bar of a reply.
    """
    gap = max(TIE_GAP, point.margin)
    near = [c for c in match.candidates if c.score >= point.suggest and match.score - c.score < gap]
    near = near[:MOST_OFFERED]
    if len(near) < 2 or near[0].score + near[1].score < point.reply:
        return ()
    sure = match.stances[match.stance] >= point.stance
    offered: list[AnswerTo] = []
    for candidate in near:
        claim = claim_set.by_id[candidate.claim]
        kind, quotes = words_for(claim, match.stance, sure=sure)
        lead = max(0.0, candidate.score - max(c.score for c in match.candidates if c is not candidate))
        state = claim.answer.state
        offered.append(
            AnswerTo(claim.id, match.stance, kind, state, as_many_as_fit(quotes), candidate.score, lead)
        )
    return tuple(offered)


def _answers(matches: Sequence[Match], claim_set: ClaimSet, point: OperatingPoint) -> tuple[AnswerTo, ...]:
    room = MOST_QUOTED
    shown: set[Quote] = set()
    answers: list[AnswerTo] = []
    for at, match in enumerate(matches):
        claim = claim_set.by_id[match.candidates[0].claim]
        stance = match.stance
        kind, wanted = words_for(claim, stance, sure=match.stances[stance] >= point.stance)
        unsaid = [quote for quote in wanted if quote not in shown]
        # A fair share of the room, so that the first point does not take that of the others.
        quotes = as_many_as_fit(unsaid, room // (len(matches) - at))
        quotes = quotes or as_many_as_fit(sorted(unsaid, key=lambda quote: len(quote.text))[:1], room)
        if wanted and not quotes:
            continue  # already said to another point, or no room left
        room -= sum(len(quote.text) for quote in quotes)
        shown.update(quotes)
        answers.append(
            AnswerTo(claim.id, stance, kind, claim.answer.state, quotes, match.score, match.margin)
        )
    return tuple(answers)


def as_many_as_fit(quotes: Iterable[Quote], room: int = MOST_QUOTED) -> tuple[Quote, ...]:
    """The quotes that together take no more room than there is; too long a one is passed over."""
    fitting: list[Quote] = []
    for quote in quotes:
        if len(quote.text) <= room:
            fitting.append(quote)
            room -= len(quote.text)
    return tuple(fitting)


def words_for(claim: Claim, stance: Stance, *, sure: bool) -> tuple[ReplyKind | None, tuple[Quote, ...]]:
    """The rebuttal for an objection that has one, else a passage, else no words at all."""
    if stance is Stance.DISPUTES and sure and claim.answer.state is not AnswerState.NONE:
        return ReplyKind.REBUTTAL, claim.answer.quotes
    if claim.quotes:
        return ReplyKind.QUOTE, claim.quotes
    return None, ()


def _from(outcome: Outcome, reason: Reason | None, match: Match, answers: tuple[AnswerTo, ...]) -> Decision:
    return Decision(outcome, reason, answers, match.candidates, match.stance, match.score, match.margin)
