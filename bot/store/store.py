"""What the service asks: each method is one transaction, and what it returns has survived a power cut."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store import commands, decisions, inbox, outbox, venues
from bot.store.engine import live_engine
from bot.store.errors import StoreError, StoreFault, named_faults
from bot.store.rows import (
    AuditRow,
    Counts,
    DecisionRow,
    InboxRow,
    NewDecision,
    NewOutbox,
    OutboxRow,
    Post,
    RecentReplies,
    Venue,
    VenueState,
    Verdict,
)
from bot.store.schema import prove_writable, upgrade

_P = ParamSpec("_P")
_T = TypeVar("_T")


@asynccontextmanager
async def open_store(path: Path, patience: timedelta = timedelta(seconds=5)) -> AsyncIterator[Store]:
    """The store in that file, made or migrated when needed; waits that long for another process's lock."""
    await asyncio.to_thread(_make_ready, path, patience)
    store = Store(live_engine(path, patience), path)
    try:
        await store.transact(prove_writable)
        yield store
    finally:
        await store.close()


def _make_ready(path: Path, patience: timedelta) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise StoreError(StoreFault.FULL if full else StoreFault.NOT_WRITABLE, path, str(error)) from error
    with named_faults(path):
        upgrade(path, patience)


class Store:
    """The bot's memory; transactions wait for one another in the order of asking.

    Every method raises `StoreError` when the file cannot be read or written, and then nothing was written.
    """

    def __init__(self, engine: AsyncEngine, path: Path) -> None:
        self._engine = engine
        self._path = path
        self._turn = asyncio.Lock()
        self._closed = False

    async def close(self) -> None:
        """Closes the file after the transaction that is under way."""
        async with self._turn:
            self._closed = True
            await self._engine.dispose()

    async def transact(
        self, work: Callable[Concatenate[Connection, _P], _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        """What a function on a connection returns, all it wrote in one transaction; for `bot.store` alone."""
        # A caller that is cancelled does not break its transaction off. The driver would close the connection
        # while a statement is open, and SQLite keeps the write lock until Python has collected the statement.
        return await asyncio.shield(self._in_turn(work, *args, **kwargs))

    async def _in_turn(
        self, work: Callable[Concatenate[Connection, _P], _T], *args: _P.args, **kwargs: _P.kwargs
    ) -> _T:
        async with self._turn:
            if self._closed:
                raise StoreError(StoreFault.CLOSED, self._path, work.__name__)
            with named_faults(self._path):
                async with self._engine.begin() as connection:
                    return await connection.run_sync(work, *args, **kwargs)

    # Venues

    async def open_venue(
        self,
        guild_id: int,
        channel_id: int,
        debate_id: str,
        locale: str,
        by: int,
        at: datetime,
        rules: Mapping[str, object] | None = None,
    ) -> Venue:
        """Opens a debate in a channel; a venue that was there keeps its rules if none are given."""
        return await self.transact(venues.open_venue, guild_id, channel_id, debate_id, locale, by, at, rules)

    async def venue_of(self, channel_id: int) -> Venue | None:
        """The venue in that channel."""
        return await self.transact(venues.of_channel, channel_id)

    async def venues(self) -> list[Venue]:
        """Every venue, whatever its state, in the order of opening."""
        return await self.transact(venues.all_venues)

    async def set_venue_state(self, venue_id: int, state: VenueState, by: int, at: datetime) -> Venue:
        """Changes a venue's state; repeating the one it has keeps who set it, and when."""
        return await self.transact(venues.set_state, venue_id, state, by, at)

    async def set_rules(self, venue_id: int, rules: Mapping[str, object], by: int, at: datetime) -> Venue:
        """Replaces a venue's house rules."""
        return await self.transact(venues.set_rules, venue_id, rules, by, at)

    async def audit_of(self, venue_id: int, limit: int = 20) -> list[AuditRow]:
        """The latest changes of a venue, newest first."""
        return await self.transact(venues.audit_of, venue_id, limit)

    async def posts(self, venue_id: int) -> dict[str, Post]:
        """What the bot posted to seed a venue, by key."""
        return await self.transact(venues.posts, venue_id)

    async def record_post(
        self, venue_id: int, key: str, channel_id: int, message_id: int, digest: str
    ) -> None:
        """Writes down a post, in the place of the one that had its key."""
        await self.transact(venues.record_post, venue_id, key, channel_id, message_id, digest)

    async def forget_post(self, venue_id: int, key: str) -> bool:
        """Forgets a post; tells whether there was one."""
        return await self.transact(venues.forget_post, venue_id, key)

    # Inbox

    async def receive(
        self,
        message_id: int,
        venue_id: int,
        channel_id: int,
        author_id: int,
        at: datetime,
        *,
        advance: bool = True,
    ) -> bool:
        """Writes a comment down and tells whether it is new.

        `advance` moves the channel's watermark too; it must be False while older messages of the channel may
        still be missing, or a crash would lose them.
        """
        return await self.transact(inbox.receive, message_id, venue_id, channel_id, author_id, at, advance)

    async def pending(self) -> list[InboxRow]:
        """The comments without a decision, oldest first, with those that are being decided at the moment."""
        return await self.transact(inbox.pending)

    async def drop(self, message_id: int) -> bool:
        """Gives a pending comment up; tells whether it was pending."""
        return await self.transact(inbox.drop, message_id)

    async def advance_watermark(self, channel_id: int, message_id: int) -> None:
        """Writes down that a channel was read up to this message; an older one changes nothing."""
        await self.transact(inbox.advance_watermark, channel_id, message_id)

    async def watermarks(self) -> dict[int, int]:
        """The newest message up to which each channel was read."""
        return await self.transact(inbox.watermarks)

    # Decisions

    async def record_decision(self, decision: NewDecision, reply: NewOutbox | None = None) -> int:
        """Writes a decision with its reply and marks the comment as done; returns the decision's id.

        Raises `AlreadyDecidedError` for a second decision, and `DroppedError` for a comment that was given up
        meanwhile unless somebody asked.
        """
        return await self.transact(decisions.record, decision, reply)

    async def decision_of(self, message_id: int) -> DecisionRow | None:
        """The decision on a comment."""
        return await self.transact(decisions.of_message, message_id)

    async def history(self, venue_id: int, channel_id: int, author_id: int, since: datetime) -> RecentReplies:
        """What the bot said in the channel and to the member; `since` bounds the list of replies only."""
        return await self.transact(decisions.history, venue_id, channel_id, author_id, since)

    async def record_verdict(
        self, decision_id: int, claim_id: str, kind: str, by: int, at: datetime, value: bool = True
    ) -> bool:
        """Writes somebody's verdict, in the place of their earlier one; tells whether anything changed."""
        return await self.transact(decisions.record_verdict, decision_id, claim_id, kind, by, at, value)

    async def verdicts_of(self, decision_id: int) -> list[Verdict]:
        """The verdicts on a decision."""
        return await self.transact(decisions.verdicts_of, decision_id)

    async def counts(self, venue_id: int | None = None) -> Counts:
        """How many rows there are by state and reason, in one venue or in all."""
        return await self.transact(decisions.counts, venue_id)

    # Outbox

    async def unsent(self) -> list[OutboxRow]:
        """The replies still to be sent, in the order of deciding."""
        return await self.transact(outbox.unsent)

    async def mark_attempt(self, decision_id: int) -> bool:
        """Counts an attempt, before it is made; False means that the reply must not be sent any more."""
        return await self.transact(outbox.mark_attempt, decision_id)

    async def mark_sent(self, decision_id: int, reply_id: int, at: datetime) -> bool:
        """Writes down the message that a reply became; False means that this message must be deleted.

        That is so when the reply was withdrawn meanwhile, and when another message is the reply already.
        """
        return await self.transact(outbox.mark_sent, decision_id, reply_id, at)

    async def mark_failed(self, decision_id: int) -> bool:
        """Gives a reply up; tells whether it was still to be sent."""
        return await self.transact(outbox.mark_failed, decision_id)

    async def withdraw(self, decision_id: int, by: int, at: datetime) -> OutboxRow | None:
        """Takes a reply back; the row as it then is, or None when it was not there to be taken back."""
        return await self.transact(outbox.withdraw, decision_id, by, at)

    async def unremoved(self) -> list[OutboxRow]:
        """The withdrawn replies that Discord may still show."""
        return await self.transact(outbox.unremoved)

    async def mark_removed(self, decision_id: int, at: datetime) -> bool:
        """Writes down that Discord shows a withdrawn reply no more; tells whether that is news."""
        return await self.transact(outbox.mark_removed, decision_id, at)

    async def outbox_by_reply(self, reply_id: int) -> OutboxRow | None:
        """The reply that is this message of the bot."""
        return await self.transact(outbox.by_reply, reply_id)

    async def outbox_by_comment(self, message_id: int) -> OutboxRow | None:
        """The reply to this comment."""
        return await self.transact(outbox.by_comment, message_id)

    async def last_replies(self, venue_id: int, limit: int = 5) -> list[OutboxRow]:
        """The replies that stand in a venue, newest first."""
        return await self.transact(outbox.last_replies, venue_id, limit)

    # Commands

    async def synced_commands(self, application_id: int) -> str | None:
        """The digest of the commands that the application was last given."""
        return await self.transact(commands.synced, application_id)

    async def record_synced_commands(self, application_id: int, digest: str) -> None:
        """Writes down which commands the application has now."""
        await self.transact(commands.record_synced, application_id, digest)
