"""Why did recurring revenue move, month by month? And which accounts, and which of their lines, are behind a figure?"""

from typing import Any

import polars as pl

from language import mark
from metrics.between_closes import paid_and_left as passing
from metrics.line_changes import line_changes
from metrics.movements import PARTS, account_movements, no_movements, parts_of
from metrics.movements import movements as bridge
from metrics.segments import CROSSINGS, placed
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.units import empty

DAYS = {"opens_on": "day", "closes_on": "day"}
PASSING = {"paid_and_left": "count", "paid_and_left_mrr": "money"}  # accounts that are in none of the other figures
BETWEEN = {
    "account_id": "text", "name": "text", "group": "text", "month": "month", **DAYS, "paid_from": "day", "left_on": "day", "mrr": "money",
}  # fmt: skip
COLUMNS = {"group": "text", "month": "month", **dict.fromkeys(PARTS, "money"), "accounts": "count", **DAYS, **PASSING}
ACCOUNTS = {"account_id": "text", "name": "text", "group": "text", "month": "month", **dict.fromkeys(PARTS, "money"), **DAYS}
LINES = {
    "account_id": "text", "name": "text", "contract_id": "text", "product": "text", "starts_on": "day", "ends_on": "day",
    "opening": "money",
    "closing": "money", "change": "money", "in_grace": "flag", "file": "text", "line": "count", **DAYS,
}  # fmt: skip
TAKES = ("every", "level", "segments")


def _movements(books: Books, question: Question) -> Answer:
    """One row per month (and group): opening to closing MRR; contraction and churn positive, fx signed. Totals bridge the period.

    The first row opens with `from` and the last closes with `to`: a part of a month is a row of its own days. paid_and_left: accounts
    that paid between the two days only, and paid_and_left_mrr what they paid; they are in none of the other figures.
    """
    asked = _asked(books, question)
    rows = (bridge(books.effective, **asked, **_grouping(books)) if asked else no_movements(books.places)).collect()
    rows = _with_passing(rows, passing(books.effective, **asked, **_grouping(books)).collect() if asked else empty(BETWEEN))
    return Answer(rows, _totals(rows), books.notes, columns=_columns(COLUMNS, books))


def _with_passing(rows: pl.DataFrame, between: pl.DataFrame) -> pl.DataFrame:
    counted = between.group_by("group", "month").agg(paid_and_left=pl.len().cast(pl.Int64), paid_and_left_mrr=pl.col("mrr").sum())
    joined = rows.join(counted, on=["group", "month"], how="left", nulls_equal=True, maintain_order="left")
    return joined.with_columns(pl.col(*PASSING).fill_null(0))


def _paid_and_left(books: Books, question: Question) -> Answer:
    """One row per account and step of the movements in which it paid for some days, and on neither balance day, and left: first day
    paid, first day not paid, MRR of the first. What `paid_and_left` of the movements opens to."""
    asked = _asked(books, question)
    rows = empty(BETWEEN)
    if asked:
        found = passing(books.effective, **asked, **_grouping(books)).join(books.names(), on="account_id", how="left")
        rows = found.select(*BETWEEN).sort("month", "paid_from", "account_id").collect()
    return Answer(rows, {"accounts": rows.height, "mrr": rows["mrr"].sum()}, books.notes)


def _movement_accounts(books: Books, question: Question) -> Answer:
    """One row per account and month in which it had MRR at either end: what a cell of `movements` opens to. Their sums are its cells."""
    asked, columns = _asked(books, question), _columns(ACCOUNTS, books)
    rows = _account_rows(books, asked).select(*columns) if asked else empty(columns)
    return Answer(rows, _totals(rows), books.notes, columns=columns)


def _movement_lines(books: Books, question: Question) -> Answer:
    """One row per contract line that counts on the opening or the closing day: what it was worth on each, and its file and line.

    The days are those of `from` and `to`. Sums are the MRR of the two days; where an account has several currencies, what rounding
    leaves over is a row of its own.
    """
    asked = _asked(books, question)
    rows = _line_rows(books, asked) if asked else empty(LINES)
    return Answer(rows, {name: rows[name].sum() for name in ("opening", "closing", "change")}, books.notes)


def _asked(books: Books, question: Question) -> dict:
    start, end = books.period(question)
    return {"start": start, "end": end, "every": question.every, **books.money} if start else {}


def _grouping(books: Books) -> dict:
    return {"groups": books.groups, "places": books.places}


def _columns(columns: dict[str, str], books: Books) -> dict[str, str]:
    """The columns in order, entering and leaving among them where segments are told as they were."""
    names = list(columns)
    before, after = names[: names.index("opening")], names[names.index("closing") + 1 :]
    return {name: columns.get(name, "money") for name in (*before, *parts_of(books.places), *after)}


def _totals(rows: pl.DataFrame) -> dict[str, Any]:
    totals: dict[str, Any] = {
        part: rows[part].sum() for part in (*PARTS, *CROSSINGS, *PASSING) if part in rows.columns and part not in ("opening", "closing")
    }
    if rows.height:
        months = rows["month"].min(), rows["month"].max()
        totals["opening"] = rows.filter(pl.col("month") == months[0])["opening"].sum()
        totals["closing"] = rows.filter(pl.col("month") == months[1])["closing"].sum()
    return totals


def _account_rows(books: Books, asked: dict) -> pl.DataFrame:
    rows = account_movements(books.effective, **asked, **_grouping(books)).join(books.names(), on="account_id", how="left")
    return rows.sort("month", "account_id", "group", nulls_last=True).collect()


def _line_rows(books: Books, asked: dict) -> pl.DataFrame:
    days = {name: asked[name] for name in ("start", "end", "rates", "currency")}
    rows = line_changes(_inside(books, asked), **days).join(books.names(), on="account_id", how="left")
    dated = rows.with_columns(opens_on=pl.lit(asked["start"]), closes_on=pl.lit(asked["end"]))
    placed_rows = dated.join(books.files().lazy(), on="batch", how="left").select(*LINES)
    return placed_rows.sort("account_id", "starts_on", "product", "line").collect()


def _inside(books: Books, asked: dict) -> pl.LazyFrame:
    """The lines of the accounts that are inside the filters on one of the two days."""
    if books.places is None:
        return books.effective
    ends = pl.LazyFrame({"at": [asked["start"], asked["end"]]})
    asked_of = books.effective.select("account_id").unique().join(ends, how="cross")
    return books.effective.join(placed(asked_of, books.places, on="at").filter("inside"), on="account_id", how="semi")


movements = Definition("movements", mark("Movements of MRR"), COLUMNS, _movements, takes=("by", *TAKES), of_period=True)
movement_accounts = Definition(
    "movement-accounts", mark("Movements by account"), ACCOUNTS, _movement_accounts, takes=("by", *TAKES), of_period=True
)
paid_and_left = Definition(
    "paid-and-left", mark("Paid and left between two closes"), BETWEEN, _paid_and_left, takes=("by", *TAKES), of_period=True
)
movement_lines = Definition("movement-lines", mark("Movements by contract line"), LINES, _movement_lines, takes=TAKES, of_period=True)
