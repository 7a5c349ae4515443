# ruff: noqa: ASYNC240 - a test may block
"""The schema: made from empty, the same as the code's, and with no place for a sentence."""

from __future__ import annotations

import re
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from bot.store import Store, StoreError, StoreFault, Venue, open_store, schema
from bot.store.columns import Codes
from bot.store.tables import metadata
from tests.store.conftest import ALICE, CHANNEL, NOON, dump, reply_to, script, to_send

SENTENCE = "Dat is gewoon niet waar."
ALEMBIC = "alembic_version"
HEAD = max(path.stem for path in (schema.SCRIPTS / "versions").glob("wederhoor_*.py"))


def definitions(path: Path) -> dict[str, str]:
    """What SQLite holds as the definition of each table and index."""
    with closing(sqlite3.connect(path)) as raw:
        rows = raw.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: " ".join(sql.split()) for name, sql in rows if name not in (ALEMBIC, "sqlite_sequence")}


def parts(definition: str) -> list[str]:
    """A definition by its parts: a table that was copied has its constraints in another order."""
    inside, after = definition.replace('"', "").rsplit(")", 1)
    return [
        *sorted(part.strip() for part in re.split(r", (?=CONSTRAINT|\w+ [A-Z])| (?=CONSTRAINT)", inside)),
        after,
    ]


