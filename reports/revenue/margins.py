"""The gross margin of the company month by month: the same for every report, whatever part of the accounts it looks at."""

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
    with opened_books(seen.store, seen.viewer, replace(question, filters=(), by=None)) as books:
        return margins(all_months(books), costs.lazy()).collect()


def all_months(books: Books, lines: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """account_counts of every month that has closed since anybody first paid; of the lines with grace unless others are given."""
    begun = books.effective.select(pl.col("starts_on").min()).collect().item()
    day = books.day or date(1970, 1, 1)
    return account_counts(books.effective if lines is None else lines, start=(begun or day) - timedelta(days=1), end=day, **books.money)
