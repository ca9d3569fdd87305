"""The gross margin of the company month by month: the same for every report, whatever part of the accounts it looks at."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from metrics.unit_economics import account_counts, margins
from reports.books import Books, opened_books
from reports.report import Question
from reports.units import empty

COLUMNS = {"month": "month", "revenue": "money", "cost_of_revenue": "money", "gross_margin": "ratio"}


def of_company(seen: Books, question: Question, costs: pl.DataFrame) -> pl.DataFrame:
    """month, revenue, cost_of_revenue, gross_margin over all accounts; empty for a viewer who may not see costs, or without any."""
    if costs.is_empty():
        return empty(COLUMNS)
    with _whole(seen, question) as books:
        return margins(all_months(books), costs.lazy()).collect()


def with_and_without_grace(seen: Books, question: Question, costs: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """of_company, and the same where a line counts for no day after its end."""
    if costs.is_empty():
        return empty(COLUMNS), empty(COLUMNS)
    with _whole(seen, question) as books:
        graced, bare = (margins(all_months(books, lines), costs.lazy()).collect() for lines in (books.effective, books.strict))
        return graced, bare


def _whole(seen: Books, question: Question) -> AbstractContextManager[Books]:
    """The books of all accounts."""
    return opened_books(seen.store, seen.viewer, replace(question, filters=(), by=None))


def all_months(books: Books, lines: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """account_counts of every month that has closed since anybody first paid; of the lines with grace unless others are given."""
    begun = books.effective.select(pl.col("starts_on").min()).collect().item()
    day = books.day or date(1970, 1, 1)
    return account_counts(books.effective if lines is None else lines, start=(begun or day) - timedelta(days=1), end=day, **books.money)
