"""Cohorts of use on a handful of users, counted by hand."""

from datetime import date

import polars as pl

from metrics.usage_cohorts import first_months, newly_begun, usage_cohorts

JAN, FEB, MAR, APR = (date(2024, month, 1) for month in (1, 2, 3, 4))
MONTHS = pl.LazyFrame(
    [
        ("A", "u", JAN),
        ("A", "u", MAR),
        ("A", "v", FEB),
        ("A", "v", MAR),
        ("A", "w", FEB),
        ("B", "x", FEB),
        ("B", "x", APR),
        ("B", None, MAR),
    ],
    schema={"account_id": pl.String, "user_id": pl.String, "month": pl.Date},
    orient="row",
)


def told(**months: list[date]) -> pl.LazyFrame:
    rows = [(account, month) for account, its in months.items() for month in its]
    return pl.LazyFrame(rows, schema={"account_id": pl.String, "month": pl.Date}, orient="row")


def test_shares_are_of_those_whose_month_is_told():
    """February brought v and w of A and x of B. In March both accounts are told: of three, v was there. In April B alone is: of one, x was."""
    firsts = first_months(MONTHS, item="user_id")
    rows = usage_cohorts(firsts, MONTHS, told(A=[JAN, FEB, MAR], B=[FEB, MAR, APR]), item="user_id").collect().rows()
    assert rows == [
        (JAN, 1, 0, 1, 1, 1.0), (JAN, 1, 1, 1, 0, 0.0), (JAN, 1, 2, 1, 1, 1.0),
        (FEB, 3, 0, 3, 3, 1.0), (FEB, 3, 1, 3, 1, 1 / 3), (FEB, 3, 2, 1, 1, 1.0),
    ]  # fmt: skip


def test_a_month_that_is_told_of_nobody_has_no_row():
    assert usage_cohorts(first_months(MONTHS, item="user_id"), MONTHS, told(A=[], B=[]), item="user_id").collect().is_empty()


def test_who_was_there_in_the_first_month_of_the_feeds_is_in_no_cohort():
    """A's usage begins on 10 January, B's on 1 February: u of A and x of B may have been there before; v and w are new."""
    began = pl.LazyFrame({"account_id": ["A", "B"], "began": [date(2024, 1, 10), FEB]})
    new = newly_begun(first_months(MONTHS, item="user_id"), began).collect()
    assert sorted(new["user_id"].to_list()) == ["v", "w"]
