"""Where an account stands in its life as a customer, on contracts small enough to read: as it was known on the day, and nothing later."""

from datetime import date, timedelta

import polars as pl
import pytest

from metrics.lifecycle import age_days, days_to_renewal, lifecycle, renewal_spells
from metrics.scorecard import Scorecard
from tests.metrics.books import lines

YEAR = {"starts_on": date(2023, 7, 1), "ends_on": date(2024, 7, 1), "amount": "1200", "period": "1 year"}
NEXT = YEAR | {"starts_on": date(2024, 7, 1), "ends_on": date(2025, 7, 1)}
UNTIL = date(2024, 12, 31)


def seen(*days: date) -> pl.LazyFrame:
    return pl.LazyFrame({"account_id": ["A"] * len(days), "day": list(days)})


def left(day: date, *rows: dict, grace: int = 30) -> int | None:
    """Days to the next renewal, as known on a day."""
    book = lines(*({"contract_id": f"c{at}"} | row for at, row in enumerate(rows)))
    found = days_to_renewal(seen(day), renewal_spells(book, until=UNTIL, grace_days=grace)).collect()
    return found["days_to_renewal"][0] if found.height else None


@pytest.mark.parametrize(
    ("day", "days"),
    [(date(2023, 7, 1), 366), (date(2024, 4, 2), 90), (date(2024, 6, 30), 1), (date(2024, 7, 30), -29), (date(2024, 7, 31), None)],
)
def test_a_renewal_is_ahead_from_its_booking_to_the_end_of_its_grace(day, days):
    """2024 is a leap year: 366 days from July to July. Grace runs for thirty days, to 30 July."""
    assert left(day, YEAR) == days


def test_before_it_is_booked_or_begins_nothing_is_known_of_it():
    assert left(date(2023, 6, 30), YEAR) is None
    assert left(date(2023, 6, 30), YEAR | {"booked_on": date(2023, 6, 1)}) == 367


def test_what_is_booked_to_go_on_with_it_settles_it_from_that_day():
    booked = NEXT | {"booked_on": date(2024, 5, 1)}
    assert left(date(2024, 4, 30), YEAR, booked) == 62  # only the next end lies ahead; nobody knew of the line booked a day later
    assert left(date(2024, 5, 1), YEAR, booked) == 426  # 1 May 2024 to 1 July 2025
    assert left(date(2024, 6, 30), YEAR, NEXT) == 1  # begun unannounced: known on its first day
    assert left(date(2024, 7, 1), YEAR, NEXT) == 365


def test_a_late_renewal_settles_it_within_the_grace():
    late = NEXT | {"starts_on": date(2024, 7, 11)}
    assert left(date(2024, 7, 10), YEAR, late) == -9
    assert left(date(2024, 7, 11), YEAR, late) == 355


def test_notice_takes_the_renewal_not_away_but_its_grace():
    given = YEAR | {"cancelled_on": date(2024, 5, 1)}
    assert left(date(2024, 6, 1), given) == 30
    assert left(date(2024, 7, 1), given) is None


def test_what_renews_itself_is_due_at_each_end_of_its_period():
    """Yearly from 29 February 2024: the month's end is clamped. Monthly prices are no renewals."""
    own = {"starts_on": date(2024, 2, 29), "auto_renew": True, "period": "1 year", "amount": "1200"}
    assert left(date(2024, 6, 1), own) == (date(2025, 2, 28) - date(2024, 6, 1)).days
    assert left(date(2024, 6, 1), own | {"starts_on": date(2022, 6, 1)}) == 365
    assert left(date(2024, 6, 1), own | {"period": "1 month"}) is None


def test_what_rolls_monthly_ends_open_or_is_a_trial_is_no_renewal():
    month = {"starts_on": date(2024, 5, 1), "ends_on": date(2024, 6, 1)}
    assert left(date(2024, 5, 20), month) is None
    assert left(date(2024, 5, 20), {"starts_on": date(2023, 5, 1)}) is None
    assert left(date(2024, 5, 20), YEAR | {"is_trial": True}) is None


def test_the_nearest_of_several_counts():
    assert left(date(2024, 6, 1), YEAR, YEAR | {"product": "Seats", "ends_on": date(2024, 6, 15)}) == 14


def test_age_counts_from_going_live_else_from_the_first_contract():
    accounts = pl.LazyFrame({
        "account_id": ["A", "B", "C"], "live_on": [date(2024, 3, 1), None, None], "first_start": [date(2024, 1, 1), date(2024, 1, 1), None],
    })  # fmt: skip
    days = pl.LazyFrame({"account_id": ["A", "B", "C"], "day": [date(2024, 2, 28)] * 3})
    assert dict(age_days(days, accounts).select("account_id", "age_days").collect().rows()) == {"A": -2, "B": 58, "C": None}


@pytest.mark.parametrize(
    ("age", "days", "expected"),
    [
        (-2, None, "onboarding"), (0, 10, "onboarding"), (89, None, "onboarding"), (90, None, "steady"), (90, 60, "renewal"),
        (400, 61, "steady"), (400, -5, "renewal"), (None, None, "steady"), (None, 3, "renewal"),
    ],
)  # fmt: skip
def test_onboarding_comes_before_renewal(age, days, expected):
    card = Scorecard((), (), (), onboarding_days=90, renewal_days=60)
    frame = pl.DataFrame({"a": [age], "r": [days]}, schema={"a": pl.Int64, "r": pl.Int64})
    assert frame.select(lifecycle(card, pl.col("a"), pl.col("r"))).item() == expected


def test_deleting_what_came_later_changes_no_day():
    """Each line that began or was booked after the day is taken out: what was known on the day stays."""
    book = [
        YEAR,
        NEXT | {"booked_on": date(2024, 5, 1)},
        YEAR | {"product": "Seats", "starts_on": date(2024, 2, 1), "ends_on": date(2025, 2, 1)},
    ]
    for month in range(18):
        day = date(2023, 7, 15) + timedelta(days=30 * month)
        known = [row for row in book if min(row["starts_on"], row.get("booked_on", row["starts_on"])) <= day]
        assert left(day, *book) == left(day, *known)
