"""Outcomes per band, counted by hand."""

from datetime import date

import polars as pl

from metrics.health_record import outcomes_by_band

DAY = date(2024, 1, 1)


def test_each_band_has_its_churn_rate_and_what_has_no_score_is_left_out():
    scored = pl.LazyFrame(
        {"account_id": list("ABCD"), "day": [DAY] * 4, "score": [10.0, 20.0, 90.0, None], "band": ["low", "low", "high", None]}
    )
    outcomes = pl.LazyFrame({"account_id": list("ABCDE"), "as_of": [DAY] * 5, "churned": [True, False, False, True, True]})
    assert sorted(outcomes_by_band(scored, outcomes).collect().rows()) == [("high", 1, 0, 0.0), ("low", 2, 1, 0.5)]
