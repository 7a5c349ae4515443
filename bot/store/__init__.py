"""The bot's memory: one SQLite file, written before anything is said."""

from __future__ import annotations

from bot.store.errors import (
    AlreadyDecidedError,
    DroppedError,
    NotStoredError,
    StoreError,
    StoreFault,
    TextRefusedError,
)
from bot.store.rows import (
    AuditRow,
    Counts,
    DecisionRow,
    InboxRow,
    InboxState,
    NewDecision,
    NewOutbox,
    OutboxRow,
    OutboxState,
    Outcome,
    Post,
    RecentReplies,
    Venue,
    VenueState,
    Verdict,
)
from bot.store.store import Store, open_store

__all__ = [
    "AlreadyDecidedError",
    "AuditRow",
    "Counts",
    "DecisionRow",
    "DroppedError",
    "InboxRow",
    "InboxState",
    "NewDecision",
    "NewOutbox",
    "NotStoredError",
    "OutboxRow",
    "OutboxState",
    "Outcome",
    "Post",
    "RecentReplies",
    "Store",
    "StoreError",
    "StoreFault",
    "TextRefusedError",
    "Venue",
    "VenueState",
    "Verdict",
    "open_store",
]
