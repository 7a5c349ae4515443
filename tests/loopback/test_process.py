"""The program itself, killed, stopped and started again; each comment gets exactly one reply."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import discord
import pytest

from tests.gateway.test_manners import BUYERS, CREWS, EMPTY, GRASS, NOTHING
from tests.loopback.rest import Request
from tests.loopback.the_bot import Town
from tests.store.conftest import script

MESSAGES = "/channels/*/messages"


def sends(town: Town) -> list[Request]:
    """The replies that the bot tried to send."""
    posts = [r for r in town.world.requests if r.method == "POST" and r.path.endswith("/messages")]
    return [r for r in posts if str(r.json["nonce"]).startswith("d")]


async def killed_while_sending(town: Town, *, stored: bool) -> int:
    """Kills the bot after it has recorded what to say, before it knows what became of it."""
    async with town.process() as process:
        await town.open()
        comment = await town.world.say(town.channel, town.member("anna"), EMPTY)
        town.world.fail_next("POST", MESSAGES, "hang", after_store=stored)
        # The fault strikes the next post of all; nothing else is being posted.
        await town.world.until(lambda: sends(town), 30)
        if stored:
            await town.world.until(lambda: town.replies())
        process.kill()
        assert await process.wait() == -signal.SIGKILL
    assert len(town.replies()) == stored
    assert town.rows("SELECT state, attempts, reply_id FROM outbox") == [("pending", 1, None)]
    return comment.id


@pytest.mark.feature("O6")
@pytest.mark.parametrize(
    ("stored", "minutes"), [(False, 0), (True, 0), (True, 10)], ids=["unsent", "unrecorded", "long-ago"]
)
async def test_a_kill_between_recording_and_sending_or_the_other_way_round(
    easthaven: Town, stored: bool, minutes: int
) -> None:
    comment = await killed_while_sending(easthaven, stored=stored)
    if minutes:
        # As if it had been so long ago that Discord knows the nonce no more.
        easthaven.world.forget_nonces()
        script(easthaven.database, f"UPDATE outbox SET created_at = created_at - {minutes * 60_000}")
    async with easthaven.process():
        await easthaven.world.until(lambda: easthaven.rows("SELECT state FROM outbox") == [("sent",)], 60)
    (reply,) = easthaven.replies()
    assert reply.replied_to == comment
    assert easthaven.rows("SELECT reply_id FROM outbox") == [(reply.id,)]
    assert easthaven.decided() == [(comment, "reply", None)]
    # What was tried before is looked for in the channel first, so what arrived is not sent again.
    assert len(sends(easthaven)) == (1 if stored else 2)


@pytest.mark.feature("O4", "O6")
async def test_killed_five_comments_later_started_again_each_handled_once_oldest_first(
    easthaven: Town,
) -> None:
    world = easthaven.world
    async with easthaven.process() as process:
        await easthaven.open()
        process.kill()
        await process.wait()
    said = [
        await world.say(easthaven.channel, easthaven.member(f"lid{number}"), text)
        for number, text in enumerate((EMPTY, BUYERS, NOTHING, CREWS, GRASS))
    ]
    async with easthaven.process():
        await world.until(lambda: len(easthaven.decided()) == 5, 60)
        await world.until(lambda: len(easthaven.replies()) == 4, 30)
        # What is heard twice, over the gateway and while reading on, is still handled once.
        last = await world.say(easthaven.channel, easthaven.member("anna"), NOTHING)
        await world.until(lambda: len(easthaven.decided()) == 6, 30)
    assert [message for message, _, _ in easthaven.decided()] == [*(m.id for m in said), last.id]
    answered = [reply.replied_to for reply in easthaven.replies()]
    assert answered == [said[n].id for n in (0, 1, 3, 4)]
    async with easthaven.process():
        await world.say(easthaven.channel, easthaven.member("bram"), NOTHING)
        await world.until(lambda: len(easthaven.decided()) == 7, 30)
    assert len(easthaven.replies()) == 4
    assert len(sends(easthaven)) == 4


async def test_sigterm_lets_what_is_under_way_be_decided_sent_and_recorded(easthaven: Town) -> None:
    async with easthaven.process() as process:
        await easthaven.open()
        # The reply is held up for a second, and the order to stop comes while it is.
        easthaven.world.fail_next("POST", MESSAGES, 429, retry_after=1.5)
        comment = await easthaven.world.say(easthaven.channel, easthaven.member("anna"), EMPTY)
        await easthaven.world.until(lambda: sends(easthaven), 30)
        process.terminate()
        assert await process.wait() == 0
    (reply,) = easthaven.replies()
    assert easthaven.rows("SELECT state, reply_id FROM outbox") == [("sent", reply.id)]
    assert easthaven.decided() == [(comment.id, "reply", None)]
    assert easthaven.world.gateway.sessions == {}
    log = (easthaven.folder / "wederhoor.log").read_text("utf-8")
    assert "Traceback" not in log


@pytest.mark.feature("M1")
async def test_the_program_answers_within_five_seconds(easthaven: Town) -> None:
    async with easthaven.process():
        await easthaven.open()
        comment = await easthaven.world.say(easthaven.channel, easthaven.member("anna"), EMPTY)
        (reply,) = await easthaven.world.until(lambda: easthaven.replies(), 5)
        assert reply.replied_to == comment.id


@pytest.mark.feature("O13")
async def test_no_intent_is_asked_for_but_the_listed_ones(easthaven: Town) -> None:
    async with easthaven.process():
        await easthaven.open()
        await easthaven.world.say(easthaven.channel, easthaven.member("anna"), EMPTY)
        await easthaven.world.until(lambda: easthaven.replies(), 30)
    listed = discord.Intents(
        guilds=True, guild_messages=True, message_content=True, auto_moderation_execution=True
    )
    assert easthaven.world.gateway.intents == listed.value


@pytest.mark.feature("O13")
async def test_a_missing_intent_is_named(easthaven: Town, capfd: pytest.CaptureFixture[str]) -> None:
    easthaven.world.state.message_content = False
    async with easthaven.process() as process:
        assert await process.wait() == 1
    said = capfd.readouterr().err
    assert "“Message Content Intent”" in said
    assert "Traceback" not in said


WATCH = """
import os, socket, sys

