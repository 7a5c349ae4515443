"""What moderators did is kept by code, found by member and by channel, and holds no words."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.acts import ActKind, Ground
from bot.store import Store
from bot.store.acts import Act, Acts, NewAct
from bot.store.errors import TextRefusedError
from tests.store.conftest import ALICE, BOB, CHANNEL, GUILD, MODERATOR, NOON, minutes


def act(kind: ActKind, **changes: Any) -> NewAct:
    return NewAct(
        **{"guild_id": GUILD, "channel_id": CHANNEL, "kind": kind, "by": MODERATOR, "at": NOON} | changes
    )


async def test_an_act_comes_back_as_it_was_written(store: Store) -> None:
    acts = Acts(store)
    kept = await acts.record(act(ActKind.WARNING, member_id=ALICE, ground=Ground.INSULT, record={"n": 1}))
    await acts.told(kept.id, 7, 8)
    await acts.amend(kept.id, {"delivered": True})
    found = await acts.by_id(kept.id)
    assert found == Act(
        guild_id=GUILD,
        channel_id=CHANNEL,
        kind=ActKind.WARNING,
        by=MODERATOR,
        at=NOON,
        member_id=ALICE,
        ground=Ground.INSULT,
        record={"delivered": True},
        id=kept.id,
        room_id=7,
        post_id=8,
    )


async def test_a_members_acts_are_theirs_in_that_server_and_newest_first(store: Store) -> None:
    acts = Acts(store)
    ids = [(await acts.record(act(ActKind.NOTE, member_id=ALICE, at=minutes(n)))).id for n in range(3)]
    await acts.record(act(ActKind.NOTE, member_id=BOB))
    await acts.record(act(ActKind.NOTE, member_id=ALICE, guild_id=GUILD + 1))
    found, count = await acts.of_member(GUILD, ALICE, limit=2)
    assert ([it.id for it in found], count) == ([ids[2], ids[1]], 3)
    await acts.forget(ids[2])
    assert [it.id for it in (await acts.of_member(GUILD, ALICE))[0]] == [ids[1], ids[0]]


async def test_the_last_act_in_a_channel_is_of_the_kinds_asked_for(store: Store) -> None:
    acts = Acts(store)
    kinds = (ActKind.LOCKED, ActKind.UNLOCKED)
    assert await acts.last_in(CHANNEL, kinds) is None
    locked = await acts.record(act(ActKind.LOCKED, record={"send_messages": None, "threads": 1}))
    await acts.record(act(ActKind.SLOWED))
    await acts.record(act(ActKind.UNLOCKED, channel_id=CHANNEL + 1))
    assert await acts.last_in(CHANNEL, kinds) == locked


async def test_an_appeal_is_made_once(store: Store) -> None:
    acts = Acts(store)
    kept = await acts.record(act(ActKind.WARNING, member_id=ALICE))
    assert await acts.appeal(kept.id, NOON)
    assert not await acts.appeal(kept.id, minutes(1))
    assert await acts.appeal(kept.id, None)
    assert await acts.appeal(kept.id, minutes(2))


async def test_no_words_get_into_the_record(store: Store) -> None:
    with pytest.raises(TextRefusedError):
        await Acts(store).record(act(ActKind.NOTE, record={"note": "she said so"}))
