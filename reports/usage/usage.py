"""Who uses the product, how widely, and where is silence only a missing feed?"""

from datetime import date, timedelta
from math import ceil

import polars as pl

from data.store.reading_once import IN_FILES
from data.store.view import View
from data.usage.rollup_queries import OF_USAGE
from language import mark
from metrics.coverage import FEEDS, REACH, STOPPED_AFTER, Coverage, reaches_back
from metrics.seats import seats_on
from metrics.unrated import CUSTOMERS, all_states
from metrics.usage import Used
from metrics.usage import usage as of_accounts
from metrics.windows import numbered, observed
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.usage.catalogue import as_features

COLUMNS = {
    "account_id": "text", "name": "text", "dau": "count", "wau": "count", "mau": "count", "seats": "count", "features_used": "count",
    "trend": "ratio", "last_seen": "day", "state": "text", "mau_before": "count", "events": "count", "events_before": "count",
    "covered_to": "day", "customer": "flag",
}  # fmt: skip
NEAR = 62  # days
STATES = ("used", "unused", "not_tracked", "feed_stopped", "not_live")


def _usage(books: Books, question: Question) -> Answer:
    """One row per account in scope: actives, seats, features, trend, last seen, state, and whether it is a customer on the day.

    Totals count the customers of each state (paying, in grace or trial), as the page of accounts does. Seats are those of
    customers alone.
    """
    known = usage_rows(books).join(_customers(books), on="account_id", how="left")
    rows = known.with_columns(pl.col("customer").fill_null(False)).with_columns(pl.when("customer").then("seats").alias("seats"))
    customers = rows.filter("customer")
    return Answer(rows.select(*COLUMNS), {state: (customers["state"] == state).sum() for state in STATES})


def _customers(books: Books) -> pl.DataFrame:
    """account_id, customer of the accounts that have a state on the day."""
    day = books.day or date(1970, 1, 31)
    states = all_states(books.lines, books.effective, books.apart, day=day, rules=books.rules)
    return states.select("account_id", customer=pl.col("state").is_in(CUSTOMERS)).collect()


def usage_rows(books: Books) -> pl.DataFrame:
    """The rows of the report, from books that are open."""
    return books.once("usage", _rows, of=IN_FILES)


def _rows(books: Books) -> pl.DataFrame:
    day = books.day or date(1970, 1, 31)
    accounts = started(books)
    lines, counting = books.in_any_currency
    sold = seats_on(observed(accounts, day), lines=lines, effective=counting, accounts=accounts, adding=books.products.adding)
    seated = accounts.drop("seats").join(sold.drop("day"), on="account_id")
    return of_accounts(seated, used(books.view, day, day), books.view.usage_span(day).lazy(), as_of=day).collect()


def used(view: View, first: date, last: date) -> Used:
    """What metrics.usage needs to look at accounts on the days from `first` to `last`."""
    known = coverage(view, first, last)
    back = reaches_back(first, last, known)
    features = as_features(view, view.feature_months(back, last)).drop("event")
    began = view.usage_span(last).lazy().select("account_id", first_used="first_seen") if view.hidden_events else None
    near = last - first <= timedelta(days=NEAR)  # of many months it is large, and few ask for just these
    own = _numbered(view, back, last) if near else None
    return Used(view.usage_months(back, last).lazy(), features, view.usage_daily(back, last).lazy(), known, began, own)


def _numbered(view: View, first: date, last: date) -> pl.DataFrame:
    """The users of the months of two days as windows count them, kept for every other day of these months."""
    months = first.replace(day=1), last.replace(day=1)
    return view.by_account(("numbered users", *months), lambda own: numbered(own.usage_months(*months).lazy(), "user_id"), OF_USAGE)


def coverage(view: View, first: date, last: date) -> Coverage:
    """What the feeds of usage speak for, as far as windows of the days from `first` to `last` can look."""
    longest = usage_feeds(view)["usual_gap_days"].max()
    patience = ceil(STOPPED_AFTER * longest) if isinstance(longest, float) else 0
    days = view.usage_told_days(first - timedelta(days=REACH + patience), last + timedelta(days=patience))
    return Coverage(usage_feeds(view).select(*FEEDS), days, view.usage_seen_in(last))


def started(books: Books) -> pl.LazyFrame:
    """Accounts with the day on which their first line starts: account_id, name, live_on, seats, first_start."""
    lines = pl.concat([books.lines, books.apart])
    starts = lines.group_by("account_id").agg(first_start=pl.col("starts_on").min())
    return books.view.accounts().lazy().select("account_id", "name", "live_on", "seats").join(starts, on="account_id", how="left")


def usage_feeds(view: View) -> pl.DataFrame:
    """The feeds of usage, as metrics.usage.feed_on takes them."""
    return view.feeds().filter(pl.col("table") == "usage_events")


usage = Definition("usage", mark("Usage by account"), COLUMNS, _usage)
