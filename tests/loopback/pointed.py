"""Points discord.py at a loopback Discord: here, or in a process of its own.

`LOOPBACK_DISCORD=<base url> python -m tests.loopback.pointed -- <module> <arguments>` runs the module as its
main, as `python -m <module> <arguments>` would.
"""

from __future__ import annotations

import asyncio
import os
import runpy
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import yarl
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route

VARIABLE = "LOOPBACK_DISCORD"
_ROOT = Path(__file__).parents[2]


def point_discord_at(base_url: str) -> None:
    """From now on discord.py finds its REST API, gateway and CDN there; nothing else of it is touched."""
    Route.BASE = f"{base_url}/api/v10"
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(base_url).with_scheme("ws") / "gateway/"
    setattr(Asset, "BASE", f"{base_url}/cdn")  # noqa: B010 - the library types it as a literal


@contextmanager
def pointed_at(base_url: str) -> Iterator[None]:
    """`point_discord_at` for as long as the block lasts."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE
    point_discord_at(base_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, Asset.BASE = before


@asynccontextmanager
async def pointed_process(
    base_url: str, module: str, *arguments: str, env: Mapping[str, str] | None = None, **options: Any
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Runs the module in its own process against that Discord; one that still runs at the end is killed.

    `options` go to `asyncio.create_subprocess_exec`.
    """
    command = [sys.executable, "-m", "tests.loopback.pointed", "--", module, *arguments]
    variables = {**os.environ, **(env or {}), VARIABLE: base_url}
    variables["PYTHONPATH"] = os.pathsep.join(filter(None, (str(_ROOT), variables.get("PYTHONPATH"))))
    process = await asyncio.create_subprocess_exec(*command, env=variables, **options)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def main(arguments: list[str]) -> None:
    """Points discord.py where the environment says and becomes the module."""
    module, *rest = arguments[1:] if arguments[:1] == ["--"] else arguments
    point_discord_at(os.environ[VARIABLE])
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
