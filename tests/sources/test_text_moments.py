"""Moments that a database keeps as texts: read as moments where all are written in one way, and no cursor where they are not."""

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from sources.description import parsed
from sources.fetched import WRITTEN, Cursor, SourceFailed
from sources.pulling import never
from sources.sql import fetch
from sources.text_moments import NO_FORM, form_of, moment_of, written_as

NOW = datetime(2024, 6, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["9", "10", "2024-13-01", "June", "2024-06-01 25:00", "2024-06-01T10:00 UTC", ""])
def test_what_is_no_moment_has_no_form(text):
    assert form_of(text) == NO_FORM and moment_of(text) is None


def test_what_has_one_form_stands_in_the_order_of_time():
    alike = ["2024-06-01 10:00:00", "2024-06-01 10:00:00.5", "2024-06-01 10:00:01", "2024-06-01 11:00"]
    assert len({form_of(text) for text in alike}) == 1 and alike == sorted(alike)
    others = ["2024-06-01T10:00:00", "2024-06-01", "2024-06-01 10:00:00Z", "2024-06-01 10:00:00.5Z", "2024-06-01 10:00:00+02:00"]
    assert len({form_of(text) for text in [alike[0], *others]}) == 6


@pytest.mark.parametrize(
    ("like", "expected"),
    [("2024-01-01", "2024-06-10"), ("2024-01-01 00:00", "2024-06-10 12:00"), ("2024-01-01T00:00:00.123", "2024-06-10T12:00:00.000"),
     ("2024-01-01 00:00:00Z", "2024-06-10 12:00:00Z"), ("2024-01-01 00:00:00+02:00", "2024-06-10 14:00:00+02:00")],
)  # fmt: skip
def test_a_moment_is_written_as_the_others_are(like, expected):
    assert written_as(like, NOW) == expected


def read(tmp_path, values, since=None, overlap=""):
    path = tmp_path / "crm.sqlite"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as made:
        made.execute("create table t (id integer, at text)")
        made.executemany("insert into t values (?, ?)", list(enumerate(values)))
    source = parsed("crm", f'kind = "sql"\nurl = "sqlite:///{path}"\nquery = "select * from t"\ncursor = "at"\n{overlap}')
    folder = tmp_path / "pulled"
    folder.mkdir(exist_ok=True)
    return fetch(source, since and since.before(source.overlap), folder, now=NOW, ended=never)


def test_moments_of_sqlite_are_a_cursor_with_an_overlap_and_a_clock(tmp_path):
    found = read(tmp_path, ["2024-06-09 10:00:00", "2024-06-10 11:00:00"])
    assert found.cursor == Cursor(WRITTEN, "2024-06-10 11:00:00") and found.rows == 2
    # An hour, and one more since no zone is named, in which clocks may go back: from 09:00 on.
    again = read(tmp_path, ["2024-06-10 08:59:59", "2024-06-10 09:00:00", "2024-06-10 11:30:00"], found.cursor)
    assert again.rows == 2 and again.cursor.value == "2024-06-10 11:30:00"
    ahead = read(tmp_path, ["2024-06-10 11:00:00", "2099-01-01 00:00:00"])
    assert ahead.cursor.is_ahead_of(NOW) and ahead.cursor.no_later_than(NOW) == Cursor(WRITTEN, "2024-06-10 12:00:00")
    assert not Cursor(WRITTEN, "2024-06-10 11:00:00").is_ahead_of(NOW)
    assert read(tmp_path, ["2024-06-10 11:00:00"], found.cursor, 'overlap = "10 minutes"\n').rows == 1


@pytest.mark.parametrize("values", [["9", "10"], ["2024-06-01", "June"], ["2024-06-01 10:00", "2024-06-01T09:00"], ["a"]])
def test_texts_that_do_not_stand_in_the_order_of_time_are_refused_as_a_cursor(tmp_path, values):
    with pytest.raises(SourceFailed, match="do not stand in the order in which they were written"):
        read(tmp_path, values)


def test_another_way_of_writing_than_before_is_refused_and_a_cursor_of_an_older_version_goes_on(tmp_path):
    with pytest.raises(SourceFailed):
        read(tmp_path, ["2024-06-10T11:00:00"], Cursor(WRITTEN, "2024-06-01 10:00:00"))
    assert read(tmp_path, ["2024-06-10 11:00:00"], Cursor("text", "2024-06-01 10:00:00")).cursor.kind == WRITTEN


def test_an_hour_more_is_read_again_where_no_zone_is_named():
    local = Cursor("local", "2024-10-27T01:58:00")
    assert local.before(timedelta(minutes=10)) == Cursor("local", "2024-10-27T00:48:00")
    assert Cursor(WRITTEN, "2024-10-27 01:58:00Z").before(timedelta(minutes=10)).value == "2024-10-27 01:48:00Z"
