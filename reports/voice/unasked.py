"""Whom has nobody asked for long, and whose decision makers say nothing?"""

from datetime import date, timedelta

import polars as pl

from language import mark, tr
from metrics.unasked import not_asked, silent_deciders
from metrics.unrated import CUSTOMERS
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.units import empty
from reports.voice.heard import Heard, heard

ACCOUNTS = {
    "account_id": "text", "name": "text", "owner": "text", "arr": "money", "last_asked": "day", "last_answered": "day",
    "days_unasked": "count",
}  # fmt: skip
CONTACTS = {
    "account_id": "text", "name": "text", "contact_id": "text", "contact": "text", "email": "text", "role": "text",
    "is_champion": "flag",
    "last_asked": "day", "last_answered": "day", "days_unasked": "count",
}  # fmt: skip
SILENT = {
    "account_id": "text", "name": "text", "owner": "text", "arr": "money", "contact": "text", "deciders": "count", "silence": "text",
    "last_asked": "day", "last_answered": "day", "others_answered": "count", "contact_id": "text",
}  # fmt: skip
SILENCES = {"asked_and_silent": "asked and silent", "not_asked": "not asked", "not_known": "not known"}
BY_ANSWERS = mark(
    "No file says who was asked: days count from the last answer alone, and who was asked and did not answer looks as if never asked."
)


def _not_asked(books: Books, question: Question) -> Answer:
    """One row per customer, for at least `unasked` days, whom nobody asked in the `unasked` days that end with the day: the never asked
    first (days_unasked is null), the most ARR first, then the longest ago.

    last_asked, last_answered: of anybody there, NPS or CSAT. An answer tells that somebody was asked. Totals: accounts, never_asked.
    """
    if books.day is None:
        return Answer(empty(ACCOUNTS), {"never_asked": 0})
    since = books.day - timedelta(days=question.unasked)
    long = (pl.col("since") <= since).fill_null(False) | (pl.col("state") == "in_grace")  # of whom since is the day that grace began
    those = _customers(books).filter(long).drop("since", "state")
    found, known = _unasked(books, books.day, question, those, "account_id")
    rows = found.sort(
        pl.col("days_unasked").is_not_null(), "days_unasked", "arr", "account_id", descending=[False, True, True, False], nulls_last=True
    )
    return _told(rows, ACCOUNTS, known)


def _contacts_not_asked(books: Books, question: Question) -> Answer:
    """One row per contact of a customer, who has not left, whom nobody asked in the `unasked` days that end with the day; as `not-asked`,
    decision makers and champions first among the never asked. Totals: never_asked."""
    if books.day is None:
        return Answer(empty(CONTACTS), {"never_asked": 0})
    there = _there(books, books.day)
    found, known = _unasked(books, books.day, question, there, "account_id", "contact_id")
    order = [pl.col("days_unasked").is_not_null(), pl.col("days_unasked"), ~(pl.col("role") == "decision maker").fill_null(False),
             ~pl.col("is_champion").fill_null(False), pl.col("name"), pl.col("contact_id")]  # fmt: skip
    return _told(found.sort(order, descending=[False, True, False, False, False, False], nulls_last=True), CONTACTS, known)


def _unasked(books: Books, day: date, question: Question, those: pl.DataFrame, *by: str) -> tuple[pl.DataFrame, Heard]:
    known = heard(books, day)
    return not_asked(those.lazy(), known.requests, known.answers, *by, day=day, days=question.unasked).collect(), known


def _told(rows: pl.DataFrame, columns: dict[str, str], known: Heard) -> Answer:
    never = int(rows["days_unasked"].null_count())
    return Answer(rows.select(*columns), {"never_asked": never}, () if known.tells_asked else (tr(BY_ANSWERS),))


def _customers(books: Books) -> pl.DataFrame:
    states = arr_rows(books).filter(pl.col("state").is_in(CUSTOMERS)).select("account_id", "arr", "state", "since")
    return states.join(books.view.accounts().select("account_id", "name", "owner"), on="account_id")


def _there(books: Books, day: date) -> pl.DataFrame:
    """The contacts of customers who have not left."""
    contacts = books.view.table("contacts").filter(~(pl.col("left_on") <= day).fill_null(False))
    named = contacts.select("account_id", "contact_id", "email", "role", "is_champion", contact=pl.coalesce("name", "email", "contact_id"))
    return named.join(_customers(books).select("account_id", pl.coalesce("name", "account_id")), on="account_id")


def _silent(books: Books, question: Question) -> Answer:
    """One row per customer of whose decision makers none answered a survey in the 365 days that end with the day, the most ARR first.

    contact: the one of deciders who was asked or answered last. silence: asked and silent, not asked; not known where no file says
    who was asked, or where an answer of the account names nobody. others_answered: how many other people of the account
    answered in that time. Totals: how many of each.
    """
    if books.day is None:
        return Answer(empty(SILENT), dict.fromkeys(SILENCES, 0))
    known, there, customers = heard(books, books.day), _there(books, books.day), _customers(books)
    found = silent_deciders(
        customers.lazy().select("account_id"), there.lazy(), known.requests, known.answers, day=books.day, tells_asked=known.tells_asked
    ).collect()
    rows = found.join(customers.drop("state"), on="account_id").join(
        there.select("account_id", "contact_id", "contact"), on=["account_id", "contact_id"]
    )
    told = rows.rename({"state": "silence"}).sort("arr", "account_id", descending=[True, False], nulls_last=True).select(*SILENT)
    return Answer(told, {name: (told["silence"] == code).sum() for name, code in SILENCES.items()})


accounts_not_asked = Definition("not-asked", mark("Accounts not asked for long"), ACCOUNTS, _not_asked, takes=("unasked",))
contacts_not_asked = Definition(
    "contacts-not-asked", mark("Contacts not asked for long"), CONTACTS, _contacts_not_asked, takes=("unasked",)
)
silent_decision_makers = Definition("silent-decision-makers", mark("Silent decision makers"), SILENT, _silent)

VOICE = (accounts_not_asked, contacts_not_asked, silent_decision_makers)
