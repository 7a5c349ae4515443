"""What moderators did: who, to whom, why, by code, and where it is told; never in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from bot.core.acts import ActKind, Ground
from bot.store import tables as t
from bot.store.errors import NotStoredError
from bot.store.store import Store


@dataclass(frozen=True, slots=True)
class NewAct:
    """An act to write down; `channel_id` is where it was done, `record` holds codes and numbers."""

    guild_id: int
    channel_id: int
    kind: ActKind
    by: int
    at: datetime
    member_id: int | None = None
    ground: Ground | None = None
    record: Mapping[str, object] = field(default_factory=dict[str, object])


@dataclass(frozen=True, slots=True)
class Act(NewAct):
    """An act that was written down; `room_id` and `post_id` are the moderators' message that tells of it."""

    id: int = 0
    room_id: int | None = None
    post_id: int | None = None
    appealed_at: datetime | None = None


class Acts:
    """The acts of moderators, by member and by channel."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def record(self, act: NewAct) -> Act:
        """Writes an act down, before it is done."""
        return await self._store.transact(_record, act)

    async def forget(self, act_id: int) -> None:
        """Takes back what was not done after all."""
        await self._store.transact(_forget, act_id)

    async def told(self, act_id: int, room_id: int, post_id: int) -> None:
        """Writes down which message tells of an act."""
        await self._store.transact(_change, act_id, {"room_id": room_id, "post_id": post_id})

    async def amend(self, act_id: int, record: Mapping[str, object]) -> None:
        """Replaces the record of an act."""
        await self._store.transact(_change, act_id, {"record": record})

    async def by_id(self, act_id: int) -> Act | None:
        """The act with that id."""
        return await self._store.transact(_by_id, act_id)

    async def of_member(self, guild_id: int, member_id: int, limit: int = 20) -> tuple[list[Act], int]:
        """The latest acts on a member, newest first, and how many there are in all."""
        return await self._store.transact(_of_member, guild_id, member_id, limit)

    async def last_in(self, channel_id: int, kinds: Sequence[ActKind]) -> Act | None:
        """The latest act of one of those kinds in a channel."""
        return await self._store.transact(_last_in, channel_id, kinds)

    async def appeal(self, act_id: int, at: datetime | None) -> bool:
        """Writes down that an act was appealed against, or with None that it was not after all.

        False when that was so already.
        """
        return await self._store.transact(_appeal, act_id, at)


def _record(connection: Connection, act: NewAct) -> Act:
    (act_id,) = connection.execute(insert(t.acts).values(**asdict(act))).inserted_primary_key or (0,)
    found = _by_id(connection, act_id)
    if found is None:
        raise NotStoredError("act", act_id)
    return found


def _forget(connection: Connection, act_id: int) -> None:
    connection.execute(delete(t.acts).where(t.acts.c.id == act_id))


def _change(connection: Connection, act_id: int, values: Mapping[str, object]) -> None:
    connection.execute(update(t.acts).where(t.acts.c.id == act_id).values(**values))


def _by_id(connection: Connection, act_id: int) -> Act | None:
    row = connection.execute(select(t.acts).where(t.acts.c.id == act_id)).one_or_none()
    return None if row is None else Act(**row._mapping)


def _of_member(connection: Connection, guild_id: int, member_id: int, limit: int) -> tuple[list[Act], int]:
    theirs = (t.acts.c.guild_id == guild_id, t.acts.c.member_id == member_id)
    count = connection.execute(select(func.count()).select_from(t.acts).where(*theirs)).scalar_one()
    rows = connection.execute(select(t.acts).where(*theirs).order_by(t.acts.c.id.desc()).limit(limit))
    return [Act(**row._mapping) for row in rows], count


def _last_in(connection: Connection, channel_id: int, kinds: Sequence[ActKind]) -> Act | None:
    row = connection.execute(
        select(t.acts)
        .where(t.acts.c.channel_id == channel_id, t.acts.c.kind.in_(kinds))
        .order_by(t.acts.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else Act(**row._mapping)


def _appeal(connection: Connection, act_id: int, at: datetime | None) -> bool:
    was = t.acts.c.appealed_at.is_(None) if at else t.acts.c.appealed_at.is_not(None)
    changed = connection.execute(update(t.acts).where(t.acts.c.id == act_id, was).values(appealed_at=at))
    return changed.rowcount == 1
