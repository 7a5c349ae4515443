"""Lines that point to an earlier answer go when that answer goes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "wederhoor_0011"
down_revision = "wederhoor_0010"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "pointers",
        sa.Column("message_id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("channel_id", sa.Integer, nullable=False),
        sa.Column("decision_id", sa.Integer, sa.ForeignKey("decisions.id"), nullable=False),
        sa.Column("answer_id", sa.Integer, sa.ForeignKey("decisions.id"), nullable=False),
        sa.Column(
            "claim_id",
            sa.Text,
            sa.CheckConstraint(
                "length(claim_id) BETWEEN 1 AND 64 AND claim_id NOT GLOB '*[^!-~]*'", name="claim_id"
            ),
            nullable=False,
        ),
        sa.Column("at", sa.Integer, nullable=False),
        sa.Column(
            "unwanted", sa.Integer, sa.CheckConstraint("unwanted IN (0, 1)", name="unwanted"), nullable=False
        ),
        sa.PrimaryKeyConstraint("message_id"),
        sqlite_strict=True,
    )
