"""What moderators decide, carried out: written down, done in Discord, told in the moderators' channel."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import discord

from bot.core.acts import ActKind, Ground
from bot.gateway.aliases import Interaction
from bot.gateway.delivery import PASSING
from bot.gateway.dossier import lasting_of
from bot.gateway.here import venue_here
from bot.gateway.locales import wording_for
from bot.gateway.standing import NotDoneError, require_powers, require_rights
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
    """What all acts have in common: who may, what is written down, whom it is told, and in which language."""

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
        await self.or_forget(kept, do)
        try:
            return await self.tell_office(interaction, kept, line=line, delivered=delivered())
        except StoreError:
            log.exception("act %s is done and told, and where is not written down", kept.id)
            return True

    async def or_forget(self, act: Act, do: Callable[[Act], Awaitable[object]]) -> None:
        try:
            await do(act)
        except Exception:
            await self.acts.forget(act.id)
            raise

    async def tell_office(
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

    def new_act(
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
        theirs = [venue for venue in self._bot.service.venues.all() if venue.guild_id == guild_id]
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

    def with_office(self, wording: Wording, sentence: str, noted: bool) -> str:
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
