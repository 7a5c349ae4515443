"""What a member may decide about what the bot remembers of them."""

from __future__ import annotations

from bot.core.retention import Retention
from bot.service import DebateService
from bot.store.personal import Personal, Rows
from bot.store.retention import Clock


class Privacy:
    """Opting out and in, seeing and deleting; `clock` is what forgets by itself."""

    def __init__(self, service: DebateService, retention: Retention) -> None:
        self._service = service
        self._personal = Personal(service.store)
        self.clock = Clock(service.store, retention)

    @property
    def retention(self) -> Retention:
        """How long what is kept."""
        return self.clock.retention

    def is_out(self, user_id: int) -> bool:
        """Whether the bot leaves this member's comments unread."""
        return user_id in self._service.opt_outs

    async def opt_out(self, user_id: int) -> None:
        """From now on the bot reads nothing that this member writes."""
        await self._service.opt_outs.add(user_id)

    async def opt_in(self, user_id: int) -> None:
        """From now on it does again."""
        await self._service.opt_outs.remove(user_id)

    async def of(self, user_id: int) -> Rows:
        """Every row that holds this member's id, by table."""
        return await self._personal.of(user_id)

    async def forget(self, user_id: int) -> None:
        """Leaves this member's id nowhere, not in the list of those who opted out either.

        A comment stays known as decided, by nobody: a catch-up must not answer it again.
        """
        await self._personal.forget(user_id)
        await self._service.recall()
