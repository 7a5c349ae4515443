"""A moderators' channel with the queue in it, and what a moderator sees and presses there."""

from __future__ import annotations

from typing import Any

import discord
from simcord.components import walk_components
from simcord.results import InteractionResult, ResponseMessage

from bot.store import Venue
from bot.store.rows import Suggestion
from tests.gateway.conftest import World

UNSURE = "Nobody ties up at that quay anymore."
"""Between the two thresholds of the small debate, about the empty quay."""


class QueueRoom:
    """The moderators' channel of a world."""

    def __init__(self, world: World, office: Any) -> None:
        self.world = world
        self.office = office

    async def venue(self) -> Venue:
        (venue,) = await self.world.store.venues()
        return venue

    async def rules(self, **changes: object) -> None:
        """Changes house rules, as the settings do."""
        await self.world.bot.service.venues.change_rules(await self.venue(), changes, self.world.moderator.id)

    def items(self) -> list[discord.Message]:
        """What the bot posted there, oldest first."""
        return [m for m in self.office.history() if m.author.id == self.world.env.backend.bot_user.id]

    async def suggestion(self, comment: discord.Message) -> Suggestion:
        found = await self.world.bot.service.suggestions.of_comment(comment.id)
        assert found is not None
        return found

    async def waiting(self) -> list[Suggestion]:
        return await self.world.bot.service.suggestions.waiting((await self.venue()).id)

    async def press(self, action: str, message: Any = None, by: Any = None) -> InteractionResult:
        """Presses the one button of that kind."""
        shown = message or self.items()[-1]
        (custom_id,) = [i for i in custom_ids(shown) if f":{action}:" in i]
        return await (by or self.world.moderator).click(shown, custom_id=custom_id)

    async def choose(self, claim: str, message: Any = None) -> InteractionResult:
        shown = message or self.items()[-1]
        (custom_id,) = [i for i in custom_ids(shown) if ":claim:" in i]
        return await self.world.moderator.select(shown, [claim], custom_id=custom_id)


async def with_office(world: World, **rules: object) -> QueueRoom:
    """Opens a channel for moderators and chooses it."""
    office = world.guild.create_text_channel("moderatie")
    room = QueueRoom(world, office)
    await room.rules(office=office.id, **rules)
    return room


def components(message: discord.Message | ResponseMessage) -> list[dict[str, Any]]:
    roots = (
        message.components
        if isinstance(message, ResponseMessage)
        else [component.to_dict() for component in message.components]
    )
    return list(walk_components(roots))  # type: ignore[arg-type]


def texts(message: discord.Message | ResponseMessage) -> list[str]:
    """The texts of a layout, from top to bottom."""
    return [str(c["content"]) for c in components(message) if c.get("type") == 10]


def custom_ids(message: discord.Message | ResponseMessage) -> list[str]:
    return [str(c["custom_id"]) for c in components(message) if c.get("custom_id")]


def told(result: InteractionResult) -> str:
    """What only the one who pressed was told."""
    assert result.ephemeral
    (said,) = [m for m in (result.response, *result.followups) if m is not None]
    return said.content or "\n".join(texts(said))
