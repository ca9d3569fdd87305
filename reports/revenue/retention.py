"""How much of what was there at the start is still there at the end? Between two days, and as a series of twelve-month windows."""

import polars as pl

from data.store.store import Store
from data.viewer import Viewer
from metrics.months import month_ends
from metrics.retention import account_retention
from metrics.retention import retention as of_cohort
from metrics.retention import retention_series as of_windows
from reports.books import opened_books, told
from reports.parameters import period
from reports.report import Question, Report

UNITS = {
    "group": "text", "opening_mrr": "money", "closing_mrr": "money", "retained_mrr": "money",
    "opening_accounts": "count", "retained_accounts": "count",
    "nrr": "ratio", "grr": "ratio", "logo_retention": "ratio", "nrr_without_grace": "ratio",
    "grr_without_grace": "ratio", "logo_retention_without_grace": "ratio",
}  # fmt: skip
SERIES_UNITS = {"opened_on": "day", "day": "day", **UNITS}
RATIOS = ("nrr", "grr", "logo_retention")
MONTHS = 12
TYPES = {"money": pl.Int64, "count": pl.Int64, "ratio": pl.Float64, "text": pl.String, "day": pl.Date}


def retention(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row (one per group with `by`) of NRR, GRR and logo retention between two balance days; the totals are over all groups."""
    with opened_books(store, viewer, question, levels=True) as books:
        start, end = period(question, books.day) if books.day else (None, None)
        if start is None:
            rows = whole = pl.DataFrame(schema={name: TYPES[unit] for name, unit in UNITS.items()})
        else:
            money = {"start": start, "end": end, "rates": books.rates, "currency": books.currency}
            split = {"groups": books.groups, "places": books.places, "whole": question.by is None}
            rows, whole = (
                _both(*(of_cohort(lines, **how, **money) for lines in (books.effective, books.strict)), ["group"]).select(*UNITS)
                for how in (split, split | {"groups": None, "whole": True})
            )
        totals = whole.drop("group").row(0, named=True) if whole.height else {}
        stated = {"from": start, "to": end, "level": question.level, "segments": question.segments}
        return told(books, viewer, question, "retention", "Retention", rows=rows, totals=totals, units=UNITS, parameters=stated)


ACCOUNT_UNITS = {
    "account_id": "text", "name": "text", "opening_mrr": "money", "closing_mrr": "money", "retained_mrr": "money", "kept": "flag",
}  # fmt: skip
ACCOUNT_TOTALS = {"opening_accounts": "count", "retained_accounts": "count"}


def retention_accounts(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per account of the opening cohort: what retention, and its figures, open to. Sums are those of `retention`."""
    with opened_books(store, viewer, question, levels=True) as books:
        start, end = period(question, books.day) if books.day else (None, None)
        if start is None:
            rows = pl.DataFrame(schema={name: TYPES.get(unit, pl.Boolean) for name, unit in ACCOUNT_UNITS.items()})
        else:
            asked = {"start": start, "end": end, "places": books.places, "rates": books.rates, "currency": books.currency}
            kept = account_retention(books.effective, **asked)
            names = books.view.accounts().lazy().select("account_id", "name")
            named = kept.join(names, on="account_id", how="left").select(*ACCOUNT_UNITS)
            rows = named.sort(pl.col("closing_mrr") - pl.col("opening_mrr"), "account_id").collect()
        totals = {name: rows[name].sum() for name in ("opening_mrr", "closing_mrr", "retained_mrr")}
        totals |= {"opening_accounts": rows.height, "retained_accounts": rows["kept"].sum()}
        return told(
            books, viewer, question, "retention-accounts", "Retention by account", rows=rows, totals=totals,
            units=ACCOUNT_UNITS | ACCOUNT_TOTALS,
            parameters={"from": start, "to": end, "level": question.level, "segments": question.segments},
        )  # fmt: skip


def retention_series(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row (one per group with `by`) per month end after `from` and not after `to`: the twelve months that close on it."""
    with opened_books(store, viewer, question, levels=True) as books:
        start, end = period(question, books.day) if books.day else (None, None)
        if start is None or not books.lines.collect().height:
            rows = pl.DataFrame(schema={name: TYPES[unit] for name, unit in SERIES_UNITS.items()})
        else:
            asked = {
                "ends": month_ends(start, end),
                "months": MONTHS,
                "groups": books.groups,
                "places": books.places,
                "whole": question.by is None,
                "rates": books.rates,
                "currency": books.currency,
            }
            both = (of_windows(lines, **asked) for lines in (books.effective, books.strict))
            rows = _both(*both, ["opened_on", "day", "group"]).select(*SERIES_UNITS)
        return told(
            books, viewer, question, "retention-series", "Retention over trailing twelve months", rows=rows, totals={},
            units=SERIES_UNITS, 
            parameters={"from": start, "to": end, "months": MONTHS, "level": question.level, "segments": question.segments},
        )  # fmt: skip


def _both(effective: pl.LazyFrame, strict: pl.LazyFrame, keys: list[str]) -> pl.DataFrame:
    bare = strict.select(*keys, *(pl.col(name).alias(f"{name}_without_grace") for name in RATIOS)).collect()
    return effective.collect().join(bare, on=keys, how="left", nulls_equal=True, maintain_order="left")
