"""Do those who begin to use the product stay: users, and accounts?"""

from datetime import date, timedelta

import polars as pl

from data.parameters import WrongParameter
from data.store.view import View
from language import mark, tr, tr_n
from language.formats import listed
from metrics.coverage import Coverage, covered_since
from metrics.months import bits_between, last_full_month, month_ends
from metrics.usage_cohorts import first_months, newly_begun, usage_cohorts
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.units import empty
from reports.usage.catalogue import as_features, events_of
from reports.usage.feature_catalogue import not_exact, span_of
from reports.usage.usage import coverage, usage_feeds

COLUMNS = {
    "of": "text", "cohort": "month", "size": "count", "period": "count", "known": "count", "active": "count", "share": "ratio",
}  # fmt: skip
USERS, ACCOUNTS = "users", "accounts"


def _usage_cohorts(look: Look, question: Question) -> Answer:
    """One row per cohort of users, and of accounts, and month since the first use: how many there are, of how many that month is covered
    whole, how many of those were active in it, and their share. With `feature`: first used it, and used it in the month.

    A cohort is who was first active in one month. Who was active in the first month of the account's feeds is in none, since nobody knows
    since when; totals count them (users_before, accounts_before), beside the users and accounts that are in a cohort.
    """
    first = _first_day(look)
    if look.day is None or first is None or first > look.day:
        return Answer(empty(COLUMNS), {"users": 0, "accounts": 0, "users_before": 0, "accounts_before": 0})
    known = coverage(look.view, first, look.day)
    users, accounts, gone = _used(look.view, first, look.day, question.feature)
    told, began = _told(look, known, first, look.day).lazy(), _began(look, known).lazy()
    found = [_of(USERS, users, "user_id", told, began), _of(ACCOUNTS, accounts, "account", told, began)]
    totals = {name: value for _, counted in found for name, value in counted.items()}
    rows = pl.concat([rows for rows, _ in found]).select(*COLUMNS)
    if gone:
        rows = rows.filter(pl.col("of") != USERS)
    told = totals | (dict.fromkeys((USERS, f"{USERS}_before")) if gone else {})
    return Answer(rows, told, (*_notes(totals), *_users_gone(gone), *not_exact(look.view)))


def _used(view: View, first: date, day: date, feature: str | None) -> tuple[pl.LazyFrame, pl.LazyFrame, list[date]]:
    """Who used the product, or a feature of it, in which months: users, accounts, and the months in which it is not known who did."""
    so_far = (pl.col("bits") & bits_between(pl.col("month"), pl.lit(day), pl.col("month"))) != 0
    events = view.feature_months(first, day).lazy().filter(so_far)
    months, gone = view.usage_months(first, day), []
    if feature is not None:
        chosen = _chosen(view, feature, first, day)
        events = events.filter(pl.col("event").is_in(chosen))
        months, gone = view.event_months(chosen, first, day), view.months_without_users(chosen)
    people = months.lazy().filter(so_far)
    accounts = pl.concat([frame.select("account_id", "month") for frame in (people, events)]).unique().with_columns(account="account_id")
    return people.select("account_id", "user_id", "month"), accounts, gone


def _chosen(view: View, feature: str, first: date, day: date) -> list[str]:
    """The events of a feature. Raises WrongParameter where no account in sight uses one of that name."""
    known = view.feature_months(first, day)["event"].unique()
    if chosen := events_of(view, feature, known):
        return chosen
    names = as_features(view, known.to_frame()).collect()["feature"].unique().sort()
    raise WrongParameter(tr("feature: no account uses {feature!r}. Features: {known}.", feature=feature, known=listed(names) or "–"))


def _users_gone(gone: list[date]) -> tuple[str, ...]:
    if not gone:
        return ()
    return (
        tr(
            "Of users nothing is told: who used it in {months} is not known any more, as only rollups are kept of these days.",
            months=span_of(gone),
        ),
    )


def _of(
    of: str, months: pl.LazyFrame, item: str, told: pl.LazyFrame, began: pl.LazyFrame
) -> tuple[pl.DataFrame, dict[str, int]]:  # fmt: skip
    """The cohorts of users or accounts, and how many are in one, or were there before usage began."""
    firsts = first_months(months, item=item).collect()
    new = newly_begun(firsts.lazy(), began).collect()
    rows = usage_cohorts(new.lazy(), months, told, item=item).collect().with_columns(of=pl.lit(of))
    return rows, {of: new.height, f"{of}_before": firsts.height - new.height}


def _first_day(look: Look) -> date | None:
    """The first day that any feed of usage covers."""
    first = usage_feeds(look.view)["covers_from"].min()
    return first if isinstance(first, date) else None


def _told(look: Look, known: Coverage, first: date, day: date) -> pl.DataFrame:
    """account_id, month of the months, over by the day, of which every day is covered by all feeds of the account, as is known by the day:
    of a feed with events once a week, a month that ends between two of them is whole once the next one has come."""
    ends = pl.DataFrame({"day": month_ends(first - timedelta(days=1), last_full_month(day))}, schema={"day": pl.Date})
    asked = look.view.accounts().select("account_id").join(ends, how="cross")
    counted = covered_since(asked.with_columns(since=pl.col("day").dt.month_start() - pl.duration(days=1)), known, told_by=day)
    whole = pl.col("covered_days") == pl.col("day").dt.day().cast(pl.Int64)
    return counted.filter(whole).select("account_id", month=pl.col("day").dt.month_start())


def _began(look: Look, known: Coverage) -> pl.DataFrame:
    """account_id, began: the first day that any of the account's feeds covers."""
    starts = known.calendar.group_by("feed").agg(began=pl.col("day").min())
    every = known.feeds.filter(pl.col("covers_all_accounts").fill_null(False)).select("feed")
    its = pl.concat([known.seen.select("account_id", "feed"), look.view.accounts().select("account_id").join(every, how="cross")])
    return its.unique().join(starts, on="feed").group_by("account_id").agg(pl.col("began").min())


def _notes(totals: dict[str, int]) -> tuple[str, ...]:
    before = totals["accounts_before"]
    told = tr_n(
        "{n:,} account was active in the first month of its feed, and is in no cohort: nobody knows since when.",
        "{n:,} accounts were active in the first month of their feeds, and are in no cohort: nobody knows since when.", before,
    )  # fmt: skip
    return (told,) if before else ()


usage_cohorts_report = Definition("usage-cohorts", mark("Usage cohorts"), COLUMNS, _usage_cohorts, takes=("feature",), opens=opened)
