"""Which accounts are there, and which of them are in trouble?"""

import polars as pl

from metrics.health import Scorecard
from metrics.unrated import CUSTOMERS
from metrics.usage import TRACKED
from reports.books import Books
from reports.customers.health import health_rows
from reports.customers.scorecard import scorecard
from reports.customers.usage import usage_rows
from reports.definition import Answer, Definition
from reports.report import Question
from reports.revenue.arr import arr_rows

COLUMNS = {
    "account_id": "text", "name": "text", "band": "text", "score": "score", "change": "score", "arr": "money", "state": "text",
    "next_end": "day", "mau": "count", "seats": "count", "trend": "ratio", "usage_state": "text", "last_seen": "day",
    "segment": "text", "owner": "text", "plan": "text",
}  # fmt: skip
DESCRIBED = ("segment", "owner", "plan")


def _accounts(books: Books, question: Question) -> Answer:
    """One row per account in scope, worst health first: what the reports arr, usage and health say of it, side by side.

    Totals: arr of all; at_risk, watch, healthy, scored, tracked and unused count customers (paying, in grace or trial);
    arr_at_risk is the ARR of accounts at risk.
    """
    card = scorecard()
    rows = _rows(books, card)
    totals = {name: (rows["band"] == name).sum() for name, _ in card.bands} | {
        "arr": rows["arr"].sum(),
        "arr_at_risk": rows.filter(pl.col("band") == card.bands[0][0])["arr"].sum(),
        "customers": rows["customer"].sum(),
        "scored": rows["score"].is_not_null().sum(),
        "tracked": rows.filter("customer", pl.col("usage_state").is_in(TRACKED)).height,
        "unused": rows.filter("customer", pl.col("usage_state") == "unused").height,
    }
    return Answer(rows.select(*COLUMNS), totals)


def _rows(books: Books, card: Scorecard) -> pl.DataFrame:
    """The columns of the report, and whether the account is a customer."""
    money, use, health = arr_rows(books), usage_rows(books), health_rows(books, card)
    return (
        money.select("account_id", "name", "arr", "state", "next_end", "seats")
        .join(use.select("account_id", "mau", "trend", "last_seen", usage_state="state"), on="account_id", how="left")
        .join(health.select("account_id", "band", "score", "change"), on="account_id", how="left")
        .join(books.view.accounts().select("account_id", *DESCRIBED), on="account_id", how="left")
        .with_columns(customer=pl.col("state").is_in(CUSTOMERS))
        .sort("customer", "score", "arr", "account_id", descending=[True, False, True, False], nulls_last=True)
    )


accounts = Definition("accounts", "Accounts", COLUMNS, _accounts, {"arr_at_risk": "money"})
