"""How deep is the product used: by how many of those who could, how widely, on how many shoulders, and is it getting more or less?"""

from datetime import date, timedelta

import polars as pl

from data.store.reading_once import IN_FILES
from data.store.view import View
from language import mark, tr
from language.formats import day as day_told
from language.formats import listed
from metrics.coverage import covered_of, windows
from metrics.seats import seat_use
from metrics.unrated import CUSTOMERS, all_states
from metrics.usage import TRACKED
from metrics.usage_depth import HANGS, USER_COLUMNS, hangs_on_one, users_by_class
from metrics.weekday_trend import COMPARED, LOOKED_AT, compared_days, quiet_days, weekday_trend
from metrics.windows import distinct_between, observed
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.usage.catalogue import core
from reports.usage.feature_catalogue import not_exact
from reports.usage.usage import STATES, usage_rows, used

COLUMNS = {
    "account_id": "text", "name": "text", "state": "text", "dau": "count", "wau": "count", "mau": "count", "mau_before": "count",
    "stickiness": "ratio", "seats": "count", "seat_use": "ratio", "features_used": "count", "core_used": "count", "core_features": "count",
    "breadth": "ratio", "weekday_trend": "ratio", "counted_by": "text", "users_known": "count", "users_new": "count",
    "users_returning": "count", "users_resurrected": "count", "users_dormant": "count", "activity_days": "count", "top_user": "text",
    "top_user_share": "ratio", HANGS: "flag", "last_seen": "day", "covered_to": "day", "customer": "flag",
}  # fmt: skip
GREW = 0.1  # a usual week has changed by so much
NEVER = date(1970, 1, 31)


def _usage_depth(books: Books, question: Question) -> Answer:
    """One row per account in scope: actives, stickiness, depth (seat_use), breadth (core_used of core_features), the trend by weekday,
    users by class (they add up to users_known), and how much hangs on one user; everything but last_seen and covered_to is null where usage
    cannot be seen, or says nothing.

    Totals are of customers: how many are in each state, whose weeks grew or fell by a tenth or more, where use hangs on one person, core
    features, and their median depth and breadth; null where none of them is known. Notes: days left out of the trend, and months in which
    hidden events still count.
    """
    known = depth_rows(books)
    customers = known.filter("customer")
    trend = customers["weekday_trend"]
    totals = {state: (customers["state"] == state).sum() for state in STATES} | {
        "customers": customers.height,
        "grew": (trend >= GREW).sum(),
        "fell": (trend <= -GREW).sum(),
        "trends": trend.is_not_null().sum(),
        HANGS: _sum(customers[HANGS]),
        "core_features": len(core(books.view)),
        "seat_use": customers["seat_use"].median(),
        "breadth": customers["breadth"].median(),
        "stickiness": customers["stickiness"].median(),
        "mau": _sum(customers["mau"]),
    }
    return Answer(known.select(*COLUMNS), totals, (*_left_out_told(books), *not_exact(books.view)))


def _sum(known: pl.Series) -> int | None:
    """The sum of what is known; None where nothing is, which is not zero."""
    return None if known.null_count() == known.len() else int(known.sum())


def depth_rows(books: Books) -> pl.DataFrame:
    """The rows of the report, from books that are open."""
    return books.once("usage depth", _rows, of=IN_FILES)


def _rows(books: Books) -> pl.DataFrame:
    day, view = books.day or NEVER, books.view
    rows = usage_rows(books).lazy()
    accounts = observed(rows, day)
    use = used(view, day, day)
    spans = windows(accounts, use.coverage).lazy()
    firsts = view.user_first_days(view.accounts().select("account_id", started_on=pl.lit(date(1970, 1, 1))), day).lazy()
    chosen = core(view)
    wide = spans.select("account_id", "day", since="month_from", until="month_to")
    core_used = distinct_between(use.features.filter(pl.col("feature").is_in(chosen)), wide, item="feature", name="core_used").drop("day")
    keyed, covered = covered_of(accounts, use.coverage, day - timedelta(days=4 * COMPARED))
    trend = weekday_trend(keyed.lazy(), use.users, use.daily, compared_days(covered, left_out(view, day), day))
    joined = rows
    for frame in (core_used, users_by_class(firsts, use.users, spans), trend, _customers(books)):
        joined = joined.join(frame, on="account_id", how="left")
    return _told(joined, len(chosen)).select(*COLUMNS).sort("account_id").collect()


def _told(rows: pl.LazyFrame, core_features: int) -> pl.LazyFrame:
    """What the counts come to, where usage can be seen and says something."""
    tracked, named = pl.col("state").is_in(TRACKED), pl.col("mau").is_not_null()
    known_before = tracked & pl.col("events_before").is_not_null()
    wide = tracked & pl.col("features_used").is_not_null() & pl.lit(core_features > 0)
    silent = tracked & named & (pl.col("mau") == 0)  # nobody was there: no share of nobody
    return rows.with_columns(
        pl.col("customer").fill_null(False),
        core_used=pl.when(wide).then(pl.col("core_used").fill_null(0)),
        core_features=pl.when(wide).then(pl.lit(core_features, dtype=pl.Int64)),
        **{name: pl.when(tracked & named).then(name) for name in USER_COLUMNS},
        **{name: pl.when(known_before).then(name) for name in ("weekday_trend", "counted_by")},
    ).with_columns(
        seats=pl.when("customer").then("seats"),
        seat_use=seat_use("mau", "seats"),
        stickiness=pl.when(~silent & (pl.col("mau") > 0)).then(pl.col("wau") / pl.col("mau")),
        breadth=pl.col("core_used") / pl.col("core_features"),
        top_user_share=pl.when(pl.col("activity_days") > 0).then(pl.col("top_user_days") / pl.col("activity_days")),
        **{HANGS: hangs_on_one(pl.col("seats"))},
    )


def _customers(books: Books) -> pl.LazyFrame:
    day = books.day or NEVER
    states = all_states(books.lines, books.effective, books.apart, day=day, rules=books.rules)
    return states.select("account_id", customer=pl.col("state").is_in(CUSTOMERS))


def left_out(view: View, day: date) -> list[date]:
    """The days that the trend by weekday leaves out, in order: those of the table holidays, of whichever calendar; where it has none, those
    on which the whole customer base was quiet."""
    given = view.table("holidays").filter(~pl.col("is_removed").fill_null(False))["day"].drop_nulls().unique().sort().to_list()
    return given or quiet_days(view.usage_accounts_by_day(day - timedelta(weeks=LOOKED_AT), day), day)


def _left_out_told(books: Books) -> tuple[str, ...]:
    if books.day is None:
        return ()
    first = books.day - timedelta(days=2 * COMPARED)
    days = [one for one in left_out(books.view, books.day) if first < one <= books.day]
    return (
        (tr("Left out of the trend, as holidays or since the whole customer base was quiet: {days}.", days=listed(map(day_told, days))),)
        if days
        else ()
    )


usage_depth = Definition(
    "usage-depth", mark("Usage in depth"), COLUMNS, _usage_depth, {"seat_use": "ratio", "breadth": "ratio", "stickiness": "ratio"}
)
