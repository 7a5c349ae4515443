"""`/debat demp` and `/debat dempingen`: whom, where and on what the bot keeps silent, and lifting that again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands

from bot.gateway.aliases import Interaction
from bot.gateway.claim_choice import offer_claims
from bot.gateway.here import venue_here
from bot.gateway.limits import MOST_CHOICES, clipped
from bot.gateway.locales import named
from bot.gateway.pressing import answer_press
from bot.gateway.status import show_moment, shown_member
from bot.gateway.telling import tell, tell_all
from bot.store.mutes import Mute
from bot.store.rows import Venue
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot


class RoomOption(app_commands.Transformer):
    """A channel or thread to choose, also one that the bot has not seen yet; voice and forums hold no debate."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """The kind of option."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """What Discord offers."""
        return [
            discord.ChannelType.text,
            discord.ChannelType.news,
            discord.ChannelType.public_thread,
            discord.ChannelType.private_thread,
            discord.ChannelType.news_thread,
        ]

    async def transform(self, interaction: Interaction, value: Any, /) -> Any:
        """What was chosen, as Discord told it."""
        return value


Room = app_commands.AppCommandChannel | app_commands.AppCommandThread
RoomChoice = app_commands.Transform[Room, RoomOption]

LONGEST_SHOWN = 90
"""Characters of a claim in the list."""


def add_mute_commands(group: app_commands.Group, bot: DebateBot, wording: Mapping[str, Wording]) -> None:
    """Adds both commands to the group."""

    def name(key: str) -> app_commands.locale_str:
        return named(wording, f"command.{key}")

    async def offer(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return offer_claims(bot, interaction, typed)

    @app_commands.rename(member=name("mute_member"), channel=name("mute_channel"), claim=name("mute_claim"))
    @app_commands.describe(
        member=name("mute_member_about"), channel=name("mute_channel_about"), claim=name("mute_claim_about")
    )
    @app_commands.autocomplete(claim=offer)
    async def mute(
        interaction: Interaction,
        member: discord.User | None = None,
        channel: RoomChoice | None = None,
        claim: str | None = None,
    ) -> None:
        async def press(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
            await _mute(bot, interaction, wording, member, channel, claim)

        await answer_press(interaction, press)

    async def mutes(interaction: Interaction) -> None:
        await answer_press(interaction, _show)

    group.command(name=name("mute"), description=name("mute_about"))(mute)
    group.command(name=name("mutes"), description=name("mutes_about"))(mutes)


async def _mute(
    bot: DebateBot,
    interaction: Interaction,
    wording: Wording,
    member: discord.User | None,
    channel: Room | None,
    claim: str | None,
) -> None:
    venue = venue_here(bot, interaction)
    if venue is None:
        await tell(interaction, wording.say("error.no_venue"))
        return
    claims = _claims(bot, venue, wording)
    if channel is not None and venue.channel_id not in (channel.id, getattr(channel, "parent_id", None)):
        await tell(interaction, wording.say("muting.elsewhere", channel=channel.mention))
        return
    if claim is not None and claim not in claims:
        await tell(interaction, wording.say("muting.no_claim", given=claim[:50]))
        return
    mutes, by, at = bot.service.mutes, interaction.user.id, bot.now()
    done: list[tuple[str, bool]] = []
    if member is not None:
        named_ = wording.say("muting.member", member=member.mention)
        done.append((named_, await mutes.member(venue.id, member.id, by, at)))
    if channel is not None:
        named_ = wording.say("muting.channel", channel=channel.mention)
        done.append((named_, await mutes.channel(venue.id, channel.id, by, at)))
    if claim is not None:
        named_ = wording.say("muting.claim", statement=claims[claim])
        done.append((named_, await mutes.claim(venue.id, claim, by, at)))
    lines = [{"name": named_, "new": new} for named_, new in done]
    await tell(interaction, wording.say("muting.muted" if lines else "muting.nothing", lines=lines))


async def _show(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
    venue = venue_here(bot, interaction)
    if venue is None:
        await tell(interaction, wording.say("error.no_venue"))
        return
    mutes = await bot.service.mutes.of(venue.id)
    if not mutes:
        await tell(interaction, wording.say("muting.none"))
        return
    shown = mutes[:MOST_CHOICES]
    names = list(_names(bot, venue, wording, shown))
    lines = [
        {
            "name": name,
            "by": shown_member(mute.by, wording),
            "at": show_moment(bot.service, venue, mute.at, wording),
        }
        for name, mute in zip(names, shown, strict=True)
    ]
    view = discord.ui.View(timeout=None)
    options = [
        discord.SelectOption(label=wording.say("muting.number", number=number), value=str(mute.id))
        for number, mute in enumerate(shown, 1)
    ]
    placeholder = wording.say("muting.choose")
    view.add_item(
        UnmuteMenu(
            discord.ui.Select(
                custom_id="wederhoor:unmute",
                placeholder=placeholder,
                options=options,
                max_values=len(options),
            )
        )
    )
    rest = len(mutes) - len(shown)
    shown_lines = wording.say("muting.list", lines=lines, rest=rest).splitlines()
    await tell_all(interaction, shown_lines, view=view)


class UnmuteMenu(
    discord.ui.DynamicItem[discord.ui.Select[discord.ui.View]], template=r"wederhoor:unmute(?P<end>)"
):
    """The mutes to choose from; those that are chosen are lifted."""

    def __init__(self, select: discord.ui.Select[discord.ui.View]) -> None:
        super().__init__(select)

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        assert isinstance(item, discord.ui.Select)
        return cls(item)

    async def callback(self, interaction: Interaction) -> None:
        await answer_press(interaction, _lift, moderators=True)


async def _lift(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
    venue, sent = venue_here(bot, interaction), dict[str, Any](interaction.data or {})
    chosen = {int(value) for value in sent.get("values", ())}
    known = [mute for mute in await bot.service.mutes.of(venue.id) if mute.id in chosen] if venue else []
    if venue is None or not known:
        await tell(interaction, wording.say("muting.lifted_already"))
        return
    for mute in known:
        await bot.service.mutes.lift(venue.id, mute.id)
    lines = list(_names(bot, venue, wording, known))
    await tell_all(interaction, wording.say("muting.lifted", lines=lines).splitlines())


def _names(bot: DebateBot, venue: Venue, wording: Wording, mutes: Sequence[Mute]) -> Iterator[str]:
    claims = _claims(bot, venue, wording)
    for mute in mutes:
        if mute.member_id is not None:
            yield wording.say("muting.member", member=f"<@{mute.member_id}>")
        elif mute.channel_id is not None:
            yield wording.say("muting.channel", channel=f"<#{mute.channel_id}>")
        else:
            statement = claims.get(str(mute.claim_id), str(mute.claim_id))
            yield wording.say("muting.claim", statement=clipped(statement, LONGEST_SHOWN))


def _claims(bot: DebateBot, venue: Venue | None, wording: Wording) -> dict[str, str]:
    """The statements of the debate's claims, in that language, by the claims' ids."""
    live = bot.service.debates.get(venue.debate_id) if venue else None
    claims = live.debate.claim_set.claims if live else ()
    return {claim.id: claim.statement_in(wording.locale) for claim in claims}
