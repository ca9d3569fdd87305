"""Forecasts against what happened: outcomes, which forecast of a quarter counts, error, bias and coverage, by hand."""

from datetime import date

import polars as pl

from metrics.forecast_log import accuracy, last_before, outcomes, summed_outcomes, with_error

Q2 = date(2025, 4, 1)


def test_what_became_of_what_was_due_is_at_most_that_and_unknown_where_it_is():
    day = date(2025, 5, 1)
    names = ["grown", "shrunk", "lost", "grace", "open", "moved", "ahead", "itself", "both"]
    due = pl.LazyFrame(
        {"account_id": names, "ends_on": [date(2025, 9, 1) if one == "ahead" else day for one in names], "due": [100] * 9}
    )  # fmt: skip
    results = pl.LazyFrame(
        [
            ("grown", day, 120, 110, "on_time"),  # by its day 120 was due: 100 of the 100 that were due before went on
            ("shrunk", day, 100, 60, "late"),
            ("lost", day, 100, 0, "lost"),
            ("grace", day, 100, 0, "in_grace"),
            ("open", day, 100, 0, "open"),
            ("both", day, 70, 50, "on_time"),  # 30 of the 100 renews itself, and went on
        ],
        schema=["account_id", "ends_on", "due", "kept", "state"], orient="row",
    )  # fmt: skip
    passed = pl.LazyFrame({"account_id": ["itself", "both"], "ends_on": [day, day]})
    paid = pl.LazyFrame({"account_id": ["moved", "lost"], "ends_on": [day, day], "paid": [70, 500]})  # another line of the lost one runs on
    found = outcomes(due, results, passed, paid, as_of=date(2025, 8, 1)).collect()
    told = {row["account_id"]: (row["outcome"], row["renewed"]) for row in found.to_dicts()}
    assert told == {
        "grown": ("renewed", 100), "shrunk": ("renewed", 60), "lost": ("lost", 0), "grace": ("in_grace", 0), "open": ("open", 0),
        "moved": ("moved", 70), "ahead": ("ahead", 0), "itself": ("renewed", 100), "both": ("renewed", 80),
    }  # fmt: skip
    whole = summed_outcomes(found.lazy().with_columns(q=pl.lit(1)), ["q"]).collect()
    row = whole.row(0, named=True)
    assert (row["due_then"], row["renewed"], row["not_certain"], row["renewals"]) == (900, None, "ahead", 9)
    certain = summed_outcomes(found.lazy().filter(pl.col("outcome").is_in(["renewed", "lost"])).with_columns(q=pl.lit(1)), ["q"]).collect()
    assert certain.row(0, named=True)["renewed"] == 100 + 60 + 0 + 100 + 80 and certain["not_certain"].to_list() == [None]


def test_of_a_quarter_counts_what_was_made_last_before_it_began_for_each_number_of_quarters_ahead():
    made = [date(2024, 12, 31), date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30), date(2024, 12, 30)]
    kept = pl.DataFrame({"made_on": made, "quarter": [Q2] * 6, "source": ["model"] * 6, "owner": ["*"] * 6})
    found = dict(last_before(kept).select("quarters_ahead", "made_on").rows())
    assert found == {1: date(2025, 3, 31), 2: date(2024, 12, 31)}, "the one of 30 April was made while the quarter ran"


def rows(*told: tuple) -> pl.DataFrame:
    names = ["due_arr", "renewing_arr", "renewing_low", "renewing_high", "renewed"]
    frame = pl.DataFrame(told, schema=dict.fromkeys(names, pl.Int64), orient="row")
    return with_error(frame).with_columns(source=pl.lit("model"), range_level=pl.lit(0.8))


def test_bias_error_and_coverage_of_four_quarters():
    told = rows(
        (1000, 900, 850, 950, 850),  # 50 too hopeful, on the edge of the range: within
        (2000, 1500, 1400, 1600, 1700),  # 200 too low, outside
        (1000, 800, 700, 900, 800),
        (1000, 950, None, None, 800),  # 150 too hopeful, without a range
        (1000, 900, 850, 950, None),  # not certain yet
    )  # fmt: skip
    assert told["error"].to_list() == [50, -200, 0, 150, None]
    assert told["in_range"].to_list() == [True, False, True, None, None]
    row = accuracy(told.lazy(), ["source"]).collect().row(0, named=True)
    assert (row["quarters"], row["bias"], row["with_range"], row["in_range"]) == (4, 0, 3, 2)  # (50 - 200 + 0 + 150) / 4
    assert row["bias_share"] == 0 and row["error_share"] == 400 / 5000


def test_three_quarters_are_too_few_for_bias_and_error():
    told = rows(*[(1000, 900, 850, 950, 850)] * 3)
    row = accuracy(told.lazy(), ["source"]).collect().row(0, named=True)
    assert (row["quarters"], row["bias"], row["bias_share"], row["error_share"], row["in_range"]) == (3, None, None, None, 3)


def test_nothing_due_has_no_share():
    told = rows(*[(0, 0, None, None, 0)] * 4)
    row = accuracy(told.lazy(), ["source"]).collect().row(0, named=True)
    assert told["error_share"].to_list() == [None] * 4 and (row["error_share"], row["bias"]) == (None, 0)
