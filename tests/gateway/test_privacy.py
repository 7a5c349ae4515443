"""What a member may decide about what the bot remembers: tried on every table and column there is."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from sqlalchemy import Text

from bot.core.retention import Retention
from bot.encoder import Encoder
from bot.gateway.client import DebateBot
from bot.gateway.privacy_commands import privacy_lines
from bot.gateway.telling import paged
from bot.store import Outcome
from bot.store.columns import Choice, Codes, Flag
from bot.store.tables import metadata
from bot.wording import load_wording
from tests.gateway.conftest import ROOT, World
from tests.gateway.lacking import speak
from tests.gateway.test_manners import BUYERS, EMPTY, GRASS, NOTHING
from tests.gateway.test_members import press
from tests.gateway.test_moderation import bench_in
from tests.store.conftest import script

WORDING = load_wording(ROOT / "prompts")


def rows_with(path: Path, number: int) -> set[tuple[str, str]]:
    """Every table and column that holds a number anywhere, read past the store."""
    found: set[tuple[str, str]] = set()
    with closing(sqlite3.connect(path)) as raw:
        for (table,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            cursor = raw.execute(f'SELECT * FROM "{table}"')
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                found |= {
                    (table, name)
                    for name, cell in zip(names, row, strict=True)
                    if re.search(rf"(?<!\d){number}(?!\d)", str(cell))
                }
    return found


def words(result: Any) -> str:
    """All that a member is told, which nobody else sees."""
    told = [m for m in (result.response, *result.followups) if m is not None]
    assert told
    assert all(message.ephemeral for message in told)
    return "\n".join(message.content for message in told)


def last(result: Any) -> discord.Message:
    """The last message that a member was told."""
    return [m for m in (result.response, *result.followups) if m is not None][-1].message


@pytest.mark.feature("M15")
async def test_who_opted_out_is_not_read_not_answered_and_not_written_down(
    harbour: World, light: Encoder
) -> None:
    told = await harbour.anna.slash(harbour.channel, "stil")
    assert "no longer read your comments" in words(told)
    assert rows_with(harbour.database, harbour.anna.id) == {("opt_outs", "user_id")}
    before, counts = light.encoded, await harbour.store.counts()

    comment = await harbour.anna.send(harbour.channel, EMPTY)
    await harbour.anna.send(harbour.channel, f"<@{harbour.env.bot.user.id}> {GRASS}")
    assert light.encoded == before
    # Nor after a restart, when everything that was missed is read.
    await harbour.anna.send(harbour.channel, BUYERS)
    await harbour.restart()
    assert rows_with(harbour.database, harbour.anna.id) == {("opt_outs", "user_id")}
    assert rows_with(harbour.database, comment.id) == set()
    assert await harbour.store.counts() == counts
    assert harbour.replies() == []
    # Somebody else may not have the comment compared either.
    encoded = light.encoded
    asked = await harbour.bram.context_menu(harbour.channel, "Welke stelling is dit?", comment)
    assert words(asked) == "I do not compare this message."
    assert light.encoded == encoded

    # The next member is answered, and so is she once she opts in.
    await harbour.bram.send(harbour.channel, BUYERS)
    assert len(harbour.replies()) == 1
    back = await press(harbour.anna, last(told), "privacy")
    assert "again" in words(back)
    assert rows_with(harbour.database, harbour.anna.id) == set()
    await harbour.anna.send(harbour.channel, EMPTY)
    assert len(harbour.replies()) == 2


@pytest.mark.feature("M15")
async def test_opting_out_also_goes_for_a_comment_that_waits(harbour: World) -> None:
    (venue,) = harbour.bot.service.venues.all()
    comment = await harbour.anna.send(harbour.channel, NOTHING)
    script(
        harbour.database,
        f"DELETE FROM decisions WHERE message_id = {comment.id};"
        f"UPDATE inbox SET state = 'pending' WHERE message_id = {comment.id};",
    )
    await harbour.anna.slash(harbour.channel, "stil")
    await harbour.bot.catch_up.sweep()
    assert await harbour.store.decision_of(comment.id) is None
    assert await harbour.store.pending() == []
    assert venue.id


@pytest.mark.feature("M16")
async def test_what_is_kept_of_a_member_is_shown_whole_and_deleted_at_once(harbour: World) -> None:
    anna = harbour.anna
    comment = await anna.send(harbour.channel, EMPTY)
    await harbour.bram.send(harbour.channel, BUYERS)
    first, second = harbour.replies()
    await press(anna, first, "dismiss")
    (venue,) = await harbour.store.venues()
    # She moderated too, and a later kind of rule may name a member.
    await harbour.store.set_venue_state(venue.id, venue.state.PAUSED, anna.id, harbour.bot.now())
    await harbour.bot.service.load()
    later = {"office": anna.id, "hourly_cap": 7}
    await harbour.store.set_rules(venue.id, later, 0, harbour.bot.now())
    await anna.slash(harbour.channel, "stil")

    held = rows_with(harbour.database, anna.id)
    assert held == {
        ("inbox", "author_id"),
        ("decisions", "author_id"),
        ("outbox", "withdrawn_by"),
        ("verdicts", "by"),
        ("venues", "changed_by"),
        ("venues", "rules"),
        ("audit", "by"),
        ("audit", "new"),
        ("opt_outs", "user_id"),
    }
    shown = await anna.slash(harbour.channel, "mijngegevens")
    assert shown.ephemeral
    (file,) = last(shown).attachments
    exported = json.loads(await file.read())
    assert exported["user_id"] == anna.id
    assert set(exported["tables"]) == {table for table, _ in held}
    # Whoever else stands in those rows is nobody's but their own.
    assert str(harbour.moderator.id) not in json.dumps(exported)
    for table, rows in exported["tables"].items():
        assert f"- `{table}`: {len(rows)} row" in words(shown)
        assert all(str(anna.id) in json.dumps(row) for row in rows)
        assert {(table, name) for row in rows for name, cell in row.items() if str(anna.id) in str(cell)} == {
            (t, c) for t, c in held if t == table
        }

    asked = await press(anna, last(shown), "privacy")
    assert "cannot be undone" in words(asked)
    assert rows_with(harbour.database, anna.id) == held
    done = await press(anna, last(asked), "privacy")
    assert "nowhere" in words(done)
    assert rows_with(harbour.database, anna.id) == set()
    assert words(await anna.slash(harbour.channel, "mijngegevens")) == "I keep nothing about you."
    # What others need is there: her verdict counts, by nobody, and somebody paused the debate.
    decision = await harbour.store.decision_of(comment.id)
    assert decision is not None
    assert (decision.author_id, decision.outcome) == (0, Outcome.REPLY)
    (verdict,) = await harbour.store.verdicts_of(decision.id)
    assert (verdict.kind, verdict.value, verdict.by < 0) == ("not_my_point", True, True)
    assert "by a forgotten member" in await harbour.told("status")
    (venue,) = await harbour.store.venues()
    assert venue.rules == {"office": 0, "hourly_cap": 7}
    assert [reply.id for reply in harbour.replies()] == [second.id]
    # With the rest her opting out went too, as she was told, with the button to do it again.
    assert "/optout" in words(done)
    await press(anna, last(done), "privacy")
    assert rows_with(harbour.database, anna.id) == {("opt_outs", "user_id")}


@pytest.mark.feature("M16")
async def test_no_column_for_people_is_forgotten_about(harbour: World) -> None:
    columns = [c for table in metadata.sorted_tables for c in table.columns if "forget" in c.info]
    somebody = iter(range(7000, 8000))
    for column in columns:
        # One row in which this column alone is hers; the others are somebody's.
        row = {c.name: _filler(c, next(somebody)) for c in column.table.columns}
        row[column.name] = 6001
        script(harbour.database, _insert(column.table.name, {k: v for k, v in row.items() if v is not None}))
    here = {(column.table.name, column.name) for column in columns}
    assert rows_with(harbour.database, 6001) == here
    shown = await harbour.bot.privacy.of(6001)
    assert {
        (table, name) for table, rows in shown.items() for row in rows for name in row if row[name] == 6001
    } == here
    # Nobody else is shown to her.
    others = {c.name for c in columns}
    assert {row[name] for rows in shown.values() for row in rows for name in others & row.keys()} == {
        6001,
        None,
    }
    await harbour.bot.privacy.forget(6001)
    assert rows_with(harbour.database, 6001) == set()


def _filler(column: Any, number: int) -> int | str | None:
    """A value that such a column may hold; past the store it may refer to a row that is not there."""
    if column.name == "id":
        return None
    if isinstance(column.type, Codes):
        return "{}"
    if isinstance(column.type, Choice):
        return next(iter(column.type.choices)).value
    if isinstance(column.type, Flag):
        return 0
    return str(number) if isinstance(column.type, Text) else number


def _insert(table: str, row: Mapping[str, int | str]) -> str:
    names, values = (", ".join(part) for part in ([f'"{n}"' for n in row], [repr(v) for v in row.values()]))
    return f"INSERT INTO {table} ({names}) VALUES ({values})"


@pytest.mark.feature("M16")
async def test_moderators_read_of_somebody_forgotten_and_of_no_number(harbour: World) -> None:
    bench = await bench_in(harbour)
    await bench.act("waarschuw", lid=harbour.bram, reden="insult")
    await bench.sheriff.slash(harbour.channel, "debat demp", lid=harbour.bram)
    forgotten = last(await bench.sheriff.slash(harbour.channel, "mijngegevens"))
    await press(bench.sheriff, last(await press(bench.sheriff, forgotten, "privacy")), "privacy")
    for text in (
        await bench.act("dossier", lid=harbour.bram),
        await harbour.told("dempingen"),
        await harbour.told("wijzigingen"),
    ):
        assert "a forgotten member" in text
        assert "<@0>" not in text


@pytest.mark.feature("M16")
async def test_a_comment_of_somebody_forgotten_is_not_answered_again(harbour: World) -> None:
    await harbour.anna.send(harbour.channel, EMPTY)
    shown = await harbour.anna.slash(harbour.channel, "mijngegevens")
    asked = await press(harbour.anna, last(shown), "privacy")
    await press(harbour.anna, last(asked), "privacy")
    script(harbour.database, "DELETE FROM watermarks")
    await harbour.env.advance_time(1800)
    await harbour.restart()
    assert len(harbour.replies()) == 1
    # The reply that stands is nobody's: only a moderator takes it back now.
    (reply,) = harbour.replies()
    assert "moderator" in words(await press(harbour.anna, reply, "dismiss"))
    await press(harbour.moderator, reply, "dismiss")
    assert harbour.replies() == []


@pytest.mark.feature("O10", "O11")
@pytest.mark.parametrize("locale", ["nl", "en-GB"])
async def test_the_privacy_text_names_every_table_and_the_periods_of_the_clock(
    harbour: World, locale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    retention = Retention(inbox=3, authors=41, verdicts=59, audit=97, replies=801)
    await harbour.restart(DebateBot(harbour.bot.service, harbour.bot.now, shard_count=1, retention=retention))
    speak(locale, monkeypatch)
    began = time.monotonic()
    result = await harbour.anna.slash(harbour.channel, "privacy")
    assert time.monotonic() - began < 3.0
    told = words(result)
    days = "dagen" if locale == "nl" else "days"
    for table in metadata.tables:
        assert re.search(rf"^- `{table}`: ", told, re.MULTILINE), table
    for period in (3, 41, 59, 97, 801):
        assert f"{period} {days}" in told
    numbers = {int(n) for n in re.findall(rf"(\d+) {days}", told)}
    assert numbers == {period.days for period in harbour.bot.privacy.retention.periods.values()}
    labels = [button.label for row in last(result).components for button in row.children]
    wanted = (
        ("Lees mij niet", "Wis alles over mij")
        if locale == "nl"
        else ("Do not read me", "Delete all about me")
    )
    assert labels == list(wanted)


@pytest.mark.feature("O10")
async def test_the_clock_forgets_what_is_older_than_it_is_kept(harbour: World) -> None:
    periods = harbour.bot.privacy.retention.periods
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    (reply,) = harbour.replies()
    await press(harbour.anna, reply, "dismiss")
    anna, moderator, counts = harbour.anna.id, harbour.moderator.id, await harbour.store.counts()
    young = rows_with(harbour.database, anna)
    assert {table for table, _ in young} == {"inbox", "decisions", "outbox", "verdicts"}

    async def rest_after(period: timedelta) -> set[str]:
        """In which tables Anna still stands once that much time has passed since she wrote."""
        await harbour.bot.privacy.clock.sweep(harbour.env.now() + period + timedelta(minutes=1))
        return {table for table, _ in rows_with(harbour.database, anna)}

    assert await rest_after(periods["inbox"] - timedelta(hours=1)) == {
        "inbox",
        "decisions",
        "outbox",
        "verdicts",
    }
    assert await rest_after(periods["inbox"]) == {"decisions", "outbox", "verdicts"}
    assert ("inbox", "message_id") not in rows_with(harbour.database, comment.id)
    assert await rest_after(periods["authors"]) == {"verdicts"}
    assert await rest_after(periods["verdicts"]) == set()
    assert rows_with(harbour.database, moderator) == {("venues", "changed_by"), ("audit", "by")}
    await rest_after(periods["audit"])
    assert rows_with(harbour.database, moderator) == set()
    assert {table for table, _ in rows_with(harbour.database, comment.id)} == {
        "decisions",
        "outbox",
        "watermarks",
    }
    assert await harbour.store.decision_of(comment.id) is not None
    await rest_after(periods["replies"])
    assert rows_with(harbour.database, comment.id) == {("watermarks", "message_id")}
    # The button under a reply of long ago still knows its decision.
    assert await harbour.store.outbox_by_reply(reply.id) is not None
    # What was counted is still counted.
    after = await harbour.store.counts()
    assert (after.outcomes, after.reasons, after.outbox) == (counts.outcomes, counts.reasons, counts.outbox)


@pytest.mark.feature("O10", "D6")
async def test_a_mute_outlives_the_clock_which_forgets_who_decided_it(harbour: World) -> None:
    await harbour.moderator.slash(harbour.channel, "debat demp", lid=harbour.anna)
    period = harbour.bot.privacy.retention.periods["audit"]
    await harbour.bot.privacy.clock.sweep(harbour.env.now() + period + timedelta(minutes=1))
    assert {("mutes", "member_id")} <= rows_with(harbour.database, harbour.anna.id)
    assert ("mutes", "by") not in rows_with(harbour.database, harbour.moderator.id)
    await harbour.anna.send(harbour.channel, EMPTY)
    assert harbour.replies() == []
    assert f"<@{harbour.anna.id}>" in await harbour.told("dempingen")


@pytest.mark.feature("O10")
async def test_the_bot_keeps_the_clock_by_itself(harbour: World) -> None:
    comment = await harbour.anna.send(harbour.channel, EMPTY)
    old = harbour.bot.privacy.retention.replies * 24 * 3600 * 1000
    for column in ("inbox.received_at", "decisions.decided_at", "audit.at", "venues.changed_at"):
        table, name = column.split(".")
        script(harbour.database, f"UPDATE {table} SET {name} = {name} - {old}")
    await harbour.env.advance_time(timedelta(minutes=66).total_seconds())
    for gone in (harbour.anna.id, harbour.moderator.id, comment.id):
        assert rows_with(harbour.database, gone) - {("watermarks", "message_id")} == set()


LOOKS_LIKE_A_PERSON = re.compile(r"(?:.*_)?(?:by|to|author_id|user_id|member_id|moderator_id|owner_id)")


def test_every_column_with_somebodys_id_says_how_it_is_forgotten() -> None:
    columns = [column for table in metadata.tables.values() for column in table.columns]
    named = {f"{c.table.name}.{c.name}" for c in columns if LOOKS_LIKE_A_PERSON.fullmatch(c.name)}
    assert "verdicts.by" in named
    assert named == {f"{c.table.name}.{c.name}" for c in columns if "forget" in c.info}


@pytest.mark.parametrize("locale", ["nl", "en"])
def test_every_line_of_the_privacy_text_fits_a_message(locale: str) -> None:
    pages = paged(privacy_lines(WORDING[locale], Retention()))
    assert len(pages) <= 4
    assert all(len(page) <= 2000 for page in pages)
