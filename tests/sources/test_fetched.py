"""Cursors: what a value counts as, how far a pull begins before it, and that no clock carries one into the future."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from sources.fetched import Cursor
from sources.keys import SourceError

NOON = datetime(2024, 6, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (NOON, "instant:2024-06-10T12:00:00+00:00"),
        (datetime(2024, 6, 10, 14, tzinfo=UTC).astimezone(), "instant:2024-06-10T14:00:00+00:00"),
        (datetime(2024, 6, 10, 12), "local:2024-06-10T12:00:00"),
        (date(2024, 6, 10), "day:2024-06-10"),
        (12, "number:12"),
        (Decimal("12.50"), "number:12.50"),
        ("a:b", "text:a:b"),
    ],
)
def test_a_cursor_is_read_as_it_was_written(value, written):
    assert str(Cursor.of(value)) == written and Cursor.read(written) == Cursor.of(value)
    assert Cursor.of(Cursor.read(written).parsed) == Cursor.of(value)


@pytest.mark.parametrize(
    ("cursor", "overlap", "begins"),
    [
        ("instant:2024-06-10T12:00:00+00:00", timedelta(minutes=10), "instant:2024-06-10T11:50:00+00:00"),
        ("instant:2024-06-10T12:00:00+00:00", None, "instant:2024-06-10T11:00:00+00:00"),  # an hour, where nothing is said
        ("local:2024-06-10T12:00:00", timedelta(days=1), "local:2024-06-09T11:00:00"),  # and the hour that comes twice when clocks go back
        ("day:2024-06-10", None, "day:2024-06-09"),
        ("day:2024-06-10", timedelta(minutes=10), "day:2024-06-09"),  # a day is the least that a day can be put back by
        ("day:2024-06-10", timedelta(0), "day:2024-06-10"),
        ("number:100", 10, "number:90"),
        ("number:100", None, "number:100"),
        ("text:b", timedelta(minutes=10), "text:b"),
    ],
)
def test_a_pull_begins_before_it(cursor, overlap, begins):
    assert str(Cursor.read(cursor).before(overlap)) == begins


@pytest.mark.parametrize(
    ("cursor", "capped", "is_told"),
    [
        ("instant:2024-06-10T11:00:00+00:00", "instant:2024-06-10T11:00:00+00:00", False),
        ("instant:2024-06-10T12:03:00+00:00", "instant:2024-06-10T12:00:00+00:00", False),
        ("instant:2099-01-01T00:00:00+00:00", "instant:2024-06-10T12:00:00+00:00", True),
        ("local:2024-06-10T21:00:00", "local:2024-06-10T12:00:00", False),  # as they write it in Tokyo
        ("local:2024-06-11T12:00:00", "local:2024-06-10T12:00:00", True),
        ("day:2024-06-11", "day:2024-06-10", False),
        ("day:2024-06-13", "day:2024-06-10", True),
        ("number:9999999999", "number:9999999999", False),
    ],
)
def test_no_cursor_lies_after_the_moment_of_its_pull(cursor, capped, is_told):
    assert str(Cursor.read(cursor).no_later_than(NOON)) == capped and Cursor.read(cursor).is_ahead_of(NOON) is is_told


def test_numbers_count_as_numbers_and_what_was_spoilt_by_hand_is_said():
    assert Cursor("number", "10").is_after(Cursor("number", "9"))
    with pytest.raises(SourceError, match="cannot be understood"):
        Cursor.read("instant:yesterday").before(None)


def test_an_overlap_of_another_sort_is_no_overlap_in_silence():
    with pytest.raises(SourceError, match="the cursor is a number"):
        Cursor("number", "1700000000").before(timedelta(hours=1))
    with pytest.raises(SourceError, match="the cursor is a time"):
        Cursor.of(NOON).before(3600)
    assert Cursor.of(NOON).before(0) == Cursor.of(NOON)
