"""What a stored reply says: its words, made again from the places in the source that were recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

from bot.context import compose_context
from bot.core.claims import Debate
from bot.core.source import Span
from bot.opening import compose_opening, post_for
from bot.replies import ReplyTo, compose_offer, compose_reply, leads_to
from bot.store import Store
from bot.store.rows import DecisionRow, OutboxRow, OutboxState, Post
from bot.why import compose_why
from bot.wording import Rendered, Wording


class Worded(Protocol):
    """What holds the words of a reply, to be said or only proposed, as places in the source."""

    @property
    def venue_id(self) -> int:
        """The venue it belongs to."""
        ...

    @property
    def content(self) -> Mapping[str, object]:
        """Its locale and its answers."""
        ...


class StoredReplies:
    """Says what was recorded, in the debate of its venue; raises `LookupError` when that is gone."""

    def __init__(
        self, store: Store, wording: Mapping[str, Wording], debate_of: Callable[[int], Debate]
    ) -> None:
        self._store = store
        self._wording = wording
        self._debate_of = debate_of

    def compose(self, row: Worded, addressee: str, links: Mapping[Span, str]) -> Rendered:
        """The words of a recorded reply, proven against the source again; raises `AlteredSpanError`."""
        wording = self._wording[str(row.content["locale"])]
        answers, debate = answers_of(row), self._debate_of(row.venue_id)
        if offered := offered_by(row):
            return compose_offer(debate, wording, [answer.claim for answer in offered])
        if not answers:
            return wording.render("reply.nothing_found", addressee=addressee)
        return compose_reply(
            debate, wording, answers, links=links, withdrawn=bool(row.content.get("orphaned"))
        )

    async def places(self, row: Worded) -> dict[Span, Post]:
        """Where what the reply leads to stands in the channel's opening, as far as it was posted."""
        debate = self._debate_of(row.venue_id)
        return await self.places_of(
            row.venue_id, [span for answer in answers_of(row) for span in leads_to(debate, answer)]
        )

    async def places_of(self, venue_id: int, spans: Iterable[Span]) -> dict[Span, Post]:
        """The same for any spans of the venue's debate."""
        debate = self._debate_of(venue_id)
        opening = compose_opening(debate, self._wording[debate.language])
        posts = await self._store.posts(venue_id)
        keys = {span: post_for(opening, span) for span in spans}
        return {span: posts[key] for span, key in keys.items() if key in posts}

    def context(self, row: OutboxRow, wording: Wording) -> Rendered:
        """The passages around the quotations of a reply."""
        spans = [span for answer in answers_of(row) for span in answer.spans]
        return compose_context(self._debate_of(row.venue_id), wording, spans)

    def why(self, decision: DecisionRow, wording: Wording) -> Rendered:
        """Why the bot answered as it did, from what was recorded then."""
        return compose_why(self._debate_of(decision.venue_id), wording, decision.record)


def answers_of(row: Worded) -> list[ReplyTo]:
    """What a stored reply answers."""
    stored: Any = row.content["answers"]
    return [ReplyTo.from_json(answer) for answer in stored]


def offered_by(row: Worded) -> list[ReplyTo]:
    """The answers between which the member still has to choose."""
    stored: Any = row.content.get("offered", ())
    return [ReplyTo.from_json(answer) for answer in stored]


def stands(row: OutboxRow) -> bool:
    """Whether a reply was neither taken back nor given up."""
    return row.state in (OutboxState.PENDING, OutboxState.SENT)


def content_of(locale: str, answers: Iterable[ReplyTo]) -> dict[str, object]:
    """What `answers_of` reads, with the language to say it in."""
    return {"locale": locale, "answers": [answer.to_json() for answer in answers]}


def nonce_of(message_id: int) -> str:
    """By which Discord recognises the reply to a comment, however often it is sent."""
    return f"d{message_id}"
