"""What the columns of a table look like, and which totals stand under them."""

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from pages.ui import columns
from pages.ui.words import WORDS, badge
from reports.report import Report
from reports.units import schema_of

UNITS = {
    "account_id": "text",
    "name": "text",
    "band": "text",
    "score": "score",
    "arr": "money",
    "at_risk": "flag",
    "next_end": "day",
    "trend": "ratio",
}
ROWS = [
    ("1e5", "<b>Alder</b>", "at_risk", 31.5, 120_120, True, date(2024, 1, 31), -0.0449),
    ("00123", "Birch", "healthy", 80.4, 999_324, False, None, None),
]


@pytest.fixture
def report() -> Report:
    rows = pl.DataFrame(ROWS, schema=schema_of(UNITS), orient="row")
    totals = {"arr": 1_119_444, "at_risk": 1, "customers": 2}
    return Report("accounts", "Accounts", {"as_of": date(2023, 12, 28)}, "house", "EUR", 7, rows, totals, UNITS)


def by_name(report: Report, *first: str) -> dict[str, dict]:
    return {one["name"]: one for one in columns.described(report, "key", first)["columns"]}


def test_values_are_those_of_the_report_in_units_that_people_read(report):
    sent = by_name(report)
    assert sent["arr"]["values"] == [1201.20, 9993.24]
    assert sent["score"]["values"] == [32, 80]  # half up, as the band is
    assert sent["next_end"]["values"] == ["2024-01-31", None]
    assert sent["trend"]["values"] == [-0.045, None]  # to a tenth of a percent
    assert sent["name"]["values"] == ["<b>Alder</b>", "Birch"]


def test_a_total_stands_where_the_report_has_one_of_that_column(report):
    sent = by_name(report)
    assert {name: one["total"] for name, one in sent.items() if one["total"] is not None} == {"arr": 11_194.44, "at_risk": 1}


def test_what_is_no_sum_of_the_rows_is_no_total_of_them(report):
    """120,120 + 999,324 = 1,119,444 cents; a total of 999,324 is that of the last row alone, as in a series of months."""
    assert by_name(replace(report, totals={"arr": 999_324, "trend": -0.1}))["arr"]["total"] is None
    assert by_name(replace(report, totals={"trend": -0.1}))["trend"]["total"] is None


def test_the_columns_asked_for_come_first_and_the_rest_can_be_chosen(report):
    sent = by_name(report, "name", "arr")
    assert [name for name, one in sent.items() if one["shown"]] == ["name", "arr"]
    assert [*sent] == ["name", "arr", "account_id", "band", "score", "at_risk", "next_end", "trend"]


def test_names_lead_to_their_accounts(report):
    assert columns.described(report, "key", ())["link"] == {"column": "name", "ids": ["1e5", "00123"]}


def test_a_status_has_a_word_a_colour_and_an_icon():
    for code in (*WORDS["state"], *WORDS["band"]):
        assert set(badge(code)) == {"word", "tone", "icon"}, code
        assert badge(code)["word"] in (WORDS["state"] | WORDS["band"])[code]


@pytest.mark.parametrize(
    ("name", "unit", "kind"),
    [("band", "text", "badge"), ("churn_probability", "ratio", "share"), ("change", "score", "change"), ("change", "money", "money"),
     ("trend", "ratio", "trend"), ("nrr", "ratio", "ratio"), ("reasons", "list", "list"), ("other", "", "text")],
)  # fmt: skip
def test_a_column_looks_as_its_unit_or_as_what_it_is_known_to_be(name, unit, kind):
    assert columns.kind_of(name, unit) == kind


def test_rows_above_the_most_are_left_to_the_downloads(report, monkeypatch):
    monkeypatch.setattr(columns, "MOST", 1)
    sent = columns.described(report, "key", ())
    assert (sent["count"], sent["all"], len(sent["columns"][0]["values"])) == (1, 2, 1)


def test_a_picked_cell_belongs_to_one_answer(report):
    assert columns.stamp(report) == columns.stamp(report)
    other = replace(report, parameters={"as_of": date(2023, 12, 27)})
    assert columns.stamp(other) != columns.stamp(report)
