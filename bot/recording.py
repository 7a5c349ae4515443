"""What is written down of a decision: the row that tells of it, and the reply that is to be sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.core.comments import Comment
from bot.core.decisions import Decision, Outcome
from bot.core.records import fingerprint, record_of
from bot.incoming import Incoming
from bot.live import LiveDebate
from bot.replies import ReplyTo, fitting
from bot.store.rows import NewDecision, NewOutbox, Venue
from bot.stored_replies import content_of, nonce_of
from bot.wording import Wording


def written_down(
    venue: Venue,
    live: LiveDebate,
    wordings: Mapping[str, Wording],
    message: Incoming,
    comment: Comment,
    decision: Decision,
    at: datetime,
    *,
    admits: bool,
) -> tuple[NewDecision, NewOutbox | None]:
    """The decision on a comment, and its reply in the comment's language, or in the venue's.

    `admits` tells that the reply may be that the bot has nothing.
    """
    replies, suggests = (decision.outcome is wanted for wanted in (Outcome.REPLY, Outcome.SUGGEST))
    if replies and decision.offered:
        decision = replace(decision, answers=())  # none of them is given before one is chosen
    locale = comment.language if comment.language in wordings else venue.locale
    wording = wordings[locale]
    said = [ReplyTo.of(answer) for answer in decision.answers] if replies or suggests else []
    answers = fitting(live.debate, wording, said)
    content = content_of(locale, answers)
    if replies and decision.offered:
        offered = [fitting(live.debate, wording, [ReplyTo.of(one)])[0] for one in decision.offered]
        content["offered"] = [answer.to_json() for answer in offered]
    outbox = NewOutbox(nonce_of(message.message_id), content) if replies or admits else None
    new = NewDecision(
        message_id=message.message_id,
        venue_id=venue.id,
        channel_id=message.channel_id,
        author_id=message.author_id,
        outcome=decision.outcome,
        reason=decision.reason,
        model=live.model,
        claim_set=live.debate.claim_set.hash,
        decided_at=at,
        asked=message.asked,
        record={**record_of(decision), "own": fingerprint(message.message_id, comment.text)},
        claims=tuple(answer.claim for answer in answers) if outbox else (),
        proposal=content if suggests and answers else None,
    )
    return new, outbox
