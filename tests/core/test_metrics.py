"""Measuring, as pure functions on made decisions."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from bot.core.claims import ClaimSet
from bot.core.decisions import Reason
from bot.core.evaluation import evaluate
from bot.core.judged import Judged, is_right, label_of
from bot.core.metrics import (
    Cut,
    Share,
    area_under_risk,
    calibration_error,
    confusions,
    mcnemar,
    per_claim,
    reliability,
    risk_coverage,
)
from tests.core.rankings import CLAIM_SET, CLAIMS, claim, judged

SEEDS = pytest.mark.parametrize("seed", range(8))


def sample(seed: int, rows: int = 120) -> list[Judged]:
    """Comments on and off topic, answered and not, right and wrong."""
    choose = Random(seed)
    return [
        judged(
            str(at),
            choose.choice([(), (choose.choice(CLAIMS),), tuple(choose.sample(CLAIMS, 2))]),
            choose.choice(CLAIMS),
            round(choose.random(), 2),
            reply=choose.random() > 0.4,
            lang=choose.choice(["nl", "en"]),
        )
        for at in range(rows)
    ]


# -- shares


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_the_interval_is_that_of_wilson(right: int, of: int, low: float, high: float) -> None:
    # The last row is the example of Newcombe (1998), table I, method 3.
    assert Share(right, of).interval == pytest.approx((low, high), abs=5e-5)


def test_of_nothing_anything_may_be_true() -> None:
    assert (Share(0, 0).value, Share(0, 0).interval) == (0.0, (0.0, 1.0))


# -- per claim


@pytest.mark.feature("T7", "T9")
@SEEDS
def test_the_table_sums_to_the_rows(seed: int) -> None:
    rows = sample(seed)
    table = per_claim(rows, CLAIM_SET)
    assert [figures.claim for figures in table] == [*CLAIMS, None]
    assert sum(figures.labelled for figures in table) == len(rows)
    assert sum(figures.told for figures in table) == len(rows)
    for figures in table:
        assert figures.right <= min(figures.labelled, figures.told)
        for share in (figures.precision, figures.recall):
            low, high = share.interval
            assert low <= share.value <= high
        low, high = figures.f1_interval
        assert low <= figures.f1 <= high
        if figures.right:
            p, r = figures.precision.value, figures.recall.value
            assert figures.f1 == pytest.approx(2 * p * r / (p + r))


@pytest.mark.feature("T9")
def test_silence_is_a_class_with_a_recall_of_its_own() -> None:
    rows = [
        judged("right silence", (), "apples", 0.1, reply=False),
        judged("missed", ("apples",), "apples", 0.4, reply=False),
        judged("intrusion", (), "boats", 0.9),
        judged("answer", ("boats",), "boats", 0.9),
    ]
    *_, silence = per_claim(rows, CLAIM_SET)
    assert (silence.labelled, silence.told, silence.right) == (2, 2, 1)
    overall = evaluate(rows, CLAIM_SET).overall
    assert (overall.silence, overall.coverage, overall.off_topic) == (Share(1, 2), Share(1, 2), Share(1, 2))
    assert overall.precision == Share(1, 2)


def test_any_wanted_claim_is_right_and_so_is_one_that_shares_its_passage() -> None:
    row = judged("x", ("apples", "clocks"), "clocks", 0.9)
    assert label_of(row, "clocks", CLAIM_SET) == "clocks"
    assert label_of(row, "boats", CLAIM_SET) == "apples"
    assert label_of(row, None, CLAIM_SET) == "apples"
    shared = ClaimSet((claim("apples", 0, 20), claim("boats", 20), claim("doors", 20, 40)), ())
    row = judged("x", ("apples",), "boats", 0.9)
    assert is_right("boats", row, shared)
    assert not is_right("doors", row, shared)


def test_an_offer_is_no_answer_and_breaks_a_silence_that_was_right() -> None:
    def offered(id: str, wanted: tuple[str, ...]) -> Judged:
        row = judged(id, wanted, "apples", 0.7, also=("boats",))
        return replace(row, decision=replace(row.decision, reason=Reason.TIE, offered=row.decision.answers))

    rows = [
        offered("a", ("boats",)),
        offered("b", ("clocks",)),
        offered("c", ()),
        judged("d", (), "apples", 0.1, reply=False),
    ]
    result = evaluate(rows, CLAIM_SET)
    figures = result.overall
    assert (figures.precision.of, figures.coverage.right) == (0, 0)
    assert (figures.offers.right, figures.offers.of) == (1, 3)
    assert (figures.off_topic.right, figures.off_topic.of) == (1, 2)
    assert figures.silence.right == 1
    assert [(slip.kind, slip.row.id) for slip in result.slips if slip.kind != "wrong_stance"] == [
        ("missed", "a"),
        ("missed", "b"),
        ("off_topic", "c"),
    ]


def test_every_answer_of_a_reply_counts_for_precision() -> None:
    rows = [judged("x", ("apples",), "apples", 0.9, also=("boats",))]
    result = evaluate(rows, CLAIM_SET)
    assert result.overall.precision == Share(1, 2)
    assert [slip.kind for slip in result.slips] == ["wrong_answer"]


# -- confusions


@pytest.mark.feature("T8")
def test_the_most_confused_pairs_come_first_with_examples() -> None:
    rows = [judged(f"ab{n}", ("apples",), "boats", 0.5 + n / 100, reply=n == 0) for n in range(5)]
    rows += [judged(f"cd{n}", ("clocks",), "doors", 0.5) for n in range(2)]
    rows += [judged("off", (), "doors", 0.8), judged("quiet", (), "doors", 0.3, reply=False)]
    rows += [judged("right", ("doors",), "doors", 0.9)]
    first, second, third = confusions(rows, CLAIM_SET)
    assert (first.label, first.taken, first.count, first.replied) == ("apples", "boats", 5, 1)
    assert [row.id for row in first.examples] == ["ab4", "ab3", "ab2"]
    assert (second.label, second.taken, second.count, second.replied) == ("clocks", "doors", 2, 2)
    assert (third.label, third.taken, third.count) == (None, "doors", 1)


@SEEDS
def test_never_more_than_ten_pairs_and_the_counts_fall(seed: int) -> None:
    pairs = confusions(sample(seed, rows=400), CLAIM_SET)
    assert len(pairs) == 10
    counts = [pair.count for pair in pairs]
    assert counts == sorted(counts, reverse=True)
    assert all(pair.label != pair.taken for pair in pairs)


# -- along the confidence


@pytest.mark.feature("T9")
@SEEDS
def test_the_risk_coverage_curve_runs_from_the_surest_to_all(seed: int) -> None:
    rows = sample(seed)
    cuts = risk_coverage(rows, CLAIM_SET)
    assert [cut.score for cut in cuts] == sorted({row.decision.score for row in rows}, reverse=True)
    assert [cut.coverage for cut in cuts] == sorted(cut.coverage for cut in cuts)
    assert cuts[-1].coverage == 1.0
    wrong = sum(not is_right(row.best or "", row, CLAIM_SET) for row in rows)
    assert cuts[-1].risk == pytest.approx(wrong / len(rows))
    assert 0.0 <= area_under_risk(cuts) <= 1.0


def test_a_sure_error_costs_more_than_an_unsure_one() -> None:
    good = [judged("a", ("apples",), "apples", 0.9), judged("b", ("apples",), "boats", 0.2)]
    bad = [judged("a", ("apples",), "apples", 0.2), judged("b", ("apples",), "boats", 0.9)]
    curve, other = risk_coverage(good, CLAIM_SET), risk_coverage(bad, CLAIM_SET)
    assert curve == (Cut(0.9, 0.5, 0.0), Cut(0.2, 1.0, 0.5))
    assert area_under_risk(curve) < area_under_risk(other)
    assert area_under_risk(()) == 0.0


@SEEDS
def test_the_bins_hold_every_comment_once(seed: int) -> None:
    rows = sample(seed)
    bins = reliability(rows, CLAIM_SET)
    assert sum(b.kept.of for b in bins) == len(rows)
    assert [b.promised for b in bins] == sorted(b.promised for b in bins)
    assert 0.0 <= calibration_error(bins) <= 1.0


def test_kept_promises_leave_no_gap() -> None:
    rows = [judged(str(n), ("apples",), "apples" if n < 7 else "boats", 0.7) for n in range(10)]
    (only,) = reliability(rows, CLAIM_SET)
    assert (only.promised, only.kept) == (pytest.approx(0.7), Share(7, 10))
    assert calibration_error((only,)) == pytest.approx(0.0)
    assert calibration_error(()) == 0.0


@pytest.mark.parametrize(
    ("gained", "lost", "chance"), [(0, 0, 1.0), (5, 5, 1.0), (0, 6, 2 / 64), (1, 9, 22 / 1024)]
)
def test_the_exact_test_of_mcnemar(gained: int, lost: int, chance: float) -> None:
    assert mcnemar(gained, lost) == pytest.approx(chance)


# -- all together


@SEEDS
def test_a_language_at_a_time_sums_to_the_whole(seed: int) -> None:
    rows = sample(seed)
    result = evaluate(rows, CLAIM_SET)
    parts = result.by_language.values()
    assert sum(figures.rows for figures in parts) == result.overall.rows == len(rows)
    for name in ("top1", "top3", "precision", "coverage", "stance", "off_topic", "silence"):
        whole = getattr(result.overall, name)
        assert (whole.right, whole.of) == (
            sum(getattr(figures, name).right for figures in parts),
            sum(getattr(figures, name).of for figures in parts),
        )


def test_no_rows_and_one_kind_of_rows_are_measured_too() -> None:
    assert evaluate([], CLAIM_SET).overall.rows == 0
    silent = evaluate([judged("a", (), "apples", 0.1, reply=False)], CLAIM_SET)
    assert silent.overall.silence == Share(1, 1)
    assert silent.overall.auroc == 0.0
    assert silent.slips == ()
