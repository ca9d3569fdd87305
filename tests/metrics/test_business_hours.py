"""Business hours over weekends, holidays, both switches of the clock and zones, against cases worked out by hand and a walk by the minute."""

import csv
import random
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from metrics.business_hours import Calendar, after_hours, hours_between

CASES = list(csv.DictReader(Path(__file__).with_name("sla_cases.csv").read_text(encoding="utf-8").splitlines()))
WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
INSTANT = pl.Datetime("us", "UTC")
ALWAYS = "Mon-Sun 00:00-24:00"


def minutes(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def calendar(zone: str, hours: str, holidays: str = "") -> Calendar:
    """A calendar as the cases write it: days, then stretches."""
    first, _, last = hours.split()[0].partition("-")
    days = range(WEEK.index(first), WEEK.index(last or first) + 1)
    stretches = tuple((minutes(one), minutes(two)) for one, two in re.findall(r"(\d\d:\d\d)-(\d\d:\d\d)", hours))
    week = tuple(stretches if day in days else () for day in range(7))
    return Calendar(zone, week, frozenset(date.fromisoformat(day) for day in holidays.split()))


def instants(*told: str) -> pl.Series:
    return pl.Series([datetime.fromisoformat(one) if one else None for one in told], dtype=INSTANT)


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_cases_worked_out_by_hand(case):
    own, opened = calendar(case["zone"], case["hours"], case["holidays"]), instants(case["opened_at"])
    assert after_hours(own, opened, pl.Series([float(case["target_hours"])])).to_list() == instants(case["due_at"]).to_list()
    until = instants(case["done_at"] or case["looked_at"])
    assert hours_between(own, opened, until)[0] == pytest.approx(float(case["open_hours"]), abs=1e-9)


def test_rows_stay_in_their_order_and_what_is_missing_stays_missing():
    own = calendar("UTC", "Mon-Fri 09:00-17:00")
    since = instants("2024-06-07T16:00:00Z", "", "2024-06-03T09:00:00Z")  # Fri 16:00; Mon 9:00
    assert (
        after_hours(own, since, pl.Series([2.0, 1.0, 8.0])).to_list()
        == instants("2024-06-10T10:00:00Z", "", "2024-06-03T17:00:00Z").to_list()
    )
    until = instants("2024-06-10T10:00:00Z", "2024-06-10T10:00:00Z", "")
    assert hours_between(own, since, until).to_list() == [2.0, None, None]
    assert hours_between(own, until, since)[0] == -2.0


def test_a_calendar_that_never_opens_has_no_due_moment():
    never = Calendar("UTC", ((),) * 7)
    assert after_hours(never, instants("2024-06-07T16:00:00Z"), pl.Series([2.0])).to_list() == [None]
    assert hours_between(never, instants("2024-06-07T16:00:00Z"), instants("2024-07-07T16:00:00Z")).to_list() == [0.0]


def test_a_target_far_ahead_is_found():
    once = calendar("UTC", "Mon 09:00-10:00")  # an hour a week: 100 hours are 100 Mondays, 99 weeks after the first
    due = after_hours(once, instants("2024-01-01T00:00:00Z"), pl.Series([100.0]))
    assert due.to_list() == [datetime(2024, 1, 1, 10, tzinfo=UTC) + timedelta(weeks=99)]


def test_stretches_that_overlap_or_touch_count_once():
    twice = Calendar("UTC", (((540, 720), (600, 780), (780, 840)), *((),) * 6))  # 9-12, 10-13, 13-14: Monday 9-14, 5 h
    assert hours_between(twice, instants("2024-06-03T00:00:00Z"), instants("2024-06-04T00:00:00Z")).to_list() == [5.0]


def walk(own: Calendar, since: datetime, hours: float, until: datetime) -> tuple[datetime | None, float]:
    """Minute by minute: when so many hours had passed (None: not by `until`), and how many passed by `until`."""
    zone, at, passed, due = ZoneInfo(own.zone), since, 0, None
    while at < until:
        clock = at.astimezone(zone)
        minute = clock.hour * 60 + clock.minute
        is_open = clock.date() not in own.holidays and any(one <= minute < two for one, two in own.hours[clock.weekday()])
        passed, at = passed + is_open, at + timedelta(minutes=1)
        if due is None and passed >= hours * 60:
            due = at
    return due, passed / 60


ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Shanghai", "Africa/Cairo", "Australia/Lord_Howe", "UTC", "America/Sao_Paulo",
         "America/St_Johns", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca", "America/Havana")  # fmt: skip


def random_calendar(rng: random.Random) -> Calendar:
    week = []
    for _ in range(7):
        marks = sorted(rng.sample(range(0, 1441, 15), 4))
        kinds = ((), ((marks[0], marks[1]), (marks[2], marks[3])), ((marks[0], marks[3]),), ((0, 1440),))
        week.append(rng.choice(kinds))
    switches = (date(2024, 3, 31), date(2024, 10, 27), date(2024, 3, 10), date(2024, 11, 3), date(2024, 4, 26))
    return Calendar(rng.choice(ZONES), tuple(week), frozenset(rng.sample(switches, 2)))


def tickets(rng: random.Random, count: int) -> list[tuple[datetime, float, datetime]]:
    """Opened, target, and until when it is looked at; many around the days on which clocks change."""
    days = [
        datetime(2024, month, day, tzinfo=UTC)
        for month, day in ((3, 8), (3, 29), (4, 6), (4, 24), (10, 25), (10, 30), (11, 1), (6, 3), (12, 30))
    ]
    found = []
    for _ in range(count):
        opened = rng.choice(days) + timedelta(minutes=rng.randrange(4 * 1440))
        found.append((opened, rng.randrange(1, 20 * 4) / 4, opened + timedelta(minutes=rng.randrange(1, 6 * 1440))))
    return found


def check_against_the_walk(seed: int, calendars: int, count: int) -> None:
    rng = random.Random(seed)
    for _ in range(calendars):
        own, told = random_calendar(rng), tickets(rng, count)
        opened, until = (pl.Series([one[at] for one in told], dtype=INSTANT) for at in (0, 2))
        due, passed = after_hours(own, opened, pl.Series([one[1] for one in told])), hours_between(own, opened, until)
        for (since, target, end), ours, hours in zip(told, due, passed, strict=True):
            walked, walked_hours = walk(own, since, target, end)
            assert hours == pytest.approx(walked_hours, abs=1e-9), (own, since, end)
            assert (ours if ours is not None and ours <= end else None) == walked, (own, since, target)


def test_a_walk_by_the_minute_finds_the_same():
    check_against_the_walk(seed=11, calendars=12, count=3)


@pytest.mark.long
def test_a_walk_by_the_minute_finds_the_same_of_many():
    check_against_the_walk(seed=5, calendars=150, count=8)


def test_a_hundred_thousand_tickets_take_a_moment():
    own, rng = calendar("Europe/Berlin", "Mon-Fri 09:00-17:00"), random.Random(3)
    opened = pl.Series(
        [datetime(2022, 1, 1, tzinfo=UTC) + timedelta(minutes=rng.randrange(1_000_000)) for _ in range(100_000)], dtype=INSTANT
    )
    began = process_time()
    due = after_hours(own, opened, pl.Series([8.0] * 100_000))
    assert process_time() - began < 2
    assert hours_between(own, opened, due).round(6).unique().to_list() == [8.0]