def watch(event, args):
    if event in ("socket.bind", "socket.connect", "socket.sendto", "socket.sendmsg"):
        where = args[1]
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        where = args[0]
    else:
        return
    with open(os.environ["WATCHED"], "a") as file:
        print(event, where, file=file)
    if not str(where).startswith(("('127.0.0.1'", "127.0.0.1")) and "/" not in str(where):
        raise OSError("the network is cut")

sys.addaudithook(watch)
"""


@pytest.mark.feature("O2", "O12")
async def test_no_socket_is_opened_but_to_discord(easthaven: Town, tmp_path: Path) -> None:
    """The whole program with the network cut: loading the model, encoding, answering, stopping."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(WATCH)
    watched = tmp_path / "watched"
    (easthaven.folder / "cache").unlink()  # everything is encoded afresh
    env = {"WATCHED": str(watched), "PYTHONPATH": str(tmp_path / "site")}
    async with easthaven.process(env) as process:
        assert "is open" in await easthaven.open()
        await easthaven.world.say(easthaven.channel, easthaven.member("anna"), EMPTY)
        await easthaven.world.until(lambda: easthaven.replies(), 30)
        assert "Answered: 1" in await easthaven.told("status")
        process.terminate()
        assert await process.wait() == 0
    port = int(easthaven.world.base_url.rsplit(":", 1)[1])
    lines = set(watched.read_text("utf-8").splitlines())
    assert lines == {f"socket.connect ('127.0.0.1', {port})"}


async def test_message_text_stays_out_of_a_log_at_debug(easthaven: Town) -> None:
    async with easthaven.process({"WEDERHOOR_LOG_LEVEL": "DEBUG"}) as process:
        await easthaven.open()
        await easthaven.world.say(easthaven.channel, easthaven.member("anna"), f"{EMPTY} kwibusachtig")
        await easthaven.world.until(lambda: easthaven.replies(), 30)
        process.terminate()
        await process.wait()
    kept = b"".join(path.read_bytes() for path in easthaven.folder.iterdir() if path.is_file())
    assert b"discord" in kept
    assert not re.search(rb"kwibusachtig|Tuesday at five", kept)


async def test_what_is_said_to_the_bot_by_name_stays_out_of_the_log(easthaven: Town) -> None:
    async with easthaven.process() as process:
        await easthaven.open()
        for words in ("kwibusachtig verhaal", f"kwibusachtig: {EMPTY}"):
            name = f"<@{easthaven.world.state.bot.id}>"
            await easthaven.world.say(easthaven.channel, easthaven.member("anna"), f"{name} {words}")
        await easthaven.world.until(lambda: len(easthaven.decided()) == 2, 30)
        process.terminate()
        await process.wait()
    log = (easthaven.folder / "wederhoor.log").read_text("utf-8")
    assert "kwibusachtig" not in log
    assert "Traceback" not in log


@pytest.mark.feature("O16")
async def test_a_model_that_cannot_be_loaded_keeps_only_the_answers_away(
    easthaven: Town, tmp_path: Path
) -> None:
    broken = {"WEDERHOOR_MODEL": str(tmp_path / "nowhere")}
    async with easthaven.process(broken) as process:
        await easthaven.open()
        comment = await easthaven.world.say(easthaven.channel, easthaven.member("anna"), EMPTY)
        status = await easthaven.told("status")
        assert "The model has not answered since" in status
        assert "calibrate" not in status
        waiting = easthaven.rows("SELECT message_id, state FROM inbox")
        assert waiting == [(int(comment.id), "pending")]
        assert easthaven.replies() == []
        assert process.returncode is None
    assert "no such folder" in (easthaven.folder / "wederhoor.log").read_text("utf-8")
    # Once the model is there again, what waited is read.
    async with easthaven.process():
        await easthaven.world.until(lambda: easthaven.replies(), 60)
