"""Does the data fit together? What imports alone cannot see: usage outside contracts, churn records that disagree, overlaps."""

import polars as pl

from data.schema import TABLES
from language import mark, tr
from language.formats import listed
from metrics import book_quality
from metrics.quality import churn_that_disagrees, overlapping_lines, reused_event_ids, usage_outside_contracts, waiting_rows
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.units import schema_of

WAITING = "rows waiting for an account"
COLUMNS = {"check": "text", "account_id": "text", "subject": "text", "detail": "text", "arr": "money", "currency": "text"}


def _quality(books: Books, question: Question) -> Answer:
    """One row per finding: check, account_id, subject, detail, arr (a year, in the line's currency; null where no money hangs on it).

    Totals count the findings of each check, but the rows themselves of those that wait for an account; none means nothing found.
    """
    findings, view = _findings(books), books.view
    named = [frame.with_columns(pl.lit(name).alias("check")) for name, frame in findings.items()]
    totals = {name: frame.height for name, frame in findings.items()} | {WAITING: view.waiting()["rows"].sum()}
    return Answer(pl.concat(named, how="diagonal").select(*COLUMNS), totals, books.notes)


def _findings(books: Books) -> dict[str, pl.DataFrame]:
    view, lines, apart = books.view, books.lines, books.apart
    contracts, accounts = view.contracts().lazy(), view.accounts().lazy()
    every = pl.concat([lines, apart])
    shape = pl.LazyFrame(schema=schema_of({"arr": "money", "currency": "text"}))
    found = {
        "usage outside its contract": usage_outside_contracts(view.usage_by_contract().lazy(), contracts),
        "churn record against contract": churn_that_disagrees(view.table("churn_events").lazy(), every),
        "overlapping lines": overlapping_lines(every),
        "duplicated lines": book_quality.duplicated_lines(every),
        "short gaps": book_quality.short_gaps(every),
        "contracts without an account": book_quality.without_account(every, accounts),
        "currency without a rate": book_quality.no_rate(apart),
        "lines without a value": book_quality.no_value(every),
        "notice without an end": book_quality.notice_without_end(every),
        "change of plan or addition": book_quality.products_asked(lines, within=max(books.rules.grace_days, 1), products=books.products),
        "reductions below zero": book_quality.below_zero(every),
        "accounts that belong to themselves": book_quality.looped_hierarchy(accounts, every),
        "reused event ids": reused_event_ids(view.reused_event_ids().lazy()),
        WAITING: waiting_rows(_named(view.waiting()).lazy(), accounts),
    }
    return {name: pl.concat([frame, shape], how="diagonal").collect() for name, frame in found.items()}


def _named(waiting: pl.DataFrame) -> pl.DataFrame:
    """Each name once, with its tables in the reader's words; a contract that usage names has none."""
    titles = {name: tr(table.title) for name, table in TABLES.items()}
    title = pl.col("table").replace_strict(titles, default=None)
    rows = waiting.group_by("written", of_contract=title.is_null()).agg(pl.col("rows").sum(), tables=title.sort())
    words = [None if of_contract else listed(tables) for of_contract, tables in rows.select("of_contract", "tables").iter_rows()]
    return rows.with_columns(tables=pl.Series(words, dtype=pl.String))


quality = Definition(
    "quality",
    mark("Data that does not fit together"),
    COLUMNS,
    _quality,
    states=("known_at", "viewer", "filters", "rules"),
    in_currency=False,
)
