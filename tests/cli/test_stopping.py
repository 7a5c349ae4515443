"""Who stops the program ends the work, whatever is under way.

SIGTERM stands for all: a shell that starts the tests in the background lets its children ignore Ctrl-C.
"""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from bot.cli import stopping
from bot.cli.stopping import check_interrupted, interrupt_when_told, stop_if_told, until_stopped


async def test_a_stop_that_something_swallowed_ends_the_work_all_the_same() -> None:
    told: list[str] = []

    async def work() -> None:
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                told.append("swallowed")
            stop_if_told()

    asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(10):
        await until_stopped(work())
    assert told == ["swallowed"]


async def test_work_that_waits_for_ever_while_it_closes_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "AGAIN", 0.05)
    closed: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            try:
                await asyncio.Event().wait()
            finally:
                closed.append("the rest")

    asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), signal.SIGTERM)
    async with asyncio.timeout(10):
        await until_stopped(work())
    assert closed == ["the rest"]


@pytest.mark.parametrize("stop", stopping.STOPS, ids=lambda stop: stop.name)
def test_an_interruption_that_something_swallowed_is_not_forgotten(stop: signal.Signals) -> None:
    before = {each: signal.getsignal(each) for each in stopping.STOPS}
    try:
        interrupt_when_told()
        check_interrupted()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), stop)
        with pytest.raises(KeyboardInterrupt):
            check_interrupted()
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
