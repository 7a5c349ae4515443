"""What all tables belong to: one schema, whose constraints have names."""

from __future__ import annotations

from sqlalchemy import MetaData

# Without names Alembic loses constraints when it copies a table. The revisions take theirs from here too,
# so the convention never changes.
metadata = MetaData(
    naming_convention={
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
