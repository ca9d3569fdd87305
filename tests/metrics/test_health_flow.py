"""Where accounts stand by health on two days, and what moved their scores."""

import polars as pl
import pytest

from metrics.health_flow import cells, moved_by, placed

BANDS = ("low", "middle", "high")


def stood(*rows: tuple) -> pl.DataFrame:
    """state, band, score and ARR on both days of accounts that are numbered."""
    names = [f"{name}_{day}" for day in ("before", "after") for name in ("state", "band", "score", "arr")]
    schema = dict.fromkeys(names, pl.String) | {f"score_{day}": pl.Float64 for day in ("before", "after")}
    schema |= {f"arr_{day}": pl.Int64 for day in ("before", "after")}
    return placed(pl.LazyFrame(rows, schema=schema, orient="row").with_row_index("account_id"), BANDS).collect()


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        (("paying", "high"), ("paying", "low"), "fell"),
        (("paying", "low"), ("in_grace", "middle"), "rose"),
        (("free", "middle"), ("free", "middle"), "stayed"),
        (("paying", None), ("paying", None), "stayed"),
        (("paying", "low"), ("paying", "little_known"), "less_known"),
        (("paying", "little_known"), ("paying", None), "less_known"),
        (("paying", None), ("paying", "little_known"), "better_known"),
        (("paying", "little_known"), ("paying", "low"), "better_known"),
        (("prospect", None), ("trial", "high"), "came"),
        ((None, None), ("paying", None), "came"),
        (("churned", "low"), ("paying", "low"), "came"),
        (("trial", "high"), ("prospect", "high"), "left"),
        (("paying", "high"), ("churned", "high"), "left"),
    ],
)
def test_each_way_has_its_name(before, after, direction):
    """A band, and a score, of who is no customer count nowhere."""
    rows = stood((*before, 10.0, 100, *after, 20.0, 200))
    assert rows["direction"].to_list() == [direction]
    assert rows["arr_at_stake"].to_list() == [100 if direction == "left" else 200]
    assert (rows["score_before"][0] is None, rows["score_after"][0] is None) == (direction == "came", direction == "left")


def test_who_was_a_customer_on_neither_day_is_left_out():
    rows = stood(("prospect", None, None, 0, "churned", None, None, 0), ("churned", None, None, 0, "paying", "low", 5.0, 7))
    assert rows["account_id"].to_list() == [1]
    assert cells(rows.lazy()).collect().rows() == [("came_back", "low", 1, 0, 7, "came")]


def test_what_moved_a_score_for_the_most_part_went_its_way():
    """A lost 9 by data and 4 by behaviour and won 5 by its segment; B won 3 by behaviour, 1 and 1 by data."""
    rows = [
        ("A", "data", -9.0),
        ("A", "behaviour", -4.0),
        ("A", "segment", 5.0),
        ("B", "behaviour", 3.0),
        ("B", "data", 1.0),
        ("B", "data", 1.0),
    ]
    found = moved_by(pl.LazyFrame(rows, schema=["account_id", "kind", "points"], orient="row")).collect()
    assert dict(found.rows()) == {"A": "data", "B": "behaviour"}
