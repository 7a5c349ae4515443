"""The channels that hold a debate, as they are now: which debate, in which state, by which house rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.core.house_rules import HouseRules
from bot.store import Store
from bot.store.rows import Venue, VenueState


class Venues:
    """Knows every venue without asking the store; what changes is written down first.

    `is_loaded` tells whether there is a debate of that id to answer from.
    """

    def __init__(self, store: Store, is_loaded: Callable[[str], bool], now: Callable[[], datetime]) -> None:
        self._store = store
        self._is_loaded = is_loaded
        self._now = now
        self._by_channel: dict[int, Venue] = {}

    async def load(self) -> None:
        """Reads them again."""
        self._by_channel = {venue.channel_id: venue for venue in await self._store.venues()}

    def all(self) -> list[Venue]:
        """Every venue, whatever its state."""
        return list(self._by_channel.values())

    def of(self, *channel_ids: int | None) -> Venue | None:
        """The venue of a channel or of its parent, when a debate is loaded there that is not closed."""
        for channel_id in channel_ids:
            venue = self._by_channel.get(channel_id) if channel_id else None
            if venue and venue.state is not VenueState.CLOSED and self._is_loaded(venue.debate_id):
                return venue
        return None

    def at(self, channel_id: int) -> Venue | None:
        """The venue of that very channel, also when it is closed."""
        return self._by_channel.get(channel_id)

    def current(self, venue: Venue) -> Venue:
        """The same venue with the state and the rules that it has now."""
        return self._by_channel[venue.channel_id]

    def by_id(self, venue_id: int) -> Venue:
        """The venue with that id; raises `LookupError`."""
        venue = self.find(venue_id)
        if venue is None:
            raise LookupError(venue_id)
        return venue

    def find(self, venue_id: int) -> Venue | None:
        """The venue with that id, if it is known."""
        return next((venue for venue in self._by_channel.values() if venue.id == venue_id), None)

    async def open(self, guild_id: int, channel_id: int, debate_id: str, locale: str, by: int) -> Venue:
        """Opens a debate in a channel, or opens it again."""
        return self._keep(
            await self._store.open_venue(guild_id, channel_id, debate_id, locale, by, self._now())
        )

    async def change_rules(self, venue: Venue, changes: Mapping[str, object], by: int) -> Venue:
        """Changes those house rules of a venue; raises pydantic's `ValidationError` for a wrong one."""
        rules = rules_of(venue).with_changes(changes)
        return self._keep(await self._store.set_rules(venue.id, rules.stored(), by, self._now()))

    async def set_state(self, venue: Venue, state: VenueState, by: int) -> Venue:
        """Pauses, resumes or closes a debate."""
        return self._keep(await self._store.set_venue_state(venue.id, state, by, self._now()))

    def _keep(self, venue: Venue) -> Venue:
        self._by_channel[venue.channel_id] = venue
        return venue


def rules_of(venue: Venue) -> HouseRules:
    """The house rules of a venue; what it does not set keeps its default."""
    return HouseRules.model_validate(dict(venue.rules))
