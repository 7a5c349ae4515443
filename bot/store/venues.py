"""Venues, what was posted to seed them, and who changed them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.store import tables as t
from bot.store.errors import NotStoredError
from bot.store.rows import AuditRow, Post, Venue, VenueState


def open_venue(
    connection: Connection,
    guild_id: int,
    channel_id: int,
    debate_id: str,
    locale: str,
    by: int,
    at: datetime,
    rules: Mapping[str, object] | None,
) -> Venue:
    """Opens the debate in the channel, whatever was there; a venue that is so already stays as it is."""
    before = of_channel(connection, channel_id)
    wanted: dict[str, object] = {"debate_id": debate_id, "locale": locale, "state": VenueState.OPEN}
    if before is None:
        connection.execute(
            insert(t.venues).values(
                **wanted,
                guild_id=guild_id,
                channel_id=channel_id,
                changed_by=by,
                changed_at=at,
                opened_at=at,
                rules=rules or {},
            )
        )
        venue = _require(of_channel(connection, channel_id), channel_id)
        _audit(connection, venue.id, at, by, "open", None, wanted)
        return venue
    old = {name: getattr(before, name) for name in wanted}
    if old != wanted:
        connection.execute(
            update(t.venues).where(t.venues.c.id == before.id).values(**wanted, changed_by=by, changed_at=at)
        )
        _audit(connection, before.id, at, by, "open", old, wanted)
    if rules is not None:
        return set_rules(connection, before.id, rules, by, at)
    return venue_by_id(connection, before.id)


def of_channel(connection: Connection, channel_id: int) -> Venue | None:
    """The venue in that channel."""
    row = connection.execute(select(t.venues).where(t.venues.c.channel_id == channel_id)).one_or_none()
    return None if row is None else Venue(**row._mapping)


def venue_by_id(connection: Connection, venue_id: int) -> Venue:
    """The venue; raises `NotStoredError`."""
    row = connection.execute(select(t.venues).where(t.venues.c.id == venue_id)).one_or_none()
    return _require(None if row is None else Venue(**row._mapping), venue_id)


def all_venues(connection: Connection) -> list[Venue]:
    """Every venue, whatever its state, in the order of opening."""
    return [Venue(**row._mapping) for row in connection.execute(select(t.venues).order_by(t.venues.c.id))]


def set_state(connection: Connection, venue_id: int, state: VenueState, by: int, at: datetime) -> Venue:
    """Changes the state; a venue that is in it already keeps who brought it there, and when."""
    before = venue_by_id(connection, venue_id)
    if before.state == state:
        return before
    connection.execute(
        update(t.venues).where(t.venues.c.id == venue_id).values(state=state, changed_by=by, changed_at=at)
    )
    _audit(connection, venue_id, at, by, "state", {"state": before.state}, {"state": state})
    return venue_by_id(connection, venue_id)


def set_rules(
    connection: Connection, venue_id: int, rules: Mapping[str, object], by: int, at: datetime
) -> Venue:
    """Replaces the house rules."""
    before = venue_by_id(connection, venue_id)
    if before.rules == rules:
        return before
    connection.execute(update(t.venues).where(t.venues.c.id == venue_id).values(rules=rules))
    _audit(connection, venue_id, at, by, "rules", before.rules, rules)
    return venue_by_id(connection, venue_id)


def audit_of(connection: Connection, venue_id: int, limit: int) -> list[AuditRow]:
    """The latest changes of a venue, newest first."""
    rows = connection.execute(
        select(t.audit).where(t.audit.c.venue_id == venue_id).order_by(t.audit.c.id.desc()).limit(limit)
    )
    return [AuditRow(**row._mapping) for row in rows]


def posts(connection: Connection, venue_id: int) -> dict[str, Post]:
    """What was posted to seed a venue, by key."""
    rows = connection.execute(select(t.posts).where(t.posts.c.venue_id == venue_id))
    return {row.key: Post(**row._mapping) for row in rows}


def record_post(
    connection: Connection, venue_id: int, key: str, channel_id: int, message_id: int, digest: str
) -> None:
    """Writes down a post, in the place of the one that had its key."""
    place = {"channel_id": channel_id, "message_id": message_id, "digest": digest}
    connection.execute(
        upsert(t.posts)
        .values(venue_id=venue_id, key=key, **place)
        .on_conflict_do_update(index_elements=["venue_id", "key"], set_=place)
    )


def forget_post(connection: Connection, venue_id: int, key: str) -> bool:
    """Forgets a post; tells whether there was one."""
    gone = connection.execute(delete(t.posts).where(t.posts.c.venue_id == venue_id, t.posts.c.key == key))
    return gone.rowcount == 1


def _audit(
    connection: Connection,
    venue_id: int,
    at: datetime,
    by: int,
    action: str,
    old: Mapping[str, object] | None,
    new: Mapping[str, object] | None,
) -> None:
    connection.execute(
        insert(t.audit).values(venue_id=venue_id, at=at, by=by, action=action, old=old, new=new)
    )


def _require(venue: Venue | None, id_: int) -> Venue:
    if venue is None:
        raise NotStoredError("venue", id_)
    return venue
