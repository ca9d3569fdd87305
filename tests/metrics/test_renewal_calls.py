"""Calls on renewals: which one holds, what became of the renewal, and how it lies beside the model."""

from datetime import date

import polars as pl

from metrics.renewal_calls import beside_model, in_force, in_force_on_days, standing, what_became
from tests.metrics.books import lines

DUE = date(2025, 5, 1)


def calls(*rows: tuple) -> pl.LazyFrame:
    """(id, call, amount, called on, withdrawn on): all of one renewal, written in this order."""
    frame = pl.DataFrame(
        rows, schema={"call_id": pl.String, "call": pl.String, "amount": pl.Float64, "called_on": pl.Date, "withdrawn_on": pl.Date}, orient="row",
    )  # fmt: skip
    told = frame.with_row_index("batch", offset=1)
    return told.with_columns(account_id=pl.lit("A"), due_on=pl.lit(DUE), note=pl.lit(None, pl.String), called_by=pl.lit("dana")).lazy()


THREE = calls(
    ("first", "likely", 90.0, date(2025, 1, 10), None),
    ("second", "commit", 100.0, date(2025, 2, 10), date(2025, 3, 5)),
    ("third", "at_risk", 50.0, date(2025, 2, 10), date(2025, 3, 1)),
)


def test_the_newest_call_of_a_day_holds_and_what_is_taken_back_lets_the_one_before_hold_again():
    held = {day: in_force(THREE, day).collect()["call_id"].to_list() for day in (
        date(2025, 1, 9), date(2025, 1, 10), date(2025, 2, 9), date(2025, 2, 10), date(2025, 3, 1), date(2025, 3, 5),
    )}  # fmt: skip
    assert list(held.values()) == [[], ["first"], ["first"], ["third"], ["second"], ["first"]]
    told = dict(standing(THREE, date(2025, 3, 1)).select("call_id", "standing").collect().rows())
    assert told == {"first": "replaced", "second": "holds", "third": "withdrawn"}


def test_days_of_the_past_have_the_call_that_held_then():
    looks = pl.LazyFrame(
        {"account_id": ["A"] * 3 + ["B"], "due_on": [DUE] * 4, "day": [date(2025, 1, 1), date(2025, 1, 31), date(2025, 2, 28), DUE]}
    )
    told = in_force_on_days(THREE, looks).sort("account_id", "day").collect()
    assert told.select("call", "amount").rows() == [(None, None), ("likely", 90.0), ("at_risk", 50.0), (None, None)]


def test_a_renewal_whose_contract_was_changed_has_moved_and_one_with_a_next_line_is_settled():
    year = {"starts_on": date(2024, 5, 1), "ends_on": DUE, "amount": "100", "period": "1 year"}
    told = lines(
        year | {"account_id": "A"},  # due
        year | {"account_id": "B", "ends_on": date(2025, 6, 1)},  # moved by a month
        year | {"account_id": "C"}, year | {"account_id": "C", "contract_id": "d", "starts_on": DUE, "ends_on": date(2026, 5, 1)},
    )  # fmt: skip
    said = pl.LazyFrame({"account_id": ["A", "B", "C"], "due_on": [DUE] * 3})
    due = pl.LazyFrame({"account_id": ["A", "B"], "ends_on": [DUE, date(2025, 6, 1)], "arr": [10_000, 10_000]})
    found = what_became(said, due, told).sort("account_id").collect()
    assert found.select("renewal", "arr").rows() == [("due", 10_000), ("moved", None), ("settled", None)]


def test_a_line_that_renews_itself_ends_a_period_on_its_anniversary():
    told = lines(
        {"starts_on": date(2023, 5, 31), "ends_on": None, "amount": "100", "period": "1 year", "auto_renew": True, "account_id": "A"}
    )
    days = [date(2024, 5, 31), date(2025, 5, 31), date(2025, 5, 30), date(2023, 5, 31)]
    said = pl.LazyFrame({"account_id": ["A"] * 4, "due_on": days})
    due = pl.LazyFrame(schema={"account_id": pl.String, "ends_on": pl.Date, "arr": pl.Int64})
    found = dict(what_became(said, due, told).select("due_on", "renewal").collect().rows())
    assert [found[day] for day in days] == ["settled", "settled", "moved", "moved"]


def test_call_and_model_are_set_side_by_side_in_money_and_in_words():
    rows = pl.LazyFrame(
        [
            ("commit", 1_200, 1_000, 0.4, True),  # 1,000 of it renews; the model expects 1,000 x 0.6 = 600
            ("likely", 900, 1_000, 0.1, False),  # 900 - 900
            ("at_risk", 500, 1_000, 0.1, False),  # 500 - 900
            ("lost", 0, 1_000, 0.8, True),  # 0 - 200
            ("lost", None, 1_000, 0.8, True),  # said in another currency
            ("commit", 1_000, 1_000, None, None),  # no model
        ],
        schema=["call", "said", "arr", "churn_probability", "likely"], orient="row",
    )  # fmt: skip
    found = beside_model(rows).collect()
    assert found["disagreement"].to_list() == [400, 0, -400, -200, None, None]
    assert found["disagrees"].to_list() == ["model_warns", "agree", "csm_warns", "agree", "agree", None]
