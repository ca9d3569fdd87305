"""Past renewals as a forecast learns from them, by hand."""

from datetime import date

import polars as pl

from metrics.renewal_history import open_ahead, renewal_history, with_a_term
from metrics.succession import told_whole
from tests.metrics.books import lines

YEAR = {"period": "1 year", "amount": "1200", "product": "Core"}


def history(*rows, until=date(2023, 12, 31)):
    found = renewal_history(lines(*rows, as_of=until), until=until, as_of=until, grace_days=30)
    return found.collect()


def test_what_was_renewed_late_or_lost_and_since_when_it_was_known():
    """A renews, booked ten days ahead; B gives notice 61 days ahead and is lost; C is renewed 9 days late; D ends within the days of grace."""
    told = history(
        YEAR | {"account_id": "A", "starts_on": date(2021, 3, 1), "ends_on": date(2022, 3, 1)},
        YEAR | {"account_id": "A", "starts_on": date(2022, 3, 1), "ends_on": date(2024, 3, 1), "booked_on": date(2022, 2, 19)},
        YEAR | {"account_id": "B", "starts_on": date(2021, 3, 1), "ends_on": date(2022, 3, 1), "cancelled_on": date(2021, 12, 30)},
        YEAR | {"account_id": "C", "starts_on": date(2021, 3, 1), "ends_on": date(2022, 3, 1)},
        YEAR | {"account_id": "C", "starts_on": date(2022, 3, 10), "ends_on": date(2024, 3, 10)},
        YEAR | {"account_id": "D", "starts_on": date(2022, 12, 15), "ends_on": date(2023, 12, 15)},
    )
    assert told["account_id"].to_list() == ["A", "B", "C"]
    assert told["due"].to_list() == [120000] * 3
    assert told["lost"].to_list() == [False, True, False]
    assert told["late"].to_list() == [False, False, True]
    assert told["noticed_on"].to_list() == [None, date(2021, 12, 30), None]
    assert told["settled_on"].to_list() == [date(2022, 2, 19), None, date(2022, 3, 10)]
    assert told.filter(open_ahead(45))["account_id"].to_list() == ["A", "C"], "of B notice was given by 15 January"
    assert told.filter(open_ahead(90))["account_id"].to_list() == ["A", "B", "C"]
    assert told.filter(open_ahead(5))["account_id"].to_list() == ["C"], "of A the renewal was booked by 24 February"


def test_a_line_that_renews_itself_came_up_each_year_and_went_on():
    """From March 2020 on, no end: 2021, 2022, 2023; of one that ended in June 2022 the two years before it, and the end itself."""
    told = history(
        YEAR | {"account_id": "A", "starts_on": date(2020, 3, 1), "ends_on": None, "auto_renew": True},
        YEAR | {"account_id": "B", "starts_on": date(2020, 3, 1), "ends_on": date(2022, 6, 1), "auto_renew": True},
        YEAR | {"account_id": "C", "starts_on": date(2020, 3, 1), "ends_on": None},
    )
    assert told.select("account_id", "ends_on", "lost").rows() == [
        ("A", date(2021, 3, 1), False), ("B", date(2021, 3, 1), False), ("A", date(2022, 3, 1), False), ("B", date(2022, 3, 1), False),
        ("B", date(2022, 6, 1), True), ("A", date(2023, 3, 1), False),
    ]  # fmt: skip


def test_which_lines_have_a_term():
    rows = (
        YEAR | {"account_id": "A", "starts_on": date(2020, 3, 1), "ends_on": date(2021, 3, 1)},
        YEAR | {"account_id": "B", "starts_on": date(2020, 3, 1), "ends_on": None, "auto_renew": True},
        YEAR | {"account_id": "C", "starts_on": date(2020, 3, 1), "ends_on": None},
        YEAR | {"account_id": "D", "starts_on": date(2020, 3, 1), "ends_on": date(2020, 4, 1), "period": "1 month"},
    )
    assert sorted(with_a_term(told_whole(lines(*rows))).collect()["account_id"]) == ["A", "B"]


def test_nothing_after_the_day_is_learned_from():
    rows = (
        YEAR | {"account_id": "A", "starts_on": date(2021, 3, 1), "ends_on": date(2022, 3, 1)},
        YEAR | {"account_id": "A", "starts_on": date(2022, 3, 1), "ends_on": date(2023, 3, 1)},
    )
    assert history(*rows, until=date(2022, 12, 31)).height == 1
    later = history(*rows, YEAR | {"account_id": "A", "starts_on": date(2023, 3, 1), "ends_on": date(2024, 3, 1)}, until=date(2022, 12, 31))
    assert later.equals(history(*rows, until=date(2022, 12, 31)))
    assert isinstance(later, pl.DataFrame)
