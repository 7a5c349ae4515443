"""Health and counters, read by the operator's own tools while the program serves."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import aiohttp
import discord
import pytest

from bot.encoder import Encoder
from bot.health import serving_health
from bot.live import LiveDebate
from bot.service import DebateService
from bot.store import Store, open_store
from bot.store.figures import Figures
from bot.wording import load_wording
from tests.gateway.test_manners import EMPTY, NOTHING, SHORT
from tests.loopback.the_bot import PROMPTS, Town
from tests.store.conftest import ALICE, CHANNEL, GUILD, MODERATOR, NOON, minutes, reply_to, to_send


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def read(port: int, path: str) -> tuple[int, str]:
    """The status and the text of a page."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/{path}") as response,
    ):
        return response.status, await response.text()


async def counted(port: int) -> dict[str, int]:
    """The counters."""
    status, text = await read(port, "metrics")
    assert status == 200
    lines = text.splitlines()
    counts = dict(line.removeprefix("wederhoor_").split() for line in lines if not line.startswith("#"))
    # All of them may go down again, so that none is a counter.
    assert {line for line in lines if line.startswith("#")} == {
        f"# TYPE wederhoor_{name} gauge" for name in counts
    }
    return {name: int(number) for name, number in counts.items()}


@pytest.mark.feature("O17")
async def test_health_and_counters_are_told_on_loopback(easthaven: Town) -> None:
    port = free_port()
    async with easthaven.process({"WEDERHOOR_HEALTH_PORT": str(port)}) as process:
        await easthaven.open()
        for _ in range(60):  # until it has read what it missed
            status, text = await read(port, "healthz")
            if status == 200:
                break
            assert (status, text) == (503, '{"status": "unwell", "faults": ["not_listening"]}')
            await asyncio.sleep(1)
        assert text == '{"status": "well", "faults": []}'
        assert set((await counted(port)).values()) == {0}
        say, member = easthaven.world.say, easthaven.member
        answered = await say(easthaven.channel, member("anna"), EMPTY)
        await easthaven.world.until(lambda: easthaven.replies(), 30)
        await say(easthaven.channel, member("bram"), NOTHING)
        await say(easthaven.channel, member("cas"), SHORT)
        await easthaven.world.until(lambda: len(easthaven.rows("SELECT id FROM decisions")) == 3, 30)
        told = {"seen": 3, "abstained": 1, "suggested": 1, "posted": 1}
        assert told.items() <= (await counted(port)).items()
        assert (await counted(port))["dismissed"] == 0
        await easthaven.world.delete(answered)
        await easthaven.world.until(lambda: not easthaven.replies(), 30)
        assert (await counted(port))["dismissed"] == 1
        # On no other address of this machine.
        with (
            pytest.raises(OSError, match="refused"),
            socket.create_connection(("127.0.0.2", port), timeout=1),
        ):
            pass
        process.terminate()
        assert await process.wait() == 0
    with pytest.raises(aiohttp.ClientError):
        await read(port, "healthz")


async def test_a_port_that_is_taken_is_told_in_one_sentence(
    easthaven: Town, capfd: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        async with easthaven.process({"WEDERHOOR_HEALTH_PORT": str(port)}) as process:
            assert await process.wait() == 1
    said = capfd.readouterr().err
    assert f"port {port}" in said
    assert "Traceback" not in said


def serving(store: Store, light: Encoder, small: LiveDebate) -> DebateService:
    return DebateService(store, light, {"harbour": small}, load_wording(PROMPTS), discord.utils.utcnow)


@pytest.mark.feature("O17")
async def test_what_was_taken_back_before_it_was_sent_was_not_posted(
    tmp_path: Path, light: Encoder, small: LiveDebate
) -> None:
    port = free_port()
    async with open_store(tmp_path / "w.sqlite3") as store:
        venue = await store.open_venue(GUILD, CHANNEL, "harbour", "en", MODERATOR, NOON)
        for message_id in (1, 2):
            await store.record_decision(reply_to(message_id, venue), to_send(message_id))
        sent = await store.outbox_by_comment(1)
        assert sent is not None
        await store.mark_sent(sent.decision_id, 11, NOON)
        async with serving_health(port, serving(store, light, small), lambda: True):
            for row in await store.unsent():
                await store.withdraw(row.decision_id, ALICE, NOON)
            counts = await counted(port)
            assert (counts["posted"], counts["dismissed"]) == (1, 0)
            await store.withdraw(sent.decision_id, ALICE, NOON)
            counts = await counted(port)
            assert (counts["posted"], counts["dismissed"]) == (1, 1)
            # Nor does the digest of the week count it as withdrawn.
            assert (await Figures(store).period(venue.id, NOON, minutes(1))).withdrawn == 1


async def test_a_store_that_fails_is_told_without_a_traceback(
    tmp_path: Path, light: Encoder, small: LiveDebate, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    async with open_store(tmp_path / "w.sqlite3") as store:
        service = serving(store, light, small)
    async with serving_health(port, service, lambda: True):
        assert await read(port, "healthz") == (503, '{"status": "unwell", "faults": ["store_closed"]}')
        assert await read(port, "metrics") == (503, "store_closed\n")
    assert "Traceback" not in caplog.text
