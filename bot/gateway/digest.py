"""The digest: once a week, at an hour that moderators chose, what the week brought; and the last at the close."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from babel.dates import format_date

from bot.core.decisions import Outcome, Reason
from bot.core.house_rules import DigestDay
from bot.core.metrics import Share
from bot.core.source import digest
from bot.core.verdicts import agreements
from bot.core.weeks import last_moment
from bot.gateway.figures import share_words, statement_of
from bot.gateway.status import zone_of
from bot.store.chores import Chores
from bot.store.figures import Period
from bot.store.rows import Venue, VenueState
from bot.venues import rules_of
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)

CHORE = "digest"
CLOSING = "digest-at-close"
WEEK = timedelta(days=7)
PATIENCE = timedelta(hours=24)
"""A digest that could not be posted in time is still welcome so long; later it would tell of no fresh week."""

MOST_CLAIMS = 3

DAY = "d MMMM y"

_WEEKDAYS = [day for day in DigestDay if day is not DigestDay.NEVER]


class Digest:
    """Looks at every round whether a week has ended in some debate."""

    def __init__(self, bot: DebateBot) -> None:
        self._bot = bot
        self._chores = Chores(bot.service.store)
        self._figures = bot.service.figures

    async def look(self, now: datetime) -> None:
        """Posts what is due; a stretch in which nothing happened passes without a word."""
        for venue in self._bot.service.venues.all():
            if venue.state is not VenueState.CLOSED:
                await self._week(venue, now)
            elif now - venue.changed_at <= PATIENCE:
                await self.close(venue)

    async def close(self, venue: Venue) -> None:
        """Posts what happened in a debate that was closed since its last digest, once."""
        closed = venue.changed_at
        await self._week(venue, closed)
        here, last = self._last_moment(venue, closed), await self._chores.last(venue.id, CLOSING)
        if here is None or (last is not None and last >= closed):
            return
        since = max(here, venue.opened_at, *([last] if last else []))
        await self._post(venue, CLOSING, closed.isoformat(), since, closed, closed)

    async def _week(self, venue: Venue, now: datetime) -> None:
        until = self._last_moment(venue, now)
        if until is None or now - until > PATIENCE:
            return
        # A debate that was closed in this week has told the days before.
        last = await self._chores.last(venue.id, CLOSING)
        since = last if last is not None and until - WEEK < last < until else until - WEEK
        await self._post(venue, CHORE, until.date().isoformat(), since, until, now)

    def _last_moment(self, venue: Venue, now: datetime) -> datetime | None:
        """When a digest was due last, in the debate's time zone; None where moderators want none."""
        rules = rules_of(venue)
        if rules.digest_day is DigestDay.NEVER or not self._bot.office.has_room(venue):
            return None
        here = now.astimezone(zone_of(self._bot.service, venue))
        return last_moment(here, _WEEKDAYS.index(rules.digest_day), rules.digest_hour)

    async def _post(
        self, venue: Venue, chore: str, stamp: str, since: datetime, until: datetime, now: datetime
    ) -> None:
        if not await self._chores.begin(venue.id, chore, stamp, now):
            return
        period = await self._figures.period(venue.id, since, until)
        if not (period.outcomes or period.withdrawn):
            return
        wording = self._bot.service.wording[venue.locale]
        text = await self._compose(venue, since, until, period, wording, closing=chore == CLOSING)
        # What seemed to fail may have been stored; Discord then knows it by this for a while.
        nonce = f"w{digest(f'{venue.id} {chore} {stamp}')}"
        if await self._bot.office.post(venue, text, nonce=nonce) is None:
            await self._chores.give_up(venue.id, chore, stamp)

    async def _compose(
        self,
        venue: Venue,
        since: datetime,
        until: datetime,
        period: Period,
        wording: Wording,
        *,
        closing: bool,
    ) -> str:
        zone = zone_of(self._bot.service, venue)
        live = self._bot.service.debates.get(venue.debate_id)
        judged = agreements(await self._figures.voices(venue.id, since, until))
        moderators = Share(sum(a.moderators.right for a in judged), sum(a.moderators.of for a in judged))
        members = Share(sum(a.members.right for a in judged), sum(a.members.of for a in judged))
        first = since.astimezone(zone)
        # A week ends in the course of a day that belongs to the next.
        last = max(first, until.astimezone(zone) - timedelta(days=0 if closing else 1))
        return wording.say(
            "digest.week",
            title=live.debate.title if live else venue.debate_id,
            closing=closing,
            first_day=format_date(first, DAY, locale=wording.customs),
            last_day=format_date(last, DAY, locale=wording.customs),
            read=sum(period.outcomes.values()),
            replied=period.outcomes.get(Outcome.REPLY, 0),
            withdrawn=period.withdrawn,
            suggested=period.outcomes.get(Outcome.SUGGEST, 0),
            late=period.reasons.get(Reason.STALE, 0),
            silent=period.outcomes.get(Outcome.ABSTAIN, 0),
            claims=[
                {"statement": statement_of(self._bot, venue, claim, wording), "count": count}
                for claim, count in list(period.claims.items())[:MOST_CLAIMS]
            ],
            judged=moderators.of > 0,
            moderators=share_words(moderators, wording),
            voted=members.of,
            right=members.right,
        )
