"""What a moderator wants to know of a debate: whether it runs, what stands in its way, and what it did."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import discord
from babel.dates import format_datetime, get_timezone_name

from bot.core.decisions import Outcome, Reason
from bot.gateway.permissions import SPEAK, WRITE, missing, told
from bot.gateway.queue_status import queue_lines
from bot.service import DebateService
from bot.store.columns import NOBODY
from bot.store.rows import Counts, InboxState, OutboxState, Venue
from bot.venues import rules_of
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

MOMENT = "d MMMM y, HH:mm"


async def compose_status(bot: DebateBot, venue: Venue, wording: Wording) -> str:
    """The status of one debate; raises `StoreError`."""
    service = bot.service
    live = service.debates.get(venue.debate_id)
    counts = await service.store.counts(venue.id)
    return wording.say(
        "debate.status",
        title=live.debate.title if live else venue.debate_id,
        state=state_sentence(service, venue, wording),
        alarms=list(_alarms(bot, venue, counts, wording)),
        replied=counts.outcomes.get(Outcome.REPLY, 0),
        withdrawn=counts.outbox.get(OutboxState.WITHDRAWN, 0),
        suggested=counts.outcomes.get(Outcome.SUGGEST, 0),
        late=counts.reasons.get(Reason.STALE, 0),
        silent=counts.outcomes.get(Outcome.ABSTAIN, 0),
        off_topic=counts.reasons.get(Reason.OFF_TOPIC, 0),
        claims=len(live.debate.claim_set.claims) if live else 0,
        model=live.model if live else "",
        manners=manners_sentence(venue, wording),
        queue=await queue_lines(bot, venue, wording),
    )


def _alarms(bot: DebateBot, venue: Venue, counts: Counts, wording: Wording) -> Iterable[str]:
    """What keeps the bot from answering, each with what to do about it."""
    service = bot.service
    live = service.debates.get(venue.debate_id)
    if live is None:
        yield wording.say("debate.gone", id=venue.debate_id)
    elif live.calibration is None and not service.model.down_since:
        yield wording.say("debate.not_calibrated")
    fault = bot.reloading.fault_of(venue.debate_id) if bot.reloading else None
    if fault:
        since = show_moment(service, venue, fault.since, wording)
        yield wording.say("debate.stays_old", at=since, fault=wording.sentence(fault.told))
    if service.model.down_since:
        yield wording.say(
            "debate.model_down", at=show_moment(service, venue, service.model.down_since, wording)
        )
    room = bot.get_channel(venue.channel_id)
    if isinstance(room, discord.TextChannel | discord.ForumChannel) and (lacking := missing(room, SPEAK)):
        yield wording.say("debate.lacking", names=told(lacking, wording))
    yield from _office_alarm(bot, venue, wording)
    refused = bot.delivery.refusals.since(venue.channel_id)
    if refused:
        yield wording.say("debate.refused", at=show_moment(service, venue, refused, wording))
    failed, waiting = counts.outbox.get(OutboxState.FAILED, 0), counts.inbox.get(InboxState.PENDING, 0)
    if failed:
        yield wording.say("debate.failed", count=failed)
    if waiting:
        yield wording.say("debate.waiting", count=waiting)


def _office_alarm(bot: DebateBot, venue: Venue, wording: Wording) -> Iterable[str]:
    """That moderators would hear nothing in the channel that they chose."""
    channel_id = bot.office.room_of(venue)
    office = bot.get_channel(channel_id)
    if channel_id and not isinstance(office, discord.TextChannel):
        yield wording.say("debate.office_gone")
    elif isinstance(office, discord.TextChannel) and (lacking := missing(office, WRITE)):
        yield wording.say("debate.office_lacking", channel=office.mention, names=told(lacking, wording))


def state_sentence(service: DebateService, venue: Venue, wording: Wording) -> str:
    """Whether a debate runs, since when and through whom."""
    at = show_moment(service, venue, venue.changed_at, wording)
    return wording.say(f"debate.{venue.state}", by=shown_member(venue.changed_by, wording), at=at)


def shown_member(user_id: int, wording: Wording) -> str:
    """A member as a mention, or in words when who it was has been forgotten."""
    return f"<@{user_id}>" if user_id > NOBODY else wording.say("privacy.somebody")


def manners_sentence(venue: Venue, wording: Wording) -> str:
    """How often the bot may speak unasked in a venue."""
    rules = rules_of(venue)
    return wording.say(
        "debate.manners",
        min_words=rules.min_words,
        claim_minutes=round(rules.claim_cooldown / 60),
        member_minutes=round(rules.member_cooldown / 60),
        hourly_cap=rules.hourly_cap,
    )


def show_moment(service: DebateService, venue: Venue, at: datetime, wording: Wording) -> str:
    """A moment in words, in the debate's time zone, which is named."""
    zone = zone_of(service, venue)
    here = at.astimezone(zone)
    shown = format_datetime(here, MOMENT, tzinfo=zone, locale=wording.customs)
    name = "UTC" if zone.key == "UTC" else get_timezone_name(here, width="short", locale=wording.customs)
    return f"{shown} ({name})"


def zone_of(service: DebateService, venue: Venue) -> ZoneInfo:
    """The time zone of the debate in a venue."""
    live = service.debates.get(venue.debate_id)
    return zone_named(live.debate.timezone if live else "UTC")


def zone_named(name: str) -> ZoneInfo:
    """The time zone of a debate; UTC where the machine does not know it."""
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:  # a machine without a time zone database
        return ZoneInfo("UTC")
