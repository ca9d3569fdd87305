"""Moments that are told by how long after another one they are."""

from datetime import UTC, datetime

import polars as pl

from data.importing.mapping import Mapping
from data.importing.reader.validation import check

SPAN = {"column": "min", "unit": "minutes", "since": "opened_at"}
COLUMNS = {"ticket_id": "id", "account_id": "account", "opened_at": "opened"}


def replies(mapping: Mapping, **cells: list) -> tuple[list, list]:
    """The moments of the first reply, and the problems as (line, column, value)."""
    count = len(next(iter(cells.values())))
    own = {"line": list(range(2, count + 2)), "id": [f"T{one}" for one in range(count)], "account": ["A"] * count}
    checked = check(pl.DataFrame(own | cells), mapping, mapping.options)
    return checked.rows["first_reply_at"].to_list(), checked.problems.select("line", "column", "value").rows()


def at(hour: int, minute: int, second: int = 0, day: int = 30) -> datetime:
    return datetime(2025, 3, day, hour, minute, second, tzinfo=UTC)


def test_minutes_run_by_the_calendar_also_where_the_clock_skips_an_hour():
    mapping = Mapping("tickets", columns=COLUMNS, after={"first_reply_at": SPAN}, options={"timezone": "Europe/Berlin"})
    # on 30 March 2025 01:30 in Berlin is 00:30 UTC; 60 minutes later it is 01:30 UTC, which clocks there call 03:30
    found, problems = replies(mapping, opened=["2025-03-30 01:30", "2025-03-30 01:30", "2025-03-30 01:30"], min=["60", "0.5", ""])
    assert found == [at(1, 30), at(0, 30, 30), None] and not problems


def test_what_the_row_says_itself_counts_first():
    mapping = Mapping("tickets", columns=COLUMNS | {"first_reply_at": "replied"}, after={"first_reply_at": SPAN})
    opened, replied = ["2025-03-30T10:00:00Z"] * 2, ["2025-03-30T11:00:00Z", ""]
    assert replies(mapping, opened=opened, replied=replied, min=["5", "5"])[0] == [at(11, 0), at(10, 5)]


def test_no_moment_comes_of_none_and_seconds_and_hours_are_known():
    for unit, length, wanted in (("seconds", "90", at(10, 1, 30)), ("hours", "1.5", at(11, 30)), ("minutes", "1,5", at(10, 1, 30))):
        span = SPAN | {"unit": unit, "counted": "replies"}
        mapping = Mapping("tickets", columns=COLUMNS, after={"first_reply_at": span}, options={"decimal": "comma"} if "," in length else {})
        opened = ["2025-03-30T10:00:00Z"] * 3
        assert replies(mapping, opened=opened, min=[length, "0", "0"], replies=["2", "0", "1"])[0] == [wanted, None, at(10, 0)]


def test_what_is_no_length_is_turned_away_with_the_cell():
    mapping = Mapping("tickets", columns=COLUMNS, after={"first_reply_at": SPAN})
    found, problems = replies(mapping, opened=["2025-03-30T10:00:00Z"] * 4, min=["-5", "soon", "n/a", "99999999999"])
    assert found == [None] and problems == [(2, "min", "-5"), (3, "min", "soon"), (5, "min", "99999999999")]


def test_no_moment_comes_after_a_day_without_a_time_and_midnight_is_one_where_others_are_told():
    mapping = Mapping("tickets", columns=COLUMNS, after={"first_reply_at": SPAN})
    assert replies(mapping, opened=["2025-03-30", "2025-03-29"], min=["5", "5"])[0] == [None, None]
    assert replies(mapping, opened=["2025-03-30 00:00:00", "2025-03-29 00:00:00"], min=["5", "5"])[0] == [None, None]
    assert replies(mapping, opened=["2025-03-30 00:00:00", "2025-03-30 10:00:00"], min=["5", "5"])[0] == [at(0, 5), at(10, 5)]
