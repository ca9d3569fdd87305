"""The forecast and the gap to target in one line, in words."""

from datetime import date

import polars as pl

from pages.parts.forecast_line import gaps, in_a_line
from reports.report import Report

MONEY = ("expected_arr", "expected_arr_low", "expected_arr_high", "gap")
ENDS = (date(2024, 6, 30), date(2025, 3, 31))


def told(rows):
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return Report("forecast", "Forecast", {}, "house", "USD", 1, frame, {}, dict.fromkeys(MONEY, "money"))


def forecast(*rows):
    names = (*MONEY[:3], "nrr", "rests_on")
    return told([dict(zip(names, row, strict=True)) | {"ends_on": end} for row, end in zip(rows, ENDS, strict=True)])


def test_the_quarter_under_way_and_the_fourth_one():
    line = in_a_line(forecast((100_000_00, 95_000_00, 104_000_00, 0.99, ""), (110_000_00, 90_000_00, 130_000_00, None, "")))
    assert [said for said, _ in line] == ["30 Jun 2024: $100K ARR ($95.0K to $104K)", "31 Mar 2025: $110K ARR ($90.0K to $130K)"]
    assert line[0][1].startswith("NRR to then 99.0%. ") and line[1][1].startswith("ARR that today's customers")


def test_what_is_not_known_is_said():
    nothing = (None, None, None, None, "Nobody has been lost yet.")
    assert in_a_line(forecast(nothing, nothing)) == [("Nothing is forecast", "Nobody has been lost yet.")]
    assert len(in_a_line(forecast((1_000_00, 900_00, 1_100_00, 1.0, ""), nothing))) == 1


def test_the_targets_of_the_company_that_lie_ahead():
    rows = [
        ("*", date(2024, 7, 1), "nrr", "closable", 20_000_00), ("*", date(2024, 4, 1), "arr", "closed", -5_000_00),
        ("one@example.com", date(2024, 4, 1), "arr", "closable", 1_00), ("*", date(2024, 1, 1), "arr", "over", None),
        ("*", date(2024, 4, 1), "grr", "not_known", None),
    ]  # fmt: skip
    names = ("owner", "quarter", "measure", "gap_state", "gap")
    line = gaps(told([dict(zip(names, row, strict=True)) for row in rows]))
    assert [said for said, _ in line] == ["Q2 2024 ARR: $5.00K ARR more than the target", "Q3 2024 NRR: $20.0K ARR missing"]
