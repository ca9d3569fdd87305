"""Which products does each account have, had, or never had?"""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import polars as pl

from language import mark, tr
from language.formats import listed
from metrics.unrated import CUSTOMERS
from metrics.whitespace import NO_PRODUCT, STATES
from metrics.whitespace import whitespace as of_accounts
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question, Report
from reports.revenue.arr import arr_rows
from reports.units import empty

COLUMNS = {
    "account_id": "text", "name": "text", "product": "text", "state": "text", "arr": "money", "last_day": "day", "segment": "text",
    "owner": "text",
}  # fmt: skip
PRODUCTS_SHOWN = 12  # columns of the matrix; further ones are in the table


def _whitespace(books: Books, question: Question) -> Answer:
    """One row per customer on the day and product that any account has or had, the largest customer first: state (has, in_trial, had,
    never), arr of what it has, last_day (of what it has no more: the first day without it).

    Totals: customers, products, arr, and how many accounts and products are in each state.
    """
    if books.day is None:
        return Answer(empty(COLUMNS), dict.fromkeys(("customers", "products", *STATES), 0) | {"arr": 0})
    rows = _rows(books)
    totals = {"customers": rows["account_id"].n_unique(), "products": rows["product"].n_unique(), "arr": rows["arr"].sum()}
    return Answer(rows, totals | {state: (rows["state"] == state).sum() for state in STATES}, books.notes)


def _rows(books: Books) -> pl.DataFrame:
    assert books.day is not None, "asked where something is imported"
    money = arr_rows(books).filter(pl.col("state").is_in(CUSTOMERS)).select("account_id", worth="arr")
    lines, counting = books.in_any_currency
    accounts = books.view.accounts().select("account_id", "name", "segment", "owner").join(money, on="account_id")
    cells = of_accounts(accounts.lazy(), lines, counting, books.effective, day=books.day, **books.money).collect()
    named = cells.join(accounts, on="account_id")
    return named.sort("worth", "account_id", "product", descending=[True, False, False]).select(*COLUMNS)


def matrix(report: Report) -> Report:
    """The same as one row per account with a column for each product: its ARR where it is had, else its state in a word. The products with
    the most ARR first, PRODUCTS_SHOWN of them."""
    rows = report.rows.with_columns(cell=pl.Series([_cell(*one) for one in report.rows.select("state", "arr").rows()], dtype=pl.String))
    worth = rows.group_by("product").agg(pl.col("arr").sum()).sort("arr", "product", descending=[True, False])
    shown = worth["product"].head(PRODUCTS_SHOWN).to_list()
    wide = rows.filter(pl.col("product").is_in(shown)).pivot("product", index=["account_id", "name"], values="cell", maintain_order=True)
    columns = {"account_id": "text", "name": "text"} | dict.fromkeys(shown, "text")
    return replace(report, rows=wide.select(*columns) if shown else empty(columns), units=columns, totals={})


def _cell(state: str, arr: int) -> str:
    words = {"in_trial": tr("in trial"), "had": tr("had"), "never": "–"}
    return words.get(state) or f"✓ {Decimal(arr).scaleb(-2).quantize(Decimal(1), ROUND_HALF_UP):,}"


def left_out(report: Report) -> str:
    """Which products the matrix does not show; nothing where it has all."""
    worth = report.rows.group_by("product").agg(pl.col("arr").sum()).sort("arr", "product", descending=[True, False])
    others = [tr(NO_PRODUCT) if name == NO_PRODUCT else name for name in worth["product"][PRODUCTS_SHOWN:]]
    return tr("Not shown here, but in the table: {products}.", products=listed(others)) if others else ""


whitespace = Definition("whitespace", mark("Whitespace"), COLUMNS, _whitespace)
