"""Which ends were agreed ahead: by what lines of the kind say while they run, never by how one line ended."""

from datetime import date, timedelta

import polars as pl

from models.terms import with_terms
from tests.metrics.books import lines

UNTIL = date(2023, 6, 1)


def line(number: int, starts: date, ends: date | None, **more) -> dict:
    return {"account_id": f"A{number}", "contract_id": f"{number} {starts}", "starts_on": starts, "ends_on": ends} | more


def told(*rows: dict) -> pl.DataFrame:
    return with_terms(lines(*rows, rules="house").collect(), UNTIL).sort("account_id", "starts_on")


RUNNING_OPEN = [line(number, date(2022, 1, 1), None) for number in range(10)]
RUNNING_YEARS = [line(number, date(2023, 1, 1), date(2024, 1, 1)) for number in range(10)]
YEARS_BEFORE = [line(number, date(2022, 1, 1), date(2023, 1, 1)) for number in range(10)]


def test_where_running_lines_have_no_end_a_month_that_is_over_was_no_term():
    left = [line(20 + number, date(2022, 1, 1), date(2022, 1 + number, 1)) for number in range(1, 5)]
    found = told(*RUNNING_OPEN, *left)
    assert found["term_days"].null_count() == 14
    assert found["observed"].all()


def test_where_running_lines_carry_a_year_the_years_before_were_terms():
    found = told(*RUNNING_YEARS, *YEARS_BEFORE)
    assert found["term_days"].to_list() == [365] * 20


def test_a_year_that_was_cut_is_not_looked_at_also_after_a_usual_number_of_months():
    cut = [line(20, date(2022, 1, 1), date(2022, 7, 1)), line(21, date(2022, 1, 1), date(2022, 8, 19), cancelled_on=date(2022, 8, 19))]
    found = told(*RUNNING_YEARS, *YEARS_BEFORE, *cut)
    assert found.filter(~pl.col("observed"))["account_id"].to_list() == ["A20", "A21"]
    assert found.filter(~pl.col("observed"))["term_days"].null_count() == 2


def test_kinds_are_told_apart_by_product_and_billing_period():
    monthly = [row | {"account_id": f"M{number}", "product": "Monthly"} for number, row in enumerate(RUNNING_OPEN)]
    left = line(30, date(2022, 1, 1), date(2022, 7, 1), product="Monthly")
    found = told(*RUNNING_YEARS, *YEARS_BEFORE, *monthly, left)
    assert found.filter(pl.col("product") == "Monthly")["term_days"].null_count() == 11
    assert found.filter(pl.col("product").is_null())["term_days"].to_list() == [365] * 20


def test_ends_after_which_nobody_goes_on_are_what_happened():
    # One line an account, prolonged in place: those that stay show an end ahead, those that left theirs; none is followed by another.
    prolonged = [line(number, date(2021, 1, 1), date(2024, 1, 1)) for number in range(10)]
    left = [line(20 + number, date(2021, 1, 1), date(2022, 1, 1)) for number in range(10)]
    found = told(*prolonged, *left)
    assert found["term_days"].null_count() == 20


def test_where_nothing_runs_the_agreed_ends_stand():
    found = told(line(0, date(2021, 1, 1), date(2022, 1, 1)), line(1, date(2021, 1, 1), date(2021, 8, 19)))
    assert found["term_days"].to_list() == [365, None]


def test_whole_years_are_found_whatever_the_number_of_their_days():
    leap = line(20, date(2019, 3, 1), date(2020, 3, 1))
    assert told(*RUNNING_YEARS, *YEARS_BEFORE, leap).filter(pl.col("account_id") == "A20")["term_days"].to_list() == [
        (date(2020, 3, 1) - date(2019, 3, 1)) // timedelta(days=1)
    ]
