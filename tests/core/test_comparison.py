"""Two sets of decisions on the same comments, as a pure function."""

from __future__ import annotations

import pytest

from bot.core.claims import ClaimSet
from bot.core.comparison import Answered, Change, answered, compare, hardest_hit
from bot.core.metrics import Share
from tests.core.rankings import CLAIM_SET, claim, judged


def test_a_reply_is_gained_lost_or_changed() -> None:
    before = [
        Answered("1", "a", ()),
        Answered("2", "b", ("x",)),
        Answered("3", "c", ("x",)),
        Answered("4", "d", ("x", "y")),
    ]
    after = [
        Answered("1", "a", ("x",)),
        Answered("2", "b", ()),
        Answered("3", "c", ("y",)),
        Answered("4", "d", ("y", "x")),
    ]
    found = compare(before, after)
    assert [(one.before.id, one.change) for one in found.differences] == [
        ("1", Change.GAINED),
        ("2", Change.LOST),
        ("3", Change.CHANGED),
    ]
    assert (found.rows, found.better, found.worse, found.chance) == (4, 1, 1, 1.0)
    assert len(found.of(Change.LOST)) == 1


def test_where_labels_tell_what_is_right_they_are_counted() -> None:
    before = [
        judged("a", ("apples",), "apples", 0.9),
        judged("b", (), "boats", 0.9),
        judged("c", (), "boats", 0.1, reply=False),
    ]
    after = [
        judged("a", ("apples",), "boats", 0.9),
        judged("b", (), "boats", 0.1, reply=False),
        judged("c", (), "boats", 0.9),
    ]
    found = compare(*([answered(row, CLAIM_SET) for row in side] for side in (before, after)))
    assert [one.change for one in found.differences] == [Change.CHANGED, Change.LOST, Change.GAINED]
    assert (found.better, found.worse) == (1, 2)
    missed = answered(judged("d", ("apples",), "apples", 0.5, reply=False), CLAIM_SET)
    assert (missed.claims, missed.right) == ((), False)


def test_nine_of_ten_for_the_worse_is_hardly_chance() -> None:
    before = [Answered(str(at), "", ("x",)) for at in range(10)]
    after = [Answered(str(at), "", ()) for at in range(10)]
    assert compare(before, after).chance == pytest.approx(2 / 1024)
    with pytest.raises(ValueError, match="zip"):
        compare(before, after[:-1])


def test_the_claim_that_lost_most_is_named() -> None:
    before = [judged("a", ("apples",), "apples", 0.9), judged("b", ("boats",), "boats", 0.9)]
    after = [
        judged("a", ("apples",), "boats", 0.9),
        judged("b", ("boats",), "boats", 0.9),
        judged("c", (), "boats", 0.9),
    ]
    assert hardest_hit(before, after, CLAIM_SET, CLAIM_SET) == ("boats", Share(1, 1), Share(1, 3))
    assert hardest_hit(before, before, CLAIM_SET, CLAIM_SET) is None
    assert hardest_hit(after, before, CLAIM_SET, CLAIM_SET) is None
    assert hardest_hit([], [], CLAIM_SET, CLAIM_SET) is None


def test_a_claim_that_one_set_does_not_have_is_wrong_there() -> None:
    smaller = ClaimSet((claim("boats", 20),), ())
    row = judged("a", ("apples",), "boats", 0.9)
    assert answered(row, smaller).right is False
