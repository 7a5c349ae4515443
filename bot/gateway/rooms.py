"""Where in a venue something for everybody goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.gateway.aliases import Room
from bot.store.rows import Venue

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


async def main_room(bot: DebateBot, venue: Venue, key: str = "welcome") -> Room | None:
    """The channel itself; in a forum the post with that part of the opening, else the one with the article."""
    posts = await bot.service.store.posts(venue.id)
    post = posts.get(key) or posts.get("welcome")
    return await bot.delivery.channel(post.channel_id if post else venue.channel_id)
