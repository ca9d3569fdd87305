"""Who has how much on their hands: accounts, tasks, what needs somebody, accounts with whom nobody talks, and what was done lately."""

from datetime import date

import polars as pl

from data.access.people import same
from data.access.rights import known_people
from language import mark, tr
from metrics.team import load, without_contact
from metrics.unrated import CUSTOMERS
from reports.books import Books
from reports.customers.renewals import NONE_LOGGED, NONE_YET, conversations_logged
from reports.customers.today import item_rows
from reports.definition import Answer, Definition
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.units import empty
from reports.work.tasks import task_rows

COLUMNS = {
    "owner": "text", "accounts_owned": "count", "arr": "money", "tasks": "count", "overdue": "count", "needing": "count", "items": "count",
    "without_contact": "count", "done_lately": "count", "talks_lately": "count",
}  # fmt: skip


def _team_load(books: Books, question: Question) -> Answer:
    """One row per person who owns accounts in scope, has tasks for them or did some; the most ARR first. Who is written in two ways is one.

    accounts_owned, arr: customers on the day that are theirs. tasks, overdue: open tasks that they are to do, also for accounts of
    others. needing, items: accounts of theirs that need somebody today, and what needs them, without what was put aside. without_contact:
    customers of theirs for at least `silent` days with whom nobody has logged a conversation in the `silent` days that end with the day;
    null where nobody of the company logs any. done_lately: tasks that they did in the 7 days that end with the day; talks_lately:
    conversations that they held. Totals: the sums; each account has one owner, each task one who is to do it.
    """
    if books.day is None:
        return Answer(empty(COLUMNS))
    rows = _rows(books, books.day, question.silent)
    known = conversations_logged(books)
    totals = {name: rows[name].sum() for name in COLUMNS if name != "owner" and (known or name != "without_contact")}
    ever = books.view.recorded("activities", "done_on", "conversation")[0] is not None
    return Answer(rows, totals, () if known else (tr(NONE_YET if ever else NONE_LOGGED),))


def _rows(books: Books, day: date, silent: int) -> pl.DataFrame:
    accounts = _customers(books)
    talks = books.view.table("activities").filter(pl.col("kind") == "conversation").select("account_id", "owner", "done_on")
    quiet = without_contact(accounts.lazy(), talks.lazy(), day=day, days=silent) if conversations_logged(books) else None
    items = item_rows(books, day).filter(pl.col("answer").is_null())
    frames = [_named(books, frame).lazy() for frame in (accounts, task_rows(books), items)]
    found = load(*frames, quiet, _named(books, talks).lazy(), day=day).collect()
    return found.rename({"accounts": "accounts_owned"}).select(*COLUMNS)


def _customers(books: Books) -> pl.DataFrame:
    states = arr_rows(books).filter(pl.col("state").is_in(CUSTOMERS)).select("account_id", "arr", "since")
    return states.join(books.view.accounts().select("account_id", "owner"), on="account_id")


def _named(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with owners, and who did something, each written in one way: as accounts say it, else as the list of people does."""
    found, named = known_people(books.store)
    ways = {same(owner): owner for owner in reversed(named)}
    emails = {one.email: ways.get(same(one.owns_as), one.email) for one in found.by_email.values()}
    columns = [name for name in ("owner", "done_by") if name in rows.columns]
    for column in columns:
        said = rows[column].drop_nulls().unique().to_list()
        as_one = {one: emails.get(same(one)) or ways.get(same(one), one) for one in said}
        rows = rows.with_columns(pl.col(column).replace(as_one))
    return rows


team_load = Definition("team-load", mark("Load by owner"), COLUMNS, _team_load, takes=("silent",))
