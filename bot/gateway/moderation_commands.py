"""`/moderatie`: what the commands are called and what they take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.core.acts import SLOW_MODES, TIME_OUTS, Ground
from bot.gateway import automod as filters
from bot.gateway.aliases import Interaction
from bot.gateway.appeal import AppealButton, AppealForms
from bot.gateway.heat import HeatWatch, SlowButton
from bot.gateway.locales import named
from bot.gateway.locking import room_of
from bot.gateway.purging import MOST_PURGED, POWERS, RIGHTS, PurgeButton
from bot.gateway.standing import GROUP
from bot.gateway.telling import tell
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

Somebody = discord.Member | discord.User
Line = app_commands.Range[str, 1, 300]
NoteText = app_commands.Range[str, 1, 1500]
Count = app_commands.Range[int, 1, MOST_PURGED]


async def set_up_moderation(bot: DebateBot) -> None:
    """Adds the commands, and the buttons and forms that come of them."""
    bot.tree.add_command(moderation_commands(bot, bot.service.wording))
    bot.add_dynamic_items(AppealButton, PurgeButton, filters.AutoModButton, SlowButton)
    await bot.add_cog(AppealForms())
    await bot.add_cog(HeatWatch(bot))


def moderation_commands(bot: DebateBot, wording: Mapping[str, Wording]) -> app_commands.Group:
    """The command group, for those who may time members out unless a server decides otherwise."""

    def name(key: str) -> app_commands.locale_str:
        return named(wording, f"moderation_command.{key}")

    group = app_commands.Group(
        name=named(wording, GROUP),
        description=name("group_about"),
        default_permissions=discord.Permissions(moderate_members=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
    )
    moderation = bot.moderation
    grounds = [
        app_commands.Choice(name=named(wording, f"moderation.ground_{ground}"), value=ground.value)
        for ground in Ground
    ]
    lastings = [
        app_commands.Choice(name=named(wording, f"moderation.for_{seconds}"), value=seconds)
        for seconds in TIME_OUTS
    ]
    pauses = [
        app_commands.Choice(name=named(wording, f"moderation.pause_{seconds}"), value=seconds)
        for seconds in SLOW_MODES
    ]

    @group.command(name=name("warn"), description=name("warn_about"))
    @app_commands.rename(member=name("member"), ground=name("ground"), line=name("line"))
    @app_commands.describe(member=name("member_about"), ground=name("ground_about"), line=name("line_about"))
    @app_commands.choices(ground=grounds)
    async def warn(interaction: Interaction, member: Somebody, ground: str, line: Line | None = None) -> None:
        await moderation.answer(
            interaction,
            lambda wording: bot.member_acts.warn(interaction, wording, member, Ground(ground), line or ""),
        )

    @group.command(name=name("time_out"), description=name("time_out_about"))
    @app_commands.rename(
        member=name("member"), lasting=name("lasting"), ground=name("ground"), line=name("line")
    )
    @app_commands.describe(
        member=name("member_about"),
        lasting=name("lasting_about"),
        ground=name("ground_about"),
        line=name("line_about"),
    )
    @app_commands.choices(ground=grounds)
    @app_commands.choices(lasting=lastings)
    async def time_out(
        interaction: Interaction, member: Somebody, lasting: int, ground: str, line: Line | None = None
    ) -> None:
        await moderation.answer(
            interaction,
            lambda wording: bot.member_acts.time_out(
                interaction, wording, member, lasting, Ground(ground), line or ""
            ),
            powers=("moderate_members",),
        )

    @group.command(name=name("lift"), description=name("lift_about"))
    @app_commands.rename(member=name("member"))
    @app_commands.describe(member=name("member_about"))
    async def lift(interaction: Interaction, member: Somebody) -> None:
        await moderation.answer(
            interaction,
            lambda wording: bot.member_acts.lift(interaction, wording, member),
            powers=("moderate_members",),
        )

    @group.command(name=name("slow"), description=name("slow_about"))
    @app_commands.rename(pause=name("pause"))
    @app_commands.describe(pause=name("pause_about"))
    @app_commands.choices(pause=pauses)
    async def slow(interaction: Interaction, pause: int) -> None:
        furnish = furnishing(interaction)
        await moderation.answer(
            interaction,
            lambda wording: bot.channel_acts.slow(interaction, wording, room_of(interaction.channel), pause),
            rights=furnish,
            powers=furnish,
        )

    @group.command(name=name("lock"), description=name("lock_about"))
    async def lock(interaction: Interaction) -> None:
        await moderation.answer(
            interaction,
            lambda wording: bot.channel_acts.lock(interaction, wording, room_of(interaction.channel)),
            rights=furnishing(interaction),
            powers=locking(interaction),
        )

    @group.command(name=name("unlock"), description=name("unlock_about"))
    async def unlock(interaction: Interaction) -> None:
        await moderation.answer(
            interaction,
            lambda wording: bot.channel_acts.unlock(interaction, wording, room_of(interaction.channel)),
            rights=furnishing(interaction),
            powers=locking(interaction),
        )

    @group.command(name=name("purge"), description=name("purge_about"))
    @app_commands.rename(member=name("member"), count=name("count"))
    @app_commands.describe(member=name("member_about"), count=name("count_about"))
    async def purge(interaction: Interaction, member: Somebody, count: Count) -> None:
        async def ask(wording: Wording) -> str:
            question, view = await bot.purging.ask(interaction, wording, member, count)
            await tell(interaction, question, view=view)
            return ""

        await moderation.answer(interaction, ask, rights=RIGHTS, powers=POWERS)

    @group.command(name=name("note"), description=name("note_about"))
    @app_commands.rename(member=name("member"), text=name("text"))
    @app_commands.describe(member=name("member_about"), text=name("text_about"))
    async def note(interaction: Interaction, member: Somebody, text: NoteText) -> None:
        await moderation.answer(
            interaction, lambda wording: bot.member_acts.note(interaction, wording, member, text)
        )

    @group.command(name=name("dossier"), description=name("dossier_about"))
    @app_commands.rename(member=name("member"))
    @app_commands.describe(member=name("member_about"))
    async def dossier(interaction: Interaction, member: Somebody) -> None:
        await moderation.answer(
            interaction, lambda wording: bot.member_acts.dossier(interaction, wording, member)
        )

    @group.command(name=name("automod"), description=name("automod_about"))
    async def automod(interaction: Interaction) -> None:
        async def show(wording: Wording) -> str:
            text, view = await bot.automod.show(interaction, wording)
            await tell(interaction, text, **({"view": view} if view else {}))
            return ""

        await moderation.answer(interaction, show, rights=filters.RIGHTS, powers=filters.POWERS)

    return group


def furnishing(interaction: Interaction) -> tuple[str, ...]:
    """The permission that changes a channel, or a thread."""
    return ("manage_threads",) if isinstance(interaction.channel, discord.Thread) else ("manage_channels",)


def locking(interaction: Interaction) -> tuple[str, ...]:
    """What locking takes of the bot: in a channel it changes what everyone may."""
    return ("manage_threads",) if isinstance(interaction.channel, discord.Thread) else ("manage_roles",)
