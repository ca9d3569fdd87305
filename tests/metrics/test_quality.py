"""Findings on books small enough to read: one that fits, one that does not."""

from datetime import date

import polars as pl

from metrics.quality import churn_that_disagrees, overlapping_lines, usage_outside_contracts

LINE = {
    "account_id": "1",
    "product": "p",
    "kind": "recurring",
    "contract_id": "c",
    "row_key": "c",
    "line_key": "c",
    "is_trial": False,
    "reduces": False,
    "paying": True,
    "arr": 1200,
    "starts_on": date(2024, 1, 1),
    "ends_on": date(2024, 3, 1),
}


def lines(*changes: dict) -> pl.LazyFrame:
    """Each another row; the line is named as the row is."""
    changes = tuple({"line_key": change.get("row_key", "c")} | change for change in changes)
    return pl.DataFrame([LINE | change for change in changes], schema_overrides={"ends_on": pl.Date}).lazy()


def usage(contract: str | None, *days: date) -> pl.LazyFrame:
    rows = {"account_id": ["1"] * len(days), "contract_id": [contract] * len(days), "day": days, "count": [2] * len(days)}
    return pl.DataFrame(rows, schema_overrides={"contract_id": pl.String}).lazy()


def test_usage_is_outside_on_the_end_day_and_inside_the_day_before():
    found = usage_outside_contracts(usage("c", date(2024, 2, 29), date(2024, 3, 1)), lines({})).collect()
    assert found["detail"].to_list() == ["2 events outside the paid time, 2024-03-01 to 2024-03-01"]


def test_usage_by_account_is_covered_by_any_of_its_lines():
    two = lines({}, {"row_key": "d", "contract_id": "d", "starts_on": date(2024, 3, 1), "ends_on": None})
    assert usage_outside_contracts(usage(None, date(2024, 1, 1), date(2024, 9, 1)), two).collect().height == 0
    assert usage_outside_contracts(usage("c", date(2024, 9, 1)), two).collect().height == 1


def test_a_churn_record_disagrees_when_a_line_runs_on():
    churn = pl.DataFrame(
        {"churn_event_id": ["x", "y"], "account_id": ["1", "1"], "churned_on": [date(2024, 1, 15), date(2024, 3, 1)]}
    ).lazy()
    assert churn_that_disagrees(churn, lines({})).collect()["subject"].to_list() == ["x"]


def test_only_lines_of_one_product_overlap():
    later = {"row_key": "d", "starts_on": date(2024, 2, 1), "ends_on": None}
    assert overlapping_lines(lines({}, later)).collect()["subject"].to_list() == ["d"]
    assert overlapping_lines(lines({}, later | {"product": "q"})).collect().height == 0
    assert overlapping_lines(lines({}, later | {"starts_on": date(2024, 3, 1)})).collect().height == 0


def test_what_brings_nothing_twice_overlaps_with_nothing():
    """Beside a line that pays: a trial, a reduction, a free month, and a line that has no day."""
    beside = {"row_key": "d", "starts_on": date(2024, 2, 1), "paying": False}
    for says in ({"is_trial": True}, {"reduces": True, "arr": -600}, {"arr": 0}, {"ends_on": date(2024, 2, 1)}):
        assert overlapping_lines(lines({}, beside | says)).collect().height == 0


def test_a_line_whose_discount_ends_is_one_line_of_two_that_overlap():
    """It is told in two parts, of January and of February; the other line begins on 1 February: 1 other line, and one finding."""
    parts = ({"ends_on": date(2024, 2, 1)}, {"starts_on": date(2024, 2, 1)})
    found = overlapping_lines(lines(*parts, {"row_key": "d", "starts_on": date(2024, 2, 1)})).collect()
    assert found["detail"].to_list() == ["starts on 2024-02-01 while 1 other line of the same product runs"]
    three = overlapping_lines(lines(*parts, {"row_key": "b"}, {"row_key": "d", "starts_on": date(2024, 2, 1)})).collect()
    assert three["detail"].to_list()[-1] == "starts on 2024-02-01 while 2 other lines of the same product run"


def test_a_churn_record_does_not_contradict_a_trial_or_a_reduction_but_a_free_month():
    churn = pl.LazyFrame({"churn_event_id": ["x"], "account_id": ["1"], "churned_on": [date(2024, 1, 15)]})
    runs_on = {"ends_on": None, "paying": False}
    assert churn_that_disagrees(churn, lines(runs_on | {"is_trial": True, "arr": 0})).collect().height == 0
    assert churn_that_disagrees(churn, lines(runs_on | {"reduces": True, "arr": -600})).collect().height == 0
    assert churn_that_disagrees(churn, lines(runs_on | {"arr": 0})).collect()["detail"].to_list() == [
        "churn recorded on 2024-01-15, yet 1 line runs on past it"
    ]
