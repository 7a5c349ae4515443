"""Members who want to be left alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "wederhoor_0006"
down_revision = "wederhoor_0005"


def upgrade() -> None:
    """Makes the table of those who opted out."""
    op.create_table(
        "opt_outs",
        sa.Column("user_id", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("user_id"),
        sqlite_strict=True,
    )
