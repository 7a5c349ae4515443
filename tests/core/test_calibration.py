"""Choosing the operating point, as a pure function on made rankings."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.core.bars import LOOSER, MARGINS, MOST_OFF_TOPIC, NEVER
from bot.core.calibration import (
    FOLDS,
    Calibration,
    TooFewLabelsError,
    Truth,
    calibrate,
    mark_of,
    quiet_target,
    talkative_target,
)
from bot.core.decisions import Outcome, decide
from bot.core.evaluation import FittedRowsError, require_unseen
from bot.core.held_out import held_out
from bot.core.house_rules import Caution
from bot.core.matching import Ranking
from tests.core.rankings import CLAIM_SET, labelled

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


def sloppy(seed: int) -> Rows:
    """Rows of which every second one that is taken for apples is about clocks."""
    rankings, truths = labelled(seed, rows=400, noise=0.2)
    apples = [at for at, truth in enumerate(truths) if "apples" in truth.claims]
    for at in apples[::2]:
        truths[at] = replace(truths[at], claims=frozenset({"clocks"}))
    return rankings, truths


@pytest.mark.feature("T5")
@SEEDS
def test_a_claim_below_the_floor_is_only_suggested_and_the_others_are_answered(seed: int) -> None:
    rows = sloppy(seed)
    result = calibrate(*rows, model="m", claim_set="c", target=0.8, floor=0.9)
    assert result.point.own == {"apples": NEVER}
    assert result.precision >= 0.9
    outcomes: dict[str, set[tuple[Outcome, Outcome]]] = {}
    for ranking in rows[0]:
        match = result.confidence.judge(ranking)
        if match.score < result.point.reply:
            continue
        unasked, asked = (
            decide([match], CLAIM_SET, result.point, words=9, min_words=5, asked=asked).outcome
            for asked in (False, True)
        )
        outcomes.setdefault(match.candidates[0].claim, set()).add((unasked, asked))
    assert outcomes.pop("apples") == {(Outcome.SUGGEST, Outcome.REPLY)}
    assert set(outcomes) == {"boats", "clocks", "doors"}
    assert all(both == {(Outcome.REPLY, Outcome.REPLY)} for both in outcomes.values())
    lax = calibrate(*rows, model="m", claim_set="c", target=0.8, floor=0.0)
    assert lax.point.own == {}
    assert lax.coverage > result.coverage


@SEEDS
def test_a_claim_that_is_precise_higher_up_is_answered_from_there_on(seed: int) -> None:
    result = fitted(labelled(seed, rows=400, noise=1.0), target=0.8)
    for bar in result.point.own.values():
        assert result.point.reply < bar <= NEVER


@pytest.mark.feature("T4")
@SEEDS
def test_the_curve_that_the_threshold_was_chosen_from_is_kept(seed: int) -> None:
    result = calibrate(*labelled(seed, rows=400), model="m", claim_set="c", floor=0.0)
    thresholds = [point.threshold for point in result.curve]
    assert len(thresholds) > 20
    assert thresholds == sorted(thresholds)
    for earlier, later in pairwise(result.curve):
        assert earlier.coverage >= later.coverage
        assert earlier.off_topic >= later.off_topic
    before = [point for point in result.curve if point.threshold <= result.point.reply][-1]
    after = next(point for point in result.curve if point.threshold >= result.point.reply)
    assert before.coverage >= result.coverage >= after.coverage
    assert before.off_topic >= result.off_topic >= after.off_topic
    assert result.precision == pytest.approx(before.precision, abs=0.05)


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


@pytest.mark.feature("T6")
def test_by_writer_no_row_is_judged_by_a_calibration_that_saw_its_writer() -> None:
    rankings, truths = labelled(4, rows=90)
    writers = ["abc"[at % 3] for at in range(90)]
    found = held_out(rankings, truths, model="m", claim_set="c", target=0.9, writers=writers)
    for at, calibration in enumerate(found):
        theirs = {
            mark_of(r.text) for r, writer in zip(rankings, writers, strict=True) if writer == writers[at]
        }
        assert not theirs & set(calibration.fitted_on)
        assert calibration.rows == 60


def judged_at(calibration: Calibration, rows: Rows, caution: Caution) -> tuple[set[str], set[str]]:
    """The comments that are answered at that caution, and those of them that are answered rightly."""
    answered, right = set[str](), set[str]()
    for ranking, truth in zip(*rows, strict=True):
        match = calibration.confidence.judge(ranking)
        point = calibration.point_for(caution)
        if match.score >= point.bar_of(match.candidates[0].claim) and match.margin >= point.margin:
            answered.add(ranking.text)
            if match.candidates[0].claim in truth.claims:
                right.add(ranking.text)
    return answered, right


@SEEDS
@NOISE
def test_who_prefers_silence_is_answered_no_more_and_who_wants_words_no_less(seed: int, noise: float) -> None:
    rows = labelled(seed, rows=400, noise=noise)
    result = fitted(rows)
    assert result.graded
    quiet, usual, talkative = (result.point_for(caution) for caution in Caution)
    assert quiet.reply >= usual.reply >= talkative.reply
    assert quiet.margin >= usual.margin >= talkative.margin
    assert quiet.stance == usual.stance == talkative.stance
    few, some, many = (judged_at(result, rows, caution)[0] for caution in Caution)
    assert few <= some <= many
    assert result.others[Caution.QUIET].off_topic <= MOST_OFF_TOPIC
    assert result.others[Caution.TALKATIVE].off_topic <= MOST_OFF_TOPIC * LOOSER


@SEEDS
def test_each_caution_has_a_target_of_its_own_and_reaches_it(seed: int) -> None:
    result = fitted(labelled(seed, rows=900, noise=0.8, off_topic=2.0))
    quiet, talkative = result.others[Caution.QUIET], result.others[Caution.TALKATIVE]
    assert (quiet.target, result.target, talkative.target) == (0.98, 0.95, 0.9)
    assert quiet.precision >= quiet.target
    assert talkative.precision >= talkative.target
    assert quiet.coverage < result.coverage < talkative.coverage
    unseen = labelled(seed + 100, rows=900, noise=0.8, off_topic=2.0)
    for caution, target in zip(Caution, (0.98, 0.95, 0.9), strict=True):
        answered, right = judged_at(result, unseen, caution)
        assert len(right) / len(answered) >= target - 0.03  # two standard deviations of so few


@pytest.mark.parametrize(
    ("target", "quiet", "talkative"),
    [(0.95, 0.98, 0.9), (0.99, 0.996, 0.98), (0.8, 0.92, 0.8), (1.0, 1.0, 1.0)],
)
def test_the_talkative_go_below_the_floor_only_where_the_target_does(
    target: float, quiet: float, talkative: float
) -> None:
    assert (quiet_target(target), talkative_target(target)) == (quiet, talkative)


@SEEDS
def test_with_few_comments_who_prefers_silence_is_not_mute(seed: int) -> None:
    result = fitted(labelled(seed, rows=60, noise=0.2), target=0.8)
    assert result.coverage > 0
    quiet = result.others[Caution.QUIET]
    assert quiet.coverage > 0
    assert quiet.precision >= result.precision
