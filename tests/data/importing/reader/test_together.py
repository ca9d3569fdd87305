"""What rows of one file say against each other, though each is right by itself."""

from datetime import date

import polars as pl

from data.importing.mapping import Mapping
from data.importing.reader.together import told_together


def targets(*rows: tuple) -> list[tuple]:
    frame = pl.DataFrame(
        rows, schema=["line", "target_id", "priority", "plan", "starts_on", "ends_on"], orient="row", infer_schema_length=None
    )
    return told_together(frame, Mapping("sla_targets", columns={"target_id": "id"})).select("line", "value").rows()


def test_targets_overlap_where_they_share_a_day_under_one_priority_and_plan():
    first = (2, "a", "high", "Pro", date(2024, 1, 1), date(2024, 6, 30))
    assert targets(first, (3, "b", "High", "pro", date(2024, 6, 30), None)) == [(3, "b")]  # the last day is one of them
    assert targets(first, (3, "b", "high", "Pro", date(2024, 7, 1), None)) == []
    assert targets(first, (3, "b", "high", None, date(2024, 1, 1), None)) == []  # every plan: the one of a plan goes before
    assert targets(first, (3, "b", "low", "Pro", date(2024, 1, 1), None)) == []
    assert targets(first, (3, "b", "high", "Pro", None, None), (4, "c", "high", "Pro", None, date(2023, 12, 31))) == [(3, "b"), (4, "c")]


def test_a_circle_of_requests_is_told_once():
    rows = pl.DataFrame({"line": [2, 3, 4, 5], "request_id": ["A", "B", "C", "D"], "merged_into": ["B", "C", "B", None]})
    told = told_together(rows, Mapping("feature_requests", columns={"merged_into": "dup"}))
    assert told.select("line", "column", "value").rows() == [(3, "dup", "C")]
    assert "B -> C -> B" in told["reason"][0]
