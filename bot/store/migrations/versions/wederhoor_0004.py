"""The acts of moderators."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "wederhoor_0004"
down_revision = "wederhoor_0003"

KINDS = "'warning', 'time_out', 'lifted', 'slowed', 'locked', 'unlocked', 'purged', 'note', 'automod'"


def upgrade() -> None:
    """Makes the table and its indexes."""
    op.create_table(
        "acts",
        sa.Column("id", sa.Integer, primary_key=True, nullable=False),
        sa.Column("guild_id", sa.Integer, nullable=False),
        sa.Column("channel_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, sa.CheckConstraint(f"kind IN ({KINDS})", name="kind"), nullable=False),
        sa.Column("by", sa.Integer, nullable=False),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column("member_id", sa.Integer, nullable=True),
        sa.Column(
            "ground",
            sa.Text,
            sa.CheckConstraint(
                "length(ground) BETWEEN 1 AND 64 AND ground NOT GLOB '*[^!-~]*'", name="ground"
            ),
            nullable=True,
        ),
        sa.Column("record", sa.Text, sa.CheckConstraint("json_valid(record)", name="record"), nullable=False),
        sa.Column("room_id", sa.Integer, nullable=True),
        sa.Column("post_id", sa.Integer, nullable=True),
        sa.Column("appealed_at", sa.Integer, nullable=True),
        sqlite_autoincrement=True,
        sqlite_strict=True,
    )
    op.create_index("acts_member", "acts", ["member_id", "guild_id"])
    op.create_index("acts_channel", "acts", ["channel_id"])
