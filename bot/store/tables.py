"""The tables: ids, scores and hashes, never a member's words or name.

All are STRICT: without that, SQLite would take a sentence in a column of numbers.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, MetaData, Table, UniqueConstraint, text

from bot.core.acts import ActKind
from bot.core.opinions import Opinion
from bot.core.polls import PollMoment
from bot.store.columns import Forget, at, choice, code, codes, flag, number, person
from bot.store.rows import InboxState, OutboxState, Outcome, SuggestionState, VenueState

# Without names Alembic loses constraints when it copies a table. The revisions take theirs from here too,
# so the convention never changes.
metadata = MetaData(
    naming_convention={
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

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

verdicts = Table(
    "verdicts",
    metadata,
    number("id", primary_key=True),
    number("decision_id", ForeignKey("decisions.id")),
    code("claim_id"),
    code("kind"),
    person("by", Forget.NUMBER),
    flag("value"),
    at("at"),
    UniqueConstraint("decision_id", "claim_id", "kind", "by"),
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

opinions = Table(
    "opinions",
    metadata,
    number("id", primary_key=True),
    number("venue_id", ForeignKey("venues.id")),
    code("claim_id"),
    person("member_id", Forget.ROW),
    choice("opinion", Opinion),
    flag("changed"),
    at("at"),
    UniqueConstraint("venue_id", "claim_id", "member_id"),
    sqlite_strict=True,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    number("id", primary_key=True),
    number("venue_id", ForeignKey("venues.id")),
    code("claim_id"),
    person("member_id", Forget.ROW),
    number("channel_id"),
    at("at"),
    # When the member began to be told; the row goes once that is done, so that after a crash it is looked into.
    at("telling_at", nullable=True),
    UniqueConstraint("venue_id", "claim_id", "member_id"),
    sqlite_strict=True,
)

polls = Table(
    "polls",
    metadata,
    number("venue_id", ForeignKey("venues.id"), primary_key=True),
    code("debate_id", primary_key=True),
    choice("moment", PollMoment, primary_key=True),
    number("channel_id"),
    number("message_id"),
    # Of the question with its answers: two polls are compared only when they asked the same.
    code("digest"),
    at("posted_at"),
    at("ends_at"),
    # Votes by the number of the answer, once the poll has ended; of a poll that was deleted there are none.
    codes("votes", nullable=True),
    sqlite_strict=True,
)

questions = Table(
    "questions",
    metadata,
    number("message_id", primary_key=True, autoincrement=False),
    number("venue_id", ForeignKey("venues.id")),
    code("debate_id"),
    code("question"),
    at("at"),
    Index("questions_venue", "venue_id"),
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

opt_outs = Table(
    "opt_outs",
    metadata,
    person("user_id", Forget.ROW, primary_key=True, autoincrement=False),
    sqlite_strict=True,
)
