"""Objecting to a warning: a button under it, a form, and the moderators' channel that the words go to."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any, Self

import discord
from discord.ext import commands

from bot.gateway.aliases import Interaction
from bot.gateway.dossier import link_to_record
from bot.gateway.pressing import answer_at_once, answer_press, send_form
from bot.gateway.status import shown_member
from bot.gateway.telling import tell
from bot.store.acts import Act
from bot.store.columns import NOBODY
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)


LONGEST_APPEAL = 1000
_FORM = re.compile(r"wederhoor:appealed:([0-9]{1,18})")


def appeal_view(act_id: int, label: str) -> discord.ui.View:
    """The button under a warning."""
    view = discord.ui.View(timeout=None)
    view.add_item(AppealButton(act_id, label))
    return view


class AppealButton(
    discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]],
    template=r"wederhoor:appeal:(?P<act>[0-9]{1,18})",
):
    """Opens the form for one warning, for the member who got it."""

    def __init__(self, act_id: int, label: str) -> None:
        super().__init__(
            discord.ui.Button(
                label=label, style=discord.ButtonStyle.secondary, custom_id=f"wederhoor:appeal:{act_id}"
            )
        )
        self._act_id = act_id

    @classmethod
    async def from_custom_id(
        cls, interaction: Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        return cls(int(match["act"]), getattr(item, "label", None) or match["act"])

    async def callback(self, interaction: Interaction) -> None:
        await answer_at_once(interaction, self._open)

    async def _open(self, bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
        if await _own_warning(bot, interaction, wording, self._act_id):
            await send_form(interaction, _form(self._act_id, wording))


def _form(act_id: int, wording: Wording) -> discord.ui.Modal:
    form = discord.ui.Modal(
        title=wording.say("moderation.appeal_title"), custom_id=f"wederhoor:appealed:{act_id}"
    )
    field = discord.ui.TextInput[discord.ui.Modal](
        custom_id="words", style=discord.TextStyle.paragraph, min_length=10, max_length=LONGEST_APPEAL
    )
    label = wording.say("moderation.appeal_label")
    form.add_item(discord.ui.Label(text=label, component=field))
    return form


class AppealForms(commands.Cog):
    """Hears the forms that members send in."""

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        """A form that was sent in, among all else that is pressed."""
        if interaction.type is not discord.InteractionType.modal_submit or interaction.data is None:
            return
        found = _FORM.fullmatch(str(interaction.data.get("custom_id")))
        if found is not None:
            act_id, words = int(found[1]), _words(interaction.data.get("components"))

            async def send_in(bot: DebateBot, interaction: Interaction, wording: Wording) -> None:
                await _send_in(bot, interaction, wording, act_id, words)

            await answer_press(interaction, send_in)


async def _send_in(
    bot: DebateBot, interaction: Interaction, wording: Wording, act_id: int, words: str
) -> None:
    act = await _own_warning(bot, interaction, wording, act_id)
    if act is None:
        return
    acts = bot.moderation.acts
    if not await acts.appeal(act.id, bot.now()):
        await tell(interaction, wording.say("moderation.appealed_already"))
        return
    venue = bot.moderation.office_of(act.guild_id)
    message = None
    if venue is not None:
        house = bot.service.wording.get(venue.locale, wording)
        link = link_to_record(act)
        lines = words[:LONGEST_APPEAL].splitlines()
        message = await bot.office.post(
            venue,
            house.say(
                "moderation.log_appeal",
                member=shown_member(act.member_id or NOBODY, house),
                link=link,
                lines=lines,
            ),
        )
    if message is None:
        await acts.appeal(act.id, None)
    await tell(interaction, wording.say("moderation.appealed" if message else "moderation.not_appealed"))


async def _own_warning(bot: DebateBot, interaction: Interaction, wording: Wording, act_id: int) -> Act | None:
    """The warning, if it was given to whoever presses and was not appealed against; else they are told why not."""
    act = await bot.moderation.acts.by_id(act_id)
    if act is None or act.member_id != interaction.user.id:
        log.warning("appeal %s refused to %s", act_id, interaction.user.id)
        await tell(interaction, wording.say("moderation.no_warning"))
        return None
    if act.appealed_at is not None:
        await tell(interaction, wording.say("moderation.appealed_already"))
        return None
    return act


def _words(components: Any) -> str:
    """The text of a form with one field, wherever Discord put it."""
    for component in components or ():
        inner = component.get("component") or next(iter(component.get("components") or ()), {})
        if inner.get("custom_id") == "words":
            return str(inner.get("value", ""))
    return ""
