"""When a source is pulled: by its schedule in the store's zone, once for all moments that were missed, and later after each failure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from data.work.pulls import Pulled
from sources.description import parsed
from sources.looks import Look
from sources.schedule import is_due, next_run

DAILY = parsed("crm", 'kind = "http"\nurl = "http://127.0.0.1"\nschedule = "0 6 * * *"\n')
NOW = datetime(2024, 6, 10, 6, tzinfo=UTC)


def looked(at, failures=0, again_at=None, took=timedelta(0)):
    return Look(Pulled("crm", "crm", at, at + took, "failed" if failures else "imported"), failures, again_at)


def test_it_comes_at_its_hour_in_the_zone_of_the_store():
    # 06:00 in New York is 10:00 UTC in June.
    assert next_run(DAILY, None, NOW, "America/New_York", NOW) == datetime(2024, 6, 10, 10, tzinfo=UTC)
    assert next_run(DAILY, None, NOW, "UTC", NOW) == datetime(2024, 6, 11, 6, tzinfo=UTC)


def test_moments_that_were_missed_are_made_up_for_once():
    last = looked(NOW - timedelta(days=9))
    assert is_due(DAILY, last, NOW - timedelta(days=30), "UTC", NOW)
    assert not is_due(DAILY, looked(NOW), NOW - timedelta(days=30), "UTC", NOW + timedelta(hours=23))
    assert is_due(DAILY, looked(NOW), NOW - timedelta(days=30), "UTC", NOW + timedelta(hours=24))


def test_what_was_just_described_is_not_late():
    assert not is_due(DAILY, None, NOW - timedelta(minutes=1), "UTC", NOW - timedelta(seconds=1))


def test_one_that_is_paused_or_by_hand_alone_never_comes():
    assert next_run(DAILY.model_copy(update={"paused": True}), None, NOW, "UTC", NOW) is None
    assert next_run(DAILY.model_copy(update={"schedule": None}), None, NOW, "UTC", NOW) is None


def test_after_failures_it_waits_longer_each_time_and_as_long_as_the_source_says():
    waits = [next_run(DAILY, looked(NOW, failures), NOW, "UTC", NOW) - NOW for failures in (1, 2, 3, 5, 6, 60)]
    assert waits == [timedelta(minutes=minutes) for minutes in (2, 4, 8, 32, 60, 60)]
    later = NOW + timedelta(hours=3)
    assert next_run(DAILY, replace(looked(NOW, 1), again_at=later), NOW, "UTC", NOW) == later


def test_what_waits_for_a_person_is_read_again_once_an_hour_and_at_once_where_its_file_was_changed():
    often = DAILY.model_copy(update={"schedule": "* * * * *"})
    waits = Look(Pulled("crm", "crm", NOW, NOW, "waiting"))
    assert next_run(often, waits, NOW, "UTC", NOW) == NOW + timedelta(hours=1)
    assert next_run(often, waits, NOW + timedelta(seconds=30), "UTC", NOW + timedelta(minutes=1)) == NOW + timedelta(minutes=1)


def test_what_a_clock_wrote_that_was_ahead_stops_nothing():
    ahead = NOW + timedelta(days=400)
    for last in (
        looked(ahead),
        looked(ahead, 3),
        replace(looked(ahead, 1), again_at=ahead),
        Look(Pulled("crm", "crm", ahead, ahead, "waiting")),
    ):
        assert next_run(DAILY, last, NOW, "UTC", NOW) == NOW and is_due(DAILY, last, NOW, "UTC", NOW)
    assert is_due(DAILY, None, ahead, "UTC", NOW)  # its file was written by that clock
    # A clock that is put right by a second was never ahead: it comes by its schedule, at 06:00 of the next day.
    assert next_run(DAILY, looked(NOW + timedelta(seconds=1)), ahead, "UTC", NOW) == NOW + timedelta(days=1)
