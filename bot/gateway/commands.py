"""`/debat`: opening, watching, pausing and closing a debate in a channel."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

import discord
from babel.dates import format_datetime
from discord import app_commands

from bot.gateway.locales import named, wording_for
from bot.gateway.permissions import missing
from bot.gateway.seeding import seed
from bot.service import etiquette_of
from bot.store import StoreError
from bot.store.rows import Outcome, Venue, VenueState
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)

Interaction = discord.Interaction[Any]


def debate_commands(bot: DebateBot, wording: Mapping[str, Wording]) -> app_commands.Group:
    """The command group, for those who may manage messages unless a server decides otherwise."""

    def name(key: str) -> app_commands.locale_str:
        return named(wording, f"command.{key}")

    group = app_commands.Group(
        name=name("debate"),
        description=name("debate_about"),
        default_permissions=discord.Permissions(manage_messages=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
    )
    group.interaction_check = _is_moderator  # type: ignore[method-assign]
    desk = _Desk(bot)
    choices = [
        app_commands.Choice(name=live.debate.title[:100], value=debate_id)
        for debate_id, live in sorted(bot.service.debates.items())
    ]

    async def open_(interaction: Interaction, debat: str | None = None) -> None:
        await desk.open(interaction, debat or choices[0].value)

    if choices:
        open_ = app_commands.choices(debat=choices[:25])(open_)
    open_ = app_commands.describe(debat=name("open_debate_about"))(open_)
    open_ = app_commands.rename(debat=name("open_debate"))(open_)
    group.command(name=name("open"), description=name("open_about"))(open_)

    def simple(key: str, act: Callable[[Interaction], Awaitable[None]]) -> None:
        async def run(interaction: Interaction) -> None:
            await act(interaction)

        group.command(name=name(key), description=name(f"{key}_about"))(run)

    simple("status", desk.status)
    simple("pause", lambda i: desk.set_state(i, VenueState.PAUSED))
    simple("resume", lambda i: desk.set_state(i, VenueState.OPEN))
    simple("close", lambda i: desk.set_state(i, VenueState.CLOSED))
    return group


async def _is_moderator(interaction: Interaction) -> bool:
    """Discord hides the commands from others; a forged call is refused here."""
    return interaction.permissions.manage_messages


class _Desk:
    """What each command does: ask the service, say the answer."""

    def __init__(self, bot: DebateBot) -> None:
        self._bot = bot

    async def open(self, interaction: Interaction, debate_id: str) -> None:
        wording = wording_for(self._bot.service.wording, interaction.locale)
        channel = interaction.channel
        if isinstance(channel, discord.Thread):
            channel = channel.parent
        if not isinstance(channel, discord.TextChannel | discord.ForumChannel):
            await _tell(interaction, wording.say("error.wrong_channel"))
            return
        live = self._bot.service.debates.get(debate_id)
        if live is None:
            known = ", ".join(sorted(self._bot.service.debates))
            await _tell(interaction, wording.say("error.no_debate", id=debate_id, known=known))
            return
        lacking = missing(channel, channel.guild.me, wording)
        if lacking:
            await _tell(interaction, wording.say("error.missing_permissions", names=", ".join(lacking)))
            return
        # Posting an article takes longer than the three seconds that Discord gives.
        await interaction.response.defer(ephemeral=True, thinking=True)
        try:
            venue = await self._bot.service.open(
                channel.guild.id, channel.id, debate_id, live.debate.language, interaction.user.id
            )
            report = await seed(self._bot, venue, live.debate, channel)
        except StoreError as error:
            log.exception("debate not opened")
            await interaction.followup.send(wording.say(f"store.{error.reason}"), ephemeral=True)
            return
        except discord.HTTPException as error:
            log.exception("debate not opened")
            await interaction.followup.send(
                wording.say("error.discord_refused", detail=error.text or str(error.status)), ephemeral=True
            )
            return
        key = "debate.opened" if live.calibration else "debate.opened_uncalibrated"
        await interaction.followup.send(
            wording.say(key, title=live.debate.title, posted=report.posted, edited=report.edited),
            ephemeral=True,
        )

    async def status(self, interaction: Interaction) -> None:
        wording = wording_for(self._bot.service.wording, interaction.locale)
        venue = self._venue(interaction)
        if venue is None:
            await _tell(interaction, wording.say("error.no_venue"))
            return
        live = self._bot.service.debates.get(venue.debate_id)
        counts = await self._bot.service.store.counts(venue.id)
        etiquette = etiquette_of(venue)
        await _tell(
            interaction,
            wording.say(
                "debate.status",
                title=live.debate.title if live else venue.debate_id,
                state=self._state(wording, venue),
                replied=counts.outcomes.get(Outcome.REPLY, 0),
                suggested=counts.outcomes.get(Outcome.SUGGEST, 0),
                silent=counts.outcomes.get(Outcome.ABSTAIN, 0),
                claims=len(live.debate.claim_set.claims) if live else 0,
                model=live.model if live else "",
                calibrated=bool(live and live.calibration),
                min_words=etiquette.min_words,
                claim_minutes=round(etiquette.claim_cooldown.total_seconds() / 60),
                member_minutes=round(etiquette.member_cooldown.total_seconds() / 60),
                hourly_cap=etiquette.hourly_cap,
            ),
        )

    async def set_state(self, interaction: Interaction, state: VenueState) -> None:
        wording = wording_for(self._bot.service.wording, interaction.locale)
        venue = self._venue(interaction)
        if venue is None:
            await _tell(interaction, wording.say("error.no_venue"))
            return
        try:
            changed = await self._bot.service.set_state(venue, state, interaction.user.id)
        except StoreError as error:
            log.exception("state not changed")
            await _tell(interaction, wording.say(f"store.{error.reason}"))
            return
        await _tell(interaction, self._state(wording, changed))

    def _venue(self, interaction: Interaction) -> Venue | None:
        channel = interaction.channel
        ids = (interaction.channel_id, getattr(channel, "parent_id", None))
        return next((v for i in ids if i and (v := self._bot.service.venue_at(i))), None)

    def _state(self, wording: Wording, venue: Venue) -> str:
        at = format_datetime(venue.changed_at, "d MMMM y HH:mm", locale=wording.locale)
        return wording.say(f"debate.{venue.state}", by=f"<@{venue.changed_by}>", at=at)


async def _tell(interaction: Interaction, sentence: str) -> None:
    await interaction.response.send_message(
        sentence, ephemeral=True, allowed_mentions=discord.AllowedMentions.none()
    )
