"""A sent reply may have to say something else than Discord shows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "wederhoor_0007"
down_revision = "wederhoor_0006"


def upgrade() -> None:
    """Adds when a reply was revised, and finds the ones that are not shown so yet."""
    # Copied, so that every column keeps a line of its own in the schema.
    with op.batch_alter_table("outbox", recreate="always", table_kwargs={"sqlite_strict": True}) as outbox:
        outbox.add_column(sa.Column("revised_at", sa.Integer, nullable=True))
    op.create_index(
        "outbox_revised", "outbox", ["decision_id"], sqlite_where=sa.text("revised_at IS NOT NULL")
    )
