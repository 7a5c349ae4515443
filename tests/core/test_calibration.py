"""Choosing the operating point, as a pure function on made rankings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.calibration import (
    FOLDS,
    MARGINS,
    MOST_OFF_TOPIC,
    Calibration,
    TooFewLabelsError,
    Truth,
    calibrate,
    mark_of,
)
from bot.core.evaluation import FittedRowsError, require_unseen
from bot.core.held_out import held_out
from bot.core.matching import Ranking
from tests.core.rankings import labelled

SEEDS = pytest.mark.parametrize("seed", range(6))
NOISE = pytest.mark.parametrize("noise", [0.3, 0.8, 1.5], ids=["clear", "noisy", "hopeless"])
Rows = tuple[list[Ranking], list[Truth]]


def fitted(rows: Rows, target: float = 0.95) -> Calibration:
    return calibrate(*rows, model="m", claim_set="c", target=target)


@pytest.mark.feature("T5")
@SEEDS
@NOISE
def test_what_is_posted_is_as_precise_as_asked_on_the_rows_it_was_fitted_on(seed: int, noise: float) -> None:
    for target in (0.6, 0.9, 1.0):
        result = fitted(labelled(seed, noise=noise), target)
        assert result.coverage == 0.0 or result.precision >= target
        assert result.off_topic <= MOST_OFF_TOPIC
        assert 0.0 <= result.point.suggest <= result.point.reply
        assert result.point.margin in MARGINS


@SEEDS
@NOISE
def test_who_asks_for_more_precision_never_gets_more_replies(seed: int, noise: float) -> None:
    rows = labelled(seed, noise=noise)
    found = [fitted(rows, target) for target in (0.5, 0.7, 0.8, 0.9, 0.95, 1.0)]
    right = [result.coverage * result.precision for result in found]
    assert right == sorted(right, reverse=True)


@SEEDS
def test_clear_evidence_is_answered_and_none_is_not(seed: int) -> None:
    assert fitted(labelled(seed, noise=0.2)).coverage > 0.9
    rankings, truths = labelled(seed, noise=0.2)
    shuffled = [*truths[1:], truths[0]]  # the labels of other comments
    assert fitted((rankings, shuffled)).coverage < 0.1


@SEEDS
def test_the_confidence_rises_with_the_evidence(seed: int) -> None:
    rankings, _ = labelled(seed)
    confidence = fitted(labelled(seed)).confidence
    best = rankings[0].claims[0].evidence
    stronger = replace(best, value=best.value + 0.3, lead=best.lead + 0.3, near=best.near + 0.3)
    assert confidence.of(stronger) > confidence.of(best)
    match = confidence.judge(rankings[0])
    scores = [candidate.score for candidate in match.candidates]
    assert scores == sorted(scores, reverse=True)
    assert match.margin == pytest.approx(scores[0] - scores[1])


@pytest.mark.parametrize("rows", [0, 1, FOLDS, 2 * FOLDS - 1])
def test_too_few_rows_are_refused(rows: int) -> None:
    with pytest.raises(TooFewLabelsError):
        fitted(labelled(1, rows=rows))


def test_rows_that_are_all_off_topic_or_all_right_are_refused() -> None:
    rankings, truths = labelled(1)
    silent = [Truth(frozenset(), None)] * len(rankings)
    always = [Truth(frozenset(r.claim for r in ranking.claims), truths[0].stance) for ranking in rankings]
    for wanted in (silent, always):
        with pytest.raises(TooFewLabelsError):
            fitted((rankings, wanted))


def test_the_same_rows_give_the_same_calibration_in_the_same_words() -> None:
    assert fitted(labelled(3)) == fitted(labelled(3))


@pytest.mark.feature("T6")
def test_nobody_measures_on_the_rows_it_was_fitted_on() -> None:
    dev, test = labelled(1), labelled(2)
    calibration = fitted(dev)
    unseen = {str(at): ranking.text for at, ranking in enumerate(test[0])}
    require_unseen(unseen, calibration)
    require_unseen({}, calibration)
    require_unseen({"d": dev[0][0].text}, None)
    same = {str(at): ranking.text for at, ranking in enumerate(dev[0])}
    with pytest.raises(FittedRowsError) as raised:
        require_unseen(same, calibration)
    assert len(raised.value.ids) == len(dev[0])
    with pytest.raises(FittedRowsError) as raised:
        require_unseen({**unseen, "one": dev[0][17].text}, calibration)
    assert raised.value.ids == ("one",)


def test_a_comment_without_words_of_its_own_is_no_row_it_was_fitted_on() -> None:
    rankings, truths = labelled(1)
    calibration = fitted(([replace(rankings[0], text=""), *rankings[1:]], truths))
    assert mark_of("") not in calibration.fitted_on
    require_unseen({"emoji": ""}, calibration)


@pytest.mark.feature("T6")
def test_held_out_no_row_is_judged_by_a_calibration_that_saw_it() -> None:
    rankings, truths = labelled(4, rows=90)
    found = held_out(rankings, truths, model="m", claim_set="c", target=0.9)
    assert len(found) == 90
    for ranking, calibration in zip(rankings, found, strict=True):
        assert mark_of(ranking.text) not in calibration.fitted_on
        assert calibration.rows == 81
    assert len({calibration.fitted_on for calibration in found}) == FOLDS
