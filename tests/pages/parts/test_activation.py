"""What cannot be measured is said: no 0 on the funnel, and no milestone that was reached is called unmeasured."""

import polars as pl

from pages.parts.activation import funnel_bars, in_words
from reports.report import Report

SHAPE = {"step": pl.Int64, "title": pl.String, "entered": pl.Int64, "reached": pl.Int64, "conversion": pl.Float64}


def labels(*steps: tuple) -> list[str]:
    rows = pl.DataFrame(steps, schema=SHAPE, orient="row")
    return list(funnel_bars(Report("activation-funnel", "", {}, "house", "USD", 1, rows, {}, {})).data[0]["text"])


def test_a_milestone_of_which_nobody_can_be_measured_is_no_zero():
    """484 of 500 reach the first; no user is named, so that of these it is not known who had three people."""
    assert labels((1, "First use", 500, 484, 0.968), (2, "Three people", 0, 0, None)) == ["500", "484  (96.8%)", "not measured"]


def test_a_milestone_that_nobody_comes_to_is_zero():
    assert labels((1, "First use", 5, 0, 0.0), (2, "Three people", 0, 0, None)) == ["5", "0  (0.0%)", "0  (–)"]


def test_an_account_of_which_the_rest_cannot_be_measured():
    told = in_words({"state": "not_measured", "milestones": ["First use (day 9)"], "activated_on": None})
    assert told == "Reached: First use (day 9). Whether the other milestones are reached cannot be measured."
