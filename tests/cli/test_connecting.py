"""What can go wrong between starting the bot and being on Discord: told in one sentence, over real sockets."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.wording import Wording
from tests.cli.conftest import Place, Ran
from tests.cli.test_bad_input import files_under, fill, small_disk
from tests.loopback.pointed import pointed_process
from tests.loopback.world import World

__all__ = ["small_disk"]

TOKEN = "loopback.discord.token"

Connect = Callable[..., Awaitable[Ran]]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with World().serving() as world:
        yield world


@pytest.fixture
def connect(world: World, place: Place) -> Connect:
    """Runs `wederhoor run` with a token against the loopback Discord until it ends by itself."""

    async def connect(token: str = TOKEN, base_url: str = "", **settings: object) -> Ran:
        named = {f"WEDERHOOR_{name.upper()}": str(value) for name, value in settings.items()}
        env = {**place.env, **named, "DISCORD_TOKEN": token}
        pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.PIPE, "cwd": place.folder}
        async with pointed_process(base_url or world.base_url, "bot", "run", env=env, **pipes) as process:
            async with asyncio.timeout(240):
                out, err = await process.communicate()
        return Ran(process.returncode or 0, out.decode(), err.decode())

    return connect


@pytest.mark.feature("O13")
async def test_a_wrong_token(connect: Connect, world: World, place: Place, english: Wording) -> None:
    ran = await connect("not.the.token")
    assert (ran.code, ran.sentence) == (1, english.say("cli.wrong_token"))
    assert "LoginFailure" in place.log
    assert "not.the.token" not in place.log + ran.out + ran.err
    assert {request.path for request in world.requests} == {"/users/@me"}


@pytest.mark.feature("O13")
async def test_a_missing_intent(connect: Connect, world: World, place: Place, english: Wording) -> None:
    world.state.message_content = False
    ran = await connect()
    assert (ran.code, ran.sentence) == (1, english.say("cli.no_intent"))
    assert "PrivilegedIntentsRequired" in place.log
    assert world.gateway.identified == 0
    assert not [request for request in world.requests if request.path.endswith("/messages")]


async def test_a_discord_that_cannot_be_reached(connect: Connect, place: Place, english: Wording) -> None:
    ran = await connect(base_url="http://127.0.0.1:9")
    assert ran.code == 1
    assert ran.sentence == english.say("cli.no_connection", detail="ClientConnectorError")
    assert "ClientConnectorError" in place.log


async def test_a_file_that_is_no_database(
    connect: Connect, world: World, place: Place, english: Wording
) -> None:
    place.state.mkdir()
    database = place.state / "wederhoor.sqlite3"
    database.write_bytes(b"These are notes, not a database. " * 99)
    ran = await connect()
    assert ran.code == 1
    sentence = english.say("store.not_a_database")
    assert ran.sentence == english.say("cli.store", sentence=sentence, path=str(database))
    assert database.read_bytes() == b"These are notes, not a database. " * 99
    assert world.requests == []
    assert "DatabaseError" in place.log


async def test_the_database_of_another_program(connect: Connect, place: Place, english: Wording) -> None:
    place.state.mkdir()
    database = place.state / "wederhoor.sqlite3"
    with closing(sqlite3.connect(database)) as other:
        other.execute("CREATE TABLE recipes (id INTEGER)")
        other.commit()
    before = database.read_bytes()
    ran = await connect()
    assert ran.code == 1
    assert ran.sentence.startswith(english.say("store.foreign"))
    assert database.read_bytes() == before


async def test_a_full_disk(connect: Connect, world: World, english: Wording, small_disk: Path) -> None:
    fill(small_disk)
    before = files_under(small_disk)
    ran = await connect(state=small_disk)
    assert ran.code == 1
    assert ran.sentence.startswith(english.say("store.full"))
    assert world.requests == []
    left = {
        name
        for name in files_under(small_disk) - before
        if (small_disk / name).is_file() and (small_disk / name).stat().st_size
    }
    assert left == set()


async def test_a_broken_debate_is_told_before_anybody_connects(
    connect: Connect, world: World, place: Place
) -> None:
    (place.harbour / "claims" / "eelgrass.toml").write_text("id = ", "utf-8")
    ran = await connect()
    assert ran.code == 1
    assert ran.sentence.startswith("harbour/claims/eelgrass.toml:1: this is not TOML (")
    assert world.requests == []
