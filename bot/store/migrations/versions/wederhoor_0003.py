"""A venue's etiquette becomes its house rules; chores that are done once are written down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "wederhoor_0003"
down_revision = "wederhoor_0002"


def upgrade() -> None:
    """Renames the column and makes the table of chores."""
    with op.batch_alter_table("venues") as venues:
        venues.drop_constraint(op.f("ck_venues_etiquette"), type_="check")
        venues.alter_column("etiquette", new_column_name="rules")
        venues.create_check_constraint(op.f("ck_venues_rules"), "json_valid(rules)")
    op.create_table(
        "chores",
        sa.Column("venue_id", sa.Integer, sa.ForeignKey("venues.id"), nullable=False),
        sa.Column(
            "chore",
            sa.Text,
            sa.CheckConstraint("length(chore) BETWEEN 1 AND 64 AND chore NOT GLOB '*[^!-~]*'", name="chore"),
            nullable=False,
        ),
        sa.Column(
            "stamp",
            sa.Text,
            sa.CheckConstraint("length(stamp) BETWEEN 1 AND 64 AND stamp NOT GLOB '*[^!-~]*'", name="stamp"),
            nullable=False,
        ),
        sa.Column("done_at", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("venue_id", "chore", "stamp"),
        sqlite_strict=True,
    )
