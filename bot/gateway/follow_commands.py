"""Asking to be told of an answer: the button under a reply that has none, and `/volg`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands

from bot.core.claims import AnswerState
from bot.core.errors import Told
from bot.gateway.aliases import Interaction
from bot.gateway.claim_choice import NoClaimError, claim_here, in_a_sentence, offer_claims
from bot.gateway.here import venue_here
from bot.gateway.locales import named
from bot.gateway.permissions import missing_to_answer
from bot.gateway.pressing import answer_press
from bot.gateway.telling import tell, tell_all
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

Chosen = discord.TextChannel | discord.Thread


class FollowButton(
    discord.ui.DynamicItem[discord.ui.Button[Any]],
    template=r"wederhoor:(?P<act>follow|unfollow):(?P<claim>[a-z0-9-]{1,40})",
):
    """Asks to be told of an answer to one claim in the channel of the press, or takes that back."""

    def __init__(self, act: str, claim_id: str, label: str) -> None:
        super().__init__(
            discord.ui.Button(
                label=label,
                style=discord.ButtonStyle.secondary,
                custom_id=f"wederhoor:{act}:{claim_id}",
            )
        )
        self._act = act
        self._claim_id = claim_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(match["act"], match["claim"], getattr(item, "label", None) or match["act"])

    async def callback(self, interaction: Interaction) -> None:
        await answer_press(interaction, self._press)

    async def _press(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        if self._act == "follow":
            await follow(bot, interaction, wording, self._claim_id, interaction.channel_id or 0)
        else:
            await _unfollow(bot, interaction, wording, self._claim_id)


def follow_button(claim_id: str, wording: Wording) -> FollowButton:
    """The button that goes under a reply to a point without an answer."""
    return FollowButton("follow", claim_id, wording.say("follow.button_follow"))


async def follow(
    bot: DebateBot, interaction: Interaction, wording: Wording, claim_id: str, channel_id: int
) -> None:
    """Writes down that a member wants to be told, and tells them how to take it back; raises `StoreError`."""
    try:
        venue, claim = claim_here(bot, interaction, claim_id)
        if claim.answer.state is not AnswerState.NONE:
            raise NoClaimError(Told("follow.answered"))
    except NoClaimError as error:
        await tell(interaction, wording.sentence(error.told))
        return
    await bot.following.subscriptions.follow(venue.id, claim_id, interaction.user.id, channel_id, bot.now())
    view = discord.ui.View(timeout=None)
    view.add_item(FollowButton("unfollow", claim_id, wording.say("follow.button_unfollow")))
    told = wording.say(
        "follow.following", statement=in_a_sentence(claim, wording), channel=f"<#{channel_id}>"
    )
    await tell(interaction, told, view=view)


async def _unfollow(bot: DebateBot, interaction: Interaction, wording: Wording, claim_id: str) -> None:
    venue = venue_here(bot, interaction)
    gone = venue and await bot.following.subscriptions.stop(venue.id, claim_id, [interaction.user.id])
    await tell(interaction, wording.say("follow.stopped" if gone else "follow.not_following"))


async def _list(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
    """Shows a member what they wait for."""
    venue = venue_here(bot, interaction)
    live = bot.service.debates.get(venue.debate_id) if venue else None
    if venue is None or live is None:
        await tell(interaction, wording.say("error.no_venue"))
        return
    waiting = await bot.following.subscriptions.waiting(venue.id, interaction.user.id)
    lines = [
        wording.say(
            "follow.line", statement=claim.statement_in(wording.locale), channel=f"<#{one.channel_id}>"
        )
        for one in waiting
        if (claim := live.debate.claim_set.by_id.get(one.claim_id)) is not None
    ]
    told = wording.say("follow.list" if lines else "follow.nothing", lines=lines)
    await tell_all(interaction, told.splitlines())


def follow_command(bot: DebateBot, wording: Mapping[str, Wording]) -> app_commands.Command[Any, Any, None]:
    """The command: a claim without an answer, and the channel to be told in; without a claim what one follows."""

    def name(key: str) -> app_commands.locale_str:
        return named(wording, f"command.{key}")

    @app_commands.rename(claim=name("follow_claim"), where=name("follow_channel"))
    @app_commands.describe(claim=name("follow_claim_about"), where=name("follow_channel_about"))
    async def run(interaction: Interaction, claim: str | None = None, where: Chosen | None = None) -> None:
        async def answer(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
            if claim is None:
                await _list(bot, interaction, wording)
            elif where is not None and not _both_write(interaction, where):
                await tell(interaction, wording.say("follow.no_room"))
            else:
                channel_id = where.id if where is not None else interaction.channel_id
                await follow(bot, interaction, wording, claim, channel_id or 0)

        await answer_press(interaction, answer)

    async def offer(interaction: Interaction, typed: str) -> list[app_commands.Choice[str]]:
        return offer_claims(bot, interaction, typed, lambda claim: claim.answer.state is AnswerState.NONE)

    command = app_commands.Command(
        name=name("follow"),
        description=name("follow_about"),
        callback=run,
        allowed_contexts=app_commands.AppCommandContext(guild=True),
        allowed_installs=app_commands.AppInstallationType(guild=True),
    )
    command.autocomplete("claim")(offer)
    return command


def _both_write(interaction: Interaction, where: Chosen) -> bool:
    """Whether the member and the bot may both write there: nobody is to be told where they could not speak."""
    if not isinstance(interaction.user, discord.Member):
        return False
    may = where.permissions_for(interaction.user)
    speaks = may.send_messages_in_threads if isinstance(where, discord.Thread) else may.send_messages
    return may.view_channel and speaks and not missing_to_answer(where)
