"""Which slash commands Discord was last given, by application."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store import tables as t


def synced(connection: Connection, application_id: int) -> str | None:
    """The digest of the commands that the application was last given."""
    return connection.execute(
        select(t.synced_commands.c.digest).where(t.synced_commands.c.application_id == application_id)
    ).scalar_one_or_none()


def record_synced(connection: Connection, application_id: int, digest: str) -> None:
    """Writes down what the application has now."""
    given = upsert(t.synced_commands).values(application_id=application_id, digest=digest)
    connection.execute(
        given.on_conflict_do_update(index_elements=["application_id"], set_={"digest": digest})
    )
