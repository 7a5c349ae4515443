"""What shifted between the poll at the opening and the one at the close, in words and figures."""

from __future__ import annotations

from collections.abc import Sequence

from babel.numbers import format_decimal, format_percent

from bot.core.polls import AnswerShift, shift
from bot.wording import Wording

DIRECTIONS = ("rose", "fell", "stayed")


def compose_shift(
    wording: Wording,
    question: str,
    answers: Sequence[str],
    before: Sequence[int],
    after: Sequence[int],
    *,
    votes: int = 0,
    changed: int = 0,
) -> str:
    """The sentences; `before` and `after` are votes by answer, `votes` and `changed` those on the claims."""
    shifts = shift(before, after)
    if shifts is None:
        return wording.say("poll.no_votes", question=question)
    return wording.say(
        "poll.shift",
        question=question,
        before=sum(before),
        after=sum(after),
        lines=[_line(wording, answer, one) for answer, one in zip(answers, shifts, strict=True)],
        votes=votes,
        changed=changed,
    )


def _line(wording: Wording, answer: str, one: AnswerShift) -> str:
    locale = wording.locale
    direction = "rose" if one.points > 0 else "fell" if one.points < 0 else "stayed"
    return wording.say(
        f"poll.{direction}",
        answer=answer,
        share_before=format_percent(one.percent_before / 100, locale=locale),
        share_after=format_percent(one.percent_after / 100, locale=locale),
        points=format_decimal(abs(one.points), locale=locale),
        before=one.before,
        after=one.after,
    )
