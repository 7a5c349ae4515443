"""What members do with a reply: choose, vote, keep, ask for another passage, dismiss, object."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.aids import compose_further, compose_translation
from bot.core.claims import Quote
from bot.core.decisions import ReplyKind
from bot.replies import ReplyTo
from bot.service import DebateService
from bot.store.rows import OutboxRow
from bot.stored_replies import answers_of, offered_by, stands
from bot.wording import Rendered, Wording

HELPFUL = "helpful"
CONTESTED = "contested"
NOT_MY_POINT = "not_my_point"


class MutedClaimError(Exception):
    """Moderators have muted the claim that was chosen since it was offered."""


class Cards:
    """A reply after it was given; what changes in it is recorded first and shown by whoever asks."""

    def __init__(self, service: DebateService, now: Callable[[], datetime]) -> None:
        self._service = service
        self._now = now

    async def standing(self, decision_id: int, channel_id: int | None) -> OutboxRow:
        """The reply of a decision in that channel; raises `LookupError` when none stands there."""
        row = await self._service.revisions.of_decision(decision_id)
        if row is None or row.reply_id is None or not stands(row) or row.channel_id != channel_id:
            raise LookupError(decision_id)
        return row

    async def choose(self, row: OutboxRow, number: int) -> OutboxRow | None:
        """The reply with the words on the claim that was chosen; None when the choice was made before.

        Raises `MutedClaimError` when nothing may be posted on it any more.
        """
        offered = offered_by(row)
        decision = await self._service.store.decision_of(row.message_id)
        if decision is None or number >= len(offered):
            return None
        answer = offered[number]
        if answer.claim in await self._service.mutes.claims(row.venue_id):
            raise MutedClaimError(answer.claim)
        codes: Any = decision.record["offered"]
        content = {name: value for name, value in row.content.items() if name != "offered"}
        return await self._service.revisions.revise(
            row,
            {**content, "answers": [answer.to_json()]},
            self._now(),
            record={**decision.record, "answers": [codes[number]], "chosen": True},
            claims=(answer.claim,),
        )

    async def vote(self, row: OutboxRow, by: int, *, helpful: bool) -> None:
        """Writes down whether a reply helped somebody, in the place of what they said before."""
        claim = answers_of(row)[0].claim
        await self._service.store.record_verdict(row.decision_id, claim, HELPFUL, by, self._now(), helpful)

    async def keep(self, row: OutboxRow) -> bool:
        """Lets a reply stay when its comment goes; False when it does not stand any more."""
        kept = await self._change(row, {"kept": True})
        if kept is not None and kept.revised_at is not None and row.revised_at is None:
            # It looks as it did.
            await self._service.revisions.mark_shown(kept.decision_id, kept.revised_at)
        return kept is not None

    async def orphan(self, row: OutboxRow) -> OutboxRow | None:
        """Lets a reply that was kept say that its comment is gone; None when it says so already."""
        return None if row.content.get("orphaned") else await self._change(row, {"orphaned": True})

    async def _change(self, row: OutboxRow, changes: Mapping[str, object]) -> OutboxRow | None:
        return await self._service.revisions.revise(row, {**row.content, **changes}, self._now())

    async def dismiss(self, row: OutboxRow, by: int) -> OutboxRow | None:
        """Withdraws a reply and records that none of its claims was the point; None when it was gone."""
        store = self._service.store
        withdrawn = await store.withdraw(row.decision_id, by, self._now())
        if withdrawn:
            for answer in (*answers_of(row), *offered_by(row)):
                await store.record_verdict(row.decision_id, answer.claim, NOT_MY_POINT, by, self._now())
        return withdrawn

    async def contest(self, row: OutboxRow, by: int) -> None:
        """Writes down who objects to a reply, and never with which words."""
        for answer in answers_of(row):
            await self._service.store.record_verdict(
                row.decision_id, answer.claim, CONTESTED, by, self._now()
            )

    def passages(self, row: OutboxRow) -> tuple[Quote, ...]:
        """What else was said on the claims of a reply: first in the same way, then in the other."""
        debate = self._service.debate_of(row.venue_id)
        shown = {span for answer in answers_of(row) for span in answer.spans}
        found: dict[Quote, None] = {}
        for answer in answers_of(row):
            claim = debate.claim_set.by_id[answer.claim]
            ways = [claim.answer.quotes, claim.quotes]
            for quotes in ways if answer.kind is ReplyKind.REBUTTAL else ways[::-1]:
                found.update(dict.fromkeys(quote for quote in quotes if quote.span not in shown))
        return tuple(found)

    def passage(self, row: OutboxRow, number: int, wording: Wording) -> Rendered:
        """One of them, counted round."""
        passages = self.passages(row)
        at = number % len(passages)
        debate = self._service.debate_of(row.venue_id)
        return compose_further(debate, wording, passages[at], at + 1, len(passages))

    def quotes(self, answers: Sequence[ReplyTo], venue_id: int) -> list[Quote]:
        """The words that those answers quote, proven again; raises `AlteredSpanError`."""
        debate = self._service.debate_of(venue_id)
        return [debate.quote(span) for answer in answers for span in answer.spans]

    def is_translated(self, row: OutboxRow, locale: str) -> bool:
        """Whether all words of a reply have a translation in that language."""
        debate = self._service.debate_of(row.venue_id)
        quotes = self.quotes(answers_of(row), row.venue_id)
        return bool(quotes) and all(debate.translation(quote, locale) for quote in quotes)

    def translation(self, row: OutboxRow, wording: Wording) -> Rendered:
        """The words of a reply as they were said, each followed by its translation."""
        debate = self._service.debate_of(row.venue_id)
        return compose_translation(debate, wording, self.quotes(answers_of(row), row.venue_id))
