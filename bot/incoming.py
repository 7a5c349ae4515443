"""A message on its way in, and whether its venue's rules let it be read at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.core.scope import in_scope
from bot.store.rows import Venue
from bot.venues import rules_of


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as Discord brought it; `channel_id` may be a thread of the venue.

    `roles` are those of its author and `tags` those of its forum post.
    """

    message_id: int
    channel_id: int
    author_id: int
    content: str
    asked: bool
    at: datetime
    roles: frozenset[int] = frozenset()
    tags: frozenset[int] = frozenset()


def is_in_scope(venue: Venue, message: Incoming) -> bool:
    """Whether the bot reads it there."""
    in_thread = message.channel_id != venue.channel_id
    return in_scope(rules_of(venue), in_thread=in_thread, roles=message.roles, tags=message.tags)
