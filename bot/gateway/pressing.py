"""What every press of a button, choice or form has in common: an answer in time, and a calm one for a fault."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import discord

from bot.core.source import AlteredSpanError
from bot.gateway.aliases import Interaction
from bot.gateway.locales import wording_for
from bot.gateway.rights import may_moderate
from bot.gateway.telling import promise, tell
from bot.store import StoreError
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)

Press = Callable[["DebateBot", Interaction, Wording], Awaitable[None]]


async def answer_press(interaction: Interaction, press: Press, *, moderators: bool = False) -> None:
    """Promises an answer that only this person will see, then lets `press` give it.

    With `moderators`, whoever may not moderate is refused, also when the press was forged.
    """
    bot: DebateBot = interaction.client
    wording = wording_for(bot.service.wording, interaction.locale)
    if await promise(interaction):
        await _press(bot, interaction, wording, press, moderators=moderators)


async def answer_at_once(interaction: Interaction, press: Press, *, moderators: bool = False) -> None:
    """The same without a promise, for a press that opens a form or edits the message it stands under."""
    bot: DebateBot = interaction.client
    wording = wording_for(bot.service.wording, interaction.locale)
    await _press(bot, interaction, wording, press, moderators=moderators)


async def send_form(interaction: Interaction, form: discord.ui.Modal) -> None:
    """Opens a form that goes by its custom id, so that it can be sent in after a restart too."""
    # Nor need discord.py remember it, which would keep what is never sent in.
    form.stop()
    await interaction.response.send_modal(form)


async def _press(
    bot: DebateBot, interaction: Interaction, wording: Wording, press: Press, *, moderators: bool
) -> None:
    custom_id = (interaction.data or {}).get("custom_id")
    try:
        if moderators and not await may_moderate(interaction):
            log.warning("press %s refused to %s", custom_id, interaction.user.id)
            await tell(interaction, wording.say("error.not_allowed"))
            return
        await press(bot, interaction, wording)
    except (AlteredSpanError, LookupError):
        # The debate's folder has changed since, or the store holds no such row any more.
        await tell(interaction, wording.say("error.stale_button"))
    except StoreError as error:
        log.exception("press %s not done", custom_id)
        await tell(interaction, wording.say(f"store.{error.reason}"))
    except Exception:
        log.exception("press %s failed", custom_id)
        await tell(interaction, wording.say("error.unexpected"))
