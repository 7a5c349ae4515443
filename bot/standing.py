"""Where a debate stands: how often each claim was disputed, supported and asked about, and over time.

The figures are told twice, in words and in a picture, and both are made of the same values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta, tzinfo

from babel.dates import format_date

from bot.core.claims import AnswerState, Claim, Debate, Stance
from bot.core.opinions import Tally
from bot.picture import Bar, Picture
from bot.service import DebateService
from bot.store.opinions import Opinions
from bot.store.rows import Venue
from bot.store.standing import BroughtUp, brought_up
from bot.wording import Wording

STANCES = (Stance.DISPUTES, Stance.AGREES, Stance.ASKS, Stance.UNCLEAR)

MOST_CLAIMS = 10
"""So many claims are shown one by one, those that were brought up most."""

MOST_PERIODS = 14
LONGEST_ALT = 1024
_STEPS = (1, 7, 28, 91, 364)


@dataclass(frozen=True)
class Standing:
    """What was counted: comments by claim and stance, the most first, and by period, the first first; and votes."""

    claims: tuple[tuple[Claim, Counter[Stance]], ...]
    periods: tuple[tuple[date, int], ...]
    silent: int
    opinions: tuple[tuple[Claim, Tally], ...] = ()

    @property
    def comments(self) -> int:
        """How often any claim was brought up."""
        return sum(counts.total() for _, counts in self.claims)

    @property
    def answered(self) -> int:
        """How often one was that the source answers objections to."""
        return sum(c.total() for claim, c in self.claims if claim.answer.state is AnswerState.ANSWERED)


async def standing_of(service: DebateService, venue: Venue, zone: tzinfo) -> Standing:
    """Where the debate of a venue stands; its days are those of that time zone."""
    debate = service.debates[venue.debate_id].debate
    tallies = await Opinions(service.store).tallies(venue.id)
    voted = [(claim, tallies[claim.id]) for claim in debate.claim_set.claims if claim.id in tallies]
    voted.sort(key=lambda pair: -pair[1].votes)
    return replace(count(debate, await brought_up(service.store, venue.id), zone), opinions=tuple(voted))


def count(debate: Debate, rows: Iterable[BroughtUp], zone: tzinfo) -> Standing:
    """The same from rows; those of a claim that is there no more are left out."""
    by_claim: dict[str, Counter[Stance]] = {}
    by_day: Counter[date] = Counter()
    for row in rows:
        if row.claim in debate.claim_set.by_id:
            by_claim.setdefault(row.claim, Counter())[Stance(row.stance)] += row.comments
            by_day[row.hour.astimezone(zone).date()] += row.comments
    told = [(c, by_claim[c.id]) for c in debate.claim_set.claims if c.id in by_claim]
    ranked = sorted(told, key=lambda pair: -pair[1].total())
    silent = len(debate.claim_set.claims) - len(told)
    return Standing(tuple(ranked), tuple(_periods(by_day)), silent)


def _periods(by_day: Counter[date]) -> Iterator[tuple[date, int]]:
    """The counts in days, or in longer periods where those would be too many."""
    if not by_day:
        return
    first, last = min(by_day), max(by_day)
    length = (last - first).days + 1
    step = next((s for s in _STEPS if length <= s * MOST_PERIODS), length)
    for start in range(0, length, step):
        days = (first + timedelta(days=start + day) for day in range(step))
        yield first + timedelta(days=start), sum(by_day[day] for day in days)


def in_words(standing: Standing, title: str, wording: Wording) -> list[str]:
    """The figures a line at a time."""
    if not standing.claims:
        return [wording.say("standing.nothing", title=title), *_opinions(standing, wording)]
    shown, rest = standing.claims[:MOST_CLAIMS], standing.claims[MOST_CLAIMS:]
    lines = [
        wording.say(
            "standing.heading",
            title=title,
            comments=standing.comments,
            answered=standing.answered,
            unanswered=standing.comments - standing.answered,
        )
    ]
    lines += [
        wording.say(
            "standing.claim",
            statement=claim.statement_in(wording.locale),
            state=wording.say(f"standing.state_{claim.answer.state}"),
            counts=_counts(counts, wording),
        )
        for claim, counts in shown
    ]
    if rest:
        comments = sum(counts.total() for _, counts in rest)
        lines.append(wording.say("standing.rest", claims=len(rest), comments=comments))
    if standing.silent:
        lines.append(wording.say("standing.silent", claims=standing.silent))
    periods = [{"day": _day(day, wording), "comments": n} for day, n in standing.periods]
    lines.append(wording.say("standing.over_time", periods=periods, step=_step(standing)))
    return [*lines, *_opinions(standing, wording)]


def _opinions(standing: Standing, wording: Wording) -> Iterator[str]:
    """What members think of the claims that most of them voted on; counts alone."""
    if standing.opinions:
        yield wording.say("standing.opinions")
    for claim, tally in standing.opinions[:MOST_CLAIMS]:
        yield wording.say(
            "standing.opinion",
            statement=claim.statement_in(wording.locale),
            agree=tally.agree,
            disagree=tally.disagree,
            changed=tally.changed,
        )


def _counts(counts: Counter[Stance], wording: Wording) -> str:
    """Every stance that was taken, with its number."""
    return " · ".join(wording.say(f"standing.{s}", comments=counts[s]) for s in STANCES if counts[s])


def _step(standing: Standing) -> int:
    days = [day for day, _ in standing.periods]
    return (days[1] - days[0]).days if len(days) > 1 else 1


def _day(day: date, wording: Wording) -> str:
    return format_date(day, "d MMM", locale=wording.customs)


def as_picture(standing: Standing, title: str, wording: Wording) -> Picture:
    """The same figures to draw, every colour and pattern named by a word."""
    return Picture(
        title=wording.say("standing.picture_title", title=title),
        parts=tuple(wording.say(f"standing.part_{stance}") for stance in STANCES),
        bars=tuple(
            Bar(
                claim.statement_in(wording.locale),
                tuple(counts[stance] for stance in STANCES),
                wording.say(f"standing.state_{claim.answer.state}"),
            )
            for claim, counts in standing.claims[:MOST_CLAIMS]
        ),
        axis=wording.say("standing.axis"),
        over_time=tuple(Bar(_day(day, wording), (number,)) for day, number in standing.periods),
        over_time_title=wording.say("standing.axis_time", step=_step(standing)),
    )


def alt_text(standing: Standing, wording: Wording) -> str:
    """What is in the picture, for who cannot see it: as many of the claims as a description may hold."""
    most = min(len(standing.claims), MOST_CLAIMS)
    while True:
        claims: Sequence[str] = [
            wording.say(
                "standing.alt_claim", statement=c.statement_in(wording.locale), counts=_counts(n, wording)
            )
            for c, n in standing.claims[:most]
        ]
        text = wording.say("standing.alt", comments=standing.comments, claims=claims)
        if len(text) <= LONGEST_ALT or not most:
            return text[:LONGEST_ALT]
        most -= 1
