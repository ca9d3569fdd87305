"""How do accounts that began to pay together hold out, and what have they brought?"""

from datetime import date

import polars as pl

from data.store.store import Store
from data.viewer import Viewer
from metrics.cohorts import averages
from metrics.cohorts import cohorts as by_age
from reports.books import opened_books
from reports.parameters import printed
from reports.report import Question, Report
from reports.revenue.margins import of_company

UNITS = {
    "group": "text", "cohort": "month", "size": "count", "period": "count", "logo": "ratio", "gross": "ratio", "net": "ratio",
    "margin_per_account": "money", "opening_mrr": "money", "retained_accounts": "count", "retained_mrr": "money",
    "closing_mrr": "money", "margin": "money",
}  # fmt: skip
AVERAGES = {
    "group": "text", "period": "count", "cohorts": "count", "logo": "ratio", "gross": "ratio", "net": "ratio",
    "margin_per_account": "money", "size": "count", "opening_mrr": "money", "retained_accounts": "count", "retained_mrr": "money",
    "closing_mrr": "money",
}  # fmt: skip
NO_COSTS = "Without the cost of revenue in the table costs, the margin per account is not known."


def cohorts(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per cohort and period that has closed: size, logo, gross and net retention, margin per account so far, and their sums."""
    with opened_books(store, viewer, question) as books:
        costs = books.view.table("costs")
        rows = by_age(
            books.effective,
            as_of=books.day or date(1970, 1, 1),
            per=question.per,
            groups=books.groups,
            rates=books.rates,
            currency=books.currency,
            margins=of_company(store, viewer, question, costs).lazy(),
        ).collect()
        parameters = printed(books.view, viewer, question, books.day) | {"per": question.per}
        version = books.view.data_version
    own = rows.unique(["group", "cohort"])
    totals = {"cohorts": own["cohort"].n_unique(), "accounts": own["size"].sum()}
    units = UNITS | {"cohorts": "count", "accounts": "count"}
    notes = () if rows["margin"].count() or rows.is_empty() else (NO_COSTS,)
    return Report("cohorts", "Cohorts", parameters, books.rules.name, books.currency, version, rows, totals, units, notes)


def cohort_averages(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per period: the same figures over the cohorts old enough to have reached it, weighted by their opening size."""
    table = cohorts(store, viewer, question)
    rows = averages(table.rows.lazy()).collect().cast({"margin_per_account": pl.Int64}).select(*AVERAGES)
    name, title = "cohort-averages", "Cohorts on average"
    return Report(name, title, table.parameters, table.rules, table.currency, table.data_version, rows, {}, AVERAGES, table.notes)
