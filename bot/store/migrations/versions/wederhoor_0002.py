"""Remembers which commands each application was last given, so that an unchanged tree is not sent again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "wederhoor_0002"
down_revision = "wederhoor_0001"


def upgrade() -> None:
    """Makes the table of synced commands."""
    op.create_table(
        "synced_commands",
        sa.Column("application_id", sa.Integer, nullable=False),
        sa.Column(
            "digest",
            sa.Text,
            sa.CheckConstraint(
                "length(digest) BETWEEN 1 AND 64 AND digest NOT GLOB '*[^!-~]*'", name="digest"
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("application_id"),
        sqlite_strict=True,
    )
