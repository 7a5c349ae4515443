"""A question to the members when nobody has written for a while: by day, at most one a day, marked as the bot's."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import discord

from bot.core.claims import Claim, Debate
from bot.core.house_rules import Mode
from bot.core.questions import next_question
from bot.core.source import digest
from bot.gateway.delivery import PASSING, SPOKE
from bot.gateway.opinion_buttons import opinion_view
from bot.gateway.permissions import missing_to_answer
from bot.gateway.rooms import main_room
from bot.gateway.status import zone_named
from bot.store.chores import Chores
from bot.store.mod_log import OwnAct
from bot.store.questions import AskedQuestion, Questions
from bot.store.rows import Venue, VenueState
from bot.venues import rules_of
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)

GENERAL = ("least", "experience", "change", "ask", "absent", "since")
"""The questions that any debate can do with, in the order of asking; a debate's own come first."""


class QuietRound:
    """Looks which debates are quiet, and asks there what was not asked before."""

    def __init__(self, bot: DebateBot) -> None:
        self._bot = bot
        self._questions = Questions(bot.service.store)
        self._chores = Chores(bot.service.store)

    async def look(self, now: datetime) -> None:
        """Asks in every debate that has been quiet for as long as its moderators set."""
        for venue in self._bot.service.venues.all():
            live = self._bot.service.debates.get(venue.debate_id)
            if live is not None and await self._may_ask(venue, live.debate, now):
                await self._ask(venue, live.debate, now)

    async def _may_ask(self, venue: Venue, debate: Debate, now: datetime) -> bool:
        rules = rules_of(venue)
        here = now.astimezone(zone_named(debate.timezone))
        # In the other modes the bot says nothing of its own accord.
        if venue.state is not VenueState.OPEN or rules.mode not in (Mode.AUTOMATIC, Mode.SUGGEST):
            return False
        if not rules.quiet_hours or rules.is_night(here.hour):
            return False
        asked = await self._questions.asked(venue.id, debate.id)
        last = asked[-1] if asked else None
        spoken = await self._last_spoken(venue, last.message_id if last else 0)
        # Whoever gets no answer does not go on asking.
        if (last is not None and spoken <= last.at) or now - spoken < timedelta(hours=rules.quiet_hours):
            return False
        return await self._chores.begin(venue.id, "question", here.date().isoformat(), now)

    async def _last_spoken(self, venue: Venue, question_id: int) -> datetime:
        """When somebody last wrote there, the bot's own question not counted; at the latest when it was opened."""
        channel = self._bot.get_channel(venue.channel_id)
        rooms: list[Any] = [channel, *getattr(channel, "threads", [])]
        ids = [room.last_message_id for room in rooms if room is not None and room.last_message_id]
        seen = [discord.utils.snowflake_time(id_) for id_ in ids if id_ != question_id]
        known = await self._questions.last_comment(venue.id)
        return max([venue.changed_at, *seen, *([known] if known else [])])

    async def _ask(self, venue: Venue, debate: Debate, now: datetime) -> None:
        asked = await self._questions.asked(venue.id, debate.id)
        own = {f"own-{question.id}": question for question in debate.questions}
        code = next_question([*own, *GENERAL], [question.question for question in asked])
        if code is None:
            return
        question = own.get(code)
        claim = debate.claim_set.by_id.get(question.claim) if question and question.claim else None
        wording = self._bot.service.wording[venue.locale]
        words = (
            question.text.get(wording.locale) or next(iter(question.text.values()))
            if question
            else wording.say(f"question.general_{code}")
        )
        room = await main_room(self._bot, venue, f"theme-{claim.theme}-1" if claim else "welcome")
        if room is None or missing_to_answer(room):
            return
        options: dict[str, Any] = {"view": opinion_view(claim.id, wording)} if claim else {}
        try:
            message = await room.send(
                compose_question(debate, wording, words, claim),
                nonce=f"q{digest(f'{venue.id} {now.date()}')}",
                allowed_mentions=discord.AllowedMentions.none(),
                suppress_embeds=True,
                **options,
            )
        except (discord.HTTPException, *PASSING) as error:
            log.warning("question in venue %s not asked: %s", venue.id, error)
            return
        await self._questions.record(AskedQuestion(message.id, venue.id, debate.id, code, message.created_at))
        self._bot.dispatch(SPOKE, venue.id, OwnAct.ASKED, message)


def compose_question(debate: Debate, wording: Wording, words: str, claim: Claim | None = None) -> str:
    """The question, under the words of the claim that it is about; marked as the bot's own."""
    quote = claim.quotes[0] if claim and claim.quotes else None
    return wording.say(
        "question.message",
        quoted=quote is not None,
        quote=quote or "",
        speaker=debate.speaker_name(quote) if quote else "",
        words=words,
    )
