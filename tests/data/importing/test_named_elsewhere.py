"""Rows that speak of others that are not there: said once, since another file may bring them."""

from contextlib import closing

import pytest

from data.importing.run import import_file
from tests.new_store import new_store


@pytest.fixture
def put(tmp_path):
    """Imports text as a file; the reasons that are told."""
    with closing(new_store(tmp_path / "own.duckdb")) as store:

        def run(name: str, text: str) -> list[str]:
            (tmp_path / name).write_text(text)
            outcome = import_file(store, tmp_path / name)
            assert outcome.batch and not outcome.batch.rejected, outcome.problems
            return [problem.reason for problem in outcome.problems]

        yield run


def test_holidays_of_calendars_without_hours_are_told_once_and_no_more_once_they_have_hours(put):
    holidays = "calendar,day\noffice,2024-12-25\noffice,2024-12-26\nplant,2024-12-25\n"
    (told,) = put("holidays.csv", holidays)
    assert told.startswith("no hours are in for the calendars office, plant:")
    assert put("hours.csv", "calendar,time_zone,monday\noffice,UTC,09:00-17:00\n") == []
    (told,) = put("holidays2.csv", holidays + "office,2025-01-01\n")
    assert told.startswith("no hours are in for the calendar plant:")


def test_a_request_may_be_merged_into_one_of_the_same_file_or_of_the_store(put):
    assert put("requests.csv", "request_id,title,merged_into\nA,a,B\nB,b,\n") == []
    assert put("more.csv", "request_id,title,merged_into\nC,c,A\n") == []
    (told,) = put("other.csv", "request_id,title,merged_into\nD,d,Z\n")
    assert told.startswith("no request Z is in")


def test_of_many_names_a_few_are_shown(put):
    rows = "".join(f"V{one},R{one},A\n" for one in range(7))
    (told,) = put("votes.csv", f"vote_id,request_id,account_id\n{rows}")
    assert told.startswith("no requests R0, R1, R2, R3, R4 and 2 more are in:")
