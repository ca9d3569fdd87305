"""How much of what was there at the start is still there at the end?"""

import polars as pl

from data.scope import Viewer
from data.store import Store
from metrics.retention import retention as of_cohort
from reports.books import opened_books
from reports.parameters import period, printed
from reports.report import Question, Report

UNITS = {
    "group": "text", "opening_mrr": "money", "closing_mrr": "money", "retained_mrr": "money",
    "opening_accounts": "count", "retained_accounts": "count",
    "nrr": "ratio", "grr": "ratio", "logo_retention": "ratio", "nrr_without_grace": "ratio",
}  # fmt: skip


def retention(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row (one per group with `by`) of NRR, GRR and logo retention between two balance days; the totals are over all groups."""
    with opened_books(store, viewer, question) as books:
        start, end = period(question, books.day) if books.day else (None, None)
        parameters = printed(books.view, viewer, question, books.day) | {"from": start, "to": end}
        version = books.view.data_version
        if start is None:
            rows, whole = None, None
        else:
            money = {"start": start, "end": end, "rates": books.rates, "currency": books.currency}
            rows, whole = (_both(books.effective, books.strict, groups, money) for groups in (books.groups, None))
    if rows is None:
        types = {"money": pl.Int64, "count": pl.Int64, "ratio": pl.Float64, "text": pl.String}
        rows = whole = pl.DataFrame(schema={name: types[unit] for name, unit in UNITS.items()})
    totals = whole.drop("group").row(0, named=True) if whole.height else {}
    return Report("retention", "Retention", parameters, books.rules.name, books.currency, version, rows, totals, UNITS, books.notes)


def _both(effective: pl.LazyFrame, strict: pl.LazyFrame, groups: pl.LazyFrame | None, money: dict) -> pl.DataFrame:
    rows = of_cohort(effective, groups=groups, **money).collect()
    bare = of_cohort(strict, groups=groups, **money).select("group", nrr_without_grace="nrr").collect()
    return rows.join(bare, on="group", how="left", nulls_equal=True).select(*UNITS)
