"""The log names messages of the bot that are no replies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "wederhoor_0010"
down_revision = "wederhoor_0009"


def upgrade() -> None:
    """Adds the message and its channel, and lets two messages of one moment stand apart."""
    with op.batch_alter_table("mod_log", recreate="always", table_kwargs={"sqlite_strict": True}) as log:
        log.add_column(sa.Column("room_id", sa.Integer, nullable=False, server_default=sa.text("0")))
        log.add_column(sa.Column("message_id", sa.Integer, nullable=False, server_default=sa.text("0")))
        log.drop_constraint(op.f("uq_mod_log_venue_id_act_decision_id_at"), type_="unique")
        log.create_unique_constraint(
            op.f("uq_mod_log_venue_id_act_decision_id_message_id_at"),
            ["venue_id", "act", "decision_id", "message_id", "at"],
        )
