"""Whom and where the bot reads: places, roles and tags, and what is excluded goes before what is included."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.claims import AnswerState, Stance
from bot.core.decisions import AnswerTo, Decision, Outcome, Reason
from bot.core.etiquette import without_muted
from bot.core.house_rules import HouseRules, Places
from bot.core.scope import in_scope

HERE, THERE = 1, 2


@pytest.mark.parametrize(
    ("rules", "in_thread", "roles", "tags", "read"),
    [
        ({}, False, set(), set(), True),
        ({}, True, {HERE}, {THERE}, True),
        ({"places": Places.CHANNEL}, False, set(), set(), True),
        ({"places": Places.CHANNEL}, True, set(), set(), False),
        ({"places": Places.THREADS}, False, set(), set(), False),
        ({"places": Places.THREADS}, True, set(), set(), True),
        ({"only_roles": (HERE,)}, False, {HERE, THERE}, set(), True),
        ({"only_roles": (HERE,)}, False, {THERE}, set(), False),
        ({"only_roles": (HERE,)}, False, set(), set(), False),
        ({"not_roles": (HERE,)}, False, {THERE}, set(), True),
        ({"not_roles": (HERE,)}, False, {HERE}, set(), False),
        ({"only_roles": (THERE,), "not_roles": (HERE,)}, False, {HERE, THERE}, set(), False),
        ({"only_tags": (HERE, THERE)}, True, set(), {THERE}, True),
        ({"only_tags": (HERE,)}, True, set(), set(), False),
        ({"not_tags": (HERE,)}, True, set(), {HERE}, False),
    ],
)
def test_scope(
    rules: dict[str, object], in_thread: bool, roles: set[int], tags: set[int], read: bool
) -> None:
    set_ = HouseRules().with_changes(rules)
    assert in_scope(set_, in_thread=in_thread, roles=roles, tags=tags) is read


def decision(outcome: Outcome, *claims: str) -> Decision:
    answers = tuple(AnswerTo(c, Stance.DISPUTES, None, AnswerState.NONE, (), 0.9, 0.5) for c in claims)
    return Decision(outcome, None if outcome is Outcome.REPLY else Reason.UNSURE, answers, ())


def test_a_muted_claim_is_neither_said_nor_suggested_and_the_others_are() -> None:
    for outcome in (Outcome.REPLY, Outcome.SUGGEST):
        both = without_muted(decision(outcome, "apples", "boats"), {"apples"})
        assert (both.outcome, [answer.claim for answer in both.answers]) == (outcome, ["boats"])
        alone = without_muted(decision(outcome, "apples"), {"apples"})
        assert (alone.outcome, alone.reason) == (Outcome.ABSTAIN, Reason.MUTED)
        assert [answer.claim for answer in alone.answers] == ["apples"]  # the record still tells of it
    tied = replace(
        decision(Outcome.REPLY, "apples"),
        offered=decision(Outcome.REPLY, "apples", "boats", "clocks").answers,
    )
    two = without_muted(tied, {"boats"})
    assert (two.outcome, [answer.claim for answer in two.offered]) == (Outcome.REPLY, ["apples", "clocks"])
    for asked, outcome in ((False, Outcome.SUGGEST), (True, Outcome.REPLY)):
        one = without_muted(tied, {"boats", "clocks"}, asked=asked)
        assert (one.outcome, [answer.claim for answer in one.answers], one.offered) == (
            outcome,
            ["apples"],
            (),
        )
    silent = decision(Outcome.ABSTAIN)
    assert without_muted(silent, {"apples"}) is silent
