"""Does the data fit together? What imports alone cannot see: usage outside contracts, churn records that disagree, overlaps."""

from dataclasses import replace

import polars as pl

from data.store.store import Store
from data.viewer import Viewer
from metrics import book_quality
from metrics.quality import churn_that_disagrees, overlapping_lines, usage_outside_contracts
from reports.books import Books, opened_books
from reports.report import Question, Report

SCHEMA = {"check": pl.String, "account_id": pl.String, "subject": pl.String, "detail": pl.String, "arr": pl.Int64, "currency": pl.String}
UNITS = dict.fromkeys(SCHEMA, "text") | {"arr": "money"}


def quality(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per finding: check, account_id, subject, detail, arr (a year, in the line's currency; null where no money hangs on it).

    Totals count the findings of each check; none means nothing found.
    """
    with opened_books(store, viewer, replace(question, by=None)) as books:
        findings, view = _findings(books), books.view
        waiting, reused, version = view.waiting(), view.reused_event_ids(), view.data_version
    rows = pl.concat([frame.with_columns(pl.lit(name).alias("check")) for name, frame in findings.items()], how="diagonal").select(*SCHEMA)
    totals = {name: frame.height for name, frame in findings.items()} | {
        "reused event ids": reused,
        "rows waiting for an account": waiting["rows"].sum(),
    }
    parameters = {"known_at": question.known_at, "viewer": viewer.owner, "filters": dict(question.filters)}
    units = UNITS | dict.fromkeys(totals, "count")
    return Report("quality", "Data that does not fit together", parameters, question.rules, "", version, rows, totals, units, books.notes)


def _findings(books: Books) -> dict[str, pl.DataFrame]:
    view, lines, apart = books.view, books.lines, books.apart
    contracts, accounts = view.contracts().lazy(), view.accounts().lazy()
    every = pl.concat([lines, apart])
    shape = pl.LazyFrame(schema={"arr": pl.Int64, "currency": pl.String})
    found = {
        "usage outside its contract": usage_outside_contracts(view.usage_by_contract().lazy(), contracts),
        "churn record against contract": churn_that_disagrees(view.table("churn_events").lazy(), contracts),
        "overlapping lines": overlapping_lines(contracts),
        "duplicated lines": book_quality.duplicated_lines(every),
        "short gaps": book_quality.short_gaps(every),
        "contracts without an account": book_quality.without_account(every, accounts),
        "currency without a rate": book_quality.no_rate(apart),
        "lines without a value": book_quality.no_value(every),
        "notice without an end": book_quality.notice_without_end(every),
        "accounts that belong to themselves": book_quality.looped_hierarchy(accounts, every),
    }
    return {name: pl.concat([frame, shape], how="diagonal").collect() for name, frame in found.items()}
