"""The queue in the moderators' channel: a message a suggestion, kept in step with what becomes of it."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import discord

from bot.gateway.delivery import PASSING
from bot.gateway.queue_layout import settled_sentence, suggestion_view
from bot.gateway.status import shown_member, zone_of
from bot.links import message_link
from bot.store.chores import Chores
from bot.store.columns import NOBODY
from bot.store.rows import OutboxState, Suggestion, SuggestionState, Venue, VenueState
from bot.venues import rules_of
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.gateway.client import DebateBot

log = logging.getLogger(__name__)

MOST_AT_ONCE = 5
"""So many suggestions that could not be shown at once are shown a round: nobody wants forty together."""

SHOWN_LATE = timedelta(days=1)
"""An older suggestion is no longer shown by itself; the overview has it."""


class CommentGoneError(Exception):
    """The comment of a suggestion was deleted."""


class QueuePosts:
    """Shows suggestions to moderators and tells them what became of what they pressed."""

    def __init__(self, bot: DebateBot) -> None:
        self._bot = bot
        self._stored = bot.service.suggestions
        self._chores = Chores(bot.service.store)

    # -- what a suggestion belongs to ----------------------------------------------------------------

    def venue(self, suggestion: Suggestion) -> Venue:
        """The venue of a suggestion; raises `LookupError`."""
        return self._bot.service.venues.by_id(suggestion.venue_id)

    def link(self, suggestion: Suggestion, message_id: int | None = None) -> str:
        """Where the comment stands, or another message of its channel."""
        guild = self.venue(suggestion).guild_id
        return message_link(guild, suggestion.channel_id, message_id or suggestion.message_id)

    async def comment(self, suggestion: Suggestion) -> discord.Message | None:
        """The comment as it reads now, None when it cannot be read; raises `CommentGoneError`."""
        if min(suggestion.author_id, suggestion.message_id) <= 0:
            await self.drop(suggestion)  # forgotten, at the member's wish or by the clock
            raise CommentGoneError
        try:
            room = await self._bot.delivery.channel(suggestion.channel_id)
            return await room.fetch_message(suggestion.message_id) if room else None
        except discord.NotFound as error:
            await self.drop(suggestion)
            raise CommentGoneError from error
        except (discord.HTTPException, *PASSING) as error:
            log.warning("comment %s not read: %s", suggestion.message_id, error)
            return None

    # -- messages to moderators ----------------------------------------------------------------------

    async def show(self, message_id: int) -> None:
        """Shows the suggestion on a comment as it is now, if there is one."""
        suggestion = await self._stored.of_comment(message_id)
        if suggestion is None:
            return
        if suggestion.post_id is None:
            await self._show(suggestion)
        else:
            await self.refresh(suggestion.decision_id)

    async def _show(self, suggestion: Suggestion) -> bool:
        venue = self.venue(suggestion)
        if suggestion.state is not SuggestionState.WAITING or not self._bot.office.has_room(venue):
            return False
        view = await suggestion_view(self._bot, suggestion, self.wording(venue))
        nonce = f"q{suggestion.decision_id}"  # after a crash Discord recognises the message for a while
        post = await self._bot.office.post(venue, None, view=view, nonce=nonce)
        if post is not None:
            await self._stored.note_post(suggestion.decision_id, post.channel.id, post.id)
        return post is not None

    async def refresh(self, decision_id: int) -> None:
        """Brings the message to moderators in step with what became of the suggestion."""
        suggestion = await self._stored.of_decision(decision_id)
        if suggestion is None or suggestion.post_id is None or suggestion.office_id is None:
            return
        view = await suggestion_view(self._bot, suggestion, self.wording(self.venue(suggestion)))
        try:
            room = await self._bot.delivery.channel(suggestion.office_id)
            if room is not None:
                message = room.get_partial_message(suggestion.post_id)
                await message.edit(view=view, allowed_mentions=discord.AllowedMentions.none())
        except (discord.HTTPException, *PASSING) as error:
            log.warning("message %s to moderators not updated: %s", suggestion.post_id, error)

    def wording(self, venue: Venue) -> Wording:
        """The language in which moderators of a venue are addressed together."""
        wording = self._bot.service.wording
        return wording.get(venue.locale) or next(iter(wording.values()))

    # -- what moderators press -----------------------------------------------------------------------

    async def accept(self, suggestion: Suggestion, by: int, wording: Wording) -> str:
        """Posts the proposed answer, once; what the moderator is told."""
        try:
            await self.comment(suggestion)
        except CommentGoneError:
            return wording.say("queue.state_gone")
        # Words that are no longer in the source are refused before anything is written down.
        self._bot.service.replies.compose(suggestion, f"<@{suggestion.author_id}>", {})
        row = await self._bot.suggesting.accept(suggestion, by)
        if row is None:
            return await self.settled(suggestion, wording)
        self._bot.delivery.refusals.retry(suggestion.channel_id)
        await self._bot.delivery.deliver(row)
        refused = await self._stored.reopen(suggestion.decision_id)
        await self.refresh(suggestion.decision_id)
        sent = await self._bot.service.store.outbox_by_comment(suggestion.message_id)
        if sent is not None and sent.reply_id and sent.state is OutboxState.SENT:
            return wording.say("queue.accepted", reply=self.link(suggestion, sent.reply_id))
        return wording.say("queue.refused" if refused else "queue.sending")

    async def reject(self, suggestion: Suggestion, by: int, wording: Wording) -> str:
        """Answers nothing to the comment, now or ever; what the moderator is told."""
        if not await self._bot.suggesting.reject(suggestion, by):
            return await self.settled(suggestion, wording)
        await self.refresh(suggestion.decision_id)
        return wording.say("queue.rejected")

    async def mute_claims(self, suggestion: Suggestion, by: int, wording: Wording) -> str:
        """Says nothing any more on the claims that were proposed, nor to this comment; what the moderator is told."""
        muted = await self._bot.suggesting.mute(suggestion, by)
        if not muted:
            return await self.settled(suggestion, wording)
        await self.refresh(suggestion.decision_id)
        return wording.say("queue.muted", claims=[claim.statement_in(wording.locale) for claim in muted])

    async def answer_in_person(self, suggestion: Suggestion, by: int, wording: Wording) -> str:
        """Leaves the comment, and its channel for a while, to the moderator; what they are told."""
        if not await self._bot.suggesting.answer_in_person(suggestion, by):
            return await self.settled(suggestion, wording)
        until = await self._bot.takeovers.begin(self.venue(suggestion), suggestion.channel_id, by)
        await self.refresh(suggestion.decision_id)
        return wording.say(
            "queue.yours",
            link=self.link(suggestion),
            channel=f"<#{suggestion.channel_id}>",
            until=discord.utils.format_dt(until, "f") if until else "",
        )

    async def choose(self, suggestion: Suggestion, claim_id: str, wording: Wording) -> str:
        """Proposes what the source says on another claim; what the moderator is told."""
        chosen = await self._bot.suggesting.choose(suggestion, claim_id)
        if chosen is None:
            return await self.settled(suggestion, wording)
        await self.refresh(suggestion.decision_id)
        claim = self._bot.service.debate_of(suggestion.venue_id).claim_set.by_id[claim_id]
        key = "queue.chosen" if suggestion.post_id else "queue.chosen_unseen"
        return wording.say(key, statement=claim.statement_in(wording.locale))

    async def settled(self, suggestion: Suggestion, wording: Wording) -> str:
        """What somebody is told who was second, or saw something else than what waits now."""
        now = await self._stored.of_decision(suggestion.decision_id) or suggestion
        if now.state is SuggestionState.WAITING:
            await self.refresh(now.decision_id)
            return wording.say("queue.changed")
        return await settled_sentence(self._bot, now, wording)

    async def drop(self, suggestion: Suggestion) -> None:
        """Ends the waiting of a comment that was deleted, and takes its message to moderators away."""
        me = self._bot.user
        dropped = await self._bot.suggesting.drop(suggestion, me.id if me else 0)
        if dropped and suggestion.office_id and suggestion.post_id:
            await self._bot.delivery.remove(suggestion.office_id, suggestion.post_id)

    async def forget(self, message_id: int) -> None:
        """The same for a comment of which only the id is known, with or without a suggestion."""
        suggestion = await self._stored.of_comment(message_id)
        if suggestion is not None:
            await self.drop(suggestion)

    # -- by the clock --------------------------------------------------------------------------------

    async def look(self, now: datetime) -> None:
        """Shows what could not be shown before, and reminds moderators of what has waited long."""
        for venue in self._bot.service.venues.all():
            if venue.state is VenueState.CLOSED:
                continue
            for suggestion in await self._stored.refused(venue.id):
                await self._bring_back(venue, suggestion)
            if not self._bot.office.has_room(venue):
                continue
            waiting = await self._stored.waiting(venue.id)
            unseen = [s for s in waiting if s.post_id is None and now - s.decided_at < SHOWN_LATE]
            for suggestion in unseen[:MOST_AT_ONCE]:
                if not await self._show(suggestion):
                    break
            if waiting:
                await self._remind(venue, waiting, now)

    async def _bring_back(self, venue: Venue, suggestion: Suggestion) -> None:
        """Lets what Discord refused after all wait for a moderator again, and tells them."""
        if not await self._stored.reopen(suggestion.decision_id):
            return
        await self.refresh(suggestion.decision_id)
        wording = self.wording(venue)
        by = shown_member(suggestion.confirmed_by or NOBODY, wording)
        await self._bot.office.post(venue, wording.say("queue.came_back", by=by, link=self.link(suggestion)))

    async def _remind(self, venue: Venue, waiting: list[Suggestion], now: datetime) -> None:
        rules, oldest = rules_of(venue), waiting[0]
        here = now.astimezone(zone_of(self._bot.service, venue))
        waited = now - oldest.decided_at
        if (
            not rules.reminder_hours
            or waited < timedelta(hours=rules.reminder_hours)
            or rules.is_night(here.hour)
        ):
            return
        if await self._chores.begin(venue.id, "queue", here.date().isoformat(), now):
            wording = self.wording(venue)
            sentence = wording.say(
                "queue.reminder",
                count=len(waiting),
                link=self.link(oldest),
                when=discord.utils.format_dt(oldest.decided_at, "R"),
                command=f"/{wording.say('command.debate')} {wording.say('command.queue')}",
                channel=f"<#{venue.channel_id}>",
            )
            await self._bot.office.post(venue, sentence)
