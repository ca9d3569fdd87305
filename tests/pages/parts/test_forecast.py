"""The chart of the forecast: what is seen and what is expected stand on one axis, and the last value is written at its end."""

from datetime import date

import polars as pl
import pytest

from pages.parts import forecast as parts
from pages.parts.forecast import chart
from reports.forecast.past_quarters import COLUMNS as PAST
from reports.forecast.quarters import COLUMNS
from reports.report import Report
from reports.units import schema_of


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


def declared(name, columns, rows):
    return Report(name, name, {"as_of": date(2022, 12, 31)}, "house", "USD", 1, pl.DataFrame(rows, schema=schema_of(columns)), {}, columns)


def ahead(**more):
    ends = (date(2023, 3, 31), date(2023, 6, 30))
    known = {
        "renewals": 12, "due_arr": 500000, "renewing_arr": 450000, "renewing_low": 400000, "renewing_high": 480000, "opening_arr": 1000000,
        "expected_arr": 950000, "expected_arr_low": 900000, "expected_arr_high": 990000, "nrr": 0.95, "nrr_low": 0.9, "nrr_high": 0.99, "grr": 0.9,
        "grr_low": 0.85, "grr_high": 0.94, "source": "model", "rests_on": "12 by the churn model.",
    }  # fmt: skip
    rows = [
        dict.fromkeys(COLUMNS)
        | known
        | {"quarter": date(2023, 3 * at - 2, 1), "starts_on": date(2023, 3 * at - 2, 1), "ends_on": end}
        | more
        for at, end in enumerate(ends, 1)
    ]
    return declared("forecast", COLUMNS, rows)


BEFORE = declared(
    "arr-quarters",
    PAST,
    [
        {"ends_on": date(2022, 9, 30), "arr": 900000, "accounts_paying": 9},
        {"ends_on": date(2022, 12, 31), "arr": 1000000, "accounts_paying": 10},
    ],
)


def test_the_chart_is_in_one_unit_and_goes_on_from_today():
    figure = chart(BEFORE, ahead())
    solid, dashed = figure.data[-1], figure.data[-2]
    assert list(solid.y) == [9000.0, 10000.0]
    assert list(dashed.y) == [10000.0, 9500.0, 9500.0]
    assert dashed.line.dash == "dash"
    assert [list(line.y) for line in figure.data[:2]] == [[10000.0, 9900.0, 9900.0], [10000.0, 9000.0, 9000.0]]
    assert figure.layout.annotations[-1].y == 9500.0
    assert "Q1 2023: $9.50K" in figure.layout.meta["alt"]


def test_figures_with_their_ranges():
    due, renewing, arr, nrr = parts.figures(ahead(), declared("forecast-renewals", {"quarter": "day", "due_arr": "money"}, []), "0")
    assert (due.value, due.change) == ("$5.00K", "12 renewals")
    assert renewing.against == "90.0% of due"
    assert arr.change and "to" in arr.change
    assert (nrr.value, nrr.change, nrr.against) == ("95.0%", "90.0% to 99.0%", "GRR 90.0%")


@pytest.mark.parametrize(
    ("missing", "words"),
    [((), "should pay"), (("expected_arr", "nrr", "grr"), "ARR due should renew"), (("renewing_arr", "expected_arr"), "no forecast")],
)
def test_the_finding_says_as_much_as_is_known(missing, words):
    told = ahead(
        **{name: None for name in missing}
        | {f"{name}_{end}": None for name in ("expected_arr", "nrr", "grr") for end in ("low", "high") if missing}
    )
    assert words in parts.headline(told, "0")
    assert parts.told(told) == ("renewing_arr" not in missing)
    assert chart(BEFORE, told).data
