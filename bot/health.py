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
    app.router.add_get("/healthz", lambda _: _health(service, listening))
    app.router.add_get("/metrics", lambda _: _metrics(service))
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
    lines = [f"wederhoor_{name} {number}\n" for name, number in (await counters(service)).items()]
    return web.Response(text="".join(lines))


async def counters(service: DebateService) -> Mapping[str, int]:
    """What was done in all debates since the database was made; `waiting` alone goes down again."""
    counts = await service.store.counts()
    waiting = counts.inbox.get(InboxState.PENDING, 0)
    dismissed = counts.outbox.get(OutboxState.WITHDRAWN, 0)
    return {
        "seen_total": sum(counts.outcomes.values()) + waiting,
        "abstained_total": counts.outcomes.get(Outcome.ABSTAIN, 0),
        "suggested_total": counts.outcomes.get(Outcome.SUGGEST, 0),
        "posted_total": counts.outbox.get(OutboxState.SENT, 0) + dismissed,
        "dismissed_total": dismissed,
        "failed_total": counts.outbox.get(OutboxState.FAILED, 0),
        "waiting": waiting,
    }
