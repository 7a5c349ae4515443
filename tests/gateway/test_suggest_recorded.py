"""`wederhoor suggest --recorded`: what the decisions of the real bot teach, read from its file while it runs."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.core.retention import Retention
from bot.live import LiveDebate
from bot.store.retention import Clock
from tests.commands.conftest import Ran, run_here
from tests.gateway.conftest import World
from tests.gateway.queue_room import UNSURE, with_office
from tests.gateway.test_card import TIED
from tests.gateway.test_manners import EMPTY, NOTHING
from tests.gateway.test_members import press
from tests.gateway.test_muting import change
from tests.small import calibrate
from tests.store.conftest import dump, script

Suggest = Callable[..., Ran]


@pytest.fixture
def suggest(harbour: World, small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Suggest:
    """The command beside the running bot, over its database."""

    def suggest(*words: str, language: str = "en", debates: Path = small_folder.parent) -> Ran:
        with monkeypatch.context() as patch:
            named = {"STATE": str(tmp_path / "state"), "DEBATES": str(debates), "LANGUAGE": language}
            environment = {f"WEDERHOOR_{name}": value for name, value in named.items()}
            given = words or ("--database", str(harbour.database))
            return run_here(patch, ["suggest", "harbour", *given], b"", environment)

    return suggest


def paragraph(ran: Ran, begin: str) -> list[str]:
    """The lines of the one lesson that begins so."""
    (found,) = [each for each in ran.out.strip().split("\n\n") if each.startswith(begin)]
    return found.split("\n    ")


def link(world: World, comment: Any) -> str:
    return f"https://discord.com/channels/{world.guild.id}/{world.channel.id}/{comment.id}"


async def without_manners(world: World) -> None:
    await change(world, claim_cooldown=0, member_cooldown=0, hourly_cap=100, verdicts_heard=0)


@pytest.mark.feature("T18")
async def test_comments_that_fell_just_short_ask_for_exemplars_of_their_kind(
    harbour: World, suggest: Suggest, small: LiveDebate, small_folder: Path
) -> None:
    room = await with_office(harbour)
    await without_manners(harbour)
    comments = [await harbour.member(f"lid{n}").send(harbour.channel, UNSURE) for n in range(3)]
    await room.press("accept", room.items()[0])
    ran = suggest()
    assert ran.code == 0, ran.err
    told, stock, command, *links = paragraph(ran, "empty-quay")
    decision = await harbour.store.decision_of(comments[0].id)
    assert decision is not None
    score = f"{decision.record['score']:.2f}"
    kinds = {"disputes": "objection", "agrees": "agreement", "asks": "question"}
    kind = kinds[str(decision.record["stance"])]
    assert told.startswith(f"empty-quay: 3 comments fell just short ({score}): 3 ")
    assert "moderators found 1 of them fitting" in told
    claim = small.debate.claim_set.by_id["empty-quay"]
    assert str(small_folder / "claims" / "empty-quay.toml") in stock
    assert f"{sum(e.kind == 'objection' for e in claim.exemplars)} objections" in stock
    assert command == f'wederhoor exemplar empty-quay "…" --kind {kind} --debate harbour'
    # The newest comment first, and the way to each of them.
    assert [line.split()[0] for line in links] == [link(harbour, each) for each in reversed(comments)]
    assert "3 decisions on harbour" in ran.err
    assert "3 of them by the claims and exemplars of now; 3 teach something" in ran.err


@pytest.mark.feature("T18")
async def test_what_moderators_made_of_a_comment_asks_for_an_exemplar_there_and_a_near_miss_here(
    harbour: World, suggest: Suggest, small: LiveDebate
) -> None:
    room = await with_office(harbour)
    comment = await harbour.anna.send(harbour.channel, UNSURE)
    await room.choose("deckhands")
    await room.press("accept")
    ran = suggest()
    told, _, to, _, away, drawn, shown = paragraph(ran, "empty-quay → deckhands")
    assert "for 1 comment moderators chose the other claim: 1 " in told
    assert to.startswith('wederhoor exemplar deckhands "…" --kind ')
    assert away == 'wederhoor exemplar empty-quay "…" --kind near_miss --debate harbour'
    exemplars = small.debate.claim_set.by_id["empty-quay"].exemplars
    assert drawn in [f"most often nearest, 1×: “{exemplar.text}”" for exemplar in exemplars]
    assert shown.startswith(link(harbour, comment))
    # The same comment is told of once.
    assert len(ran.out.strip().split("\n\n")) == 1


@pytest.mark.feature("T18")
async def test_replies_and_suggestions_that_missed_the_point_ask_for_near_misses(
    harbour: World, suggest: Suggest
) -> None:
    room = await with_office(harbour)
    await without_manners(harbour)
    for who, by in ((harbour.anna, harbour.anna), (harbour.bram, harbour.moderator)):
        await who.send(harbour.channel, EMPTY)
        await press(by, harbour.replies()[-1], "dismiss")
    await harbour.member("carla").send(harbour.channel, UNSURE)
    await room.press("reject")
    told, _, command, *_ = paragraph(suggest(), "empty-quay")
    assert "not the point of 3 comments" in told
    assert "(“Not my point” by members: 1, by moderators: 1; suggestions rejected: 1)" in told
    assert command == 'wederhoor exemplar empty-quay "…" --kind near_miss --debate harbour'
    assert "“Niet raak” van leden: 1" in suggest("--database", str(harbour.database), language="nl").out


@pytest.mark.feature("T18")
async def test_claims_with_a_small_lead_are_a_pair_to_tell_apart(harbour: World, suggest: Suggest) -> None:
    await without_manners(harbour)
    await harbour.anna.send(harbour.channel, TIED)
    await harbour.anna.click(harbour.replies()[0], label="2")
    assert suggest().out == ""  # one comment may well have been about both
    await harbour.bram.send(harbour.channel, TIED)
    told, _, a, _, b, *links = paragraph(suggest(), "empty-quay and no-buyers: 2 comments")
    assert "people meant empty-quay: 0, no-buyers: 1" in told
    assert [line.split()[2] for line in (a, b)] == ["empty-quay", "no-buyers"]
    assert len(links) == 2
    # None of the two is a lesson of another kind: not the point of either.
    await harbour.bram.click(harbour.replies()[-1], label="None of these")
    ran = suggest()
    assert "empty-quay and no-buyers" not in ran.out
    assert paragraph(ran, "empty-quay: not the point of 1 comment")
    assert paragraph(ran, "no-buyers: not the point of 1 comment")


@pytest.mark.feature("T18")
async def test_who_asked_the_bot_for_what_no_claim_is_about_may_want_a_new_one(
    harbour: World, suggest: Suggest
) -> None:
    await harbour.bram.send(harbour.channel, NOTHING)
    assert suggest().out == ""
    comment = await harbour.anna.send(harbour.channel, f"<@{harbour.env.backend.bot_user.id}> {NOTHING}")
    told, shown = paragraph(suggest(), "1 comment asked")
    assert told.endswith("a new claim?")
    assert shown.startswith(link(harbour, comment))


@pytest.mark.feature("T18")
async def test_neither_words_nor_people_are_told_and_the_file_stays_as_it_is(
    harbour: World, suggest: Suggest
) -> None:
    room = await with_office(harbour)
    await without_manners(harbour)
    comments = [await harbour.member(f"lid{n}").send(harbour.channel, UNSURE) for n in range(2)]
    await room.press("reject", room.items()[0])
    await harbour.anna.send(harbour.channel, EMPTY)
    await press(harbour.moderator, harbour.replies()[-1], "dismiss")
    before = dump(harbour.database)
    ran = suggest()
    assert len(ran.out.strip().split("\n\n")) == 2
    assert not any(text in ran.out + ran.err for text in (UNSURE, EMPTY))
    people = [harbour.moderator, harbour.anna, *(comment.author for comment in comments)]
    for person in people:
        assert str(person.id) not in ran.out + ran.err
        assert not re.search(rf"\b{person.name}\b", ran.out + ran.err)
    assert dump(harbour.database) == before


@pytest.mark.feature("T18")
async def test_nothing_leads_to_a_comment_of_somebody_who_is_forgotten(
    harbour: World, suggest: Suggest
) -> None:
    await harbour.anna.send(harbour.channel, UNSURE)
    kept = await harbour.bram.send(harbour.channel, UNSURE)
    script(harbour.database, f"UPDATE decisions SET author_id = 0 WHERE author_id = {harbour.anna.id}")
    _, _, _, shown, gone = paragraph(suggest(), "empty-quay: 2 comments")
    assert shown.startswith(link(harbour, kept))
    assert gone == "1 more to which nothing leads any longer"
    # By the clock the links go too, and what is counted stays.
    (venue,) = await harbour.store.venues()
    await Clock(harbour.store, Retention()).sweep(venue.opened_at + timedelta(days=731))
    _, _, _, gone = paragraph(suggest(), "empty-quay: 2 comments")
    assert gone == "2 more to which nothing leads any longer"


@pytest.mark.feature("T18")
async def test_as_many_links_are_shown_as_were_asked_for(harbour: World, suggest: Suggest) -> None:
    for n in range(7):
        await harbour.member(f"lid{n}").send(harbour.channel, UNSURE)
    assert paragraph(suggest(), "empty-quay")[-1] == "2 more; --links 7 shows them all"
    ran = suggest("--database", str(harbour.database), "--links", "7")
    assert ran.out.count("https://") == 7


@pytest.mark.feature("T18")
async def test_what_changed_claims_decide_can_be_told_apart(
    harbour: World, suggest: Suggest, small_folder: Path, tmp_path: Path
) -> None:
    """After a change to the claims what was decided before is told as such; a claim that is gone teaches nothing."""
    await harbour.anna.send(harbour.channel, UNSURE)
    debates = tmp_path / "changed"
    shutil.copytree(small_folder, debates / "harbour")
    bank = debates / "harbour" / "bank.jsonl"
    bank.write_text(bank.read_text("utf-8").rstrip("\n").rpartition("\n")[0] + "\n", "utf-8")
    calibrate(debates / "harbour", "light")
    ran = suggest(debates=debates)
    assert "0 of them by the claims and exemplars of now; 1 teaches" in ran.err
    assert paragraph(ran, "empty-quay: 1 comment")
    ran = suggest("--database", str(harbour.database), "--present", debates=debates)
    assert ran.out == ""
    (debates / "harbour" / "claims" / "empty-quay.toml").unlink()
    assert "empty-quay" not in suggest(debates=debates).out


async def test_the_database_of_the_settings_is_read_unless_another_is_named(
    harbour: World, suggest: Suggest, tmp_path: Path
) -> None:
    await harbour.anna.send(harbour.channel, UNSURE)
    ran = suggest("--recorded")
    assert (ran.code, ran.out) == (1, "")
    state = tmp_path / "state" / "wederhoor.sqlite3"
    assert f"no database {state}" in ran.err
    assert not state.exists()
    with sqlite3.connect(harbour.database) as source, sqlite3.connect(state_of(state)) as copy:
        source.backup(copy)
    assert paragraph(suggest("--recorded"), "empty-quay: 1 comment")


def state_of(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("UPDATE alembic_version SET version_num = 'wederhoor_0001'", "of an earlier version"),
        ("UPDATE alembic_version SET version_num = 'wederhoor_9999'", "by a newer version"),
        ("DROP TABLE alembic_version", "another program"),
    ],
)
async def test_a_database_that_cannot_be_read_is_told_and_left_alone(
    harbour: World, suggest: Suggest, tmp_path: Path, sql: str, sentence: str
) -> None:
    path = tmp_path / "copy.sqlite3"
    with sqlite3.connect(harbour.database) as source, sqlite3.connect(path) as copy:
        source.backup(copy)
    script(path, sql)
    before = path.read_bytes()
    ran = suggest("--database", str(path))
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (1, "", 1)
    assert sentence in ran.err
    assert path.read_bytes() == before


async def test_what_is_no_database_or_asked_for_twice_is_told(
    harbour: World, suggest: Suggest, tmp_path: Path
) -> None:
    path = tmp_path / "note.txt"
    path.write_text("no database at all, but long enough to be taken for one" * 20)
    assert "is not a database" in suggest("--database", str(path)).err
    path.write_text("")
    assert "of an earlier version" in suggest("--database", str(path)).err
    ran = suggest("--recorded", "--transcript", str(path))
    assert (ran.code, "not both" in ran.err) == (1, True)
