"""Which renewals are coming up, which are at risk, and with whom has nobody talked?"""

from datetime import date
from typing import Any

import polars as pl

from language import mark, tr
from metrics.account_measures import last_conversation
from metrics.in_words import filled
from metrics.reasons import weak_measures
from metrics.renewals import due, unprepared
from metrics.windows import observed
from reports.books import Books
from reports.customers.risk import churn_risk, with_risk
from reports.definition import Answer, Definition
from reports.forecast.called import calls_in_force
from reports.health.health import health_rows
from reports.health.scorecard import scorecard
from reports.report import Question, Report

FOUND = {
    "account_id": "text", "name": "text", "ends_on": "day", "notice_by": "day", "days_left": "count", "arr": "money", "health": "score",
    "churn_probability": "ratio", "reasons": "list", "last_conversation": "day", "owner": "text", "auto_renew": "flag",
    "cancelled_on": "day", "health_band": "text", "at_risk": "flag", "unprepared": "flag", "risk": "ratio", "risk_from": "text",
}  # fmt: skip
COLUMNS = {**FOUND, "call": "text", "call_amount": "money", "called_on": "day", "called_by": "text"}
TOTALS = {"arr_at_risk": "money", "arr_unprepared": "money"}
NONE_LOGGED = mark("No conversation is logged at all: import activities, or log them on the page Renewals.")
NONE_OF_YOURS = mark("No conversation with any of these accounts is logged; with others there are.")
NONE_YET = mark("No conversation with anybody was logged by then: that says nothing of an account.")


def _renewals(books: Books, question: Question) -> Answer:
    """One row per account and day on which lines of it end, in the `within` days after the day looked at.

    Those at risk stand first, by risk; then those with whom nobody has talked in three months (unprepared), the soonest, the largest.
    health: score (0 to 100); churn_probability: null where no model predicts. at_risk, risk, risk_from: see with_risk; the same as of
    accounts.
    call, call_amount, called_on, called_by: what somebody said of it last (see renewal-calls); null where nobody has.
    unprepared: null, as its totals, where nobody had logged a conversation by the day: that says nothing of a renewal.
    Totals: ARR and number of all, at risk and unprepared.
    """
    rows = renewal_rows(books, question.within, health_rows(books, scorecard(books.view)))
    totals: dict[str, Any] = {"arr": rows["arr"].sum(), "renewals": rows.height}
    for name in ("at_risk", "unprepared"):
        known = name == "at_risk" or conversations_logged(books)
        totals |= {
            f"arr_{name}": rows.filter(name)["arr"].sum() if known else None,
            f"renewals_{name}": rows[name].sum() if known else None,
        }
    return Answer(_with_calls(books, rows), totals, _conversations(books))


def _with_calls(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with what somebody said of each renewal last."""
    called = calls_in_force(books.view, books.day, books.currency).select(
        "account_id", "call", "called_on", "called_by", ends_on="due_on", call_amount="said"
    )  # fmt: skip
    return rows.join(called, on=["account_id", "ends_on"], how="left", maintain_order="left").select(*COLUMNS)


def _conversations(books: Books) -> tuple[str, ...]:
    """That no conversation is logged by the day: at all, or with the accounts in scope."""
    if not conversations_logged(books):
        return (tr(NONE_LOGGED if books.view.recorded("activities", "done_on", "conversation")[0] is None else NONE_YET),)
    talks = books.view.table("activities").filter(pl.col("kind") == "conversation", pl.col("done_on") <= books.day)
    return () if talks.height else (tr(NONE_OF_YOURS),)


def conversations_told(report: Report) -> bool:
    """Whether the answer says with whom nobody has talked, in place of a note why it cannot."""
    return not {tr(NONE_LOGGED), tr(NONE_YET), tr(NONE_OF_YOURS)} & {*report.notes}


def conversations_logged(books: Books) -> bool:
    """Whether anybody of the company had logged a conversation by the day looked at, with whatever account."""
    first = books.view.recorded("activities", "done_on", "conversation")[0]
    return first is not None and books.day is not None and first <= books.day


def renewal_rows(books: Books, within: int, scored: pl.DataFrame) -> pl.DataFrame:
    """The rows of the report but for the calls, from books that are open and the rows of their health."""
    day = books.day or date(1970, 1, 1)
    accounts = books.view.accounts().select("account_id", "name", "owner")
    talked = last_conversation(observed(accounts.lazy(), day), books.view.table("activities").lazy()).drop("day").collect()
    coming = due(books.renewable, day=day, within=within, products=books.products, **books.money).collect()
    joined = coming.join(accounts, on="account_id")
    for frame in (talked, _risk(books, scored)):
        joined = joined.join(frame, on="account_id", how="left")
    given = pl.col("cancelled_on").is_not_null()
    nothing = pl.lit([], dtype=pl.List(pl.String))
    notice = pl.when(given).then(pl.concat_list(filled(tr("Notice given on {day}"), day="cancelled_on"))).otherwise(nothing)
    shown = joined.with_columns(
        reasons=pl.concat_list(notice, pl.col("reasons").fill_null(nothing)),
        # A prediction looks to one day: a renewal after it has none.
        churn_probability=pl.when(pl.col("ends_on") <= pl.col("due_on"), ~given).then("churn_probability"),
        unprepared=unprepared(pl.col("last_conversation"), day=day) if conversations_logged(books) else pl.lit(None, pl.Boolean),
        notice=given,
    )
    ranked = with_risk(shown.with_columns(score="health", band="health_band"), scorecard(books.view).bands[0][0])
    first = pl.when("at_risk").then("risk").otherwise(0.0)
    order = ["at_risk", first, "unprepared", "ends_on", "arr", "account_id"]
    return ranked.sort(order, descending=[True, True, True, False, True, False], nulls_last=True).select(*FOUND)


def _risk(books: Books, scored: pl.DataFrame) -> pl.DataFrame:
    """What is known of each account's risk: account_id, health, health_band, churn_probability, likely, due_on, reasons.

    The model's reasons come first; where it has none, those of the health score.
    """
    # last_conversation stands in a column of its own
    why = weak_measures(scored.lazy(), without=("days_since_conversation",)).collect().rename({"reasons": "weak"})
    said = churn_risk(books.view, books.day).select("account_id", "churn_probability", "likely", "due_on", "reasons")
    known = scored.select("account_id", health="score", health_band="band")
    joined = known.join(why, on="account_id", how="left").join(said, on="account_id", how="left")
    return joined.with_columns(reasons=pl.when(pl.col("reasons").list.len() > 0).then("reasons").otherwise("weak")).drop("weak")


renewals = Definition("renewals", mark("Renewals"), COLUMNS, _renewals, TOTALS, takes=("within",))
