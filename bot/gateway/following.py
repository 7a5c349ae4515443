"""Telling members of an answer that they asked to be told of: once, where they wanted it, and only them."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import discord

from bot.core.claims import AnswerState, Claim, Debate
from bot.core.decisions import as_many_as_fit
from bot.core.source import digest
from bot.gateway.aliases import Room
from bot.gateway.claim_choice import in_a_sentence
from bot.gateway.delivery import PASSING, SPOKE
from bot.gateway.permissions import missing_to_answer
from bot.gateway.rooms import main_room
from bot.gateway.status import zone_named
from bot.replies import interviewees, show_date
from bot.store.mod_log import OwnAct
from bot.store.rows import Venue, VenueState
from bot.store.subscriptions import Subscription, Subscriptions
from bot.venues import rules_of
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)

MOST_MENTIONS = 20
"""So many members are mentioned in one message."""

CLOCKS_APART = timedelta(minutes=10)
"""So far this machine's clock may be off from Discord's when our own message is looked for."""


class Following:
    """Compares who waits with the answers that there are: after a reload, after a start, every few minutes."""

    def __init__(self, bot: DebateBot) -> None:
        self._bot = bot
        self.subscriptions = Subscriptions(bot.service.store)

    async def look(self, now: datetime) -> None:
        """Tells whoever waits for a claim that has its answer now; not at night, nor while a debate is paused."""
        for venue in self._bot.service.venues.all():
            live = self._bot.service.debates.get(venue.debate_id)
            if live is None or venue.state is VenueState.PAUSED:
                continue
            if rules_of(venue).is_night(now.astimezone(zone_named(live.debate.timezone)).hour):
                continue
            due: defaultdict[tuple[str, int], list[Subscription]] = defaultdict(list)
            for waiting in await self.subscriptions.waiting(venue.id):
                claim = live.debate.claim_set.by_id.get(waiting.claim_id)
                if claim is not None and claim.answer.state is not AnswerState.NONE:
                    due[claim.id, waiting.channel_id].append(waiting)
            for (claim_id, channel_id), waiting in due.items():
                claim = live.debate.claim_set.by_id[claim_id]
                for start in range(0, len(waiting), MOST_MENTIONS):
                    some = waiting[start : start + MOST_MENTIONS]
                    await self._tell(venue, live.debate, claim, channel_id, some, now)

    async def _tell(
        self,
        venue: Venue,
        debate: Debate,
        claim: Claim,
        channel_id: int,
        waiting: Sequence[Subscription],
        now: datetime,
    ) -> None:
        members = [one.member_id for one in waiting]
        wording = self._bot.service.wording[venue.locale]
        try:
            # A channel that is gone, or closed to us, leaves that of the debate.
            room = await self._bot.delivery.channel(channel_id)
            if room is None or missing_to_answer(room):
                room = await main_room(self._bot, venue)
            if room is None or missing_to_answer(room):
                return
            begun = [one.telling_at for one in waiting if one.telling_at is not None]
            told = await self._told(room, members, in_a_sentence(claim, wording), begun)
            still = [member for member in members if member not in told]
            if still:
                await self.subscriptions.begin(venue.id, claim.id, still, now)
                message = await room.send(
                    compose_news(debate, wording, claim, still),
                    nonce=f"f{digest(f'{venue.id} {claim.id} {channel_id} {still}')}",
                    allowed_mentions=discord.AllowedMentions(
                        everyone=False, roles=False, users=[discord.Object(member) for member in still]
                    ),
                    suppress_embeds=True,
                )
                self._bot.dispatch(SPOKE, venue.id, OwnAct.MENTIONED, message)
        except (discord.HTTPException, *PASSING) as error:
            log.warning("answer to %s not told in channel %s: %s", claim.id, channel_id, error)
            return  # the next round looks whether it was, and tries again
        await self.subscriptions.stop(venue.id, claim.id, members)

    async def _told(
        self, room: Room, members: Sequence[int], statement: str, begun: Sequence[datetime]
    ) -> set[int]:
        """Those who were told by a message that was sent and could not be written down any more."""
        me = self._bot.user
        if me is None or not begun:
            return set()
        found: set[int] = set()
        async for message in room.history(limit=None, after=min(begun) - CLOCKS_APART):
            if message.author.id == me.id and statement in message.content:
                found |= {member for member in members if f"<@{member}>" in message.content}
        return found


def compose_news(debate: Debate, wording: Wording, claim: Claim, members: Sequence[int]) -> str:
    """The words of the answer, verbatim and with their source, under the mentions."""
    quotes = as_many_as_fit(claim.answer.quotes)
    source = debate.sources[quotes[0].span.source]
    return wording.say(
        "follow.news",
        mentions=" ".join(f"<@{member}>" for member in members),
        declined=claim.answer.state is AnswerState.DECLINED,
        they=interviewees(debate, wording),
        statement=in_a_sentence(claim, wording),
        quotes=[
            {"words": quote, "speaker": debate.speaker_name(quote), "last": next_ != quote.speaker}
            for quote, next_ in zip(quotes, [*(quote.speaker for quote in quotes[1:]), None], strict=True)
        ],
        title=source.title,
        medium=source.medium,
        date=show_date(source.published, wording.locale),
    )
