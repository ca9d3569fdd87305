"""What a file leaves open is asked with all the answers that make sense for it."""

import polars as pl
import pytest

from data.importing.mapping import Mapping
from data.importing.questions import open_questions, with_flag_read, zone_questions

LINES = Mapping(
    "contracts",
    columns={"account_id": "Customer", "starts_on": "Start", "amount": "MRR"},
    constants={"period": "1 month", "currency": "USD"},
)


def book(header: str, *cells: str) -> pl.DataFrame:
    count = len(cells)
    return pl.DataFrame({"Customer": ["A"] * count, "Start": ["2025-01-01"] * count, "MRR": ["10.50"] * count, header: cells})


@pytest.mark.parametrize(
    ("header", "cells", "choices"),
    [
        ("Status", ("Green", "Green"), ("paying", "trial", "not_begun", "never_paid", "paused", "ended")),
        ("Status", ("Green", "Won back"), ("paying", "never_paid")),
        ("Paused", ("yes", "no"), ("paying", "paused", "ended", "never_paid")),
        ("Active", ("no", "yes"), ("paying", "paused", "ended", "never_paid")),
    ],
)
def test_an_unknown_status_is_asked_about_with_what_the_lines_may_be(header, cells, choices):
    (question,) = open_questions(LINES, book(header, *cells))
    assert (question.option, question.column, question.choices) == ("status", header, choices)


@pytest.mark.parametrize(("header", "stopped"), [("Paused", "yes"), ("Active", "no")])
def test_the_answer_to_a_flag_is_of_the_lines_that_it_speaks_of(header, stopped):
    runs = "no" if stopped == "yes" else "yes"
    mapping, answers = with_flag_read(LINES, book(header, stopped, runs), {"status": "paused", "currency": "USD"})
    assert (mapping.columns["status"], answers) == (header, {"currency": "USD"})
    assert (mapping.values["status"][stopped], mapping.values["status"][runs]) == ("paused", "paying")


def test_all_lines_pay_where_that_is_the_answer_and_a_status_is_no_flag():
    for rows, said in ((book("Paused", "yes", "no"), "paying"), (book("Status", "Green"), "ended")):
        assert with_flag_read(LINES, rows, {"status": said}) == (LINES, {"status": said})


SEEN = Mapping("usage_events", columns={"account_id": "org", "event": "action", "occurred_at": "ts"})
NO_ZONE = ("2026-10-26T09:00:00", "2026-10-26 09:00", "2026-10-26 9:00 PM", "26.10.2026, 09:00:01.5")
WITH_ZONE = (
    "2026-10-26T09:00:00+01:00", "2026-10-26T09:00:00-05:30", "2026-10-26 09:00:00 +01:00", "2026-10-26T09:00Z", "2026-10-26 09:00 PST",
    "2026-10-26T09:00:00.123+0100",
)  # fmt: skip


@pytest.mark.parametrize(("cell", "asked"), [*((cell, True) for cell in NO_ZONE), *((cell, False) for cell in WITH_ZONE)])
def test_a_zone_is_asked_for_only_where_a_time_names_none(cell, asked):
    found = zone_questions(SEEN, pl.DataFrame({"ts": [cell]}), "UTC")
    assert [question.option for question in found] == (["timezone"] if asked else [])
