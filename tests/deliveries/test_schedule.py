"""When deliveries are due: by cron in the store's zone, missed moments once, after new data, and again after failures."""

from datetime import UTC, datetime, timedelta

import pytest

from deliveries import schedule
from deliveries.description import parse
from deliveries.journal import Look

DESCRIBED = datetime(2024, 1, 1, 12, tzinfo=UTC)


def delivery(written: str, more: str = ""):
    return parse(f'report = "arr"\nschedule = "{written}"\n{more}[target]\nkind = "folder"\n')


def look(at: str, failures: int = 0, version: int = 5, wait_until: str | None = None) -> Look:
    return Look({"began_at": at, "ended_at": at}, failures, version, wait_until)


def due(written: str, last: Look | None, now: str, *, newest: int = 5, zone: str = "UTC", more: str = "") -> bool:
    return schedule.is_due(delivery(written, more), last, datetime.fromisoformat(now), newest=newest, since=DESCRIBED, zone=zone)


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        (None, "2024-01-01T23:00:00Z", False),  # described at noon, due at six
        (None, "2024-01-02T06:00:00Z", True),
        (look("2024-01-02T06:00:05+00:00"), "2024-01-02T23:59:00Z", False),
        (look("2024-01-02T06:00:05+00:00"), "2024-01-09T05:00:00Z", True),  # a week was missed: once
        (look("2024-01-09T05:00:00+00:00"), "2024-01-09T05:59:00Z", False),
        (look("2024-01-09T05:00:00+00:00"), "2024-01-09T06:00:00Z", True),
    ],
)
def test_cron_comes_once_however_much_was_missed(last, now, expected):
    assert due("0 6 * * *", last, now) is expected


def test_cron_is_cut_in_the_stores_zone():
    assert not due("0 6 * * *", None, "2024-01-01T21:59:00Z", zone="Asia/Shanghai")  # 05:59 there
    assert due("0 6 * * *", None, "2024-01-01T22:00:00Z", zone="Asia/Shanghai")


@pytest.mark.parametrize(
    ("last", "newest", "expected"),
    [(None, 0, True), (look("2024-01-02T00:00:00+00:00"), 5, False), (look("2024-01-02T00:00:00+00:00"), 6, True)],
)
def test_after_an_import_is_after_newer_data_than_were_looked_at(last, newest, expected):
    assert due("after import", last, "2024-01-02T00:01:00Z", newest=newest) is expected


@pytest.mark.parametrize(("failures", "minutes"), [(1, 2), (2, 4), (3, 8), (6, 60), (40, 60)])
def test_failures_are_tried_again_twice_as_late_each_time_and_each_hour_at_least(failures, minutes):
    last = look("2024-01-02T06:00:00+00:00", failures)
    at = datetime(2024, 1, 2, 6, tzinfo=UTC) + timedelta(minutes=minutes)
    assert not due("0 6 * * *", last, (at - timedelta(seconds=1)).isoformat())
    assert due("0 6 * * *", last, at.isoformat())


def test_a_target_that_asks_for_longer_is_left_alone_for_longer():
    last = look("2024-01-02T06:00:00+00:00", 1, wait_until="2024-01-02T09:00:00+00:00")
    assert not due("after import", last, "2024-01-02T08:59:00Z", newest=9)
    assert due("after import", last, "2024-01-02T09:00:00Z", newest=9)


def test_what_is_paused_or_by_hand_is_never_due():
    assert not due("0 6 * * *", None, "2025-01-01T00:00:00Z", more="paused = true\n")
    assert not due("", None, "2025-01-01T00:00:00Z")
    assert schedule.next_run(delivery("after import"), None, DESCRIBED, "UTC", DESCRIBED) is None
    assert schedule.next_run(delivery("0 6 * * *"), None, DESCRIBED, "UTC", DESCRIBED) == datetime(2024, 1, 2, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    "last", [look("2030-01-01T00:00:00+00:00"), look("2030-01-01T00:00:00+00:00", 3, wait_until="2030-01-02T00:00:00+00:00")]
)
def test_a_run_of_a_moment_that_is_still_to_come_stops_nothing(last):
    assert due("0 6 * * *", last, "2024-01-05T12:00:00Z")
    assert schedule.next_run(delivery("0 6 * * *"), last, DESCRIBED, "UTC", DESCRIBED) == DESCRIBED
