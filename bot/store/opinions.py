"""What members think of claims: one vote a member, of which only counts are ever asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.core.opinions import Ballot, Opinion, Tally, Vote, vote_after
from bot.store import tables as t
from bot.store.store import Store


class Opinions:
    """The votes on the claims of every venue."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def say(
        self, venue_id: int, claim_id: str, member_id: int, said: Ballot, at: datetime
    ) -> tuple[Vote | None, Vote | None]:
        """Writes down what a member said of a claim; the vote from before, and the one that stands."""
        return await self._store.transact(_say, venue_id, claim_id, member_id, said, at)

    async def vote_of(self, venue_id: int, claim_id: str, member_id: int) -> Vote | None:
        """A member's vote on a claim, for that member's eyes."""
        return await self._store.transact(_vote_of, venue_id, claim_id, member_id)

    async def tallies(self, venue_id: int) -> dict[str, Tally]:
        """The counts by claim; a claim without votes is absent."""
        return await self._store.transact(_tallies, venue_id)


def _is(venue_id: int, claim_id: str, member_id: int) -> ColumnElement[bool]:
    columns = t.opinions.c
    return and_(columns.venue_id == venue_id, columns.claim_id == claim_id, columns.member_id == member_id)


def _vote_of(connection: Connection, venue_id: int, claim_id: str, member_id: int) -> Vote | None:
    asked = select(t.opinions.c.opinion, t.opinions.c.changed)
    row = connection.execute(asked.where(_is(venue_id, claim_id, member_id))).one_or_none()
    return None if row is None else Vote(row.opinion, row.changed)


def _say(
    connection: Connection, venue_id: int, claim_id: str, member_id: int, said: Ballot, at: datetime
) -> tuple[Vote | None, Vote | None]:
    before = _vote_of(connection, venue_id, claim_id, member_id)
    after = vote_after(before, said)
    if after is None:
        connection.execute(delete(t.opinions).where(_is(venue_id, claim_id, member_id)))
    elif after != before:
        stands = {"opinion": after.opinion, "changed": after.changed, "at": at}
        connection.execute(
            upsert(t.opinions)
            .values(venue_id=venue_id, claim_id=claim_id, member_id=member_id, **stands)
            .on_conflict_do_update(index_elements=["venue_id", "claim_id", "member_id"], set_=stands)
        )
    return before, after


def _tallies(connection: Connection, venue_id: int) -> dict[str, Tally]:
    columns = t.opinions.c

    def count(opinion: Opinion, *more: ColumnElement[bool]) -> ColumnElement[int]:
        return func.sum(case((and_(columns.opinion == opinion, *more), 1), else_=0))

    asked = (
        select(
            columns.claim_id,
            count(Opinion.AGREE),
            count(Opinion.DISAGREE),
            count(Opinion.AGREE, columns.changed),
            count(Opinion.DISAGREE, columns.changed),
        )
        .where(columns.venue_id == venue_id)
        .group_by(columns.claim_id)
    )
    return {claim_id: Tally(*counts) for claim_id, *counts in connection.execute(asked)}
