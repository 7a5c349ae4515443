"""Bringing the file's schema up to the code's, or refusing the file."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.store.engine import migration_engine
from bot.store.errors import StoreError, StoreFault

SCRIPTS = Path(__file__).parent / "migrations"
MARK = "wederhoor_"
"""Every revision begins with this, which tells our files from those of other programs that use Alembic."""

# Alembic's `op` and `context` belong to the whole process.
_ONE_AT_A_TIME = threading.Lock()


def upgrade(path: Path, patience: timedelta) -> None:
    """Runs the migrations that the file lacks, all in one transaction."""
    engine = migration_engine(path, patience)
    with _ONE_AT_A_TIME, engine.begin() as connection:
        config = _config(connection)
        _require_ours(connection, ScriptDirectory.from_config(config), path)
        command.upgrade(config, "head")
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise StoreError(StoreFault.DAMAGED, path, f"foreign key of {broken[0]}")


def require_current(connection: Connection, path: Path) -> None:
    """Refuses a file that is not as this version writes it: who only reads does not bring it up to date."""
    scripts = ScriptDirectory.from_config(_config(connection))
    if _require_ours(connection, scripts, path) != scripts.get_current_head():
        raise StoreError(StoreFault.OLDER_SCHEMA, path, "not migrated")


def prove_writable(connection: Connection) -> None:
    """Writes the file's header as it is: a read-only file or a full disk lets a transaction begin and end."""
    connection.exec_driver_sql("PRAGMA user_version = 0")


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    # A percent sign is the mark of an interpolation here.
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


def _require_ours(connection: Connection, scripts: ScriptDirectory, path: Path) -> str:
    """The revision of the file, empty for an empty one."""
    tables = set(
        connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        ).scalars()
    )
    if not tables:
        return ""
    revision = ""
    if "alembic_version" in tables:
        revision = str(connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar())
    if not revision.startswith(MARK):
        raise StoreError(StoreFault.FOREIGN, path, ", ".join(sorted(tables)[:3]))
    known = {script.revision for script in scripts.walk_revisions()}
    if revision not in known:
        raise StoreError(StoreFault.NEWER_SCHEMA, path, revision)
    return revision
