"""The tables: ids, scores and hashes, never a member's words or name.

All are STRICT: without that, SQLite would take a sentence in a column of numbers.
"""

from __future__ import annotations

from bot.store.tables.debate import (
    answered_claims,
    chores,
    decisions,
    inbox,
    outbox,
    posts,
    synced_commands,
    venues,
    watermarks,
)
from bot.store.tables.members import opinions, opt_outs, polls, questions, subscriptions, verdicts
from bot.store.tables.metadata import metadata
from bot.store.tables.moderation import acts, audit, mod_log, mutes, pointers, suggestions, takeovers

__all__ = [
    "acts",
    "answered_claims",
    "audit",
    "chores",
    "decisions",
    "inbox",
    "metadata",
    "mod_log",
    "mutes",
    "opinions",
    "opt_outs",
    "outbox",
    "pointers",
    "polls",
    "posts",
    "questions",
    "subscriptions",
    "suggestions",
    "synced_commands",
    "takeovers",
    "venues",
    "verdicts",
    "watermarks",
]
