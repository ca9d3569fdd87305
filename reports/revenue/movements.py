"""Why did recurring revenue move, month by month? And which accounts, and which of their lines, are behind a figure?"""

from datetime import date

import polars as pl

from data.store.store import Store
from data.viewer import Viewer
from metrics.line_changes import line_changes
from metrics.movements import PARTS, account_movements, no_movements, parts_of, period_ends
from metrics.movements import movements as bridge
from metrics.segments import CROSSINGS, placed
from reports.books import Books, opened_books, told
from reports.parameters import period
from reports.report import Question, Report

UNITS = {"group": "text", "month": "month", **dict.fromkeys(PARTS, "money"), "accounts": "count"}
ACCOUNT_UNITS = {"account_id": "text", "name": "text", "group": "text", "month": "month", **dict.fromkeys(PARTS, "money")}
LINE_UNITS = {
    "account_id": "text", "name": "text", "contract_id": "text", "product": "text", "starts_on": "day", "ends_on": "day",
    "opening": "money",
    "closing": "money", "change": "money", "in_grace": "flag", "file": "text", "line": "count",
}  # fmt: skip
TYPES = {"text": pl.String, "month": pl.Date, "money": pl.Int64, "count": pl.Int64, "day": pl.Date, "flag": pl.Boolean}


def movements(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per month (and group): opening to closing MRR; contraction and churn positive, fx signed. Totals bridge the period."""
    with opened_books(store, viewer, question, levels=True) as books:
        asked = _asked(books, question)
        rows = (bridge(books.effective, **asked, **_grouping(books)) if asked else no_movements(books.places)).collect()
        return told(
            books, viewer, question, "movements", "Movements of MRR", rows=rows, totals=_totals(rows), units=_units(UNITS, books),
            parameters=_stated(asked, question),
        )  # fmt: skip


def movement_accounts(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per account and month in which it had MRR at either end: what a cell of `movements` opens to. Their sums are its cells."""
    with opened_books(store, viewer, question, levels=True) as books:
        asked = _asked(books, question)
        units = _units(ACCOUNT_UNITS, books)
        rows = _account_rows(books, asked).select(*units) if asked else _empty(units)
        return told(
            books, viewer, question, "movement-accounts", "Movements by account", rows=rows, totals=_totals(rows), units=units,
            parameters=_stated(asked, question),
        )  # fmt: skip


def movement_lines(store: Store, viewer: Viewer, question: Question) -> Report:
    """One row per contract line that counts on the opening or the closing day: what it was worth on each, and its file and line.

    The days are those of `from` and `to`. Sums are the MRR of the two days; where an account has several currencies, what rounding
    leaves over is a row of its own.
    """
    with opened_books(store, viewer, question, levels=True) as books:
        asked = _asked(books, question)
        rows = _line_rows(store, books, asked) if asked else _empty(LINE_UNITS)
        totals = {name: rows[name].sum() for name in ("opening", "closing", "change")}
        return told(
            books, viewer, question, "movement-lines", "Movements by contract line", rows=rows, totals=totals, units=LINE_UNITS,
            parameters=_stated(asked, question),
        )  # fmt: skip


def _asked(books: Books, question: Question) -> dict:
    if books.day is None:
        return {}
    start, end = period(question, books.day)
    period_ends(start, end, question.every)  # says what is wrong with `every`
    return {"start": start, "end": end, "every": question.every, "rates": books.rates, "currency": books.currency}


def _stated(asked: dict, question: Question) -> dict[str, object]:
    stated = {"from": asked.get("start"), "to": asked.get("end"), "every": question.every, "level": question.level}
    return stated | {"segments": question.segments}


def _grouping(books: Books) -> dict:
    return {"groups": books.groups, "places": books.places}


def _units(units: dict[str, str], books: Books) -> dict[str, str]:
    """The units in the order of the columns, entering and leaving among them where segments are told as they were."""
    if books.places is None:
        return units
    parts = dict.fromkeys(parts_of(books.places), "money")
    before, after = list(units), list(units)
    return {n: units[n] for n in before[: before.index("opening")]} | parts | {n: units[n] for n in after[after.index("closing") + 1 :]}


def _totals(rows: pl.DataFrame) -> dict[str, object]:
    totals = {part: rows[part].sum() for part in (*PARTS, *CROSSINGS) if part in rows.columns and part not in ("opening", "closing")}
    if rows.height:
        months: tuple[date, date] = (rows["month"].min(), rows["month"].max())
        totals["opening"] = rows.filter(pl.col("month") == months[0])["opening"].sum()
        totals["closing"] = rows.filter(pl.col("month") == months[1])["closing"].sum()
    return totals


def _account_rows(books: Books, asked: dict) -> pl.DataFrame:
    rows = account_movements(books.effective, **asked, **_grouping(books)).join(_names(books), on="account_id", how="left")
    return rows.sort("month", "account_id", "group", nulls_last=True).collect()


def _line_rows(store: Store, books: Books, asked: dict) -> pl.DataFrame:
    days = {name: asked[name] for name in ("start", "end", "rates", "currency")}
    rows = line_changes(_inside(books, asked), **days).join(_names(books), on="account_id", how="left")
    files = store.imports().select("batch", "file").lazy()
    return rows.join(files, on="batch", how="left").select(*LINE_UNITS).sort("account_id", "starts_on", "product", "line").collect()


def _inside(books: Books, asked: dict) -> pl.LazyFrame:
    """The lines of the accounts that are inside the filters on one of the two days."""
    if books.places is None:
        return books.effective
    ends = pl.LazyFrame({"at": [asked["start"], asked["end"]]})
    asked_of = books.effective.select("account_id").unique().join(ends, how="cross")
    return books.effective.join(placed(asked_of, books.places, on="at").filter("inside"), on="account_id", how="semi")


def _names(books: Books) -> pl.LazyFrame:
    return books.view.accounts().lazy().select("account_id", "name")


def _empty(units: dict[str, str]) -> pl.DataFrame:
    return pl.DataFrame(schema={name: TYPES[unit] for name, unit in units.items()})
