"""Mutes, and the log of what the bot did by itself."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "wederhoor_0008"
down_revision = "wederhoor_0007"


def _number(name: str, *more: sa.ForeignKey, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, *more, nullable=nullable)


def _code(name: str, *, nullable: bool = False) -> sa.Column[str]:
    rule = f"length({name}) BETWEEN 1 AND 64 AND {name} NOT GLOB '*[^!-~]*'"
    return sa.Column(name, sa.Text, sa.CheckConstraint(rule, name=name), nullable=nullable)


def upgrade() -> None:
    """Makes both tables."""
    op.create_table(
        "mutes",
        _number("id"),
        _number("venue_id", sa.ForeignKey("venues.id")),
        _number("member_id", nullable=True),
        _number("channel_id", nullable=True),
        _code("claim_id", nullable=True),
        _number("by"),
        _number("at"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("mutes_venue", "mutes", ["venue_id"])
    op.create_table(
        "mod_log",
        _number("id"),
        _number("venue_id", sa.ForeignKey("venues.id")),
        _code("act"),
        _number("decision_id"),
        _number("by"),
        _number("at"),
        _number("post_id", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("venue_id", "act", "decision_id", "at"),
        sqlite_strict=True,
    )
    op.create_index("mod_log_untold", "mod_log", ["id"], sqlite_where=sa.text("post_id IS NULL"))
