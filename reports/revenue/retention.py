"""How much of what was there at the start is still there at the end? Between two days, and as a series of twelve-month windows."""

from typing import Any

import polars as pl

from language import mark
from metrics.months import month_ends
from metrics.retention import account_retention
from metrics.retention import retention as of_cohort
from metrics.retention import retention_series as of_windows
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.units import empty

DAYS = {"opens_on": "day", "closes_on": "day"}
COLUMNS = {
    "group": "text", "opening_mrr": "money", "closing_mrr": "money", "retained_mrr": "money",
    "opening_accounts": "count", "retained_accounts": "count",
    "nrr": "ratio", "grr": "ratio", "logo_retention": "ratio", "nrr_without_grace": "ratio",
    "grr_without_grace": "ratio", "logo_retention_without_grace": "ratio", **DAYS,
}  # fmt: skip
ACCOUNTS = {
    "account_id": "text", "name": "text", "opening_mrr": "money", "closing_mrr": "money", "retained_mrr": "money", "kept": "flag",
    **DAYS,
}  # fmt: skip
SERIES = {"opened_on": "day", "day": "day", **COLUMNS}
RATIOS = ("nrr", "grr", "logo_retention")
MONTHS = 12


def _retention(books: Books, question: Question) -> Answer:
    """One row (one per group with `by`) of NRR, GRR and logo retention between two balance days; the totals are over all groups."""
    start, end = books.period(question)
    if start is None or end is None:
        return Answer(notes=books.notes)
    split: dict[str, Any] = {"groups": books.groups, "places": books.places, "whole": question.by is None}
    everybody: dict[str, Any] = {**split, "groups": None, "whole": True}
    rows, whole = (
        _both(*(of_cohort(lines, **how, start=start, end=end, **books.money) for lines in (books.effective, books.strict)), keys=["group"])
        for how in (split, everybody)
    )
    rows, whole = (frame.with_columns(opens_on=pl.lit(start), closes_on=pl.lit(end)).select(*COLUMNS) for frame in (rows, whole))
    return Answer(rows, whole.drop("group", *DAYS).row(0, named=True) if whole.height else {}, books.notes)


def _retention_accounts(books: Books, question: Question) -> Answer:
    """One row per account of the opening cohort: what retention, and its figures, open to. Sums are those of `retention`."""
    start, end = books.period(question)
    rows = empty(ACCOUNTS)
    if start and end:
        kept = account_retention(books.effective, start=start, end=end, places=books.places, **books.money)
        dated = kept.with_columns(opens_on=pl.lit(start), closes_on=pl.lit(end))
        named = dated.join(books.names(), on="account_id", how="left").select(*ACCOUNTS)
        rows = named.sort(pl.col("closing_mrr") - pl.col("opening_mrr"), "account_id").collect()
    totals = {name: rows[name].sum() for name in ("opening_mrr", "closing_mrr", "retained_mrr")}
    totals |= {"opening_accounts": rows.height, "retained_accounts": rows["kept"].sum()}
    return Answer(rows, totals, books.notes)


def _retention_series(books: Books, question: Question) -> Answer:
    """One row (one per group with `by`) per month end after `from` and not after `to`: the twelve months that close on it."""
    start, end = books.period(question)
    if start is None or end is None or not books.lines.collect().height:
        return Answer(notes=books.notes, stated={"months": MONTHS})
    split: dict[str, Any] = {"groups": books.groups, "places": books.places, "whole": question.by is None}
    ends = month_ends(start, end)
    both = (of_windows(lines, ends=ends, months=MONTHS, **split, **books.money) for lines in (books.effective, books.strict))
    rows = _both(*both, keys=["opened_on", "day", "group"]).with_columns(opens_on="opened_on", closes_on="day").select(*SERIES)
    return Answer(rows, notes=books.notes, stated={"months": MONTHS})


def _both(effective: pl.LazyFrame, strict: pl.LazyFrame, *, keys: list[str]) -> pl.DataFrame:
    bare = strict.select(*keys, *(pl.col(name).alias(f"{name}_without_grace") for name in RATIOS)).collect()
    return effective.collect().join(bare, on=keys, how="left", nulls_equal=True, maintain_order="left")


TAKES = ("level", "segments")
retention = Definition("retention", mark("Retention"), COLUMNS, _retention, takes=("by", *TAKES), of_period=True)
retention_accounts = Definition(
    "retention-accounts", mark("Retention by account"), ACCOUNTS, _retention_accounts, takes=TAKES, of_period=True
)
retention_series = Definition(
    "retention-series", mark("Retention over trailing twelve months"), SERIES, _retention_series, takes=("by", *TAKES), of_period=True
)
