"""What has changed at an account since the last conversation with it?"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from language import mark, tr_n
from metrics.account_measures import Recorded, last_conversation, open_tickets
from metrics.contact_changes import came
from metrics.tickets import with_resolution
from metrics.windows import observed
from reports.books import Books, opened_books
from reports.customers.timeline import accounts_in_view, contact_history
from reports.definition import Answer, Definition
from reports.health.health import health_rows
from reports.health.scorecard import scorecard
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.units import empty
from reports.usage.usage import usage_rows

WITHOUT_ONE = 90  # days that are looked back where no conversation is known
MOST_DAYS = 8  # different days that are looked back to: each costs a report of its own
FIGURES = {"arr": "money", "seats": "count", "mau": "count", "score": "score", "band": "text"}  # as the report accounts has them
COUNTED = {"open_tickets": "count", "people": "count"}
MEASURES = tuple(name for name in (*FIGURES, *COUNTED) if name != "band")
COLUMNS = {
    "account_id": "text", "name": "text", "since": "day", "after_conversation": "flag",
    **{f"{name}_{when}": unit for name, unit in (FIGURES | COUNTED).items() for when in ("before", "now")},
}  # fmt: skip


def _account_changes(books: Books, question: Question) -> Answer:
    """One row per account in scope: figures of the day of the last conversation, and of the day looked at; each is what the report of that
    day says.

    since: the day of the last conversation; where none is known (or may be viewed), 90 days before, and after_conversation is false.
    open_tickets: null where nobody keeps tickets. people: contacts who had not left; who came is counted from the day it was known. Of
    accounts whose last conversations lie on more than 8 different days those of the latest 8 are told, and notes say so.
    """
    if books.day is None:
        return Answer(empty(COLUMNS))
    since = _since(books, question, books.day)
    days = since["since"].unique().sort(descending=True)
    told = since.filter(pl.col("since").is_in(days.head(MOST_DAYS).implode()))
    rows = told.join(_figures(books, question, told.with_columns(since=pl.lit(books.day)), "now"), on="account_id", how="left")
    rows = rows.join(_figures(books, question, told, "before"), on="account_id", how="left")
    named = (
        rows.join(books.names().collect(), on="account_id", how="left")
        .select(*COLUMNS)
        .sort("since", "account_id", descending=[True, False])
    )
    left_out = since.height - told.height
    return Answer(named, {"accounts": named.height}, (_note(left_out),) if left_out else ())


def _note(left_out: int) -> str:
    return tr_n(
        "Left out: {n:,} account, with which the last conversation lies longer ago. Name it to see its figures.",
        "Left out: {n:,} accounts, with which the last conversation lies longer ago. Name them to see their figures.",
        left_out,
    )


def _since(books: Books, question: Question, day: date) -> pl.DataFrame:
    """account_id, since, after_conversation."""
    visible = accounts_in_view(books, question, "activities").implode()
    talks = books.view.table("activities").filter(pl.col("account_id").is_in(visible))
    seen = observed(books.view.accounts().lazy(), day)
    found = seen.join(last_conversation(seen, talks.lazy()), on=["account_id", "day"], how="left").collect()
    held = pl.col("last_conversation")
    return found.select("account_id", since=held.fill_null(day - timedelta(days=WITHOUT_ONE)), after_conversation=held.is_not_null())


def _figures(books: Books, question: Question, since: pl.DataFrame, when: str) -> pl.DataFrame:
    """Every measure of each account on its day `since`, named after `when`."""
    told = pl.concat([_of_day(books, question, day, ids) for day, ids in _by_day(since)]) if since.height else _none()
    counted = _counted(books, since)
    return told.join(counted, on="account_id", how="left").rename({name: f"{name}_{when}" for name in (*FIGURES, *COUNTED)})


def _by_day(since: pl.DataFrame) -> Iterator[tuple[date, list[str]]]:
    yield from since.group_by("since", maintain_order=True).agg("account_id").rows()


def _none() -> pl.DataFrame:
    return empty({"account_id": "text"} | FIGURES)


def _of_day(books: Books, question: Question, day: date, ids: list[str]) -> pl.DataFrame:
    """What the report of accounts says of some of them on a day."""
    if day == books.day:
        return _rows(books).filter(pl.col("account_id").is_in(ids))
    asked = replace(question, as_of=day, by=None, filters=(*question.filters, ("account_id", tuple(ids))))
    with opened_books(books.store, books.viewer, asked) as then:
        return _rows(then)


def _rows(books: Books) -> pl.DataFrame:
    """account_id and FIGURES, as the report of accounts puts them together."""
    money = arr_rows(books).select("account_id", "arr", "seats")
    use, health = (
        usage_rows(books).select("account_id", "mau"),
        health_rows(books, scorecard(books.view)).select("account_id", "score", "band"),
    )
    return money.join(use, on="account_id", how="left").join(health, on="account_id", how="left").select("account_id", *FIGURES)


def _counted(books: Books, since: pl.DataFrame) -> pl.DataFrame:
    """account_id, open_tickets and people of each account on its day."""
    seen = since.lazy().select("account_id", day="since")
    tickets = with_resolution(books.view.table("tickets").lazy())
    waiting = open_tickets(seen, tickets, Recorded.on(books.view.recorded_days("tickets", "opened_at"))).select(
        "account_id", "open_tickets"
    )
    joined = seen.join(waiting, on="account_id", how="left").join(_people(books, seen), on="account_id", how="left")
    return joined.select("account_id", "open_tickets", pl.col("people").fill_null(0)).collect()


def _people(books: Books, seen: pl.LazyFrame) -> pl.LazyFrame:
    """How many contacts each account has on its day."""
    history = contact_history(books).lazy()
    firsts = pl.LazyFrame({"batch": books.view.first_batches("contacts")}, schema={"batch": pl.Int64})
    later = came(history, firsts).select("contact_id", came_on="day")
    contacts = books.view.table("contacts").lazy().select("account_id", "contact_id", "left_on").join(later, on="contact_id", how="left")
    here = (pl.col("left_on").is_null() | (pl.col("left_on") > pl.col("day"))) & (
        pl.col("came_on").is_null() | (pl.col("came_on") <= pl.col("day"))
    )
    return seen.join(contacts, on="account_id").group_by("account_id").agg(people=here.sum().cast(pl.Int64))


account_changes = Definition("account-changes", mark("What changed since the last conversation"), COLUMNS, _account_changes)
