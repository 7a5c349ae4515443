"""What each command does: ask the service, say the answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

import discord
from babel.numbers import format_percent

from bot.core.by_words import by_words
from bot.gateway.aliases import Interaction
from bot.gateway.delivery import PASSING
from bot.gateway.forum import NoRoomForTagsError
from bot.gateway.here import venue_here
from bot.gateway.locales import wording_for
from bot.gateway.opening import open_debate
from bot.gateway.permissions import told
from bot.gateway.seeding import MissingPermissionsError
from bot.gateway.status import compose_status, manners_sentence, state_sentence
from bot.gateway.telling import promise, tell
from bot.model import ModelDownError
from bot.reloading import Fault, Reloading
from bot.store import StoreError
from bot.store.rows import Venue, VenueState
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)


class Desk:
    """Answers moderators, and members who ask which claim a message is about."""

    def __init__(self, bot: DebateBot) -> None:
        self._bot = bot

    async def open(self, interaction: Interaction, debate_id: str | None) -> None:
        wording = self._wording(interaction)
        channel = interaction.channel
        if isinstance(channel, discord.Thread):
            channel = channel.parent
        if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
            await tell(interaction, wording.say("error.wrong_channel"))
            return
        debates = self._bot.service.debates
        wanted = debate_id or self._usual(channel.id)
        if wanted is None or wanted not in debates:
            known = ", ".join(sorted(debates))
            unknown = wanted is not None
            sentence = (
                wording.say("error.no_debate", id=wanted, known=known)
                if unknown
                else wording.say("error.which_debate", known=known)
            )
            await tell(interaction, sentence)
            return
        if await promise(interaction):
            await tell(interaction, await self._seed(interaction, channel, wanted, wording))

    def _usual(self, channel_id: int) -> str | None:
        """The debate that a channel holds already, or the only one there is."""
        venue, debates = self._bot.service.venues.at(channel_id), self._bot.service.debates
        if venue and venue.debate_id in debates:
            return venue.debate_id
        return next(iter(debates)) if len(debates) == 1 else None

    async def _seed(
        self,
        interaction: Interaction,
        channel: discord.TextChannel | discord.ForumChannel,
        debate_id: str,
        wording: Wording,
    ) -> str:
        live = self._bot.service.debates[debate_id]
        try:
            report = await open_debate(self._bot, channel, live.debate, interaction.user.id)
        except MissingPermissionsError as error:
            return wording.say("error.missing_permissions", names=told(error.names, wording))
        except NoRoomForTagsError as error:
            return wording.say("error.no_room_for_tags", names=", ".join(error.names))
        except StoreError as error:
            log.exception("debate not opened")
            return wording.say(f"store.{error.reason}")
        except discord.HTTPException as error:
            log.exception("debate not opened")
            return wording.say("error.discord_refused", detail=error.text or str(error.status))
        except PASSING as error:
            log.exception("debate not opened")
            return wording.say("error.discord_refused", detail=type(error).__name__)
        opened = wording.say(
            "debate.opened",
            title=live.debate.title,
            posted=report.posted,
            edited=report.edited,
            calibrated=live.calibration is not None,
            pin_taken=report.pin_taken,
        )
        venue = self._bot.service.venues.at(channel.id)
        return _together(opened, await self._bot.polls.open(venue, wording) if venue else "")

    async def status(self, interaction: Interaction) -> None:
        await self._answer(interaction, lambda venue, wording: compose_status(self._bot, venue, wording))

    async def reload(self, interaction: Interaction, reloading: Reloading) -> None:
        wording = self._wording(interaction)
        venue = self._venue(interaction)
        if venue is None:
            await tell(interaction, wording.say("error.no_venue"))
            return
        if not reloading.knows(venue.debate_id):
            await tell(interaction, wording.say("debate.gone", id=venue.debate_id))
            return
        # New comments to compare with are encoded first, which may take minutes.
        if not await promise(interaction):
            return
        outcome = await reloading.reload(venue.debate_id)
        if isinstance(outcome, Fault):
            fault = wording.sentence(outcome.told)
            await tell(interaction, wording.say("debate.not_reloaded", fault=fault))
            return
        sentence = wording.say(
            "debate.reloaded",
            title=outcome.debate.title,
            claims=len(outcome.debate.claim_set.claims),
            calibrated=outcome.calibration is not None,
        )
        await tell(interaction, sentence)

    async def set_state(self, interaction: Interaction, state: VenueState) -> None:
        async def change(venue: Venue, wording: Wording) -> str:
            changed = await self._bot.service.venues.set_state(venue, state, interaction.user.id)
            closing = ""
            if state is VenueState.CLOSED:
                closing = await self._bot.polls.close(changed, wording)
                await self._bot.digest.close(changed)
            if state is VenueState.OPEN:  # where a moderator answered in person, the bot is back at once
                await self._bot.takeovers.end(interaction.channel_id or 0, interaction.guild_id)
            return _together(state_sentence(self._bot.service, changed, wording), closing)

        await self._answer(interaction, change)

    async def set_manners(self, interaction: Interaction, changes: Mapping[str, int]) -> None:
        async def change(venue: Venue, wording: Wording) -> str:
            service = self._bot.service
            changed = (
                await service.venues.change_rules(venue, changes, interaction.user.id) if changes else venue
            )
            return manners_sentence(changed, wording)

        await self._answer(interaction, change)

    async def which_claim(self, interaction: Interaction, message: discord.Message) -> None:
        wording = self._wording(interaction)
        venue = self._venue(interaction)
        if venue is None or venue.debate_id not in self._bot.service.debates:
            await tell(interaction, wording.say("error.no_venue"))
            return
        if message.author.id in self._bot.service.opt_outs:
            await tell(interaction, wording.say("privacy.unread"))
            return
        if not await promise(interaction):
            return
        try:
            candidates = await self._bot.service.candidates(venue, message.content)
            answers = [
                await self._bot.pointing_back.link(venue, message.channel.id, claim.id)
                for claim, _ in candidates
            ]
        except ModelDownError:
            claim_set = self._bot.service.debates[venue.debate_id].debate.claim_set
            found = await asyncio.to_thread(by_words, claim_set, message.content)
            statements = [claim.statement_in(wording.locale) for claim in found]
            key = "menu.by_words" if statements else "error.model_down"
            await tell(interaction, wording.say(key, statements=statements))
            return
        lines = [
            wording.render(
                "menu.candidate",
                statement=claim.statement_in(wording.locale),
                score=format_percent(candidate.score, locale=wording.locale),
                link=link,
            )
            for (claim, candidate), link in zip(candidates, answers, strict=True)
        ]
        await tell(interaction, wording.say("menu.candidates" if lines else "menu.no_words", lines=lines))

    def _wording(self, interaction: Interaction) -> Wording:
        return wording_for(self._bot.service.wording, interaction.locale)

    def _venue(self, interaction: Interaction) -> Venue | None:
        return venue_here(self._bot, interaction)

    async def _answer(
        self, interaction: Interaction, compose: Callable[[Venue, Wording], Awaitable[str]]
    ) -> None:
        """Answers with what there is to say of the debate where the command was given."""
        wording, venue = self._wording(interaction), self._venue(interaction)
        if venue is None:
            await tell(interaction, wording.say("error.no_venue"))
            return
        if not await promise(interaction):
            return
        try:
            sentence = await compose(venue, wording)
        except StoreError as error:
            log.exception("command not done")
            sentence = wording.say(f"store.{error.reason}")
        await tell(interaction, sentence)


def _together(*sentences: str) -> str:
    return "\n".join(filter(None, sentences))
