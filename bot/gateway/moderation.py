"""What moderators decide, carried out: written down, done in Discord, told in the moderators' channel."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import discord

from bot.core.acts import ActKind, Ground
from bot.gateway.appeal import appeal_view
from bot.gateway.delivery import PASSING
from bot.gateway.dossier import compose_dossier, lasting_of
from bot.gateway.here import venue_here
from bot.gateway.locales import wording_for
from bot.gateway.locking import SHUT, Room, change_lock, is_shut, what_is_open
from bot.gateway.standing import (
    Interaction,
    NotDoneError,
    present,
    require_below,
    require_powers,
    require_rights,
    require_subject,
)
from bot.gateway.status import shown_member
from bot.gateway.telling import promise, tell
from bot.store import StoreError
from bot.store.acts import Act, Acts, NewAct
from bot.store.columns import NOBODY
from bot.store.rows import Venue
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)

Work = Callable[[Wording], Awaitable[str]]

LONGEST_REASON = 512
"""Discord takes this many characters as the reason in its audit log."""

MODERATE = "moderate_members"


class Moderation:
    """Does what a moderator asked for; each method returns the sentence for whoever asked.

    All raise `NotDoneError` before anything is done, and `StoreError` or discord.py's errors with nothing done.
    """

    def __init__(self, bot: DebateBot) -> None:
        self._bot = bot
        self.acts = Acts(bot.service.store)

    async def answer(
        self, interaction: Interaction, work: Work, rights: Iterable[str] = (), powers: Iterable[str] = ()
    ) -> None:
        """Answers with what came of a command that takes those permissions of the moderator and of the bot."""
        wording = wording_for(self._bot.service.wording, interaction.locale)
        if await promise(interaction):
            sentence = await attempt(wording, self._checked(interaction, work, rights, powers))
            if sentence:
                await tell(interaction, sentence)

    async def settle(
        self,
        interaction: Interaction,
        wording: Wording,
        work: Work,
        rights: Iterable[str] = (),
        powers: Iterable[str] = (),
    ) -> None:
        """The same for a press on a question's button: the question gives way, so that nobody presses twice."""
        await interaction.response.defer()
        answer = await attempt(wording, self._checked(interaction, work, rights, powers))
        await interaction.edit_original_response(content=answer, view=None)

    def _checked(
        self, interaction: Interaction, work: Work, rights: Iterable[str], powers: Iterable[str]
    ) -> Work:
        async def checked(wording: Wording) -> str:
            await require_rights(interaction, wording, (MODERATE, *rights))
            require_powers(interaction, wording, powers)
            return await work(wording)

        return checked

    # -- members -----------------------------------------------------------------------------------

    async def warn(
        self, interaction: Interaction, wording: Wording, user: discord.abc.User, ground: Ground, line: str
    ) -> str:
        """Tells a member in private what was amiss, with a way to object where moderators have a channel."""
        require_subject(interaction, user)
        member = present(user)
        house, venue = self.house(interaction), self.venue_for(interaction)
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
            await self.acts.amend(act.id, {"delivered": delivered})

        act = self._act(interaction, ActKind.WARNING, member, ground)
        noted = await self.carry_out(interaction, act, deliver, line=line, delivered=lambda: delivered)
        key = "moderation.warned" if delivered else "moderation.warned_unheard"
        return self._with_office(wording, wording.say(key, member=member.mention), noted)

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
        reason = self.reason(interaction, f"moderation.ground_{ground}", line)
        act = self._act(interaction, ActKind.TIME_OUT, member, ground, {"seconds": seconds})
        noted = await self.carry_out(
            interaction, act, lambda _: member.timeout(until, reason=reason), line=line
        )
        sentence = wording.say(
            "moderation.timed_out",
            member=member.mention,
            lasting=wording.say(f"moderation.for_{seconds}"),
            until=discord.utils.format_dt(until, "f"),
        )
        return self._with_office(wording, sentence, noted)

    async def lift(self, interaction: Interaction, wording: Wording, user: discord.abc.User) -> str:
        """Ends a time-out before its end."""
        member = present(user)
        require_below(interaction, member)
        if member.timed_out_until is None or member.timed_out_until <= self._bot.now():
            raise NotDoneError("moderation.no_time_out", member=member.mention)
        reason = self.reason(interaction, "moderation.because_lifted")
        act = self._act(interaction, ActKind.LIFTED, member)
        noted = await self.carry_out(interaction, act, lambda _: member.timeout(None, reason=reason))
        return self._with_office(wording, wording.say("moderation.lifted", member=member.mention), noted)

    async def note(
        self, interaction: Interaction, wording: Wording, member: discord.abc.User, text: str
    ) -> str:
        """Puts a note on a member in the moderators' channel; we keep where it stands and not what it says."""
        require_subject(interaction, member)
        if self.office_for(interaction) is None:
            raise NotDoneError("moderation.note_needs_office")

        async def written(act: Act) -> None:
            if not await self._log(interaction, act, line=text):
                raise NotDoneError("moderation.not_noted")

        kept = await self.acts.record(self._act(interaction, ActKind.NOTE, member))
        await self._or_forget(kept, written)
        return wording.say("moderation.noted", member=member.mention)

    async def dossier(self, interaction: Interaction, wording: Wording, member: discord.abc.User) -> str:
        """What moderators did to a member, newest first, as much as one message holds."""
        acts, count = await self.acts.of_member(interaction.guild_id or 0, member.id)
        if not acts:
            return wording.say("moderation.no_dossier", member=member.mention)
        return compose_dossier(member, acts, count, wording)

    # -- channels ----------------------------------------------------------------------------------

    async def slow(self, interaction: Interaction, wording: Wording, room: Room, seconds: int) -> str:
        """Lets members wait between two messages, or no more."""
        if room.slowmode_delay == seconds:
            raise NotDoneError(
                "moderation.slow_already",
                where=room.mention,
                lasting=wording.say(f"moderation.pause_{seconds}"),
            )
        reason = self.reason(interaction, "moderation.because_slow")
        record = {"seconds": seconds, "before": room.slowmode_delay}
        act = self._act(interaction, ActKind.SLOWED, record=record, channel_id=room.id)

        async def edit(_: Act) -> None:
            await room.edit(slowmode_delay=seconds, reason=reason)

        noted = await self.carry_out(interaction, act, edit)
        sentence = wording.say(
            "moderation.slowed", where=room.mention, lasting=wording.say(f"moderation.pause_{seconds}")
        )
        return self._with_office(wording, sentence, noted)

    async def lock(self, interaction: Interaction, wording: Wording, room: Room) -> str:
        """Lets members read and not write here, and remembers what they could."""
        before = await self.acts.last_in(room.id, (ActKind.LOCKED, ActKind.UNLOCKED))
        if before and before.kind is ActKind.LOCKED and is_shut(room):
            raise NotDoneError("moderation.locked_already", where=room.mention)
        reason = self.reason(interaction, "moderation.because_locked")
        act = self._act(interaction, ActKind.LOCKED, record=what_is_open(room), channel_id=room.id)
        shut: dict[str, Any] = dict.fromkeys(SHUT, False)
        noted = await self.carry_out(
            interaction, act, lambda _: change_lock(room, {"locked": True, **shut}, reason)
        )
        return self._with_office(wording, wording.say("moderation.locked", where=room.mention), noted)

    async def unlock(self, interaction: Interaction, wording: Wording, room: Room) -> str:
        """Gives back what the lock took, and nothing that was not there before."""
        before = await self.acts.last_in(room.id, (ActKind.LOCKED, ActKind.UNLOCKED))
        if before is None or before.kind is ActKind.UNLOCKED:
            raise NotDoneError("moderation.not_locked", where=room.mention)
        reason = self.reason(interaction, "moderation.because_unlocked")
        act = self._act(interaction, ActKind.UNLOCKED, channel_id=room.id)
        noted = await self.carry_out(interaction, act, lambda _: change_lock(room, before.record, reason))
        return self._with_office(wording, wording.say("moderation.unlocked", where=room.mention), noted)

    # -- what all acts have in common ----------------------------------------------------------------

    async def carry_out(
        self,
        interaction: Interaction,
        act: NewAct,
        do: Callable[[Act], Awaitable[object]],
        *,
        line: str = "",
        delivered: Callable[[], bool] = lambda: True,
    ) -> bool:
        """Writes an act down, does it and tells moderators of it; whether it could be told.

        What could not be done is taken out of the memory again.
        """
        kept = await self.acts.record(act)
        await self._or_forget(kept, do)
        try:
            return await self._log(interaction, kept, line=line, delivered=delivered())
        except StoreError:
            log.exception("act %s is done and told, and where is not written down", kept.id)
            return True

    async def _or_forget(self, act: Act, do: Callable[[Act], Awaitable[object]]) -> None:
        try:
            await do(act)
        except Exception:
            await self.acts.forget(act.id)
            raise

    async def _log(
        self, interaction: Interaction, act: Act, *, line: str = "", delivered: bool = True
    ) -> bool:
        venue, house = self.office_for(interaction), self.house(interaction)
        if venue is None:
            return False
        text = house.say(
            f"moderation.log_{act.kind}",
            by=shown_member(act.by, house),
            member=shown_member(act.member_id or NOBODY, house),
            where=f"<#{act.channel_id}>",
            ground=house.say(f"moderation.ground_{act.ground}") if act.ground else "",
            lasting=lasting_of(act, house),
            count=act.record.get("count", 0),
            line=line,
            delivered=delivered,
        )
        message = await self._bot.office.post(venue, text)
        if message is not None:
            await self.acts.told(act.id, message.channel.id, message.id)
        return message is not None

    def _act(
        self,
        interaction: Interaction,
        kind: ActKind,
        member: discord.abc.User | None = None,
        ground: Ground | None = None,
        record: Mapping[str, object] | None = None,
        channel_id: int | None = None,
    ) -> NewAct:
        return NewAct(
            guild_id=interaction.guild_id or 0,
            channel_id=channel_id or interaction.channel_id or 0,
            kind=kind,
            by=interaction.user.id,
            at=self._bot.now(),
            member_id=member.id if member else None,
            ground=ground,
            record=record or {},
        )

    def venue_for(self, interaction: Interaction) -> Venue | None:
        """The debate where a command was given, or else one of that server, one with an office before others."""
        here = venue_here(self._bot, interaction)
        return here or next(iter(self._of_guild(interaction.guild_id)), None)

    def office_for(self, interaction: Interaction) -> Venue | None:
        """The debate whose moderators' channel is told: that of the channel, or one of the server; or None."""
        venue = self.venue_for(interaction)
        return next(
            (
                it
                for it in (venue, *self._of_guild(interaction.guild_id))
                if it and self._bot.office.has_room(it)
            ),
            None,
        )

    def office_of(self, guild_id: int) -> Venue | None:
        """The same for a server."""
        return next((it for it in self._of_guild(guild_id) if self._bot.office.has_room(it)), None)

    def _of_guild(self, guild_id: int | None) -> list[Venue]:
        theirs = [venue for venue in self._bot.service.venues() if venue.guild_id == guild_id]
        return sorted(theirs, key=lambda venue: not self._bot.office.has_room(venue))

    def house(self, interaction: Interaction) -> Wording:
        """The wording for what others read: in the language of the debate, or else of the server."""
        wording, venue = self._bot.service.wording, self.venue_for(interaction)
        if venue is not None and venue.locale in wording:
            return wording[venue.locale]
        return wording_for(wording, interaction.guild_locale)

    def reason(self, interaction: Interaction, why: str, line: str = "") -> str:
        """What stands in Discord's audit log: who did it, and why."""
        house, by = self.house(interaction), interaction.user
        text = house.say("moderation.audit", by=f"{by.name} ({by.id})", why=house.say(why), line=line)
        return text[:LONGEST_REASON]

    def _with_office(self, wording: Wording, sentence: str, noted: bool) -> str:
        return sentence if noted else f"{sentence} {wording.say('moderation.no_office')}"


async def attempt(wording: Wording, work: Work) -> str:
    """The sentence that came of it, or the one that says why nothing did."""
    try:
        return await work(wording)
    except NotDoneError as refusal:
        return wording.sentence(refusal.told)
    except StoreError as error:
        log.exception("moderation not written down")
        return wording.say(f"store.{error.reason}")
    except discord.HTTPException as error:
        log.exception("moderation refused by Discord")
        return wording.say("error.discord_refused", detail=error.text or str(error.status))
    except PASSING as error:
        log.exception("moderation not done")
        return wording.say("error.discord_refused", detail=type(error).__name__)
