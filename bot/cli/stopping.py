"""Ending cleanly on Ctrl-C, on SIGTERM and when the terminal closes."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine
from contextlib import suppress
from typing import Any

STOPS = tuple(
    stop
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    if signal.getsignal(stop) is not signal.SIG_IGN  # as under nohup
)


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Does the work until it is done or the process is told to stop, and lets it close what it opened."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()
    for stop in STOPS:
        loop.add_signal_handler(stop, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


def stop_if_told() -> None:
    """Raises `CancelledError` in work that was told to stop while something in it took no notice."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
