"""Telling somebody something that nobody else sees."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import discord

from bot.gateway.locales import wording_for
from bot.replies import LONGEST_MESSAGE

log = logging.getLogger(__name__)


async def tell(interaction: discord.Interaction[Any], sentence: str, **more: Any) -> None:
    """Answers an interaction, or completes the answer that was promised; pings nobody.

    `more` is what else the message holds, such as a view or a file.

    Discord may have given the interaction up, even before its three seconds are over; that is only logged. What it
    refuses, such as too long a text, gives way to a sentence that something went wrong.
    """
    sorry = wording_for(interaction.client.service.wording, interaction.locale).say("error.unexpected")
    tries: tuple[tuple[str, dict[str, Any]], ...] = ((sentence, more), (sorry, {}))
    for said, with_it in tries:
        answering = interaction.response.is_done()
        send = interaction.followup.send if answering else interaction.response.send_message
        nobody = discord.AllowedMentions.none()
        try:
            await send(said, ephemeral=True, suppress_embeds=True, allowed_mentions=nobody, **with_it)
        except discord.HTTPException as error:
            log.warning("interaction %s not answered: %s %s", interaction.id, error.status, error.code)
            if error.status != 400:
                return
        else:
            return


async def tell_all(interaction: discord.Interaction[Any], lines: Iterable[str], **more: Any) -> None:
    """Tells lines in as few messages as hold them; `more` goes with the last."""
    *pages, last = paged(lines)
    for page in pages:
        await tell(interaction, page)
    await tell(interaction, last, **more)


def paged(lines: Iterable[str]) -> list[str]:
    """The lines in as few messages as hold them."""
    pages = [""]
    for line in lines:
        if pages[-1] and len(pages[-1]) + 1 + len(line) > LONGEST_MESSAGE:
            pages.append(line)
        else:
            pages[-1] = f"{pages[-1]}\n{line}" if pages[-1] else line
    return pages


async def promise(interaction: discord.Interaction[Any]) -> bool:
    """Promises an answer that only this person will see: a busy store or model then has a quarter of an hour.

    Returns whether Discord still wants it.
    """
    try:
        await interaction.response.defer(ephemeral=True, thinking=True)
    except discord.HTTPException as error:
        log.warning("interaction %s not taken: %s %s", interaction.id, error.status, error.code)
        return False
    return True
