"""What happened: what became of the renewals that a forecast of the past was of, as they were known when it was made."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import polars as pl

from data.store.store import Store
from data.viewer import EVERYONE
from metrics.currency import summed
from metrics.forecast_log import ONCE, outcomes
from metrics.months import months_later
from metrics.renewal_calls import RENEWAL, ends_of_periods
from metrics.renewals import renewal_results
from reports.books import Books, opened_books
from reports.forecast.called import calls_in_force
from reports.forecast.calls import due_renewals
from reports.forecast.forecast import quarters_ahead
from reports.report import Question

DUE = {
    "account_id": pl.String, "ends_on": pl.Date, "due": pl.Int64, "quarter": pl.Date, "owner": pl.String, "is_called": pl.Boolean,
}  # fmt: skip


def due_then(store: Store, day: date, known_at: int) -> pl.DataFrame:
    """The renewals of the four quarters ahead of a day, of the whole company, as known at a moment of the log: DUE. quarter: its first day;
    owner: whose the account was; is_called: whether there was a call on it, with an amount."""
    with opened_books(store, EVERYONE, Question(as_of=day, known_at=known_at)) as books:
        return due_in(books, day)


def due_in(books: Books, day: date, rated_on: date | None = None) -> pl.DataFrame:
    """The renewals of the four quarters ahead in scope, from books that are open as of the day: DUE, at the rates of the day, or of
    `rated_on`."""
    ahead = quarters_ahead(day)
    coming = due_renewals(books, (ahead[-1].end - day).days, rated_on).select("account_id", "ends_on", due="arr")
    first_days = pl.Series([one.quarter for one in ahead])
    quarter = pl.col("ends_on").dt.truncate("1q")
    owners = books.view.accounts().select("account_id", "owner")
    calls = (
        calls_in_force(books.view, day, books.currency).drop_nulls("said").select("account_id", ends_on="due_on", is_called=pl.lit(True))
    )
    told = coming.with_columns(quarter=quarter).filter(pl.col("quarter").is_in(first_days.implode()))
    joined = told.join(owners, on="account_id", how="left").join(calls, on=ONCE, how="left")
    return joined.with_columns(pl.col("is_called").fill_null(False)).select(pl.col(name).cast(kind) for name, kind in DUE.items())


def became_of(books: Books, due: pl.DataFrame, day: date, rated_on: date | None = None) -> pl.DataFrame:
    """The renewals with renewed and outcome, see metrics.forecast_log.outcomes, as seen on the day that the books look at, in money at the
    rates of `rated_on`: the day on which they were forecast where none is said. due: DUE as of `day`, at the same rates. books: those of
    all whose renewals these are."""
    money = {"rates": books.rates.filter(pl.col("day") <= (rated_on or day)), "currency": books.currency}
    seen = books.day or day
    last = due.select(pl.col("ends_on").max()).item() or day
    results = renewal_results(books.renewable, start=day, end=last, as_of=seen, **books.renewing, **money)
    passed = ends_of_periods(due.lazy().rename({"ends_on": RENEWAL[1]}), books.renewable).rename({RENEWAL[1]: "ends_on"})
    return outcomes(due.lazy(), results, passed, _paid(books, due, day, money), as_of=seen).collect()


def _paid(books: Books, due: pl.DataFrame, day: date, money: dict[str, Any]) -> pl.LazyFrame:
    """What each account pays on the day of its renewal: account_id, ends_on, paid."""
    lines = books.effective.select("account_id", "arr", "currency", since="starts_on", until="ends_on")
    live = due.lazy().select(ONCE).join(lines, on="account_id").filter(
        pl.col("since") <= pl.col("ends_on"), pl.col("until").is_null() | (pl.col("until") > pl.col("ends_on"))
    )  # fmt: skip
    return summed(live.with_columns(on=pl.lit(day)), ONCE, on="on", values=("arr",), **money).rename({"arr": "paid"})


def renewed_by_now(books: Books, question: Question, quarter: date) -> int:
    """Cents of the renewals of a quarter that are known to have renewed by the day that the books look at, at its rates: those that are
    past, as became_of has them (a period of a line that renews itself went on with it), and those that are booked ahead. question: the one
    by which the books were opened. quarter: its first day."""
    day = books.day or date(1970, 1, 1)
    eve, last = quarter - timedelta(days=1), months_later(quarter, 3) - timedelta(days=1)
    seen = max(last, day)
    money = {"rates": books.rates.filter(pl.col("day") <= day), "currency": books.currency}
    booked = renewal_results(books.renewable, start=eve, end=last, as_of=seen, **books.renewing, **money)
    both = [booked.select(*ONCE, renewed="kept").collect()]
    if eve < day:
        with opened_books(books.store, books.viewer, replace(question, as_of=eve)) as then:
            due = due_in(then, eve, day).filter(pl.col("quarter") == quarter)
        both.append(became_of(books, due, eve, day).select(*ONCE, "renewed"))
    return int(pl.concat(both).group_by(ONCE).agg(pl.col("renewed").max())["renewed"].sum())
