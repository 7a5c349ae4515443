"""Suggestions wait for a moderator's say, and a moderator who answers in person keeps the bot quiet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "wederhoor_0009"
down_revision = "wederhoor_0008"

STATES = "'waiting', 'accepted', 'rejected', 'own', 'gone'"


def upgrade() -> None:
    """Makes both tables."""
    op.create_table(
        "suggestions",
        sa.Column(
            "decision_id", sa.Integer, sa.ForeignKey("decisions.id"), autoincrement=False, nullable=False
        ),
        sa.Column(
            "content", sa.Text, sa.CheckConstraint("json_valid(content)", name="content"), nullable=False
        ),
        sa.Column("state", sa.Text, sa.CheckConstraint(f"state IN ({STATES})", name="state"), nullable=False),
        sa.Column("office_id", sa.Integer),
        sa.Column("post_id", sa.Integer),
        sa.Column("confirmed_by", sa.Integer),
        sa.Column("confirmed_at", sa.Integer),
        sa.PrimaryKeyConstraint("decision_id"),
        sqlite_strict=True,
    )
    op.create_index(
        "suggestions_waiting", "suggestions", ["decision_id"], sqlite_where=sa.text("state = 'waiting'")
    )
    op.create_table(
        "takeovers",
        sa.Column("channel_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("venue_id", sa.Integer, sa.ForeignKey("venues.id"), nullable=False),
        sa.Column("by", sa.Integer, nullable=False),
        sa.Column("since", sa.Integer, nullable=False),
        sa.Column("until", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("channel_id"),
        sqlite_strict=True,
    )
