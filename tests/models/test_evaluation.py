"""Each measure against arithmetic that can be read here, or against another library's."""

import math
import subprocess
import sys

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from models import evaluation
from models.calibration import calibration

OUTCOMES = np.array([1, 0, 1, 0, 0])
SCORES = np.array([0.9, 0.8, 0.4, 0.4, 0.1])
# Pairs of one with and one without the outcome: 0.9 against 0.8, 0.4, 0.1: three won. 0.4 against 0.8: lost, 0.4: a tie, 0.1: won.
AUC = (3 + 0.5 + 1) / 6


def test_auc_is_the_share_of_pairs_won():
    assert evaluation.auc(OUTCOMES, SCORES) == pytest.approx(AUC)


def test_auc_agrees_with_another_library_also_with_ties_and_weights():
    rng = np.random.default_rng(1)
    for _ in range(20):
        outcomes, scores, weights = rng.integers(0, 2, 60), rng.random(60).round(1), rng.integers(0, 4, 60)
        assert evaluation.auc(outcomes, scores) == pytest.approx(roc_auc_score(outcomes, scores))
        assert evaluation.auc(outcomes, scores, weights) == pytest.approx(roc_auc_score(outcomes, scores, sample_weight=weights))


def test_auc_of_one_kind_alone_is_no_number():
    assert math.isnan(evaluation.auc(np.ones(3), np.arange(3)))


def test_a_draw_keeps_the_rows_of_a_group_together():
    # Two accounts, each with both outcomes in the right order: whatever is drawn, every pair inside and across is won.
    outcomes, scores, groups = np.array([0, 1, 0, 1]), np.array([0.1, 0.9, 0.2, 0.8]), np.array(["a", "a", "b", "b"])
    drawn = evaluation.resampled_auc(outcomes, {"model": scores, "upside down": -scores}, groups, resamples=50)
    assert set(drawn["model"]) == {1.0}
    assert set(drawn["upside down"]) == {0.0}


def test_the_spread_of_drawn_aucs_is_that_of_theory():
    # Hanley and McNeil 1982: under chance, with m and n of the two kinds, the variance is (m + n + 1) / (12 m n).
    rng = np.random.default_rng(2)
    outcomes, scores = np.repeat([0, 1], [300, 100]), rng.random(400)
    drawn = evaluation.resampled_auc(outcomes, {"model": scores}, np.arange(400), resamples=2000)["model"]
    assert drawn.std() == pytest.approx(math.sqrt(401 / (12 * 300 * 100)), rel=0.1)


def test_lift_is_the_rate_at_the_top_over_the_rate_of_all():
    # 20 rows, 5 with the outcome: rate 1/4. The top tenth is 2 rows, both with it: 1 / (1/4) = 4.
    outcomes = np.array([1, 1, 0, 1, 0, 1, 1] + [0] * 13)
    assert evaluation.lift(outcomes, np.arange(20, 0, -1)) == pytest.approx(4.0)


def test_lift_of_a_flat_score_is_chance():
    assert evaluation.lift(np.array([1, 0, 0, 1, 0]), np.full(5, 0.3)) == pytest.approx(1.0)
    assert math.isnan(evaluation.lift(np.zeros(4), np.arange(4)))


@pytest.mark.parametrize(("said", "slope"), [(0.8, 1.0), (0.9, math.log(4) / math.log(9)), (0.6, math.log(4) / math.log(1.5))])
def test_calibration_slope_and_intercept_by_hand(said, slope):
    # Ten rows of which 8 have the outcome, ten of which 2 have it: log odds +ln 4 and -ln 4, said to be those of `said`.
    outcomes = np.array([1] * 8 + [0] * 2 + [1] * 2 + [0] * 8)
    found = calibration(outcomes, np.repeat([said, 1 - said], 10))
    assert found == pytest.approx((slope, 0.0), abs=1e-4)


def test_calibration_intercept_by_hand():
    # Said 1/2 and 1/3, log odds 0 and -ln 2; happened 3/4 and 3/5, log odds ln 3 and ln 1.5: slope (ln 3 - ln 1.5) / ln 2 = 1, intercept ln 3.
    outcomes = np.array([1] * 15 + [0] * 5 + [1] * 12 + [0] * 8)
    assert calibration(outcomes, np.repeat([1 / 2, 1 / 3], 20)) == pytest.approx((1.0, math.log(3)), abs=1e-4)


def test_brier_and_log_loss_by_hand():
    outcomes, said = np.array([1, 0, 1]), np.array([0.9, 0.4, 0.5])
    assert evaluation.brier(outcomes, said) == pytest.approx((0.1**2 + 0.4**2 + 0.5**2) / 3)
    assert evaluation.surprises(outcomes, said) == pytest.approx([-math.log(0.9), -math.log(0.6), -math.log(0.5)])


def test_reliability_bins_hold_all_rows():
    said, outcomes = np.array([0.1, 0.2, 0.3, 0.4, 0.6, 0.8]), np.array([0, 0, 1, 0, 1, 1])
    bins = evaluation.reliability(outcomes, said, bins=3)
    assert bins.select("rows", "outcomes").rows() == [(2, 0), (2, 1), (2, 2)]
    assert bins["predicted"].to_list() == pytest.approx([0.15, 0.35, 0.7])
    assert bins["observed"].to_list() == [0.0, 0.5, 1.0]


def test_commands_load_neither_scikit_learn_nor_what_writes_workbooks_and_dumps_nor_a_server():
    code = "import cli, sys; print(sorted({'sklearn', 'scipy', 'xlsxwriter', 'pyarrow', 'uvicorn'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_what_differs_between_parts_is_worth_nothing():
    # Of ten near looks one was lost, of ten far ones nine: the distance alone has an AUC of 0.9 over all, and of one half within each.
    outcomes, far = np.array([1] + [0] * 9 + [1] * 9 + [0]), np.repeat([0, 1], 10)
    assert evaluation.auc(outcomes, far) == pytest.approx(0.9)
    parts = evaluation.parts_of(outcomes, far)
    assert evaluation.auc_within(outcomes, far, parts) == pytest.approx(0.5)
    assert evaluation.lift_within(outcomes, far, parts) == pytest.approx(1.0)


def test_parts_weigh_by_the_rarer_kind_and_one_without_both_kinds_not_at_all():
    outcomes, part = np.array([1, 0, 0, 1, 1, 0, 0, 1, 1]), np.array([0, 0, 0, 1, 1, 1, 1, 2, 2])
    parts = evaluation.parts_of(outcomes, part)
    assert parts.weights.tolist() == pytest.approx([1 / 3, 2 / 3])
    scores = np.array([3, 2, 1, 1, 2, 3, 4, 1, 2])  # right in the first part, upside down in the second
    assert evaluation.auc_within(outcomes, scores, parts) == pytest.approx(1 / 3 * 1 + 2 / 3 * 0)
