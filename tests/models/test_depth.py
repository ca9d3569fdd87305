"""Measures with intervals, slices and curves, against scikit-learn and by hand."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

from models.candidates import Model, Scale, fitted
from models.depth import CAPACITIES, LEAST_OF_A_SLICE, Asked, curves, measures, slices
from models.table import Roles, prepared

MONTHS, EACH = 12, 40


@pytest.fixture(scope="module")
def looks():
    """40 looks in each month of a year, one in five lost, a score that tells some of it, with ties."""
    rng = np.random.default_rng(3)
    at = np.repeat(np.arange(MONTHS), EACH)
    lost = np.tile(np.arange(EACH) < 8, MONTHS)
    said = np.clip(np.round(0.2 + 0.15 * lost + 0.1 * rng.normal(size=len(at)), 2), 0.01, 0.99)
    frame = pl.DataFrame(
        {
            "day": [date(2022, 1, 1) + timedelta(days=int(31 * month)) for month in at], "lost": lost, "signal": said,
            "account": [f"A{number % 60}" for number in range(len(at))], "worth": np.where(lost, 10.0, 99.0) * (1 + at),
            "segment": np.where(np.arange(len(at)) % EACH == 0, "Tiny", "Big"),
        }
    )  # fmt: skip
    return prepared(frame, Roles(["signal"], "lost", "day", group="account"), ["worth", "segment"])


def told(looks, **asked):
    return {(one.name, one.capacity): one for one in measures(looks, looks.table["signal"].to_numpy(), Asked(**asked), 0)}


def test_measures_are_those_of_a_second_computation_and_lie_in_their_ranges(looks):
    found, lost, said = told(looks), looks.outcomes, looks.table["signal"].to_numpy()
    assert found["auc", None].value == pytest.approx(roc_auc_score(lost, said))
    assert found["average_precision", None].value == pytest.approx(average_precision_score(lost, said))
    assert found["brier", None].value == pytest.approx(brier_score_loss(lost, said))
    assert all(one.low < one.value < one.high for one in found.values() if one.value < 1)
    assert found["auc", None].high - found["auc", None].low < 0.2


def test_the_share_of_losses_among_those_that_can_be_called_by_hand(looks):
    found, by_month = told(looks, amount="worth", capacity=7), looks.table.partition_by("day")
    hits, worth = 0.0, 0.0
    for month in by_month:
        rows = month.select("signal", "lost", "worth").rows()
        edge = sorted((said for said, _, _ in rows), reverse=True)[6]
        above, at = [row for row in rows if row[0] > edge], [row for row in rows if row[0] == edge]
        part = (7 - len(above)) / len(at)  # of those at the edge so many as there is time for
        hits += sum(lost for _, lost, _ in above) + part * sum(lost for _, lost, _ in at)
        worth += sum(lost * money for _, lost, money in above) + part * sum(lost * money for _, lost, money in at)
    assert found["recall", 7].value == pytest.approx(hits / (8 * MONTHS))
    assert found["recall_by_amount", 7].value == pytest.approx(worth / (8 * 10 * sum(range(1, 13))))
    assert [one for name, one in found if name == "recall"] == sorted({7, *CAPACITIES})
    assert found["recall", 50].value == 1.0  # 40 a month
    assert found["recall_by_chance", 7].value == pytest.approx(7 / 40)


def test_negative_amounts_weigh_nothing_and_without_days_there_is_no_month(looks):
    minus = looks.of(looks.table.with_columns(-pl.col("worth")))
    assert told(minus, amount="worth")["recall_by_amount", 20].value is None
    plain = looks.table.select("lost", "signal", day=pl.int_range(pl.len()))
    numbers = prepared(plain, Roles(["signal"], "lost", "day"))
    assert {name for name, _ in told(numbers)} == {"auc", "average_precision", "lift", "brier"}
    assert {one.by for one in slices(numbers, looks.table["signal"].to_numpy(), Asked(), 0)} == set()


def test_quarters_and_segments_with_too_few_say_so(looks):
    found = {(one.by, one.value): one for one in slices(looks, looks.table["signal"].to_numpy(), Asked(slices={"segment": "segment"}), 0)}
    first = looks.table.filter(pl.col("day") < date(2022, 4, 1))
    one = found["quarter", "2022-Q1"]
    assert (one.rows, one.outcomes, one.kept) == (first.height, first["lost"].sum(), (~first["lost"]).sum())
    assert one.auc == pytest.approx(roc_auc_score(first["lost"], first["signal"])) and one.low < one.auc < one.high
    assert (one.predicted, one.observed) == pytest.approx((first["signal"].mean(), 0.2))
    # Of the tiny ones every look is a loss: none was kept.
    tiny = found["segment", "Tiny"]
    assert (tiny.rows, tiny.kept, tiny.auc, tiny.low) == (MONTHS, 0, None, None) and tiny.kept < LEAST_OF_A_SLICE


@pytest.mark.parametrize("name", ["logistic regression", "additive curves"])
def test_a_curve_is_all_that_an_input_does(name):
    """Of a model that adds up, the odds of two looks differ by what their curves say."""
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(900, 2))
    rows[::5, 1] = np.nan
    lost = rng.random(900) < 1 / (1 + np.exp(1 - 1.5 * rows[:, 0]))
    model = Model(fitted(name, rows, lost.astype(int), 200), Scale(2.0, 0.0), ("told", "idle"))
    learned = pl.DataFrame(rows, schema=["told", "idle"]).fill_nan(None)
    found = {curve.name: curve for curve in curves(model, learned)}
    assert found["told"].weight > found["idle"].weight and found["idle"].missing is not None and found["told"].missing is None
    low, high = found["told"].points[1], found["told"].points[-2]
    two = pl.DataFrame({"told": [low[0], high[0]], "idle": [0.0, 0.0]})
    odds = np.log(model.probabilities(two) / (1 - model.probabilities(two)))
    assert high[1] - low[1] == pytest.approx(odds[1] - odds[0], rel=1e-6)
    assert high[1] > low[1]
