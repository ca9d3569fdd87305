"""Bands set by hand: from when to when they hold, which of several counts, and that the score stays."""

from datetime import date

import polars as pl
import pytest

from metrics.health_overrides import by_score, overridden, states

BANDS = ("at_risk", "watch", "healthy")
DAY = date(2024, 6, 10)
ROW = {
    "override_id": "o1", "account_id": "A", "band": "at_risk", "reason": "New CFO", "owner": "dana", "starts_on": date(2024, 6, 1),
    "ends_on": date(2024, 7, 1), "withdrawn_on": None, "batch": 1,
}  # fmt: skip


def frame(*rows: dict) -> pl.DataFrame:
    return pl.DataFrame([ROW | row for row in rows], schema_overrides={"withdrawn_on": pl.Date}, schema=None if rows else list(ROW))


def told(day: date, *rows: dict) -> tuple:
    scored = pl.LazyFrame({"account_id": ["A", "B"], "day": [day, day], "score": [80.0, 20.0], "band": ["healthy", "at_risk"]})
    told_of = ("account_id", "day", "score", "band", "own_band", "set_by", "set_reason", "set_until")
    found = overridden(scored, frame(*rows).lazy(), BANDS).sort("account_id").select(told_of).collect()
    assert found.select(by_score())["band"].to_list() == ["healthy", "at_risk"]  # what the score is tested by is the score's own
    assert found.height == 2 and found.row(1) == ("B", day, 20.0, "at_risk", None, None, None, None)
    return found.row(0)[2:]


@pytest.mark.parametrize(
    ("day", "holds"), [(date(2024, 5, 31), False), (date(2024, 6, 1), True), (date(2024, 6, 30), True), (date(2024, 7, 1), False)]
)
def test_it_holds_from_its_first_day_to_the_one_before_its_end(day, holds):
    expected = (80.0, "at_risk", "healthy", "dana", "New CFO", date(2024, 7, 1)) if holds else (80.0, "healthy", None, None, None, None)
    assert told(day, {}) == expected


def test_taken_back_it_holds_no_more_from_that_day():
    assert told(date(2024, 6, 9), {"withdrawn_on": DAY})[1] == "at_risk"
    assert told(DAY, {"withdrawn_on": DAY})[1] == "healthy"


def test_of_several_the_one_written_last_counts():
    assert told(DAY, {}, {"override_id": "o2", "band": "watch", "batch": 2})[1] == "watch"
    assert told(DAY, {}, {"override_id": "o2", "band": "watch", "batch": 2, "withdrawn_on": DAY})[1] == "at_risk"


def test_a_band_that_the_score_has_no_more_has_no_effect():
    assert told(DAY, {"band": "amber"}) == (80.0, "healthy", None, None, None, None)


def test_what_each_is_on_a_day_is_told():
    rows = frame(
        {"override_id": "a", "ends_on": DAY}, {"override_id": "b"}, {"override_id": "c", "starts_on": date(2024, 6, 11)},
        {"override_id": "d", "withdrawn_on": DAY}, {"override_id": "e", "band": "amber"},
    )  # fmt: skip
    found = dict(states(rows, BANDS, DAY).select("override_id", "state").iter_rows())
    assert found == {"a": "ended", "b": "holds", "c": "to_come", "d": "withdrawn", "e": "unknown_band"}
    assert states(rows, BANDS, DAY)["override_id"][0] == "b"
