"""The only path of a live comment: encode, rank, then one at a time in a server gather, decide and record."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.claims import Claim, Debate
from bot.core.comments import Comment
from bot.core.confidence import Candidate
from bot.core.decisions import Decision, Outcome, Reason
from bot.core.etiquette import Etiquette, History, may_admit, restrain, without_muted
from bot.core.house_rules import HouseRules
from bot.core.modes import ask_moderators, doubts_about, silence
from bot.core.records import MOST_CANDIDATES, fingerprint
from bot.core.vectors import Vectors
from bot.core.verdicts import Voice
from bot.incoming import Incoming, is_in_scope
from bot.live import LiveDebate
from bot.model import PROBE, Encodes, Model, ModelDownError
from bot.recording import written_down
from bot.store import AlreadyDecidedError, DroppedError, Store
from bot.store.figures import Figures
from bot.store.mutes import Mutes
from bot.store.opt_outs import OptOuts
from bot.store.revisions import Revisions
from bot.store.rows import COMMENT_EDITED, UNSETTLED, OutboxRow, OutboxState, Venue, VenueState
from bot.store.suggestions import Suggestions
from bot.store.takeovers import Takeovers
from bot.stored_replies import StoredReplies, stands
from bot.venues import Venues, rules_of
from bot.wording import Wording

log = logging.getLogger(__name__)

STALE_AFTER = timedelta(minutes=15)
"""A comment older than this gets no late reply unasked; it is only suggested."""

TOO_LATE = timedelta(hours=1)
"""Older than this, a comment gets no reply when the bot was asked by name either."""

CAP_WINDOW = timedelta(hours=1)


class MixedModelsError(ValueError):
    """A debate was fitted on the vectors of one model and would be asked with those of another."""


class DebateService:
    """Takes every comment in a venue to a recorded decision, and holds what else the bot knows."""

    def __init__(
        self,
        store: Store,
        encoder: Encodes,
        debates: Mapping[str, LiveDebate],
        wording: Mapping[str, Wording],
        now: Callable[[], datetime],
    ) -> None:
        self.model = Model(encoder, now)
        for live in debates.values():
            _require_same_model(live, self.model)
        self.store = store
        self.opt_outs = OptOuts(store)
        self.revisions = Revisions(store)
        self.venues = Venues(store, lambda debate_id: debate_id in self.debates, now)
        self.mutes = Mutes(store)
        self.suggestions = Suggestions(store)
        self.figures = Figures(store)
        self.takeovers = Takeovers(store)
        self.debates = debates
        self.wording = wording
        self.replies = StoredReplies(store, wording, self.debate_of)
        self._now = now
        self._deciding: set[int] = set()
        self._changed: dict[int, Incoming] = {}
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def load(self) -> None:
        """Reads which channels hold a debate; a debate whose folder is gone is left alone."""
        await self.recall()
        await self._warm_up()

    async def recall(self) -> None:
        """Reads again what is known without asking the store: the venues, and who opted out."""
        await self.venues.load()
        await self.opt_outs.load()

    def replace(self, live: LiveDebate) -> None:
        """Puts another state of a debate live: whoever asks from now on finds all of it, or raises."""
        _require_same_model(live, self.model)
        self.debates = {**self.debates, live.debate.id: live}

    async def _warm_up(self) -> None:
        # The first text takes a model seconds that no later one does; no comment should wait for that.
        with suppress(ModelDownError):
            vectors = await self.model.encode((PROBE,))
            if vectors is None:
                return
            for live in self.debates.values():
                await asyncio.to_thread(live.match, [live.read(PROBE)], vectors)

    def debate_of(self, venue_id: int) -> Debate:
        """The debate that is open in a venue; raises `LookupError`."""
        return self.debates[self.venues.by_id(venue_id).debate_id].debate

    async def consider(
        self, venue: Venue, message: Incoming, *, advance: bool = True, late: bool = False
    ) -> OutboxRow | None:
        """The reply that is to be sent to a new comment, or None; either way the decision is recorded.

        `advance` tells that no earlier message of the channel can be missing any more, `late` that the debate
        has moved on while the bot was away. Raises `ModelDownError`; the comment then waits in the inbox.
        A comment that is out of scope is not even written down.
        """
        if message.author_id in self.opt_outs or not is_in_scope(venue, message):
            return None

        async def first() -> OutboxRow | None:
            new = await self.store.receive(
                message.message_id,
                venue.id,
                message.channel_id,
                message.author_id,
                message.at,
                advance=advance,
            )
            return await self.decide(venue, message, late=late) if new else None

        return await self.deciding(venue, message.message_id, first())

    async def reconsider(self, venue: Venue, message: Incoming) -> OutboxRow | None:
        """The reply to a comment that its author changed, as it is from now on; None when nothing is to be done.

        A reply that stands becomes another one or is withdrawn; where there was none, the comment is as new.
        Raises `ModelDownError`; then everything stays as it was.
        """
        if message.author_id in self.opt_outs:
            return None
        if self.is_deciding(message.message_id):
            self._changed[message.message_id] = message  # as soon as that is done
            return None
        earlier = await self.store.decision_of(message.message_id)
        row = await self.store.outbox_by_comment(message.message_id)
        if earlier is None or self.venues.current(venue).state is not VenueState.OPEN:
            return None  # what waits in the inbox is read as it then is
        suggestion = await self.suggestions.of_comment(message.message_id)
        if suggestion is not None and suggestion.state not in UNSETTLED:
            return None  # a moderator decided on it
        refused = suggestion is not None and row is not None and row.state is OutboxState.FAILED
        if row is not None and not refused and (not stands(row) or row.content.get("kept")):
            return None  # what somebody took back or wanted to keep stays so
        own = self.debates[venue.debate_id].read(message.content).text
        if earlier.record.get("own") == fingerprint(message.message_id, own):
            return None
        return await self.deciding(venue, message.message_id, self.decide(venue, message, again=True))

    async def deciding(
        self, venue: Venue, message_id: int, decision: Awaitable[OutboxRow | None]
    ) -> OutboxRow | None:
        """What a decision on a comment comes to, once what its author made of it meanwhile is decided on too."""
        ours = not self.is_deciding(message_id)
        self._deciding.add(message_id)
        try:
            row = await decision
        finally:
            if ours:
                self._deciding.discard(message_id)
            changed = self._changed.pop(message_id, None) if ours else None
        return await self.reconsider(venue, changed) or row if changed else row

    def is_deciding(self, message_id: int) -> bool:
        """Whether somebody is at that comment right now, so that a sweep leaves it alone."""
        return message_id in self._deciding

    async def decide(
        self, venue: Venue, message: Incoming, *, late: bool = False, again: bool = False
    ) -> OutboxRow | None:
        """The same for a comment that was received before and never decided, or that is decided on `again`."""
        if not is_in_scope(venue, message):
            await self.store.drop(message.message_id)
            return None
        live = self.debates[venue.debate_id]
        if await self._left_alone(message):
            return None
        comment, decision = await self._judge(live, venue, message)
        # One at a time in the whole server: members write in many threads at once, and its cap holds for all.
        async with self._turns[venue.guild_id]:
            if await self._left_alone(message):
                return None
            etiquette, history, now = await self._manners(venue, message)
            rules, voices, taken_over = await self._house(venue, message, now)
            while live is not self.debates[venue.debate_id]:
                # Reloaded meanwhile: what was judged may be about words, or by a calibration, of before.
                live = self.debates[venue.debate_id]
                comment, decision = await self._judge(live, venue, message)
            muted = await self.mutes.claims(venue.id)
            decision = without_muted(decision, muted, asked=message.asked)
            paused = self.venues.current(venue).state is not VenueState.OPEN
            stale = late or now - message.at > (TOO_LATE if message.asked else STALE_AFTER)
            if again and await self.store.outbox_by_comment(message.message_id):
                stale, history = False, History()  # a post that changes is none more
            decision = restrain(
                decision, etiquette, history, now, paused=paused, asked=message.asked, stale=stale
            )
            quiet = silence(rules.mode, asked=message.asked, taken_over=taken_over)
            if quiet and not paused:
                decision = replace(decision, outcome=Outcome.ABSTAIN, reason=quiet)
            said = (*decision.answers, *decision.offered)
            doubts = doubts_about(said, live.debate, voices, rules, now.date())
            decision = ask_moderators(decision, rules.mode, doubts, asked=message.asked)
            # Asked by name, the bot says at least that it has nothing.
            admits = message.asked and may_admit(
                decision, etiquette, history, now, paused=paused, stale=stale
            )
            return await self._record(venue, live, message, comment, decision, admits=admits, again=again)

    async def _left_alone(self, message: Incoming) -> bool:
        """Whether its author opted out, also since it was received; then it is given up."""
        if message.author_id not in self.opt_outs:
            return False
        await self.store.drop(message.message_id)
        return True

    async def candidates(self, venue: Venue, content: str) -> list[tuple[Claim, Candidate]]:
        """The likeliest claims for any text, with nothing recorded; raises `ModelDownError`."""
        live = self.debates[venue.debate_id]
        comment = live.read(content)
        vectors = await self.model.encode(comment.texts) if comment.words else None
        matches = await asyncio.to_thread(live.match, [comment], vectors) if vectors else [[]]
        likeliest = matches[0][0].candidates[:MOST_CANDIDATES] if matches[0] else ()
        return [(live.debate.claim_set.by_id[candidate.claim], candidate) for candidate in likeliest]

    async def _judge(self, live: LiveDebate, venue: Venue, message: Incoming) -> tuple[Comment, Decision]:
        comment = live.read(message.content)
        if venue.state is VenueState.PAUSED:
            return comment, Decision(Outcome.ABSTAIN, Reason.PAUSED, (), ())
        if await self.mutes.silences(venue.id, message.author_id, message.channel_id):
            return comment, Decision(Outcome.ABSTAIN, Reason.MUTED, (), ())
        rules = rules_of(self.venues.current(venue))
        if quiet := silence(rules.mode, asked=message.asked):
            return comment, Decision(Outcome.ABSTAIN, quiet, (), ())
        if comment.words == 0:
            return comment, live.judge(comment, Vectors({}))
        vectors = await self.model.encode(comment.texts)
        if vectors is None:
            log.error("comment %s is not to be encoded", message.message_id)
            return comment, Decision(Outcome.ABSTAIN, Reason.UNREADABLE, (), ())
        # A tenth of a second of arithmetic: in a flood that would keep the loop from everything else.
        return comment, await asyncio.to_thread(
            live.judge,
            comment,
            vectors,
            min_words=rules.min_words,
            asked=message.asked,
            caution=rules.caution,
        )

    async def _manners(self, venue: Venue, message: Incoming) -> tuple[Etiquette, History, datetime]:
        now = self._now()
        recent = await self.store.history(venue.id, message.channel_id, message.author_id, now - CAP_WINDOW)
        history = History(recent.last_by_claim, recent.last_to_member, len(recent.replies), recent.in_server)
        return rules_of(self.venues.current(venue)).etiquette, history, now

    async def _house(
        self, venue: Venue, message: Incoming, now: datetime
    ) -> tuple[HouseRules, list[Voice], bool]:
        """The rules that hold now, what people said of the claims, and whether a moderator answers there."""
        rules = rules_of(self.venues.current(venue))
        voices = await self.figures.voices(venue.id) if rules.verdicts_heard else []
        taken = await self.takeovers.current(venue.id, now)
        return rules, voices, any(takeover.channel_id == message.channel_id for takeover in taken)

    async def _record(
        self,
        venue: Venue,
        live: LiveDebate,
        message: Incoming,
        comment: Comment,
        decision: Decision,
        *,
        admits: bool,
        again: bool,
    ) -> OutboxRow | None:
        new, outbox = written_down(
            venue, live, self.wording, message, comment, decision, self._now(), admits=admits
        )
        if again:
            return await self.revisions.redecide(new, outbox, by=COMMENT_EDITED)
        try:
            await self.store.record_decision(new, outbox)
        except (AlreadyDecidedError, DroppedError):
            return None  # decided by a sweep meanwhile, or deleted by its author
        return await self.store.outbox_by_comment(message.message_id) if outbox else None


def _require_same_model(live: LiveDebate, model: Model) -> None:
    if live.model != model.id:
        raise MixedModelsError(f"{live.debate.id}: {live.model}, not {model.id}")
