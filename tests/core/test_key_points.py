"""The measures of the Key Point Analysis shared task, on pairs counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bot.debates.argument_pairs import Argument, ArgumentPairs, KeyPoint
from tests.key_points import average_precision, measure


def pairs(labels: dict[tuple[str, str], bool]) -> ArgumentPairs:
    """One topic: four arguments and two key points for it, two arguments and a key point against it."""
    sides = {"a0": "1", "a1": "1", "a2": "1", "a3": "1", "b0": "-1", "b1": "-1"}
    return ArgumentPairs(
        tuple(Argument(arg_id=id, argument=id, topic="t", stance=s) for id, s in sides.items()),  # type: ignore[arg-type]
        (
            KeyPoint(key_point_id="k0", key_point="k0", topic="t", stance="1"),
            KeyPoint(key_point_id="k1", key_point="k1", topic="t", stance="1"),
            KeyPoint(key_point_id="m0", key_point="m0", topic="t", stance="-1"),
        ),
        labels,
    )


SCORES = np.array(
    [
        [0.9, 0.1, 1.0],  # a0 → k0; the key point of the other side is never its own
        [0.2, 0.8, 0.0],  # a1 → k1
        [0.3, 0.1, 0.0],  # a2 and a3 are the less sure half
        [0.1, 0.2, 0.0],
        [0.0, 0.0, 0.7],  # b0 → m0
        [0.0, 0.0, 0.6],
    ],
    dtype=np.float32,
)


def test_the_surest_half_of_each_side_is_judged_by_both_measures() -> None:
    found = measure(pairs({("a0", "k0"): False, ("a1", "k1"): True, ("b0", "m0"): True}), SCORES)
    # For the topic: wrong, right. The precision at the right one is 1/2, times its recall of 1; half are right.
    # Against it: right, so 1.
    assert found.evaluation.strict == pytest.approx((0.5 + 1.0) / 2)
    assert found.present.strict == pytest.approx((0.5 * 0.5 + 1.0) / 2)
    assert found.evaluation.relaxed == found.evaluation.strict


def test_an_undecided_pair_is_wrong_by_the_strict_and_right_by_the_relaxed_measure() -> None:
    found = measure(pairs({("a0", "k0"): True, ("b0", "m0"): True}), SCORES)
    # For the topic: right, undecided.
    assert found.evaluation.strict == pytest.approx((1.0 + 1.0) / 2)
    assert found.present.strict == pytest.approx((1.0 * 0.5 + 1.0) / 2)
    assert found.present.relaxed == pytest.approx(1.0)


def test_a_side_with_nothing_right_is_worth_nothing() -> None:
    assert average_precision([(0.9, False), (0.8, False)], share=False) == 0.0
    # Right, wrong, right: the mean of 1/1 and 2/3; and two of three are right.
    found = average_precision([(0.9, True), (0.8, False), (0.7, True)], share=True)
    assert found == pytest.approx((1 + 2 / 3) / 2 * 2 / 3)
