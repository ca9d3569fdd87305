"""Who uses the product, how widely, and where is silence only a missing feed?"""

from datetime import date, timedelta
from typing import Any

import polars as pl

from data.store.view import View
from metrics.months import MONTH_OF_USE
from metrics.seats import seats_on
from metrics.usage import feed_on
from metrics.usage import usage as of_accounts
from metrics.windows import observed
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question

COLUMNS = {
    "account_id": "text", "name": "text", "dau": "count", "wau": "count", "mau": "count", "seats": "count", "features_used": "count",
    "trend": "ratio", "last_seen": "day", "state": "text",
}  # fmt: skip
STATES = ("used", "unused", "not_tracked", "feed_stopped", "not_live")


def _usage(books: Books, question: Question) -> Answer:
    """One row per account in scope: actives, seats, features, trend, last seen and state. Totals count the accounts of each state."""
    rows = usage_rows(books)
    return Answer(rows, {state: (rows["state"] == state).sum() for state in STATES})


def usage_rows(books: Books) -> pl.DataFrame:
    """The rows of the report, from books that are open."""
    day = books.day or date(1970, 1, 31)
    frames = usage_frames(books, day, day)
    accounts, feed = frames["accounts"], feed_on(pl.col("day"), frames.pop("feeds"))
    sold = seats_on(observed(accounts, day), lines=books.lines, effective=books.effective, accounts=accounts)
    seated = accounts.drop("seats").join(sold.drop("day"), on="account_id")
    return of_accounts(**frames | {"accounts": seated}, as_of=day, feed=feed).collect()


def usage_frames(books: Books, first: date, last: date) -> dict[str, Any]:
    """What metrics.usage needs to look at accounts on the days from `first` to `last`: accounts, users, features, span, feeds."""
    view, back = books.view, first - timedelta(days=2 * MONTH_OF_USE)
    return {
        "accounts": started(books),
        "users": view.usage_months(back, last).lazy(),
        "features": view.feature_months(back, last).lazy(),
        "span": view.usage_span(last).lazy(),
        "feeds": usage_feeds(view),
    }


def started(books: Books) -> pl.LazyFrame:
    """Accounts with the day on which their first line starts: account_id, name, live_on, seats, first_start."""
    starts = books.lines.group_by("account_id").agg(first_start=pl.col("starts_on").min())
    return books.view.accounts().lazy().select("account_id", "name", "live_on", "seats").join(starts, on="account_id", how="left")


def usage_feeds(view: View) -> pl.DataFrame:
    """The feeds of usage, as metrics.usage.feed_on takes them."""
    return view.feeds().filter(pl.col("table") == "usage_events")


def feed_state(view: View, day: date) -> str:
    """What the usage feeds can say on a day: complete, live or stopped."""
    return pl.select(feed_on(pl.lit(day), usage_feeds(view))).item()


usage = Definition("usage", "Usage by account", COLUMNS, _usage)
