"""The first schema; a revision is frozen, so it imports nothing of the bot."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "wederhoor_0001"
down_revision = None


def _id(name: str, *more: sa.ForeignKey, nullable: bool = False, unique: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, *more, nullable=nullable, unique=unique)


def _code(name: str, longest: int = 64, nullable: bool = False, unique: bool = False) -> sa.Column[str]:
    rule = f"length({name}) BETWEEN 1 AND {longest} AND {name} NOT GLOB '*[^!-~]*'"
    return sa.Column(name, sa.Text, sa.CheckConstraint(rule, name=name), nullable=nullable, unique=unique)


def _one_of(name: str, *values: str) -> sa.Column[str]:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.Column(name, sa.Text, sa.CheckConstraint(f"{name} IN ({listed})", name=name), nullable=False)


def _flag(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.CheckConstraint(f"{name} IN (0, 1)", name=name), nullable=False)


def _codes(name: str, nullable: bool = False) -> sa.Column[str]:
    rule = f"{name} IS NULL OR json_valid({name})" if nullable else f"json_valid({name})"
    return sa.Column(name, sa.Text, sa.CheckConstraint(rule, name=name), nullable=nullable)


def upgrade() -> None:
    """Makes every table."""
    op.create_table(
        "venues",
        _id("id"),
        _id("guild_id"),
        _id("channel_id", unique=True),
        _code("debate_id"),
        _code("locale", 16),
        _one_of("state", "open", "paused", "closed"),
        _id("changed_by"),
        _id("changed_at"),
        _id("opened_at"),
        _codes("etiquette"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_table(
        "posts",
        _id("venue_id", sa.ForeignKey("venues.id")),
        _code("key"),
        _id("channel_id"),
        _id("message_id"),
        _code("digest"),
        sa.PrimaryKeyConstraint("venue_id", "key"),
        sqlite_strict=True,
    )
    op.create_table(
        "inbox",
        _id("message_id"),
        _id("venue_id", sa.ForeignKey("venues.id")),
        _id("channel_id"),
        _id("author_id"),
        _id("received_at"),
        _one_of("state", "pending", "done", "dropped"),
        sa.PrimaryKeyConstraint("message_id"),
        sqlite_strict=True,
    )
    op.create_index("inbox_pending", "inbox", ["message_id"], sqlite_where=sa.text("state = 'pending'"))
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer, primary_key=True, nullable=False),
        _id("message_id", unique=True),
        _id("venue_id", sa.ForeignKey("venues.id")),
        _id("channel_id"),
        _id("author_id"),
        _one_of("outcome", "reply", "suggest", "abstain"),
        _code("reason", nullable=True),
        _code("model", 200),
        _code("claim_set"),
        _id("decided_at"),
        _flag("asked"),
        _codes("record"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("decisions_author", "decisions", ["author_id", "venue_id"])
    op.create_index("decisions_venue", "decisions", ["venue_id"])
    op.create_table(
        "answered_claims",
        _id("decision_id", sa.ForeignKey("decisions.id")),
        _code("claim_id"),
        sa.PrimaryKeyConstraint("decision_id", "claim_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "outbox",
        _id("decision_id", sa.ForeignKey("decisions.id")),
        _id("message_id", unique=True),
        _id("channel_id"),
        _code("nonce", 25, unique=True),
        _codes("content"),
        _one_of("state", "pending", "sent", "withdrawn", "failed"),
        _id("reply_id", nullable=True, unique=True),
        _id("attempts"),
        _id("created_at"),
        _id("sent_at", nullable=True),
        _id("withdrawn_by", nullable=True),
        _id("withdrawn_at", nullable=True),
        _id("removed_at", nullable=True),
        sa.PrimaryKeyConstraint("decision_id"),
        sqlite_strict=True,
    )
    op.create_index("outbox_channel", "outbox", ["channel_id"])
    op.create_index("outbox_pending", "outbox", ["decision_id"], sqlite_where=sa.text("state = 'pending'"))
    op.create_index(
        "outbox_unremoved",
        "outbox",
        ["decision_id"],
        sqlite_where=sa.text("state = 'withdrawn' AND removed_at IS NULL"),
    )
    op.create_table(
        "verdicts",
        _id("id"),
        _id("decision_id", sa.ForeignKey("decisions.id")),
        _code("claim_id"),
        _code("kind"),
        _id("by"),
        _flag("value"),
        _id("at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("decision_id", "claim_id", "kind", "by"),
        sqlite_strict=True,
    )
    op.create_table(
        "watermarks",
        _id("channel_id"),
        _id("message_id"),
        sa.PrimaryKeyConstraint("channel_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "audit",
        _id("id"),
        _id("venue_id", sa.ForeignKey("venues.id")),
        _id("at"),
        _id("by"),
        _code("action"),
        _codes("old", nullable=True),
        _codes("new", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_strict=True,
    )
    op.create_index("audit_venue", "audit", ["venue_id"])
