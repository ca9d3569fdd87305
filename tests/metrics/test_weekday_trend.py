"""A trend by weekday, by hand: eight weeks from Monday 4 November to Sunday 29 December 2024, with Christmas in the last stretch."""

from datetime import date, timedelta

import polars as pl
import pytest

from metrics.weekday_trend import compared_days, quiet_days, weekday_trend

FIRST, AS_OF = date(2024, 11, 4), date(2024, 12, 29)
DAYS = [FIRST + timedelta(days=back) for back in range(56)]
CHRISTMAS = [date(2024, 12, day) for day in (24, 25, 26, 27)]
COVERED = pl.DataFrame({"key": "web", "day": DAYS})
NO_USERS = pl.LazyFrame(schema={"account_id": pl.String, "user_id": pl.String, "month": pl.Date, "bits": pl.Int64})
OF = pl.LazyFrame({"account_id": ["A"], "key": ["web"]})


def trend(active: dict[str, list[date]], left_out: list[date], daily: pl.LazyFrame | None = None) -> dict:
    rows = [("A", user, day.replace(day=1), 1 << (day.day - 1)) for user, days in active.items() for day in days]
    frame = (
        pl.DataFrame(rows, schema=NO_USERS.collect_schema(), orient="row")
        .group_by("account_id", "user_id", "month")
        .agg(pl.col("bits").sum())
    )
    counted = pl.LazyFrame(schema={"account_id": pl.String, "day": pl.Date, "count": pl.Int64}) if daily is None else daily
    return weekday_trend(OF, frame.lazy(), counted, compared_days(COVERED, left_out, AS_OF)).collect().row(0, named=True)


def workdays(but: list[date]) -> list[date]:
    return [day for day in DAYS if day.isoweekday() <= 5 and day not in but]


def test_a_quiet_christmas_is_no_decline():
    """Two people on every workday but Christmas: left out, Tuesday to Friday of the last stretch have three days each, all with two people."""
    active = dict.fromkeys(("ann", "bob"), workdays(CHRISTMAS))
    assert trend(active, CHRISTMAS)["weekday_trend"] == pytest.approx(0)
    # Counted in, the week before has 10 and the last one 2 (Monday) + 4 x 2 x 3/4 = 8: a fifth less.
    assert trend(active, [])["weekday_trend"] == pytest.approx(-0.2)


def test_a_decline_around_christmas_is_one():
    """Both came on 20 workdays; of the 16 left after, ann came on 16 and bob on none: half of a usual week of 10."""
    told = trend({"ann": workdays(CHRISTMAS), "bob": [day for day in workdays([]) if day < FIRST + timedelta(days=28)]}, CHRISTMAS)
    assert (told["week_before"], told["week_now"], told["weekday_trend"]) == pytest.approx((10, 5, -0.5))


def test_a_weekday_without_a_day_left_counts_in_neither_stretch():
    mondays = [day for day in DAYS[28:] if day.isoweekday() == 1]
    told = trend({"ann": workdays([])}, mondays)
    assert (told["week_before"], told["week_now"]) == pytest.approx((4, 4))


def test_who_names_no_users_is_compared_by_events():
    """Ten events a day, and five from the fifth week on."""
    daily = pl.LazyFrame({"account_id": "A", "day": DAYS, "count": [10] * 28 + [5] * 28})
    assert trend({}, [], daily)["weekday_trend"] == pytest.approx(-0.5)
    assert trend({}, [], daily)["counted_by"] == "events"


def test_too_few_days_are_not_compared():
    assert compared_days(COVERED.filter(pl.col("day") != FIRST), [], AS_OF).is_empty()  # 55 covered days
    assert compared_days(COVERED, DAYS[28:47], AS_OF).is_empty()  # nine days of the last stretch are left
    scattered = pl.DataFrame({"key": "web", "day": [AS_OF - timedelta(days=3 * back) for back in range(56)]})
    assert compared_days(scattered, [], AS_OF).is_empty()


def test_days_on_which_the_whole_customer_base_was_quiet():
    """Of twelve Wednesdays eleven have 40 accounts, and Christmas has 19: less than half of the median. Half of it is not quiet."""
    days = [AS_OF - timedelta(days=back) for back in range(84)]
    usual = {day: 40 if day.isoweekday() <= 5 else 4 for day in days} | {
        date(2024, 12, 25): 19,
        date(2024, 12, 26): 20,
        date(2024, 12, 28): 0,
    }
    frame = pl.DataFrame({"day": [*usual], "accounts": [*usual.values()]})
    assert quiet_days(frame, AS_OF) == [date(2024, 12, 25)]  # four accounts on a Saturday are too few to tell
