"""The gross margin of the company month by month: the same for every report, whatever part of the accounts it looks at."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from data.store.store import Store
from data.viewer import Viewer
from metrics.unit_economics import account_counts, margins
from reports.books import Books, opened_books
from reports.report import Question

EMPTY = {"month": pl.Date, "revenue": pl.Int64, "cost_of_revenue": pl.Int64, "gross_margin": pl.Float64}


def of_company(store: Store, viewer: Viewer, question: Question, costs: pl.DataFrame) -> pl.DataFrame:
    """month, revenue, cost_of_revenue, gross_margin over all accounts; empty for a viewer who may not see costs, or without any."""
    if costs.is_empty():
        return pl.DataFrame(schema=EMPTY)
    with opened_books(store, viewer, replace(question, filters=(), by=None)) as books:
        return margins(all_months(books), costs.lazy()).collect()


def all_months(books: Books) -> pl.LazyFrame:
    """account_counts of every month that has closed since anybody first paid."""
    begun = books.effective.select(pl.col("starts_on").min()).collect().item()
    money = {"rates": books.rates, "currency": books.currency}
    day = books.day or date(1970, 1, 1)
    return account_counts(books.effective, start=(begun or day) - timedelta(days=1), end=day, **money)
