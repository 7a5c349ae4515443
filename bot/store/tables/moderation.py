"""What moderators decide and are told, and who changed what."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Table, UniqueConstraint, text

from bot.core.acts import ActKind
from bot.store.columns import Forget, at, choice, code, codes, flag, number, person
from bot.store.rows import SuggestionState
from bot.store.tables.metadata import metadata

suggestions = Table(
    "suggestions",
    metadata,
    number("decision_id", ForeignKey("decisions.id"), primary_key=True, autoincrement=False),
    codes("content"),
    choice("state", SuggestionState),
    number("office_id", nullable=True),
    number("post_id", nullable=True),
    person("confirmed_by", Forget.NOBODY, nullable=True),
    at("confirmed_at", nullable=True),
    Index("suggestions_waiting", "decision_id", sqlite_where=text("state = 'waiting'")),
    sqlite_strict=True,
)

takeovers = Table(
    "takeovers",
    metadata,
    number("channel_id", primary_key=True, autoincrement=False),
    number("venue_id", ForeignKey("venues.id")),
    person("by", Forget.ROW),
    at("since"),
    at("until"),
    sqlite_strict=True,
)

mutes = Table(
    "mutes",
    metadata,
    number("id", primary_key=True),
    number("venue_id", ForeignKey("venues.id")),
    # One of these three says what is muted.
    person("member_id", Forget.ROW, nullable=True),
    number("channel_id", nullable=True),
    code("claim_id", nullable=True),
    person("by", Forget.NOBODY),
    at("at"),
    Index("mutes_venue", "venue_id"),
    # Who lifts a mute by its id must not lift a later one.
    sqlite_autoincrement=True,
    sqlite_strict=True,
)

mod_log = Table(
    "mod_log",
    metadata,
    number("id", primary_key=True),
    number("venue_id", ForeignKey("venues.id")),
    code("act"),
    # The decision that the act was about, 0 for none; it may have been deleted since.
    number("decision_id"),
    person("by", Forget.NOBODY),
    at("at"),
    # The message that tells moderators of it; without one it is still to be told.
    number("post_id", nullable=True),
    # The message of the bot that the act was about, and its channel, when it was no reply; 0 for none.
    number("room_id", server_default=text("0")),
    number("message_id", server_default=text("0")),
    UniqueConstraint("venue_id", "act", "decision_id", "message_id", "at"),
    Index("mod_log_untold", "id", sqlite_where=text("post_id IS NULL")),
    sqlite_strict=True,
)

pointers = Table(
    "pointers",
    metadata,
    number("message_id", primary_key=True, autoincrement=False),
    number("channel_id"),
    # The decision on the comment that it stands under, and that on the comment whose reply it points to.
    number("decision_id", ForeignKey("decisions.id")),
    number("answer_id", ForeignKey("decisions.id")),
    code("claim_id"),
    at("at"),
    # Whether it is to be removed although the reply it points to stands.
    flag("unwanted"),
    sqlite_strict=True,
)

audit = Table(
    "audit",
    metadata,
    number("id", primary_key=True),
    number("venue_id", ForeignKey("venues.id")),
    at("at"),
    person("by", Forget.NOBODY),
    code("action"),
    codes("old", nullable=True),
    codes("new", nullable=True),
    Index("audit_venue", "venue_id"),
    sqlite_strict=True,
)

acts = Table(
    "acts",
    metadata,
    number("id", primary_key=True),
    number("guild_id"),
    number("channel_id"),
    choice("kind", ActKind),
    person("by", Forget.NOBODY),
    at("at"),
    person("member_id", Forget.NOBODY, nullable=True),
    code("ground", nullable=True),
    codes("record"),
    # The message in the moderators' channel that tells of the act.
    number("room_id", nullable=True),
    number("post_id", nullable=True),
    at("appealed_at", nullable=True),
    Index("acts_member", "member_id", "guild_id"),
    Index("acts_channel", "channel_id"),
    # The appeal button under a warning carries the id.
    sqlite_autoincrement=True,
    sqlite_strict=True,
)
