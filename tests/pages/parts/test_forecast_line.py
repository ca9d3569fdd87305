"""The forecast in one line, in words."""

from datetime import date

import polars as pl

from pages.parts.forecast_line import in_a_line
from reports.report import Report

MONEY = ("expected_arr", "expected_arr_low", "expected_arr_high")
ENDS = (date(2024, 6, 30), date(2025, 3, 31))


def report(*rows):
    names = (*MONEY, "nrr", "rests_on")
    frame = pl.DataFrame(
        [dict(zip(names, row, strict=True)) | {"ends_on": end} for row, end in zip(rows, ENDS, strict=True)], infer_schema_length=None
    )
    return Report("forecast", "Forecast", {}, "house", "USD", 1, frame, {}, dict.fromkeys(MONEY, "money"))


def test_the_quarter_under_way_and_the_fourth_one():
    told = in_a_line(report((100_000_00, 95_000_00, 104_000_00, 0.99, ""), (110_000_00, 90_000_00, 130_000_00, None, "")))
    assert told == (
        "$100K ARR of today's customers on 30 Jun 2024 ($95.0K to $104K in 8 of 10 cases), NRR 99.0%; "
        "$110K ARR of today's customers on 31 Mar 2025 ($90.0K to $130K in 8 of 10 cases)"
    )


def test_what_is_not_known_is_said():
    nothing = (None, None, None, None, "Nobody has been lost yet.")
    assert in_a_line(report(nothing, nothing)) == "Nothing is forecast. Nobody has been lost yet."
    assert in_a_line(report((1_000_00, 900_00, 1_100_00, 1.0, ""), nothing)).endswith("; for 31 Mar 2025 nothing is told")
