"""Ending cleanly on Ctrl-C, on SIGTERM and when the terminal closes."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

STOPS = tuple(
    stop
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    if signal.getsignal(stop) is not signal.SIG_IGN  # as under nohup
)

AGAIN = 5.0
"""Seconds after which work that has not ended is told once more."""

_told = threading.Event()


def interrupt_when_told() -> None:
    """Until a loop listens, every way to stop interrupts alike whatever runs."""
    _told.clear()
    for stop in STOPS:
        signal.signal(stop, _interrupt)


def _interrupt(*_: object) -> None:
    _told.set()
    raise KeyboardInterrupt


def check_interrupted() -> None:
    """Raises `KeyboardInterrupt` when it was raised before and something underneath swallowed it."""
    if _told.is_set():
        raise KeyboardInterrupt


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Does the work until it is done or the process is told to stop, and lets it close what it opened.

    Work that does not end is told again, for something in it may have swallowed that or wait for ever.
    """
    task = asyncio.ensure_future(work)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for stop in STOPS:
        loop.add_signal_handler(stop, stopping.set)
    told = asyncio.ensure_future(stopping.wait())
    await asyncio.wait({task, told}, return_when=asyncio.FIRST_COMPLETED)
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=AGAIN)
    told.cancel()
    with suppress(asyncio.CancelledError):
        await task


def stop_if_told() -> None:
    """Raises `CancelledError` in work that was told to stop while something in it took no notice."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