async def test_the_migrations_make_the_tables_of_the_code(tmp_path: Path) -> None:
    migrated, created = tmp_path / "migrated.sqlite3", tmp_path / "created.sqlite3"
    async with open_store(migrated):
        pass
    engine = create_engine(f"sqlite:///{migrated}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()
    # Alembic does not compare constraints on values; SQLite's own record of the definitions does.
    engine = create_engine(f"sqlite:///{created}")
    metadata.create_all(engine)
    engine.dispose()
    made, wanted = definitions(migrated), definitions(created)
    assert {name: parts(sql) for name, sql in made.items()} == {
        name: parts(sql) for name, sql in wanted.items()
    }


async def test_opening_again_keeps_everything(path: Path, store: Store, venue: Venue) -> None:
    await store.record_decision(reply_to(10, venue), to_send(10))
    await store.close()
    before = dump(path)
    async with open_store(path) as again:
        assert await again.venue_of(CHANNEL) == venue
    assert dump(path) == before


async def test_the_file_is_kept_as_a_power_cut_demands(store: Store) -> None:
    async with store._engine.connect() as connection:
        found = {
            pragma: (await connection.exec_driver_sql(f"PRAGMA {pragma}")).scalar()
            for pragma in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


def later_revision(tmp_path: Path, body: str) -> Path:
    """A copy of the migrations with one more."""
    scripts = tmp_path / "100% later"
    shutil.copytree(schema.SCRIPTS, scripts)
    (scripts / "versions" / "wederhoor_9999.py").write_text(
        "from alembic import op\n"
        "revision = 'wederhoor_9999'\n"
        f"down_revision = '{HEAD}'\n"
        f"def upgrade():\n    op.execute('CREATE TABLE later (id INTEGER)')\n    {body}\n"
    )
    return scripts


async def test_a_migration_that_fails_leaves_the_file_as_it_was(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(path):
        pass
    before = definitions(path)
    monkeypatch.setattr(schema, "SCRIPTS", later_revision(tmp_path, "raise RuntimeError('half way')"))
    with pytest.raises(RuntimeError, match="half way"):
        async with open_store(path):
            pass
    assert definitions(path) == before
    assert dump(path)[ALEMBIC] == [(HEAD,)]


async def test_a_migration_may_rebuild_a_table_that_others_refer_to(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(path) as store:
        venue = await store.open_venue(1, CHANNEL, "wijk", "nl", ALICE, NOON)
        await store.record_decision(reply_to(10, venue), to_send(10))
    before = definitions(path)["venues"]
    rebuild = "\n    ".join(
        (
            "import sqlalchemy as sa",
            "with op.batch_alter_table('venues', recreate='always') as batch:",
            "    batch.add_column(sa.Column('extra', sa.Integer))",
        )
    )
    monkeypatch.setattr(schema, "SCRIPTS", later_revision(tmp_path, rebuild))
    schema.upgrade(path, timedelta(seconds=1))
    rows = dump(path)
    assert len(rows["venues"]) == len(rows["decisions"]) == len(rows["outbox"]) == 1
    rebuilt = definitions(path)["venues"]
    assert rebuilt.endswith("STRICT")
    assert rebuilt.count("CHECK") == before.count("CHECK") == 4


async def test_a_file_of_the_first_schema_keeps_everything(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tmp_path / "first"
    later = shutil.ignore_patterns("wederhoor_000[2-9].py", "wederhoor_00[1-9]*.py", "__pycache__")
    shutil.copytree(schema.SCRIPTS, first, ignore=later)
    monkeypatch.setattr(schema, "SCRIPTS", first)
    path.parent.mkdir()
    schema.upgrade(path, timedelta(seconds=1))
    assert "synced_commands" not in dump(path)
    script(path, f"INSERT INTO watermarks VALUES ({CHANNEL}, 10)")
    monkeypatch.undo()
    async with open_store(path) as store:
        assert await store.watermarks() == {CHANNEL: 10}
        assert await store.synced_commands(ALICE) is None
        for digest in ("a1", "b2"):
            await store.record_synced_commands(ALICE, digest)
            assert await store.synced_commands(ALICE) == digest
        assert await store.synced_commands(ALICE + 1) is None


async def test_a_newer_schema_is_refused_untouched(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schema, "SCRIPTS", later_revision(tmp_path, "pass"))
    async with open_store(path):
        pass
    monkeypatch.undo()
    before = path.read_bytes()
    with pytest.raises(StoreError) as error:
        async with open_store(path):
            pass
    assert (error.value.reason, error.value.detail) == (StoreFault.NEWER_SCHEMA, "wederhoor_9999")
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE users (id INTEGER)",
        "CREATE TABLE alembic_version (version_num); INSERT INTO alembic_version VALUES ('0001')",
        "CREATE TABLE alembic_version (version_num)",
    ],
)
async def test_another_programs_database_is_refused_untouched(path: Path, sql: str) -> None:
    path.parent.mkdir()
    script(path, sql)
    before = path.read_bytes()
    with pytest.raises(StoreError) as error:
        async with open_store(path):
            pass
    assert error.value.reason is StoreFault.FOREIGN
    assert path.read_bytes() == before
    assert [child.name for child in path.parent.iterdir()] == [path.name]


async def test_no_column_can_hold_a_sentence(store: Store, path: Path) -> None:
    with closing(sqlite3.connect(path)) as raw:
        tables = [
            name
            for name, kind, strict in raw.execute("SELECT name, type, strict FROM pragma_table_list")
            if kind == "table" and not name.startswith("sqlite_") and name != ALEMBIC
            if strict or pytest.fail(f"{name} is not STRICT")
        ]
        assert set(tables) == set(metadata.tables)
        json_columns = set()
        for table in tables:
            for _, column, kind, *_ in raw.execute(f"PRAGMA table_info({table})").fetchall():
                assert kind in ("INTEGER", "TEXT"), f"{table}.{column}"
                if holds(raw, table, column, '{"text": 1}'):
                    json_columns.add(f"{table}.{column}")
                assert not holds(raw, table, column, SENTENCE), f"{table}.{column}"
    # Within these the code looks at every string: test_words_do_not_get_into_a_record.
    assert json_columns == {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Codes)
    }


def holds(raw: sqlite3.Connection, table: str, column: str, value: str) -> bool:
    """Whether the schema lets the value into the column: its own rule is tried, all others left out."""
    definition = raw.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()[0]
    (line,) = re.findall(rf'^\s*"?{column}"? [A-Z]+.*?,?\s*$', definition, re.MULTILINE)
    # In a table that a migration copied the rule stands apart from its column.
    rule = re.findall(rf"^\s*(CONSTRAINT ck_{table}_{column} .*?),?\s*$", definition, re.MULTILINE)
    tried = ", ".join([line.strip().rstrip(","), *rule])
    raw.execute("DROP TABLE IF EXISTS temp.tried")
    raw.execute(f"CREATE TEMP TABLE tried ({tried}) STRICT")
    try:
        raw.execute("INSERT INTO tried VALUES (?)", (value,))
    except sqlite3.IntegrityError:
        return False
    return True


async def test_the_file_holds_no_word_of_a_member(store: Store, venue: Venue, path: Path) -> None:
    for record in ({"text": SENTENCE}, {SENTENCE: 1}, {"a": [SENTENCE]}):
        with pytest.raises(ValueError, match=r"\$"):
            await store.record_decision(reply_to(10, venue, record=record), to_send(10))
    await store.close()
    for file in path.parent.iterdir():
        assert SENTENCE.encode() not in file.read_bytes()
