"""Reasons: the topic that the model weighs most, in the account's own numbers next to those of accounts like it."""

import numpy as np
import polars as pl

from models.candidates import Model, Scale, fitted
from models.features import INPUTS
from models.reasons import COUNTED, reasons

PLAIN = {
    "wau": 40, "wau_before": 40, "features_used": 6, "features_used_before": 6, "events": 100, "events_before": 100,
    "mrr": 100_00, "mrr_before": 100_00, "days_since_use": 0, "tickets": 1, "open_tickets": 0, "oldest_open_days": None, "csat_rating": 4.5,
    "nps_answer": 8.0, "days_since_conversation": 20, "seats": 50, "tenure_days": 400, "term_months": 12.0,
    "talks": 3, "talks_before": 3, "people_left": 0, "champions": 1, "days_late": 0,
}  # fmt: skip


def table(*differing: dict) -> pl.DataFrame:
    """Twenty plain accounts and those that differ; inputs are the counts themselves, the change of actives as a logarithm."""
    rows = [PLAIN | {"wau": 39 + number % 3} for number in range(20)] + [PLAIN | row for row in differing]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    change = (pl.col("wau").log1p() - pl.col("wau_before").log1p()).alias("wau_change")
    return frame.with_columns(change, tickets_log=pl.col("tickets").log1p(), conversation_log=pl.col("days_since_conversation").log1p())


def model_that_fears(column: str, sign: int) -> Model:
    """A logistic regression of one input: the outcome is the more likely the higher `sign` times its value."""
    rng = np.random.default_rng(0)
    values = 2 * rng.normal(size=(2000, 1))  # as wide as logarithms of days and of tickets are
    estimator = fitted("logistic regression", values, rng.random(2000) < 1 / (1 + np.exp(-0.6 * sign * values[:, 0])), 200)
    assert column in INPUTS
    return Model(estimator, Scale(1.0, 0.0), (column,))


def reasons_for(model: Model, *differing: dict) -> list[list[str]]:
    return reasons(table(*differing), model)[20:]


def test_a_fall_is_told_with_both_numbers_and_the_peers_change():
    # The peers went from 40 to 39, 40 or 41: their median change is 0 %.
    model = model_that_fears("wau_change", -1)
    fallen = {"wau": 18, "wau_before": 42}
    assert reasons_for(model, fallen) == [["weekly actives 42 -> 18 in eight weeks; accounts like it 0 %"]]


def test_people_and_late_renewals_are_told():
    assert reasons_for(model_that_fears("people_left", 1), {"people_left": 3}) == [["people who left in 180 days 3; accounts like it 0"]]
    assert reasons_for(model_that_fears("days_late", 1), {"days_late": 20}) == [["last renewal late by 20 days; accounts like it 0"]]


def test_what_lowers_the_risk_is_no_reason():
    model = model_that_fears("wau_change", -1)
    assert reasons_for(model, {"wau": 80, "wau_before": 40}, {}) == [[], []]


def test_tickets_are_told_with_those_that_wait():
    model = model_that_fears("tickets_log", 1)
    many = {"tickets": 9, "open_tickets": 2, "oldest_open_days": 31}
    assert reasons_for(model, many) == [["tickets in 90 days 9, 2 open, the oldest for 31 days; accounts like it 1"]]


def test_days_since_the_last_conversation_are_told():
    model = model_that_fears("conversation_log", 1)
    assert reasons_for(model, {"days_since_conversation": 120}) == [["no conversation for 120 days; accounts like it 20"]]


def test_too_few_accounts_give_no_medians_and_no_reasons():
    frame = table({"wau": 1})
    few = frame.tail(4)
    assert reasons(few, model_that_fears("wau_change", -1)) == [[], [], [], []]
    assert set(COUNTED) - {name for name in COUNTED if name.endswith("_grown")} <= set(frame.columns)


def test_peers_are_the_same_third_by_mrr():
    # Small accounts have 10 actives, large ones 100: a large account with 50 stands out, a small one with 10 does not.
    small, large = {"mrr": 1_00, "wau": 10}, {"mrr": 900_00, "wau": 100}
    frame = table(*[small] * 20, *[large] * 20, large | {"wau": 50}).tail(61)
    logged = frame.with_columns(wau_log=pl.col("wau").log1p())
    found = reasons(logged, model_that_fears("wau_log", -1))
    assert found[-1] == ["weekly actives 40 -> 50 in eight weeks; accounts like it +150 %"]
    assert found[20] == []
