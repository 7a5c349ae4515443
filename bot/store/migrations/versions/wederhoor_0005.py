"""What members think of claims and want to be told, polls, and the questions that were asked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "wederhoor_0005"
down_revision = "wederhoor_0004"


def _id(name: str, *more: sa.ForeignKey, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, *more, nullable=nullable)


def _code(name: str) -> sa.Column[str]:
    rule = f"length({name}) BETWEEN 1 AND 64 AND {name} NOT GLOB '*[^!-~]*'"
    return sa.Column(name, sa.Text, sa.CheckConstraint(rule, name=name), nullable=False)


def _one_of(name: str, *values: str) -> sa.Column[str]:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.Column(name, sa.Text, sa.CheckConstraint(f"{name} IN ({listed})", name=name), nullable=False)


def upgrade() -> None:
    """Makes the four tables."""
    op.create_table(
        "opinions",
        _id("id"),
        _id("venue_id", sa.ForeignKey("venues.id")),
        _code("claim_id"),
        _id("member_id"),
        _one_of("opinion", "agree", "disagree"),
        sa.Column(
            "changed", sa.Integer, sa.CheckConstraint("changed IN (0, 1)", name="changed"), nullable=False
        ),
        _id("at"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("venue_id", "claim_id", "member_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "subscriptions",
        _id("id"),
        _id("venue_id", sa.ForeignKey("venues.id")),
        _code("claim_id"),
        _id("member_id"),
        _id("channel_id"),
        _id("at"),
        _id("telling_at", nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("venue_id", "claim_id", "member_id"),
        sqlite_strict=True,
    )
    op.create_table(
        "polls",
        _id("venue_id", sa.ForeignKey("venues.id")),
        _code("debate_id"),
        _one_of("moment", "opening", "closing"),
        _id("channel_id"),
        _id("message_id"),
        _code("digest"),
        _id("posted_at"),
        _id("ends_at"),
        sa.Column(
            "votes",
            sa.Text,
            sa.CheckConstraint("votes IS NULL OR json_valid(votes)", name="votes"),
            nullable=True,
        ),
        sa.PrimaryKeyConstraint("venue_id", "debate_id", "moment"),
        sqlite_strict=True,
    )
    op.create_table(
        "questions",
        _id("message_id"),
        _id("venue_id", sa.ForeignKey("venues.id")),
        _code("debate_id"),
        _code("question"),
        _id("at"),
        sa.PrimaryKeyConstraint("message_id"),
        sqlite_strict=True,
    )
    op.create_index("questions_venue", "questions", ["venue_id"])
