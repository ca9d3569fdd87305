"""Report `arr-quarters`: what was paid at the end of each of the last quarters, beside which the forecast stands."""

from datetime import date, timedelta

import polars as pl

from language import mark
from metrics.balances import balances
from metrics.months import months_later
from reports.books import OF_MONEY, Books
from reports.definition import Answer, Definition
from reports.forecast.forecast import quarters_ahead
from reports.report import Question
from reports.units import empty

COLUMNS = {"ends_on": "day", "arr": "money", "accounts_paying": "count"}
QUARTERS_BACK = 8


def _arr_quarters(books: Books, question: Question) -> Answer:
    """One row per last day of a calendar quarter of the last two years, since somebody first paid, and one for the day looked at.

    arr: of all who were customers on the day, new ones since then not among them; accounts_paying: of them those with ARR.
    """
    if books.day is None:
        return Answer(empty(COLUMNS), notes=books.notes)
    day = books.day
    rows = books.answered_once("arr by quarter", question, lambda: _rows(books, day), OF_MONEY)
    return Answer(rows, notes=books.notes)


def _rows(books: Books, day: date) -> pl.DataFrame:
    begins = quarters_ahead(day)[0].quarter
    days = [*(months_later(begins, -3 * back) - timedelta(days=1) for back in range(QUARTERS_BACK, -1, -1)), day]
    found = balances(books.effective, days=sorted({one for one in days if one <= day}), **books.money)
    summed = (
        found.group_by("day").agg(arr=pl.col("arr").sum(), accounts_paying=(pl.col("arr") > 0).sum().cast(pl.Int64)).sort("day").collect()
    )
    return summed.filter(pl.col("arr").cum_max() > 0).select(ends_on="day", arr="arr", accounts_paying="accounts_paying")


arr_quarters = Definition("arr-quarters", mark("ARR by quarter"), COLUMNS, _arr_quarters)
