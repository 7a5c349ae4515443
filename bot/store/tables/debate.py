"""What holds a debate and the bot's part in it: where it is open, what was received, decided and said."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Table, text

from bot.store.columns import Forget, at, choice, code, codes, flag, number, person
from bot.store.rows import InboxState, OutboxState, Outcome, VenueState
from bot.store.tables.metadata import metadata

venues = Table(
    "venues",
    metadata,
    number("id", primary_key=True),
    number("guild_id"),
    number("channel_id", unique=True),
    code("debate_id"),
    code("locale", 16),
    choice("state", VenueState),
    # Who brought the venue into its state and when: a change of rules leaves these two alone.
    person("changed_by", Forget.NOBODY),
    at("changed_at"),
    at("opened_at"),
    codes("rules"),
    sqlite_strict=True,
)

posts = Table(
    "posts",
    metadata,
    number("venue_id", ForeignKey("venues.id"), primary_key=True),
    code("key", primary_key=True),
    number("channel_id"),
    number("message_id"),
    code("digest"),
    sqlite_strict=True,
)

inbox = Table(
    "inbox",
    metadata,
    number("message_id", primary_key=True, autoincrement=False),
    number("venue_id", ForeignKey("venues.id")),
    number("channel_id"),
    person("author_id", Forget.ROW),
    at("received_at"),
    choice("state", InboxState),
    Index("inbox_pending", "message_id", sqlite_where=text("state = 'pending'")),
    sqlite_strict=True,
)

decisions = Table(
    "decisions",
    metadata,
    number("id", primary_key=True),
    number("message_id", unique=True),
    number("venue_id", ForeignKey("venues.id")),
    number("channel_id"),
    person("author_id", Forget.NOBODY),
    choice("outcome", Outcome),
    code("reason", nullable=True),
    code("model", 200),
    code("claim_set"),
    at("decided_at"),
    flag("asked"),
    codes("record"),
    Index("decisions_author", "author_id", "venue_id"),
    Index("decisions_venue", "venue_id"),
    # Buttons under a reply carry the id, so that of a deleted decision must never come back.
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

answered_claims = Table(
    "answered_claims",
    metadata,
    number("decision_id", ForeignKey("decisions.id"), primary_key=True),
    code("claim_id", primary_key=True),
    sqlite_strict=True,
)

outbox = Table(
    "outbox",
    metadata,
    number("decision_id", ForeignKey("decisions.id"), primary_key=True, autoincrement=False),
    number("message_id", unique=True),
    number("channel_id"),
    code("nonce", 25, unique=True),
    codes("content"),
    choice("state", OutboxState),
    number("reply_id", nullable=True, unique=True),
    number("attempts"),
    at("created_at"),
    at("sent_at", nullable=True),
    person("withdrawn_by", Forget.NOBODY, nullable=True),
    at("withdrawn_at", nullable=True),
    # When Discord is known to hold the withdrawn reply no more; until then the removal is still to be done.
    at("removed_at", nullable=True),
    # Since when a sent reply should say something else than Discord shows; empty when the two agree.
    at("revised_at", nullable=True),
    Index("outbox_channel", "channel_id"),
    Index("outbox_pending", "decision_id", sqlite_where=text("state = 'pending'")),
    Index("outbox_revised", "decision_id", sqlite_where=text("revised_at IS NOT NULL")),
    Index("outbox_unremoved", "decision_id", sqlite_where=text("state = 'withdrawn' AND removed_at IS NULL")),
    sqlite_strict=True,
)

watermarks = Table(
    "watermarks",
    metadata,
    number("channel_id", primary_key=True, autoincrement=False),
    number("message_id"),
    sqlite_strict=True,
)

synced_commands = Table(
    "synced_commands",
    metadata,
    number("application_id", primary_key=True, autoincrement=False),
    code("digest"),
    sqlite_strict=True,
)

chores = Table(
    "chores",
    metadata,
    number("venue_id", ForeignKey("venues.id"), primary_key=True),
    code("chore", primary_key=True),
    code("stamp", primary_key=True),
    at("done_at"),
    sqlite_strict=True,
)
