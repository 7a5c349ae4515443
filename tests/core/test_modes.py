"""What the house rules make of a decision, without a store, a clock or a channel."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.core.claims import AnswerState, Stance
from bot.core.decisions import AnswerTo, Decision, Outcome, Reason, ReplyKind
from bot.core.house_rules import HouseRules, Mode
from bot.core.modes import ask_moderators, doubts_about, months_since, outvoted_claims, silence
from bot.core.verdicts import Voice
from bot.debates import load_debate
from tests.debates.conftest import HARBOUR


def answer(claim: str) -> AnswerTo:
    return AnswerTo(claim, Stance.AGREES, ReplyKind.QUOTE, AnswerState.NONE, (), 0.9, 0.8)


REPLY = Decision(Outcome.REPLY, None, (answer("a"), answer("b")), ())


@pytest.mark.parametrize(
    ("mode", "asked", "taken_over", "reason"),
    [
        (Mode.OFF, True, False, Reason.MODE_OFF),
        (Mode.OFF, False, True, Reason.MODE_OFF),
        (Mode.REQUEST, False, False, Reason.NOT_ASKED),
        (Mode.REQUEST, True, False, None),
        (Mode.REQUEST, True, True, Reason.TAKEN_OVER),
        (Mode.SUGGEST, False, False, None),
        (Mode.AUTOMATIC, False, False, None),
        (Mode.AUTOMATIC, True, True, Reason.TAKEN_OVER),
    ],
)
def test_who_is_silent_and_why(mode: Mode, asked: bool, taken_over: bool, reason: Reason | None) -> None:
    assert silence(mode, asked=asked, taken_over=taken_over) == reason


def test_a_reply_unasked_becomes_a_suggestion_and_one_that_was_asked_for_does_not() -> None:
    suggested = ask_moderators(REPLY, Mode.SUGGEST, {})
    assert (suggested.outcome, suggested.reason) == (Outcome.SUGGEST, Reason.MODE_SUGGEST)
    assert suggested.answers == REPLY.answers
    assert ask_moderators(REPLY, Mode.SUGGEST, {}, asked=True) == REPLY
    assert ask_moderators(REPLY, Mode.AUTOMATIC, {}) == REPLY
    silent = Decision(Outcome.ABSTAIN, Reason.OFF_TOPIC, (), ())
    assert ask_moderators(silent, Mode.SUGGEST, {"a": Reason.OUTVOTED}) == silent


def test_what_is_doubted_is_left_out_and_suggested_when_nothing_else_is_left() -> None:
    one = ask_moderators(REPLY, Mode.AUTOMATIC, {"a": Reason.OUTVOTED})
    assert (one.outcome, [a.claim for a in one.answers]) == (Outcome.REPLY, ["b"])
    none = ask_moderators(REPLY, Mode.AUTOMATIC, {"a": Reason.OLD_SOURCE, "b": Reason.OUTVOTED}, asked=True)
    assert (none.outcome, none.reason) == (Outcome.SUGGEST, Reason.OLD_SOURCE)
    assert len(none.answers) == 2


def test_an_offer_is_made_only_of_claims_without_doubts_two_at_least() -> None:
    offer = replace(
        REPLY, reason=Reason.TIE, answers=REPLY.answers[:1], offered=(answer("a"), answer("b"), answer("c"))
    )
    two = ask_moderators(offer, Mode.AUTOMATIC, {"b": Reason.OUTVOTED})
    assert (two.outcome, [a.claim for a in two.offered]) == (Outcome.REPLY, ["a", "c"])
    for asked in (False, True):
        one = ask_moderators(
            offer, Mode.AUTOMATIC, {"b": Reason.OUTVOTED, "c": Reason.OLD_SOURCE}, asked=asked
        )
        assert (one.outcome, one.reason) == (Outcome.SUGGEST, Reason.OUTVOTED)
        assert one.answers == REPLY.answers[:1]


def voices(*given: tuple[str, bool, int]) -> list[Voice]:
    return [Voice("a", kind, value, False, count) for kind, value, count in given]


@pytest.mark.parametrize(
    ("given", "heard", "outvoted"),
    [
        ([("helpful", False, 3), ("helpful", True, 2)], 5, True),
        ([("helpful", False, 3), ("helpful", True, 2)], 6, False),
        ([("helpful", False, 3), ("helpful", True, 2)], 0, False),
        ([("helpful", False, 3), ("helpful", True, 3)], 5, False),
        ([("not_my_point", True, 2), ("fits", True, 1)], 1, True),
        ([("not_my_point", False, 9)], 1, False),
        ([("something_else", False, 9)], 1, False),
        ([("fits", False, 1)], 1, True),
        ([("fits", True, 1)], 1, False),
        ([], 1, False),
    ],
)
def test_the_balance_of_verdicts(given: list[tuple[str, bool, int]], heard: int, outvoted: bool) -> None:
    assert outvoted_claims(voices(*given), heard) == ({"a"} if outvoted else set())


@pytest.mark.parametrize(
    ("published", "today", "months"),
    [
        ("2010", date(2010, 12, 31), 0),
        ("2010", date(2011, 12, 31), 12),
        ("2010", date(2011, 12, 30), 11),
        ("2021-05", date(2021, 6, 30), 0),
        ("2021-05", date(2021, 7, 1), 1),
        ("2021-05-09", date(2021, 6, 9), 1),
        ("2021-05-09", date(2021, 6, 8), 0),
        ("2021-05-09", date(2020, 6, 8), -12),
    ],
)
def test_how_long_ago_a_date_is(published: str, today: date, months: int) -> None:
    assert months_since(published, today) == months


def test_an_old_source_is_doubted_only_when_the_rules_set_an_age() -> None:
    debate = load_debate(HARBOUR)
    claim = debate.claim_set.by_id["empty-quay"]
    said = AnswerTo(claim.id, Stance.AGREES, ReplyKind.QUOTE, claim.answer.state, claim.quotes, 0.9, 0.8)
    unsaid = answer("eelgrass")
    today = date(2026, 1, 1)
    assert doubts_about([said, unsaid], debate, [], HouseRules(), today) == {}
    # The interview is of May 2021: 55 months ago, counted from the end of that month.
    assert doubts_about([said], debate, [], HouseRules(old_after_months=56), today) == {}
    old = HouseRules(old_after_months=55)
    assert doubts_about([said, unsaid], debate, [], old, today) == {
        "empty-quay": Reason.OLD_SOURCE,
        "eelgrass": Reason.OLD_SOURCE,
    }
    disliked = [Voice("empty-quay", "helpful", False, False, 5)]
    assert doubts_about([said], debate, disliked, old, today) == {"empty-quay": Reason.OUTVOTED}
