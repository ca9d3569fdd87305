"""Which accounts are there, and which of them are in trouble?"""

import polars as pl

from language import mark
from metrics.health import LITTLE_KNOWN
from metrics.scorecard import Scorecard
from metrics.unrated import CUSTOMERS
from metrics.usage import TRACKED
from reports.books import Books
from reports.customers.risk import churn_risk, with_risk
from reports.customers.unseen import little_known, unseen
from reports.definition import Answer, Definition
from reports.health.health import health_rows
from reports.health.scorecard import scorecard
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.usage.usage import usage_rows
from reports.usage.usage_history import lately

COLUMNS = {
    "account_id": "text", "name": "text", "band": "text", "score": "score", "change": "score", "arr": "money", "state": "text",
    "next_end": "day", "mau": "count", "seats": "count", "trend": "ratio", "usage_state": "text", "last_seen": "day",
    "segment": "text", "owner": "text", "plan": "text", "exception": "text", "known_weight": "ratio", "at_risk": "flag", "risk": "ratio",
    "risk_from": "text", "churn_probability": "ratio", "weekly_actives": "series",
}  # fmt: skip
DESCRIBED = ("segment", "owner", "plan")
SCORED = ("band", "score", "change", "exception", "exception_kind", "known_weight")


def _accounts(books: Books, question: Question) -> Answer:
    """One row per account in scope, those at risk first, by risk: what the reports arr, usage and health say of it, side by side.

    at_risk, risk, risk_from: see with_risk; exception: what caps the band; weekly_actives: those of the last twelve weeks, the latest last,
    null where usage does not cover one. Totals: arr of all; at_risk counts the rows that are flagged,
    arr_at_risk is their ARR; watch, healthy and little_known count bands of the others; scored, tracked, unused and unseen (their feed has
    stopped) count customers (paying, free, in grace or on trial).
    """
    card = scorecard(books.view)
    rows = _rows(books, card)
    others = rows.filter(~pl.col("at_risk"))
    totals = {name: (others["band"] == name).sum() for name in (*(name for name, _ in card.bands), LITTLE_KNOWN)} | {
        "at_risk": rows["at_risk"].sum(),
        "arr": rows["arr"].sum(),
        "arr_at_risk": rows.filter("at_risk")["arr"].sum(),
        "customers": rows["customer"].sum(),
        "scored": rows["score"].is_not_null().sum(),
        "tracked": rows.filter("customer", pl.col("usage_state").is_in(TRACKED)).height,
        "unused": rows.filter("customer", pl.col("usage_state") == "unused").height,
        "unseen": rows.filter("customer", pl.col("usage_state") == "feed_stopped").height,
    }
    return Answer(rows.select(*COLUMNS), totals, (*unseen(books, rows), *little_known(rows, card)))


def _rows(books: Books, card: Scorecard) -> pl.DataFrame:
    """The columns of the report, and whether the account is a customer."""
    money, use, health = arr_rows(books), usage_rows(books), health_rows(books, card)
    said = churn_risk(books.view, books.day).select("account_id", "churn_probability", "likely")
    joined = (
        money.select("account_id", "name", "arr", "state", "next_end", "seats")
        .join(use.select("account_id", "mau", "trend", "last_seen", usage_state="state"), on="account_id", how="left")
        .join(health.select("account_id", *SCORED), on="account_id", how="left")
        .join(books.view.accounts().select("account_id", *DESCRIBED), on="account_id", how="left")
        .join(said, on="account_id", how="left")
        .join(lately(books), on="account_id", how="left")
        .with_columns(customer=pl.col("state").is_in(CUSTOMERS), notice=pl.col("exception_kind") == "notice_given")
        .with_columns(pl.when("customer").then("churn_probability").alias("churn_probability"))
    )
    ranked = with_risk(joined, card.bands[0][0])
    order = ["customer", "at_risk", "risk", "arr", "account_id"]
    return ranked.sort(order, descending=[True, True, True, True, False], nulls_last=True)


accounts = Definition("accounts", mark("Accounts"), COLUMNS, _accounts, {"arr_at_risk": "money"})
