"""What moderators did to a member, told line by line."""

from __future__ import annotations

from collections.abc import Iterable

import discord

from bot.core.acts import ActKind
from bot.gateway.status import shown_member
from bot.links import message_link
from bot.store.acts import Act
from bot.wording import Wording


def compose_dossier(member: discord.abc.User, acts: Iterable[Act], count: int, wording: Wording) -> str:
    """Those acts, newest first, as many as one message holds, and how many more of the `count` there are."""
    lines = [_line(act, wording) for act in acts]
    while True:
        text = wording.say("moderation.dossier", member=member.mention, lines=lines, more=count - len(lines))
        if len(text) <= 2000:
            return text
        lines.pop()


def link_to_record(act: Act) -> str:
    """Where moderators were told of an act; nothing when they were not."""
    return message_link(act.guild_id, act.room_id, act.post_id) if act.room_id and act.post_id else ""


def _line(act: Act, wording: Wording) -> str:
    link = link_to_record(act)
    return wording.say(
        "moderation.dossier_line",
        at=discord.utils.format_dt(act.at, "f"),
        what=wording.say(f"moderation.kind_{act.kind}"),
        ground=wording.say(f"moderation.ground_{act.ground}") if act.ground else "",
        lasting=lasting_of(act, wording),
        by=shown_member(act.by, wording),
        appealed=act.appealed_at is not None,
        link=link,
    )


def lasting_of(act: Act, wording: Wording) -> str:
    """How long a time-out or a pause between messages is, or nothing."""
    seconds = act.record.get("seconds")
    if act.kind is ActKind.TIME_OUT:
        return wording.say(f"moderation.for_{seconds}")
    return wording.say(f"moderation.pause_{seconds}") if act.kind is ActKind.SLOWED else ""
