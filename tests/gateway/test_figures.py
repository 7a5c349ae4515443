"""What moderators can count: verdicts by claim, the week, and every decision as a file."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from bot.core.metrics import Share
from bot.core.retention import Retention
from bot.gateway import figures
from bot.store import OutboxState, Outcome
from bot.store.figures import Figures
from bot.store.retention import Clock
from tests.gateway.conftest import World
from tests.gateway.lacking import speak
from tests.gateway.queue_room import custom_ids, with_office
from tests.gateway.test_manners import BUYERS, COUNTED, CREWS, EMPTY, GRASS, NOTHING, SHORT
from tests.gateway.test_members import press
from tests.gateway.test_mod_log import office, round_, told
from tests.gateway.test_muting import change
from tests.gateway.test_settings import fill_in

__all__ = ["office"]


async def judged(world: World, accepted: int, rejected: int, taken_back: int) -> None:
    """So many suggestions about one claim that moderators accepted or rejected, and replies that they took back."""
    room = await with_office(world)
    await change(world, claim_cooldown=0, member_cooldown=0, hourly_cap=100, verdicts_heard=0)
    await change(world, mode="suggest")
    for action in ("accept",) * accepted + ("reject",) * rejected:
        await world.member(action).send(world.channel, EMPTY)
        (item,) = [item for item in room.items() if any(f":{action}:" in id_ for id_ in custom_ids(item))]
        await room.press(action, item)
    await change(world, mode="automatic")
    for _ in range(taken_back):
        await world.member("lid").send(world.channel, EMPTY)
        await press(world.moderator, world.replies()[-1], "dismiss")


@pytest.mark.feature("D12")
@pytest.mark.parametrize(
    ("locale", "wanted"),
    [
        ("nl", "Moderatoren: 6 van 10 raak, 60% (31% tot 83%)"),
        ("en-GB", "Moderators: 6 of 10 right, 60% (31% to 83%)"),
    ],
)
async def test_ten_verdicts_tell_how_often_moderators_agree_and_how_sure_that_is(
    harbour: World, monkeypatch: pytest.MonkeyPatch, locale: str, wanted: str
) -> None:
    speak(locale, monkeypatch)
    await judged(harbour, 6, 2, 2)
    await harbour.anna.send(harbour.channel, BUYERS)
    await press(harbour.anna, harbour.replies()[-1], "dismiss")
    await harbour.restart()
    shown = (await harbour.told("cijfers")).replace("\u00a0", "")
    assert wanted in shown
    low, high = Share(6, 10).interval
    assert (round(low, 2), round(high, 2)) == (0.31, 0.83)
    statement = harbour.bot.service.debates["harbour"].debate.claim_set.by_id["empty-quay"]
    lines = shown.splitlines()
    at = next(n for n, line in enumerate(lines) if line[:60] == statement.statement_in(locale[:2])[:60])
    assert wanted in lines[at + 1]
    # A member who took a reply back is no moderator.
    own = [line for line in lines if line.startswith("-# ") and wanted not in line]
    assert any("0× raak, 1× niet" in line or "0× right, 1× wrong" in line for line in own)
    assert len(shown) <= 2000


async def test_without_verdicts_the_figures_say_so(harbour: World) -> None:
    assert "Nothing has been judged" in await harbour.told("cijfers")
    assert "nothing to export" in await harbour.told("uitvoer")


async def lively(world: World) -> None:
    """Some of everything."""
    for member, text in (
        (world.anna, EMPTY),
        (world.bram, COUNTED),
        (world.bram, BUYERS),
        (world.member("carla"), SHORT),
        (world.member("dirk"), NOTHING),
        (world.member("erin"), f"<@{world.env.backend.bot_user.id}> {GRASS}"),
    ):
        await member.send(world.channel, text)
    await press(world.anna, world.replies()[0], "dismiss")


async def exported(world: World, **options: Any) -> tuple[str, str, list[dict[str, Any]]]:
    """The name of the file, what stands in it, and the same read back."""
    result = await world.moderator.slash(world.channel, "debat uitvoer", **options)
    assert result.ephemeral
    (attachment,) = result.response.attachments
    content = (await attachment.read()).decode()
    rows = (
        json.loads(content)
        if attachment.filename.endswith("json")
        else list(csv.DictReader(io.StringIO(content)))
    )
    return attachment.filename, content, rows


@pytest.mark.feature("D16")
@pytest.mark.parametrize("shape", ["csv", "json"])
async def test_the_exported_log_reads_back_to_the_same_counts(harbour: World, shape: str) -> None:
    await lively(harbour)
    counts = await harbour.store.counts()
    name, content, rows = await exported(harbour, vorm=shape)
    assert name == f"harbour.{shape}"
    assert Counter(row["outcome"] for row in rows) == {k.value: n for k, n in counts.outcomes.items()}
    assert Counter(row["reason"] for row in rows if row["reason"]) == counts.reasons
    assert Counter(row["reply"] for row in rows if row["reply"]) == {
        k.value: n for k, n in counts.outbox.items()
    }
    assert counts.outcomes[Outcome.REPLY] == 3
    assert counts.outbox[OutboxState.WITHDRAWN] == 1
    assert sum(str(row["asked"]) == "True" for row in rows) == 1
    # Nobody's name or number is in it, nor a message that leads to them.
    for message in harbour.channel.history():
        assert str(message.id) not in content
        assert str(message.author.id) not in content
        assert message.author.name not in content
    assert EMPTY not in content


@pytest.mark.feature("D16")
async def test_members_are_in_it_when_they_are_asked_for(harbour: World) -> None:
    await lively(harbour)
    _, _, rows = await exported(harbour, leden=True)
    assert [row["member"] for row in rows[:2]] == [str(harbour.anna.id), str(harbour.bram.id)]
    assert all(row["message"] for row in rows)


async def test_a_large_file_is_packed(harbour: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "ROOM", 100)
    await lively(harbour)
    result = await harbour.moderator.slash(harbour.channel, "debat uitvoer")
    assert [attachment.filename for attachment in result.response.attachments] == ["harbour.csv.zip"]


async def hours(world: World, count: float) -> None:
    """Lets so many hours pass, and the round after them."""
    await world.env.advance_time(count * 3600)
    await round_(world)


# The clock of the tests starts on Thursday 1 January 2026 at midnight.
@pytest.mark.feature("D13")
async def test_the_digest_comes_once_at_its_hour_and_tells_of_the_week(harbour: World, office: Any) -> None:
    await fill_in(harbour, digest_day=["thursday"], digest_hour="2")
    await lively(harbour)
    log = len(told(office))
    await hours(harbour, 1.5)
    assert len(told(office)) == log
    await hours(harbour, 0.5)
    digest = told(office)[-1]
    assert "The week of “The cranes are not coming back”" in digest
    assert "25 December 2025 to 31 December 2025" in digest
    assert "Read: 6 · answered: 3 · taken back: 1 · suggested: 1 · silent: 2" in digest
    assert "Verdicts of members: 1, of which right: 0." in digest
    quay = harbour.bot.service.debates["harbour"].debate.claim_set.by_id["empty-quay"]
    assert f"- {quay.statement[:60]}" in digest
    # Neither a restart, nor another hour of the same day, brings it again.
    await harbour.restart()
    await hours(harbour, 0.2)
    await fill_in(harbour, digest_hour="3")
    await hours(harbour, 1.0)
    assert told(office)[-1] == digest
    assert len(told(office)) == log + 1


@pytest.mark.feature("D13")
async def test_a_week_without_events_has_no_digest_nor_has_one_without_a_day(
    harbour: World, office: Any
) -> None:
    await fill_in(harbour, digest_day=["thursday"], digest_hour="1")
    await hours(harbour, 1.2)
    assert told(office) == []
    await fill_in(harbour, digest_day=["never"], digest_hour="2")
    await harbour.anna.send(harbour.channel, CREWS)
    before = len(told(office))
    await hours(harbour, 1.2)
    assert len(told(office)) == before


@pytest.mark.feature("D13")
async def test_a_digest_that_could_not_be_posted_comes_later(harbour: World, office: Any) -> None:
    await fill_in(harbour, digest_day=["thursday"], digest_hour="1")
    await harbour.anna.send(harbour.channel, CREWS)
    before, path = len(told(office)), f"/channels/{office.id}/messages"
    harbour.env.inject_error("POST", path, status=403, times=None)
    await hours(harbour, 1.2)
    assert len(told(office)) == before
    harbour.env.backend.faults.clear()
    await round_(harbour)
    assert "The week of" in told(office)[-1]
    # Discord may have stored one that seemed to fail; it knows it again by its nonce.
    digests = [r.json for r in harbour.sent(path=path) if "The week of" in r.json["content"]]
    assert len(digests) > 1
    assert len({(body["nonce"], body["enforce_nonce"]) for body in digests}) == 1
    assert len(told(office)) == before + 1


async def test_a_member_who_is_forgotten_by_the_clock_does_not_become_a_moderator(harbour: World) -> None:
    """Whom a decision was about is forgotten sooner than who pressed a button under the reply."""
    await harbour.anna.send(harbour.channel, BUYERS)
    await press(harbour.anna, harbour.replies()[-1], "dismiss")
    (venue,) = await harbour.store.venues()
    later = venue.opened_at + timedelta(days=31)
    await Clock(harbour.store, Retention(authors=30, verdicts=90)).sweep(later)
    (voice,) = await Figures(harbour.store).voices(venue.id)
    assert (voice.claim, voice.kind, voice.by_moderator) == ("no-buyers", "not_my_point", False)


@pytest.mark.feature("D13")
async def test_at_the_close_the_days_since_the_last_digest_are_told_once(harbour: World, office: Any) -> None:
    await fill_in(harbour, digest_day=["thursday"], digest_hour="2")
    await lively(harbour)
    await hours(harbour, 2.2)
    assert "The week of" in told(office)[-1]
    await harbour.member("finn").send(harbour.channel, CREWS)
    await harbour.env.advance_time(1)
    await harbour.told("sluit")
    digest = told(office)[-1]
    assert "**The last days of “The cranes are not coming back”**" in digest
    assert "\n1 January 2026\n" in digest
    assert "Read: 1 · answered: 1" in digest
    # Closed again, after a restart, and at the hour of the next one: nothing more.
    posts = len(told(office))
    await harbour.told("sluit")
    await fill_in(harbour, digest_hour="3")
    await harbour.restart()
    await hours(harbour, 2.0)
    assert len(told(office)) == posts
    # Opened again and closed without a word of anybody.
    await harbour.open(harbour.channel)
    await harbour.told("sluit")
    assert sum("The last days" in post for post in told(office)) == 1


@pytest.mark.feature("D13")
async def test_a_debate_opened_again_in_the_week_of_its_close_tells_no_day_twice(
    harbour: World, office: Any
) -> None:
    await fill_in(harbour, digest_day=["thursday"], digest_hour="2")
    await lively(harbour)
    await harbour.env.advance_time(1)
    await harbour.told("sluit")
    assert "Read: 6" in told(office)[-1]
    await harbour.open(harbour.channel)
    await harbour.env.advance_time(1)
    await harbour.member("finn").send(harbour.channel, CREWS)
    await hours(harbour, 2.2)
    (digest,) = [post for post in told(office) if "The week of" in post]
    assert "Read: 1 · answered: 1" in digest
    assert "\n1 January 2026\n" in digest


@pytest.mark.feature("D13")
async def test_the_last_digest_comes_later_when_it_could_not_be_posted(
    harbour: World, office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak("nl", monkeypatch)
    await harbour.anna.send(harbour.channel, CREWS)
    harbour.env.inject_error("POST", f"/channels/{office.id}/messages", status=403, times=None)
    await harbour.env.advance_time(1)
    await harbour.told("sluit")
    harbour.env.backend.faults.clear()
    await round_(harbour)
    await round_(harbour)
    assert sum("The last days" in post for post in told(office)) == 1
    # Moderators who want no digest get no last one.
    await harbour.open(harbour.channel)
    await fill_in(harbour, digest_day=["never"])
    await harbour.bram.send(harbour.channel, BUYERS)
    await harbour.env.advance_time(1)
    await harbour.told("sluit")
    assert sum("The last days" in post for post in told(office)) == 1
