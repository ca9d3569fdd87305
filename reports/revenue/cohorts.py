"""How do accounts that began to pay together hold out, and what have they brought?"""

from datetime import date

import polars as pl

from metrics.cohorts import averages
from metrics.cohorts import cohorts as by_age
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.revenue.margins import of_company
from reports.units import empty

COLUMNS = {
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


def _cohorts(books: Books, question: Question) -> Answer:
    """One row per cohort and period that has closed: size, logo, gross and net retention, margin per account so far, and their sums.

    Closed by the day looked at, or by the last day of a period (`to`) as it is seen from there.
    """
    margins = of_company(books, question, books.view.table("costs")).lazy()
    closed_by = books.closing_day(question)
    day = closed_by or date(1970, 1, 1)
    rows = by_age(books.effective, as_of=day, per=question.per, groups=books.groups, margins=margins, **books.money).collect()
    own = rows.unique(["group", "cohort"])
    totals = {"cohorts": own["cohort"].n_unique(), "accounts": own["size"].sum()}
    return Answer(rows, totals, () if rows["margin"].count() or rows.is_empty() else (NO_COSTS,), {"to": closed_by})


def _cohort_averages(books: Books, question: Question) -> Answer:
    """One row per period: the same figures over the cohorts old enough to have reached it, weighted by their opening size."""
    table = _cohorts(books, question)
    rows = (
        averages((empty(COLUMNS) if table.rows is None else table.rows).lazy())
        .collect()
        .cast({"margin_per_account": pl.Int64})
        .select(*AVERAGES)
    )
    return Answer(rows, notes=table.notes, stated=table.stated)


TAKES = ("by", "per", "to")
cohorts = Definition("cohorts", "Cohorts", COLUMNS, _cohorts, takes=TAKES)
cohort_averages = Definition("cohort-averages", "Cohorts on average", AVERAGES, _cohort_averages, takes=TAKES)
