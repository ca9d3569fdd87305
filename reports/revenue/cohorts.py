"""How do accounts that began to pay together hold out, and what have they brought?"""

from datetime import date
from typing import Any

import polars as pl

from language import mark, tr
from metrics.cohorts import averages
from metrics.cohorts import cohorts as by_age
from reports.books import OF_MONEY, Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.revenue.margins import of_company

COLUMNS = {
    "group": "text", "cohort": "month", "size": "count", "period": "count", "logo": "ratio", "gross": "ratio", "net": "ratio",
    "margin_per_account": "money", "opening_mrr": "money", "retained_accounts": "count", "retained_mrr": "money",
    "closing_mrr": "money", "margin": "money",
    "logo_without_grace": "ratio", "gross_without_grace": "ratio", "net_without_grace": "ratio",
}  # fmt: skip
AVERAGES = {
    "group": "text", "period": "count", "cohorts": "count", "logo": "ratio", "gross": "ratio", "net": "ratio",
    "margin_per_account": "money", "size": "count", "opening_mrr": "money", "retained_accounts": "count", "retained_mrr": "money",
    "closing_mrr": "money",
    "logo_without_grace": "ratio", "gross_without_grace": "ratio", "net_without_grace": "ratio",
}  # fmt: skip
WITH_COSTS = (*OF_MONEY, "costs")
RATIOS = ("logo", "gross", "net")
NO_COSTS = mark("Without the cost of revenue in the table costs, the margin per account is not known.")


def _cohorts(books: Books, question: Question) -> Answer:
    """One row per cohort and period that has closed: size, logo, gross and net retention, margin per account so far, and their sums;
    beside each ratio the one without grace.

    Closed by the day looked at, or by the last day of a period (`to`) as it is seen from there.
    """
    rows = _beside(*_both(books, question), keys=["group", "cohort", "period"])
    own = rows.unique(["group", "cohort"])
    totals = {"cohorts": own["cohort"].n_unique(), "accounts": own["size"].sum()}
    return Answer(rows.select(*COLUMNS), totals, _notes(rows), {"to": books.closing_day(question)})


def _cohort_averages(books: Books, question: Question) -> Answer:
    """One row per period: the same figures over the cohorts old enough to have reached it, weighted by their opening size."""
    both = _both(books, question)
    effective, strict = (averages(table.lazy()).collect().cast({"margin_per_account": pl.Int64}) for table in both)
    rows = _beside(effective, strict, keys=["group", "period"])
    return Answer(rows.select(*AVERAGES), notes=_notes(both[0]), stated={"to": books.closing_day(question)})


def _both(books: Books, question: Question) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cohorts with and without grace."""
    closed_by = books.closing_day(question)

    def margins() -> pl.LazyFrame:
        return of_company(books, question, books.view.table("costs")).lazy()

    asked: dict[str, Any] = {"as_of": closed_by or date(1970, 1, 1), "per": question.per, "groups": books.groups, **books.money}
    effective = books.answered_once("cohorts", question, lambda: by_age(books.effective, **asked, margins=margins()).collect(), WITH_COSTS)
    strict = books.answered_once("cohorts without grace", question, lambda: by_age(books.strict, **asked).collect())
    return effective, strict


def _beside(effective: pl.DataFrame, strict: pl.DataFrame, *, keys: list[str]) -> pl.DataFrame:
    bare = strict.select(*keys, *(pl.col(name).alias(f"{name}_without_grace") for name in RATIOS))
    return effective.join(bare, on=keys, how="left", nulls_equal=True, maintain_order="left")


def _notes(rows: pl.DataFrame) -> tuple[str, ...]:
    return () if rows["margin"].count() or rows.is_empty() else (tr(NO_COSTS),)


TAKES = ("by", "per", "to")
cohorts = Definition("cohorts", mark("Cohorts"), COLUMNS, _cohorts, takes=TAKES)
cohort_averages = Definition("cohort-averages", mark("Cohorts on average"), AVERAGES, _cohort_averages, takes=TAKES)
