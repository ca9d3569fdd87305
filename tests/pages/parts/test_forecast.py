"""The chart of the forecast: what is seen and what is expected stand on one axis, and the last value is written at its end."""

from datetime import date

import polars as pl
import pytest

from pages.parts.forecast import chart
from reports.report import Report


def report(name: str, rows: dict, units: dict) -> Report:
    return Report(name, name, {}, "house", "USD", 1, pl.DataFrame(rows), {}, units)


def test_all_that_is_drawn_is_in_units_of_the_currency():
    """1.2 M seen, 1.3 M expected within 1.25 and 1.4, given in cents."""
    past = report(
        "arr-quarters",
        {"ends_on": [date(2024, 3, 31), date(2024, 6, 30)], "arr": [110_000_000, 120_000_000]},
        {"ends_on": "day", "arr": "money"},
    )
    money = dict.fromkeys(("expected_arr", "expected_arr_low", "expected_arr_high"), "money")
    expected = {"expected_arr": [130_000_000], "expected_arr_low": [125_000_000], "expected_arr_high": [140_000_000]}
    ahead = report("forecast", {"quarter": [date(2024, 7, 1)], "ends_on": [date(2024, 9, 30)], **expected}, {"ends_on": "day", **money})
    drawn = chart(past, ahead)
    assert sorted({value for line in drawn.data for value in line.y}) == [1_100_000, 1_200_000, 1_250_000, 1_300_000, 1_400_000]
    [note] = [one for one in drawn.layout.annotations if "1.3" in one.text]
    assert note.y == pytest.approx(1_300_000)
