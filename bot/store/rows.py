"""The rows that go into the store and come out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core.decisions import Outcome


class VenueState(StrEnum):
    """Whether the bot takes part in a venue's debate."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class InboxState(StrEnum):
    """How far a received comment is."""

    PENDING = "pending"
    DONE = "done"
    DROPPED = "dropped"


class OutboxState(StrEnum):
    """How far a reply is."""

    PENDING = "pending"
    SENT = "sent"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


class SuggestionState(StrEnum):
    """What became of a suggestion; `own` when a moderator answered in person, `gone` with what it was about."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    OWN = "own"
    GONE = "gone"


UNSETTLED = (SuggestionState.WAITING, SuggestionState.GONE)
"""What no moderator had their say on: an edit of the comment may renew it."""


@dataclass(frozen=True, slots=True)
class Venue:
    """A debate opened in a channel; `changed_by` and `changed_at` belong to its state."""

    id: int
    guild_id: int
    channel_id: int
    debate_id: str
    locale: str
    state: VenueState
    changed_by: int
    changed_at: datetime
    opened_at: datetime
    rules: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Post:
    """A message that the bot posted to seed a venue."""

    venue_id: int
    key: str
    channel_id: int
    message_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A comment that was received."""

    message_id: int
    venue_id: int
    channel_id: int
    author_id: int
    received_at: datetime
    state: InboxState


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision to record; `claims` are those its reply answers, `record` holds codes and numbers only."""

    message_id: int
    venue_id: int
    channel_id: int
    author_id: int
    outcome: Outcome
    reason: str | None
    model: str
    claim_set: str
    decided_at: datetime
    asked: bool = False
    record: Mapping[str, object] = field(default_factory=dict)
    claims: tuple[str, ...] = ()
    proposal: Mapping[str, object] | None = None
    """What moderators are asked to let the bot say, in the shape of `NewOutbox.content`."""


@dataclass(frozen=True, slots=True)
class NewOutbox:
    """A reply to send; the nonce makes a second sending harmless."""

    nonce: str
    content: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A recorded decision."""

    id: int
    message_id: int
    venue_id: int
    channel_id: int
    author_id: int
    outcome: Outcome
    reason: str | None
    model: str
    claim_set: str
    decided_at: datetime
    asked: bool
    record: Mapping[str, object]
    claims: tuple[str, ...]


COMMENT_EDITED, REPLY_DELETED = -1, -2
"""In the place of who took a reply back: its comment changed, or somebody deleted it by hand; Discord says not who."""


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A reply with where it goes and to whom."""

    decision_id: int
    venue_id: int
    channel_id: int
    message_id: int
    author_id: int
    nonce: str
    content: Mapping[str, object]
    state: OutboxState
    reply_id: int | None
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    withdrawn_by: int | None
    withdrawn_at: datetime | None
    removed_at: datetime | None
    revised_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A reply that waits for a moderator's say, or no longer does; `post_id` is its message to moderators."""

    decision_id: int
    venue_id: int
    channel_id: int
    message_id: int
    author_id: int
    reason: str
    decided_at: datetime
    record: Mapping[str, object]
    content: Mapping[str, object]
    state: SuggestionState
    office_id: int | None
    post_id: int | None
    confirmed_by: int | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Takeover:
    """A moderator answers in a channel in person, and the bot is quiet there for a while."""

    channel_id: int
    venue_id: int
    by: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class RecentReplies:
    """What the bot lately said: by claim and in all in the channel, to the member in the whole venue.

    `in_server` counts the replies since then in all venues of the server together.
    """

    last_by_claim: Mapping[str, datetime]
    last_to_member: datetime | None
    replies: tuple[datetime, ...]
    in_server: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody thinks of one claim of a reply; the last value stands."""

    decision_id: int
    claim_id: str
    kind: str
    by: int
    value: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Who changed what in a venue."""

    id: int
    venue_id: int
    at: datetime
    by: int
    action: str
    old: Mapping[str, object] | None
    new: Mapping[str, object] | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows there are, by state, and decisions by their reason; what is absent is zero."""

    inbox: Mapping[InboxState, int]
    outcomes: Mapping[Outcome, int]
    reasons: Mapping[str, int]
    outbox: Mapping[OutboxState, int]
