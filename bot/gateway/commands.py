"""`/debat` and the message command: what they are called, what they take and who may give them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.gateway.aliases import Interaction
from bot.gateway.desk import Desk
from bot.gateway.limits import MOST_CHOICES, clipped
from bot.gateway.locales import named
from bot.gateway.queue_commands import add_queue_commands
from bot.gateway.rights import may_moderate
from bot.gateway.rules_commands import add_rules_commands
from bot.store.rows import VenueState
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

Words = app_commands.Range[int, 0, 50]
Minutes = app_commands.Range[int, 0, 10_080]
Replies = app_commands.Range[int, 0, 100]


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
    group.interaction_check = may_moderate  # type: ignore[method-assign]
    desk = Desk(bot)
    choices = [
        app_commands.Choice(name=clipped(live.debate.title), value=debate_id)
        for debate_id, live in sorted(bot.service.debates.items())
    ]

    @app_commands.rename(debate=name("open_debate"))
    @app_commands.describe(debate=name("open_debate_about"))
    @app_commands.choices(debate=choices[:MOST_CHOICES])
    async def open_(interaction: Interaction, debate: str | None = None) -> None:
        await desk.open(interaction, debate)

    group.command(name=name("open"), description=name("open_about"))(open_)

    @app_commands.rename(
        words=name("manners_words"),
        claim=name("manners_claim"),
        member=name("manners_member"),
        hour=name("manners_hour"),
    )
    @app_commands.describe(
        words=name("manners_words_about"),
        claim=name("manners_claim_about"),
        member=name("manners_member_about"),
        hour=name("manners_hour_about"),
    )
    async def manners(
        interaction: Interaction,
        words: Words | None = None,
        claim: Minutes | None = None,
        member: Minutes | None = None,
        hour: Replies | None = None,
    ) -> None:
        given = {
            "min_words": words,
            "claim_cooldown": None if claim is None else claim * 60,
            "member_cooldown": None if member is None else member * 60,
            "hourly_cap": hour,
        }
        changes = {name: value for name, value in given.items() if value is not None}
        await desk.set_manners(interaction, changes)

    group.command(name=name("manners"), description=name("manners_about"))(manners)
    add_queue_commands(group, bot, wording)

    def simple(key: str, act: Callable[[Interaction], Awaitable[None]]) -> None:
        async def run(interaction: Interaction) -> None:
            await act(interaction)

        group.command(name=name(key), description=name(f"{key}_about"))(run)

    simple("status", desk.status)
    simple("pause", lambda i: desk.set_state(i, VenueState.PAUSED))
    simple("resume", lambda i: desk.set_state(i, VenueState.OPEN))
    reloading = bot.reloading
    if reloading is not None:
        simple("reload", lambda i: desk.reload(i, reloading))
    add_rules_commands(group, bot, wording)
    simple("close", lambda i: desk.set_state(i, VenueState.CLOSED))
    return group


def which_claim(bot: DebateBot, wording: Mapping[str, Wording]) -> app_commands.ContextMenu:
    """The command on a message: which claims it is likest, told to whoever asks and to nobody else."""
    desk = Desk(bot)

    async def run(interaction: Interaction, message: discord.Message) -> None:
        await desk.which_claim(interaction, message)

    return app_commands.ContextMenu(
        name=named(wording, "message_menu.which_claim"),
        callback=run,
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
    )
