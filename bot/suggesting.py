"""The moderators' queue: what the bot would say, other claims it might be about, and a moderator's say."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.core.claims import Claim, Stance
from bot.core.decisions import ReplyKind, words_for
from bot.model import ModelDownError
from bot.replies import ReplyTo, fitting
from bot.service import DebateService
from bot.store.rows import NewOutbox, OutboxRow, Suggestion, SuggestionState, Venue
from bot.stored_replies import answers_of, content_of, nonce_of

MOST_OTHERS = 2
MOST_FOUND = 25

FITS = "fits"
"""The verdict of a moderator on a claim that was suggested for a comment."""


class Suggesting:
    """What moderators do with suggestions; the first of them decides, and nothing later undoes it."""

    def __init__(self, service: DebateService, now: Callable[[], datetime]) -> None:
        self._service = service
        self._now = now
        self._stored = service.suggestions

    def others(self, suggestion: Suggestion) -> list[tuple[Claim, float]]:
        """The next likeliest claims, with how sure the bot was; raises `LookupError` without the debate."""
        claims = self._service.debate_of(suggestion.venue_id).claim_set.by_id
        proposed = {answer.claim for answer in answers_of(suggestion)}
        candidates: Any = suggestion.record["candidates"]
        others = [(claims[c["claim"]], c["score"]) for c in candidates if c["claim"] in claims]
        return [(claim, score) for claim, score in others if claim.id not in proposed][:MOST_OTHERS]

    async def find(self, venue: Venue, words: str) -> list[Claim]:
        """The claims that somebody may mean by these words: those that hold them, then those alike."""
        claims = self._service.debates[venue.debate_id].debate.claim_set.claims
        wanted = [word for word in _words(words) if len(word) > 1]
        hits = {claim.id: _hits(claim, wanted) for claim in claims}
        found = sorted((claim for claim in claims if hits[claim.id]), key=lambda claim: -hits[claim.id])
        try:
            alike = [claim for claim, _ in await self._service.candidates(venue, words)]
        except ModelDownError:
            alike = []
        return list({claim.id: claim for claim in (*found, *alike)}.values())[:MOST_FOUND]

    async def choose(self, suggestion: Suggestion, claim_id: str) -> Suggestion | None:
        """Proposes what the source says on another claim; raises `LookupError` for an unknown one."""
        debate = self._service.debate_of(suggestion.venue_id)
        claim = debate.claim_set.by_id[claim_id]
        stance = Stance(str(suggestion.record["stance"]))
        judged = {answer["claim"]: answer["kind"] for answer in _judged(suggestion)}
        sure = judged.get(claim_id, ReplyKind.REBUTTAL) == ReplyKind.REBUTTAL
        kind, wanted = words_for(claim, stance, sure=sure)
        spans = tuple(quote.span for quote in wanted)
        locale = str(suggestion.content["locale"])
        answer = ReplyTo(claim.id, kind, claim.answer.state, spans)
        content = content_of(locale, fitting(debate, self._service.wording[locale], [answer]))
        return await self._stored.propose(suggestion.decision_id, content)

    async def accept(self, suggestion: Suggestion, by: int) -> OutboxRow | None:
        """The reply that is now to be sent; None when somebody was first, or it is another proposal by now."""
        claims = _proposed(suggestion)
        reply = NewOutbox(nonce_of(suggestion.message_id), suggestion.content)
        row = await self._stored.accept(suggestion.decision_id, reply, claims, by, self._now())
        if row is not None:
            await self._judge(suggestion, by, fitting=claims)
        return row

    async def reject(self, suggestion: Suggestion, by: int) -> bool:
        """Answers nothing to the comment, ever; tells whether nobody was first."""
        settled = await self._settle(suggestion, SuggestionState.REJECTED, by)
        if settled:
            await self._judge(suggestion, by)
        return settled

    async def mute(self, suggestion: Suggestion, by: int) -> list[Claim]:
        """Rejects it and mutes the claims that it proposed, which are returned; none when somebody was first."""
        if not await self.reject(suggestion, by):
            return []
        claims = self._service.debate_of(suggestion.venue_id).claim_set.by_id
        muted = [claims[claim] for claim in _proposed(suggestion)]
        for claim in muted:
            await self._service.mutes.claim(suggestion.venue_id, claim.id, by, self._now())
        return muted

    async def answer_in_person(self, suggestion: Suggestion, by: int) -> bool:
        """Leaves the comment to a moderator; tells whether nobody was first."""
        return await self._settle(suggestion, SuggestionState.OWN, by)

    async def drop(self, suggestion: Suggestion, by: int) -> bool:
        """Ends the waiting of a comment that was deleted."""
        return await self._settle(suggestion, SuggestionState.GONE, by)

    async def _settle(self, suggestion: Suggestion, state: SuggestionState, by: int) -> bool:
        return await self._stored.settle(suggestion.decision_id, state, by, self._now())

    async def _judge(self, suggestion: Suggestion, by: int, fitting: tuple[str, ...] = ()) -> None:
        judged = dict.fromkeys((*(answer["claim"] for answer in _judged(suggestion)), *_proposed(suggestion)))
        for claim in judged:
            await self._service.store.record_verdict(
                suggestion.decision_id, claim, FITS, by, self._now(), claim in fitting
            )


def _judged(suggestion: Suggestion) -> list[dict[str, Any]]:
    """What matching said, whatever a moderator proposed since."""
    judged: Any = suggestion.record["answers"]
    return judged


def _proposed(suggestion: Suggestion) -> tuple[str, ...]:
    return tuple(answer.claim for answer in answers_of(suggestion))


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def _hits(claim: Claim, wanted: list[str]) -> int:
    """How many of the wanted words begin a word of the claim, in any language."""
    own = {
        word for text in (claim.id, claim.statement, *claim.translations.values()) for word in _words(text)
    }
    return sum(any(word.startswith(begin) for word in own) for begin in wanted)
