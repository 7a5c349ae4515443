"""What members say beside their comments: verdicts, opinions, votes, wishes to be told or left alone."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Table, UniqueConstraint

from bot.core.opinions import Opinion
from bot.core.polls import PollMoment
from bot.store.columns import Forget, at, choice, code, codes, flag, number, person
from bot.store.tables.metadata import metadata

verdicts = Table(
    "verdicts",
    metadata,
    number("id", primary_key=True),
    number("decision_id", ForeignKey("decisions.id")),
    code("claim_id"),
    code("kind"),
    person("by", Forget.NUMBER),
    flag("value"),
    at("at"),
    UniqueConstraint("decision_id", "claim_id", "kind", "by"),
    sqlite_strict=True,
)

opinions = Table(
    "opinions",
    metadata,
    number("id", primary_key=True),
    number("venue_id", ForeignKey("venues.id")),
    code("claim_id"),
    person("member_id", Forget.ROW),
    choice("opinion", Opinion),
    flag("changed"),
    at("at"),
    UniqueConstraint("venue_id", "claim_id", "member_id"),
    sqlite_strict=True,
)

subscriptions = Table(
    "subscriptions",
    metadata,
    number("id", primary_key=True),
    number("venue_id", ForeignKey("venues.id")),
    code("claim_id"),
    person("member_id", Forget.ROW),
    number("channel_id"),
    at("at"),
    # When the member began to be told; the row goes once that is done, so that after a crash it is looked into.
    at("telling_at", nullable=True),
    UniqueConstraint("venue_id", "claim_id", "member_id"),
    sqlite_strict=True,
)

polls = Table(
    "polls",
    metadata,
    number("venue_id", ForeignKey("venues.id"), primary_key=True),
    code("debate_id", primary_key=True),
    choice("moment", PollMoment, primary_key=True),
    number("channel_id"),
    number("message_id"),
    # Of the question with its answers: two polls are compared only when they asked the same.
    code("digest"),
    at("posted_at"),
    at("ends_at"),
    # Votes by the number of the answer, once the poll has ended; of a poll that was deleted there are none.
    codes("votes", nullable=True),
    sqlite_strict=True,
)

questions = Table(
    "questions",
    metadata,
    number("message_id", primary_key=True, autoincrement=False),
    number("venue_id", ForeignKey("venues.id")),
    code("debate_id"),
    code("question"),
    at("at"),
    Index("questions_venue", "venue_id"),
    sqlite_strict=True,
)

opt_outs = Table(
    "opt_outs",
    metadata,
    person("user_id", Forget.ROW, primary_key=True, autoincrement=False),
    sqlite_strict=True,
)
