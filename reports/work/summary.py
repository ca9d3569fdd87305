"""What changed, what is due, what was done: a few lines for who leads."""

import polars as pl

from language import mark
from metrics.summary import RENEWALS_WITHIN, lines
from reports.books import Books
from reports.customers.renewals import renewal_rows
from reports.customers.today import item_rows
from reports.definition import Answer, Definition
from reports.health.health import health_rows
from reports.health.scorecard import scorecard
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.units import empty
from reports.work.tasks import task_rows

COLUMNS = {"part": "text", "what": "text", "count": "count", "accounts": "count", "arr": "money"}


def _day_summary(books: Books, question: Question) -> Answer:
    """One row per line that says something. part: changed, due or done; what: the kind of thing on Today (without what was put aside), the
    state of tasks (overdue, due_today, due_soon: in the 7 days ahead), renewals of the 30 days ahead, tasks_done and conversations of the 7
    days that end with the day. count: how many; accounts and arr: of the accounts concerned, each once within its line; lines do not add
    up, since an account may stand in several."""
    if books.day is None:
        return Answer(empty(COLUMNS))
    items = item_rows(books, books.day).filter(pl.col("answer").is_null())
    renewals = renewal_rows(books, RENEWALS_WITHIN, health_rows(books, scorecard(books.view)))
    talks = books.view.table("activities").filter(pl.col("kind") == "conversation").select("account_id", "done_on")
    money = arr_rows(books).select("account_id", "arr")
    return Answer(lines(items, task_rows(books), renewals, talks.join(money, on="account_id", how="left"), day=books.day))


day_summary = Definition("day-summary", mark("What changed, what is due, what was done"), COLUMNS, _day_summary)
