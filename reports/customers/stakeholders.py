"""Who is who at an account, when were they last in touch, and who is missing?"""

from datetime import date, timedelta

import polars as pl

from language import InLanguage, mark
from metrics.contact_changes import champion_changes, former_champions
from metrics.stakeholders import GAP, SEEN_FOR, STAKEHOLDER, gaps, stakeholders
from metrics.unrated import CUSTOMERS
from metrics.windows import last_active
from reports.books import Books
from reports.customers.timeline import accounts_in_view, contact_history
from reports.definition import Answer, Definition
from reports.look import as_of
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.units import empty
from reports.usage.usage import usage_rows

COLUMNS = {
    "account_id": "text", "account": "text", "contact_id": "text", "name": "text", "email": "text", "role": "text", "is_champion": "flag",
    "left_on": "day", "last_conversation": "day", "last_used": "day", "last_contact": "day", "silent_days": "count", "state": "text",
    "was_champion_until": "day", "batch": "count",
}  # fmt: skip
GAPS = {"account_id": "text", "name": "text", "owner": "text", "arr": "money", "gap": "text", "why": "text", "contact": "text"}
STATES = ("in_touch", "quiet", "not_known", "left")
WORDS = InLanguage(
    {
        "no_contacts": mark("No contacts are known"),
        "everyone_left": mark("Everybody who was known has left"),
        "roles_unknown": mark("Nobody's role is known"),
        "no_decision_maker": mark("No decision maker known"),
        "only_one_person": mark("Only one person known"),
        "champion_lost": mark("Champion {contact} is none any more since {on}"),
        "no_champion": mark("No champion known"),
        "champion_quiet": mark("Champion {contact} not seen for {days} days"),
        "decision_maker_quiet": mark("Decision maker {contact} not in touch for {days} days"),
    }
)


def _stakeholders(books: Books, question: Question) -> Answer:
    """One row per contact in scope, of each account those with most say first: when last in touch, and how that stands on the day.

    last_contact, silent_days, state (in_touch, quiet, not_known, left), was_champion_until: see metrics.stakeholders. batch: the import or
    deed that wrote of the contact last. Totals: contacts of each state, champions and decision makers who are there.
    """
    if books.day is None:
        return Answer(empty(COLUMNS), dict.fromkeys(STATES, 0))
    rows = people(books, question, books.day)
    named = rows.join(books.names().rename({"name": "account"}).collect(), on="account_id", how="left", maintain_order="left")
    here = rows.filter(pl.col("state") != "left")
    totals = {state: (rows["state"] == state).sum() for state in STATES}
    totals |= {"champions": here["is_champion"].sum(), "decision_makers": (here["role"] == "decision maker").sum()}
    return Answer(named.select(*COLUMNS), totals)


def people(books: Books, question: Question, day: date) -> pl.DataFrame:
    """metrics.stakeholders.stakeholders of the contacts in scope, champions and decision makers first."""
    contacts = books.view.table("contacts").with_columns(pl.col("batch").cast(pl.Int64)).lazy()
    visible = accounts_in_view(books, question, "activities").implode()
    talks = books.view.table("activities").filter(pl.col("account_id").is_in(visible)).lazy()
    months = books.view.usage_months(day - timedelta(days=SEEN_FOR), day, ids=True).lazy()
    seen = last_active(months.filter(pl.col("user_id").is_not_null()), item="user_id", until=day)
    changes = champion_changes(contact_history(books).lazy())
    known = changes if _is_newest(books, day) else changes.filter(pl.col("day") <= day)
    rows = stakeholders(contacts, talks, seen, usage_rows(books).lazy(), former_champions(known), day=day)
    order = pl.col("role").replace_strict({"decision maker": 0, "manager": 1, "technical": 2, "user": 3}, default=4, return_dtype=pl.Int64)
    by = [
        pl.col("account_id"),
        pl.col("state") == "left",
        ~pl.col("is_champion").fill_null(False),
        order,
        pl.col("name"),
        pl.col("contact_id"),
    ]
    return rows.sort(by).select(*STAKEHOLDER).collect()


def _is_newest(books: Books, day: date) -> bool:
    """Whether nothing later can be looked at, so that all that the log knows holds on the day."""
    newest = as_of(books.view, Question())
    return newest is None or day >= newest


def _stakeholder_gaps(books: Books, question: Question) -> Answer:
    """One row per gap among the people of a customer, the accounts with the most ARR first: gap (see metrics.stakeholders.gaps), why in
    words.

    Customers alone (paying, free, in grace or on trial). An account without any contact has one row, no_contacts. Totals: accounts with a
    gap, and how many there are of each.
    """
    if books.day is None:
        return Answer(empty(GAPS), dict.fromkeys(WORDS, 0))
    money = arr_rows(books).filter(pl.col("state").is_in(CUSTOMERS)).select("account_id", "arr")
    found = gaps(people(books, question, books.day).lazy(), money.lazy(), day=books.day).collect()
    told = found.with_columns(why=pl.Series([_why(row) for row in found.iter_rows(named=True)], dtype=pl.String))
    owners = books.view.accounts().select("account_id", "name", "owner")
    rows = told.join(owners, on="account_id").join(money, on="account_id").select(*GAPS)
    order = pl.col("gap").replace_strict({name: at for at, name in enumerate(WORDS)}, return_dtype=pl.Int64)
    totals = {name: (rows["gap"] == name).sum() for name in WORDS} | {"accounts": rows["account_id"].n_unique()}
    return Answer(rows.sort("arr", "account_id", order, descending=[True, False, False]), totals)


def _why(row: dict) -> str:
    return WORDS[row["gap"]].format(**{name: row[name] for name in GAP})


stakeholder_list = Definition("stakeholders", mark("Stakeholders"), COLUMNS, _stakeholders)
stakeholder_gaps = Definition("stakeholder-gaps", mark("Gaps among stakeholders"), GAPS, _stakeholder_gaps)
