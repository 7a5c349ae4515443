"""Discord's own poll at the opening and at the close of a debate; read when it ends, and only its counts."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import discord

from bot.core.claims import Debate
from bot.core.polls import PollMoment, PollQuestion
from bot.core.source import digest
from bot.gateway.aliases import Room
from bot.gateway.delivery import PASSING, SPOKE
from bot.gateway.permissions import POLL, missing, told
from bot.gateway.rooms import main_room
from bot.gateway.shift import compose_shift
from bot.gateway.status import show_moment
from bot.store.mod_log import OwnAct
from bot.store.polls import PollRow, PollRows
from bot.store.rows import Venue, VenueState
from bot.venues import rules_of
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)

COUNTING = timedelta(hours=1)
"""So long after its end a poll may take to be counted out; then what it shows is taken."""

LOOK_BACK = 50
"""So many messages are looked through for a poll that was posted and could not be written down any more."""


class Polls:
    """Posts the question of a debate, reads what was voted, and tells what shifted."""

    def __init__(self, bot: DebateBot) -> None:
        self._bot = bot
        self._rows = PollRows(bot.service.store)

    async def open(self, venue: Venue, wording: Wording) -> str:
        """Asks the question at the opening, once; what the moderator is told of it, nothing without a poll."""
        debate = self._asks(venue)
        if debate is None or PollMoment.OPENING in await self._rows.of(venue.id, debate.id):
            return ""
        return await self._post(venue, debate, PollMoment.OPENING, wording)

    async def close(self, venue: Venue, wording: Wording) -> str:
        """Asks it again at the close, and tells what shifted as far as that is known by then."""
        live = self._bot.service.debates.get(venue.debate_id)
        rows = await self._rows.of(venue.id, venue.debate_id)
        opening, closing = rows.get(PollMoment.OPENING), rows.get(PollMoment.CLOSING)
        if live is None or opening is None or opening.votes == {}:
            return ""
        if opening.votes is None:
            await self._end(opening)
        over = closing is not None and closing.votes is not None and closing.posted_at < venue.changed_at
        if (closing is None or over) and self._asks(venue) is not None:
            return await self._post(venue, live.debate, PollMoment.CLOSING, wording)
        return await self._told(venue, live.debate, wording) if closing else ""

    async def look(self, now: datetime) -> None:
        """Reads the polls that have ended; after the one at the close the channel is told what shifted."""
        for row in await self._rows.running():
            if now >= row.ends_at:
                votes = await self._read(row, now)
                if votes is not None:
                    await self._finish(row, votes)

    async def taken_away(self, message_id: int) -> None:
        """A poll that moderators had removed has no votes, and nothing is told of it."""
        if any(row.message_id == message_id for row in await self._rows.running()):
            await self._rows.finish(message_id, {})

    def _asks(self, venue: Venue) -> Debate | None:
        live = self._bot.service.debates.get(venue.debate_id)
        asks = live is not None and live.debate.poll is not None and rules_of(venue).poll_hours > 0
        return live.debate if live is not None and asks else None

    async def _post(self, venue: Venue, debate: Debate, moment: PollMoment, wording: Wording) -> str:
        question, spoken = debate.poll, self._bot.service.wording[venue.locale]
        assert question is not None
        try:
            room = await main_room(self._bot, venue)
            if room is None:
                return wording.say("poll.no_room")
            lacking = missing(room, (POLL,))
            if lacking:
                return wording.say("poll.lacking", names=told(lacking, wording))
            message = await self._loose(venue, room, debate) or await room.send(
                spoken.say(f"poll.at_{moment}"),
                poll=_poll(question, spoken.locale, timedelta(hours=rules_of(venue).poll_hours)),
                nonce=f"p{digest(f'{venue.id} {debate.id} {moment} {venue.changed_at}')[:20]}",
                allowed_mentions=discord.AllowedMentions.none(),
            )
        except (discord.HTTPException, *PASSING) as error:
            log.warning("poll of venue %s not posted: %s", venue.id, error)
            return wording.say("poll.refused")
        ends = message.created_at + timedelta(hours=rules_of(venue).poll_hours)
        if message.poll is not None and message.poll.expires_at is not None:
            ends = message.poll.expires_at
        row = PollRow(
            venue.id, debate.id, moment, room.id, message.id, _fingerprint(question), self._bot.now(), ends
        )
        await self._rows.record(row)
        self._bot.dispatch(SPOKE, venue.id, OwnAct.POLLED, message)
        until = show_moment(self._bot.service, venue, ends, wording)
        return wording.say(f"poll.posted_{moment}", until=until)

    async def _loose(self, venue: Venue, room: Room, debate: Debate) -> discord.Message | None:
        """Our poll with that question that is open there and that no run wrote down."""
        me, question = self._bot.user, debate.poll
        known = {row.message_id for row in (await self._rows.of(venue.id, debate.id)).values()}
        async for message in room.history(limit=LOOK_BACK):
            if me is None or question is None or message.author.id != me.id or message.id in known:
                continue
            asked = message.poll
            if asked and not asked.is_finalised() and asked.question == _in(question.question, venue.locale):
                return message
        return None

    async def _end(self, row: PollRow) -> None:
        """Ends a poll before its time; what fails in passing is left to its own end."""
        try:
            room = await self._bot.delivery.channel(row.channel_id)
            if room is not None:
                await (await room.fetch_message(row.message_id)).end_poll()
        except discord.NotFound:
            pass
        except (discord.HTTPException, *PASSING) as error:
            log.warning("poll %s not ended: %s", row.message_id, error)
            return
        now = self._bot.now()
        await self._rows.record(replace(row, ends_at=now))
        votes = await self._read(row, now)
        if votes is not None:
            await self._rows.finish(row.message_id, votes)

    async def _read(self, row: PollRow, now: datetime) -> dict[str, int] | None:
        """The votes of a poll, none when it was deleted; None while they are not counted out."""
        try:
            room = await self._bot.delivery.channel(row.channel_id)
            message = await room.fetch_message(row.message_id) if room else None
        except discord.NotFound:
            message = None
        except (discord.HTTPException, *PASSING) as error:
            log.warning("poll %s not read: %s", row.message_id, error)
            return None
        if message is None or message.poll is None:
            return {}
        if not message.poll.is_finalised() and now < row.ends_at + COUNTING:
            return None
        return {str(answer.id): answer.vote_count for answer in message.poll.answers}

    async def _finish(self, row: PollRow, votes: Mapping[str, int]) -> None:
        venue = self._bot.service.venues.find(row.venue_id)
        live = self._bot.service.debates.get(row.debate_id)
        await self._rows.finish(row.message_id, votes)
        if row.moment is PollMoment.OPENING or venue is None or live is None:
            return
        spoken = self._bot.service.wording[venue.locale]
        sentence = await self._told(venue, live.debate, spoken)
        try:
            room = await self._bot.delivery.channel(row.channel_id)
            if room is not None and venue.state is not VenueState.PAUSED:
                message = await room.send(
                    sentence,
                    nonce=f"w{row.message_id}",
                    allowed_mentions=discord.AllowedMentions.none(),
                    suppress_embeds=True,
                )
                self._bot.dispatch(SPOKE, venue.id, OwnAct.SHIFTED, message)
        except (discord.HTTPException, *PASSING) as error:
            log.warning("shift of venue %s not told: %s", venue.id, error)

    async def _told(self, venue: Venue, debate: Debate, wording: Wording) -> str:
        """What shifted between the two polls, or why that cannot be told yet or at all."""
        rows = await self._rows.of(venue.id, debate.id)
        opening, closing = rows.get(PollMoment.OPENING), rows.get(PollMoment.CLOSING)
        question = debate.poll
        if opening is None or closing is None:
            return ""
        if closing.votes is None or opening.votes is None:
            until = show_moment(self._bot.service, venue, closing.ends_at, wording)
            return wording.say("poll.still_open", until=until)
        if question is None or not (opening.digest == closing.digest == _fingerprint(question)):
            return wording.say("poll.other_question")
        tallies = (await self._bot.opinions.tallies(venue.id)).values()
        return compose_shift(
            wording,
            _in(question.question, wording.locale),
            [_in(answer, wording.locale) for answer in question.answers],
            _counts(question, opening.votes),
            _counts(question, closing.votes),
            votes=sum(tally.votes for tally in tallies),
            changed=sum(tally.changed for tally in tallies),
        )


def _poll(question: PollQuestion, locale: str, duration: timedelta) -> discord.Poll:
    poll = discord.Poll(_in(question.question, locale), duration)
    for answer in question.answers:
        poll.add_answer(text=_in(answer, locale))
    return poll


def _in(texts: Mapping[str, str], locale: str) -> str:
    return texts.get(locale) or next(iter(texts.values()))


def _fingerprint(question: PollQuestion) -> str:
    texts: Sequence[Mapping[str, str]] = (question.question, *question.answers)
    return digest("\n".join(f"{locale} {text[locale]}" for text in texts for locale in sorted(text)))


def _counts(question: PollQuestion, votes: Mapping[str, int]) -> list[int]:
    return [votes.get(str(number), 0) for number in range(1, len(question.answers) + 1)]
