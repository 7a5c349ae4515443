"""Health and counters, read by the operator's own tools while the program serves."""

from __future__ import annotations

import asyncio
import socket

import aiohttp
import pytest

from tests.gateway.test_manners import EMPTY, NOTHING, SHORT
from tests.loopback.the_bot import Town


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
    return {
        name.removeprefix("wederhoor_"): int(n) for name, n in (line.split() for line in text.splitlines())
    }


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
        told = {"seen_total": 3, "abstained_total": 1, "suggested_total": 1, "posted_total": 1}
        assert told.items() <= (await counted(port)).items()
        assert (await counted(port))["dismissed_total"] == 0
        await easthaven.world.delete(answered)
        await easthaven.world.until(lambda: not easthaven.replies(), 30)
        assert (await counted(port))["dismissed_total"] == 1
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
