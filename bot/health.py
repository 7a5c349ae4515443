"""Whether the bot is well and what it did, for the operator's own tools: on this machine alone, if asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

from bot.core.errors import ExpectedError, Told
from bot.service import DebateService
from bot.store import InboxState, OutboxState, Outcome, StoreError

LOOPBACK = "127.0.0.1"


class PortTakenError(ExpectedError):
    """The port cannot be listened on."""

    def __init__(self, port: int, detail: str) -> None:
        super().__init__(f"{port}: {detail}")
        self._told = Told("cli.port_taken", {"port": str(port), "detail": detail})

    @property
    def told(self) -> Told:
        return self._told


@asynccontextmanager
async def serving_health(
    port: int, service: DebateService, listening: Callable[[], bool]
) -> AsyncIterator[None]:
    """Answers `/healthz` and `/metrics` on loopback; raises `PortTakenError`."""
    app = web.Application()

    async def health(_: web.Request) -> web.Response:
        return await _health(service, listening)

    async def metrics(_: web.Request) -> web.Response:
        return await _metrics(service)

    app.router.add_get("/healthz", health)
    app.router.add_get("/metrics", metrics)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, LOOPBACK, port).start()
        except OSError as error:
            raise PortTakenError(port, error.strerror or type(error).__name__) from error
        yield
    finally:
        await runner.cleanup()


async def _health(service: DebateService, listening: Callable[[], bool]) -> web.Response:
    faults: list[str] = []
    if not listening():
        faults.append("not_listening")
    if service.model.down_since is not None:
        faults.append("model_down")
    try:
        await service.store.venues()
    except StoreError as error:
        faults.append(f"store_{error.reason}")
    status = {"status": "unwell" if faults else "well", "faults": faults}
    return web.json_response(status, status=503 if faults else 200)


async def _metrics(service: DebateService) -> web.Response:
    try:
        told = await gauges(service)
    except StoreError as error:
        return web.Response(text=f"store_{error.reason}\n", status=503)
    lines = [f"# TYPE wederhoor_{name} gauge\nwederhoor_{name} {number}\n" for name, number in told.items()]
    return web.Response(text="".join(lines))


async def gauges(service: DebateService) -> Mapping[str, int]:
    """What was done in all debates since the database was made; an edit or a deletion may take of each."""
    counts = await service.store.counts()
    waiting = counts.inbox.get(InboxState.PENDING, 0)
    dismissed = counts.outbox.get(OutboxState.WITHDRAWN, 0)
    return {
        "seen": sum(counts.outcomes.values()) + waiting,
        "abstained": counts.outcomes.get(Outcome.ABSTAIN, 0),
        "suggested": counts.outcomes.get(Outcome.SUGGEST, 0),
        "posted": counts.outbox.get(OutboxState.SENT, 0) + dismissed,
        "dismissed": dismissed,
        "failed": counts.outbox.get(OutboxState.FAILED, 0),
        "waiting": waiting,
    }
