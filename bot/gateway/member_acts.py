"""What moderators do about a member: warn, let them read along only, note, and look back on it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import discord

from bot.core.acts import ActKind, Ground
from bot.gateway.aliases import Interaction
from bot.gateway.appeal import appeal_view
from bot.gateway.dossier import compose_dossier
from bot.gateway.standing import NotDoneError, present, require_below, require_subject
from bot.store import StoreError
from bot.store.acts import Act
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot
    from bot.gateway.moderation import Moderation

log = logging.getLogger(__name__)


class MemberActs:
    """Does what a moderator asked for about a member; each method returns the sentence for whoever asked.

    All raise `NotDoneError` before anything is done, and `StoreError` or discord.py's errors with nothing done.
    """

    def __init__(self, bot: DebateBot, moderation: Moderation) -> None:
        self._bot = bot
        self._moderation = moderation

    async def warn(
        self, interaction: Interaction, wording: Wording, user: discord.abc.User, ground: Ground, line: str
    ) -> str:
        """Tells a member in private what was amiss, with a way to object where moderators have a channel."""
        require_subject(interaction, user)
        member = present(user)
        house, venue = self._moderation.house(interaction), self._moderation.venue_for(interaction)
        heard = venue is not None and self._bot.office.has_room(venue)
        delivered = False

        async def deliver(act: Act) -> None:
            nonlocal delivered
            text = house.say(
                "moderation.warning",
                guild=member.guild.name,
                where=f"<#{interaction.channel_id}>",
                ground=house.say(f"moderation.ground_{ground}"),
                line=line,
                heard=heard,
            )
            view = appeal_view(act.id, house.say("moderation.appeal")) if heard else discord.utils.MISSING
            try:
                await member.send(text, view=view)
                delivered = True
            except discord.Forbidden:
                log.info("warning %s not delivered: direct messages are closed", act.id)
            try:
                await self._moderation.acts.amend(act.id, {"delivered": delivered})
            except StoreError:
                # What reached the member happened, and stays on record.
                log.exception("whether warning %s arrived is not written down", act.id)

        act = self._moderation.new_act(interaction, ActKind.WARNING, member, ground)
        noted = await self._moderation.carry_out(
            interaction, act, deliver, line=line, delivered=lambda: delivered
        )
        key = "moderation.warned" if delivered else "moderation.warned_unheard"
        return self._moderation.with_office(wording, wording.say(key, member=member.mention), noted)

    async def time_out(
        self,
        interaction: Interaction,
        wording: Wording,
        user: discord.abc.User,
        seconds: int,
        ground: Ground,
        line: str,
    ) -> str:
        """Lets a member read along for a while and no more than that."""
        require_subject(interaction, user)
        member = present(user)
        require_below(interaction, member)
        until = self._bot.now() + timedelta(seconds=seconds)
        reason = self._moderation.reason(interaction, f"moderation.ground_{ground}", line)
        act = self._moderation.new_act(interaction, ActKind.TIME_OUT, member, ground, {"seconds": seconds})
        noted = await self._moderation.carry_out(
            interaction, act, lambda _: member.timeout(until, reason=reason), line=line
        )
        sentence = wording.say(
            "moderation.timed_out",
            member=member.mention,
            lasting=wording.say(f"moderation.for_{seconds}"),
            until=discord.utils.format_dt(until, "f"),
        )
        return self._moderation.with_office(wording, sentence, noted)

    async def lift(self, interaction: Interaction, wording: Wording, user: discord.abc.User) -> str:
        """Ends a time-out before its end."""
        member = present(user)
        require_below(interaction, member)
        if member.timed_out_until is None or member.timed_out_until <= self._bot.now():
            raise NotDoneError("moderation.no_time_out", member=member.mention)
        reason = self._moderation.reason(interaction, "moderation.because_lifted")
        act = self._moderation.new_act(interaction, ActKind.LIFTED, member)
        noted = await self._moderation.carry_out(
            interaction, act, lambda _: member.timeout(None, reason=reason)
        )
        return self._moderation.with_office(
            wording, wording.say("moderation.lifted", member=member.mention), noted
        )

    async def note(
        self, interaction: Interaction, wording: Wording, member: discord.abc.User, text: str
    ) -> str:
        """Puts a note on a member in the moderators' channel; we keep where it stands and not what it says."""
        require_subject(interaction, member)
        if self._moderation.office_for(interaction) is None:
            raise NotDoneError("moderation.note_needs_office")

        async def written(act: Act) -> None:
            if not await self._moderation.tell_office(interaction, act, line=text):
                raise NotDoneError("moderation.not_noted")

        kept = await self._moderation.acts.record(self._moderation.new_act(interaction, ActKind.NOTE, member))
        await self._moderation.or_forget(kept, written)
        return wording.say("moderation.noted", member=member.mention)

    async def dossier(self, interaction: Interaction, wording: Wording, member: discord.abc.User) -> str:
        """What moderators did to a member, newest first, as much as one message holds."""
        acts, count = await self._moderation.acts.of_member(interaction.guild_id or 0, member.id)
        if not acts:
            return wording.say("moderation.no_dossier", member=member.mention)
        return compose_dossier(member, acts, count, wording)
