"""What moderators do about a channel or thread: let members wait between messages, close it, open it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.core.acts import ActKind
from bot.gateway.aliases import Interaction, Room
from bot.gateway.locking import SHUT, change_lock, is_shut, what_is_open
from bot.gateway.standing import NotDoneError
from bot.store.acts import Act
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.moderation import Moderation


class ChannelActs:
    """Does what a moderator asked for about a channel; each method returns the sentence for whoever asked.

    All raise `NotDoneError` before anything is done, and `StoreError` or discord.py's errors with nothing done.
    """

    def __init__(self, moderation: Moderation) -> None:
        self._moderation = moderation

    async def slow(self, interaction: Interaction, wording: Wording, room: Room, seconds: int) -> str:
        """Lets members wait between two messages, or no more."""
        if room.slowmode_delay == seconds:
            raise NotDoneError(
                "moderation.slow_already",
                where=room.mention,
                lasting=wording.say(f"moderation.pause_{seconds}"),
            )
        reason = self._moderation.reason(interaction, "moderation.because_slow")
        record = {"seconds": seconds, "before": room.slowmode_delay}
        act = self._moderation.new_act(interaction, ActKind.SLOWED, record=record, channel_id=room.id)

        async def edit(_: Act) -> None:
            await room.edit(slowmode_delay=seconds, reason=reason)

        noted = await self._moderation.carry_out(interaction, act, edit)
        sentence = wording.say(
            "moderation.slowed", where=room.mention, lasting=wording.say(f"moderation.pause_{seconds}")
        )
        return self._moderation.with_office(wording, sentence, noted)

    async def lock(self, interaction: Interaction, wording: Wording, room: Room) -> str:
        """Lets members read and not write here, and remembers what they could."""
        before = await self._moderation.acts.last_in(room.id, (ActKind.LOCKED, ActKind.UNLOCKED))
        if before and before.kind is ActKind.LOCKED and is_shut(room):
            raise NotDoneError("moderation.locked_already", where=room.mention)
        reason = self._moderation.reason(interaction, "moderation.because_locked")
        act = self._moderation.new_act(
            interaction, ActKind.LOCKED, record=what_is_open(room), channel_id=room.id
        )
        shut: dict[str, Any] = dict.fromkeys(SHUT, False)
        noted = await self._moderation.carry_out(
            interaction, act, lambda _: change_lock(room, {"locked": True, **shut}, reason)
        )
        return self._moderation.with_office(
            wording, wording.say("moderation.locked", where=room.mention), noted
        )

    async def unlock(self, interaction: Interaction, wording: Wording, room: Room) -> str:
        """Gives back what the lock took, and nothing that was not there before."""
        before = await self._moderation.acts.last_in(room.id, (ActKind.LOCKED, ActKind.UNLOCKED))
        if before is None or before.kind is ActKind.UNLOCKED:
            raise NotDoneError("moderation.not_locked", where=room.mention)
        reason = self._moderation.reason(interaction, "moderation.because_unlocked")
        act = self._moderation.new_act(interaction, ActKind.UNLOCKED, channel_id=room.id)
        noted = await self._moderation.carry_out(
            interaction, act, lambda _: change_lock(room, before.record, reason)
        )
        return self._moderation.with_office(
            wording, wording.say("moderation.unlocked", where=room.mention), noted
        )
