"""Ctrl-C ends the work, whatever is under way."""

from __future__ import annotations

import asyncio
import os
import signal

from bot.cli.stopping import stop_if_told, until_stopped


async def test_a_stop_that_something_swallowed_ends_the_work_all_the_same() -> None:
    told: list[str] = []

    async def work() -> None:
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                told.append("swallowed")
            stop_if_told()

    # No shell lets its children ignore SIGTERM.
    asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(10):
        await until_stopped(work())
    assert told == ["swallowed"]
