"""Each import against the earlier ones of its feed, by hand."""

from datetime import date

import polars as pl
import pytest

from metrics.import_quality import import_quality

FILLED = {"batch": pl.Int64, "column": pl.String, "filled": pl.Int64, "rows": pl.Int64}


def imported(rows: list[tuple], filled: list[tuple] = ()) -> pl.DataFrame:
    """rows: feed, read, rejected, first day and last day of May covered."""
    frame = pl.LazyFrame(
        [
            {
                "batch": number, "feed": feed, "table": "tickets", "read": read, "accepted": read - rejected, "rejected": rejected, "duplicate": 0,
                "covers_from": start and date(2024, 5, start), "covers_to": end and date(2024, 5, end),
            }
            for number, (feed, read, rejected, start, end) in enumerate(rows, 1)
        ],
        schema_overrides={"covers_from": pl.Date, "covers_to": pl.Date},
    )  # fmt: skip
    return import_quality(frame, pl.LazyFrame(filled, schema=FILLED, orient="row")).collect()


def test_the_share_rejected_is_held_against_the_median_of_the_feeds_earlier_ones():
    found = imported(
        [
            ("a", 100, 2, None, None),
            ("b", 10, 9, None, None),
            ("a", 100, 4, None, None),
            ("a", 100, 5, None, None),
            ("a", 100, 5, None, None),
        ]
    )
    assert found["rejected_share"].to_list() == [0.02, 0.9, 0.04, 0.05, 0.05]
    # of 2 %; of 2 and 4 %; of 2, 4 and 5 %: two points more are worth a look, one is not
    assert found["usual_rejected_share"].to_list() == pytest.approx([None, None, 0.02, 0.03, 0.04])
    assert found["state"].to_list() == ["as usual", "more rejected than accepted", "more rejected", "more rejected", "as usual"]


def test_days_between_two_files_of_a_feed_are_missing():
    found = imported(
        [("a", 1, 0, 1, 7), ("b", 1, 0, 20, 21), ("a", 1, 0, 8, 14), ("a", 1, 0, 10, 16), ("a", 1, 0, 20, 26), ("a", 1, 0, None, None)]
    )
    # 17, 18 and 19 May in the fifth; the overlap before it misses nothing
    assert found["days_missing"].to_list() == [None, None, 0, 0, 3, None]
    assert found["state"].to_list() == ["as usual"] * 4 + ["days missing", "as usual"]


def test_a_column_that_loses_a_fifth_of_its_values_is_named():
    two = [("a", 100, 0, None, None), ("a", 10, 0, None, None)]
    found = imported(two, [(1, "owner", 98, 100), (1, "plan", 90, 100), (2, "owner", 4, 10), (2, "plan", 8, 10)])
    assert found.select("emptier", "state").rows() == [(None, "as usual"), ("owner 98 % → 40 %", "columns emptier")]


def test_a_file_of_which_nothing_was_read_has_no_share():
    found = imported([("a", 0, 0, None, None)])
    assert found.select("rejected_share", "state").rows() == [(None, "as usual")]


def test_the_edges_count():
    """6 of 50 are 12 %, two points above 1 of 10; 8 of 10 values are a fifth fewer than 10 of 10. Half a point, or one value, less: as usual."""
    rejected = imported([("a", 10, 1, None, None), ("a", 50, 6, None, None), ("b", 10, 1, None, None), ("b", 200, 23, None, None)])
    assert rejected["state"].to_list() == ["as usual", "more rejected", "as usual", "as usual"]
    two = [("a", 10, 0, None, None), ("a", 100, 0, None, None)]
    for said, state in ((80, "columns emptier"), (81, "as usual")):
        assert imported(two, [(1, "owner", 10, 10), (2, "owner", said, 100)])["state"].to_list() == ["as usual", state]
