"""Who has come to use what they bought, how long did it take, and where do the others stop?"""

from dataclasses import dataclass
from datetime import date

import polars as pl

from data.store.reading_once import IN_FILES
from data.store.view import View
from language import language, mark, tr, tr_n
from language.formats import listed
from metrics.activation import STATES, steps
from metrics.activation import activation as of_accounts
from metrics.activation import funnel as through
from metrics.coverage import covered_from, covered_to
from metrics.seats import bought_together
from metrics.windows import observed
from reports.books import Books
from reports.customers.unseen import late, unmeasured
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.products import products
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.units import empty
from reports.usage.milestones import Wanted, stated, wanted
from reports.usage.usage import coverage, usage_feeds

COLUMNS = {
    "account_id": "text", "name": "text", "live_on": "day", "activated_on": "day", "days_to_activate": "count", "milestones": "list",
    "state": "text", "unmeasured": "count", "covered_to": "day",
}  # fmt: skip
TOTALS = {"activation_rate": "ratio", "median_days_to_activate": "number"}
FUNNEL = {
    "group": "text", "measured_by": "text", "step": "count", "title": "text", "entered": "count", "reached": "count", "conversion": "ratio",
    "overall": "ratio",
}  # fmt: skip
NOT_STARTED = {
    "account_id": "text", "name": "text", "owner": "text", "started_on": "day", "days_since_start": "count", "arr": "money",
    "next_end": "day", "covered_to": "day",
}  # fmt: skip


@dataclass(frozen=True)
class Seen:
    """rows: as metrics.activation returns; reached: its steps, with whose milestones they are (measured_by: segments; empty: those of all
    others); accounts: with started_on, owner and segment; by: the milestones in force."""

    rows: pl.DataFrame
    reached: pl.DataFrame
    accounts: pl.DataFrame
    by: Wanted


def seen(view: View, day: date | None, by: Wanted | None = None) -> Seen:
    """What can be seen of the accounts that started by a day (None in an empty store), measured by the milestones in force or by others."""
    until, by = day or date(1970, 1, 1), by or wanted(view)
    key = (until, repr(products()), language())
    rows = view.by_account(("activation", *key, repr(by)), lambda of: _states(of, until, key, by), IN_FILES)
    return Seen(rows, _reached(view, until, key, by), _accounts(view, until, key), by)


def _accounts(view: View, until: date, key: tuple[object, ...]) -> pl.DataFrame:
    """The accounts that started, with first_seen, last_seen, covered_from, covered_to and all_accounts."""
    return view.by_account(("activation, accounts", *key), lambda of: _seen_accounts(of, until), IN_FILES)


def _seen_accounts(view: View, until: date) -> pl.DataFrame:
    accounts, known = _started(view, until), coverage(view, until, until)
    begins = covered_from(accounts, usage_feeds(view).select("feed", "covers_from"), known)
    ends = covered_to(observed(accounts.lazy(), until), known).drop("day")
    spans = accounts.join(view.usage_span(until), on="account_id", how="left").join(begins, on="account_id", how="left")
    return spans.join(ends, on="account_id", how="left")


def _reached(view: View, until: date, key: tuple[object, ...], by: Wanted) -> pl.DataFrame:
    """What metrics.activation.steps says of the accounts that started."""
    return view.by_account(("activation, steps", *key, repr(by)), lambda of: _steps(of, _accounts(of, until, key), until, by), IN_FILES)


def _steps(view: View, accounts: pl.DataFrame, until: date, by: Wanted) -> pl.DataFrame:
    starts = accounts.select("account_id", "started_on")
    people, events = view.user_first_days(starts, until).lazy(), view.event_first_days(starts, by.events(), until).lazy()
    named = view.names_users(until)
    frames = [
        steps(own.lazy(), people.join(own.lazy(), on="account_id", how="semi"), events, wanted=chosen, names_users=named)
        .with_columns(measured_by=pl.lit(whose))
        for whose, chosen, own in by.parts(accounts)
    ]  # fmt: skip
    return pl.concat(frames).collect()


def _states(view: View, until: date, key: tuple[object, ...], by: Wanted) -> pl.DataFrame:
    return of_accounts(_accounts(view, until, key).lazy(), _reached(view, until, key, by).lazy()).collect()


def _started(view: View, day: date) -> pl.DataFrame:
    """Accounts that started by a day: account_id, name, owner, segment, live_on, started_on, and the seats that they bought at first."""
    lines = view.contracts().lazy().with_columns(first_start=pl.col("starts_on").min().over("account_id"))
    first = lines.group_by("account_id").agg(pl.col("first_start").first()).collect()
    begun = lines.filter(pl.col("starts_on") == pl.col("first_start"), pl.col("seats").is_not_null())
    bought = bought_together(begun, ["account_id"], products().adding).collect()
    return (
        view.accounts()
        .select("account_id", "name", "owner", "segment", "live_on", "seats")
        .join(first, on="account_id", how="left")
        .join(bought, on="account_id", how="left")
        .with_columns(started_on=pl.coalesce("live_on", "first_start"), seats=pl.coalesce("sold", "seats"))
        .filter(pl.col("started_on") <= day)
        .drop("first_start", "sold")
    )


def _activation(look: Look, question: Question) -> Answer:
    """One row per account that has started: milestones reached, when activated, after how many days, and its state, as of covered_to.

    Totals count the states; activation_rate is followed_activated / followed (accounts whose start usage covers, and of which every
    milestone can be measured), null without any. Notes say what cannot be seen or measured, and of how many.
    """
    found = seen(look.view, look.day)
    rows = found.rows
    followed = rows.filter("followed")
    activated = (followed["state"] == "activated").sum()
    totals = {state: (rows["state"] == state).sum() for state in STATES} | {
        "followed": followed.height,
        "followed_activated": activated,
        "activation_rate": activated / followed.height if followed.height else None,
        "median_days_to_activate": rows["days_to_activate"].median(),
    }
    return Answer(rows.select(*COLUMNS), totals, _cannot_be_told(look, found), stated(found.by))


def _cannot_be_told(look: Look, found: Seen) -> tuple[str, ...]:
    """What of activation cannot be seen since usage is behind, and which milestones cannot be measured of how many accounts."""
    gone = found.accounts.filter(pl.col("started_on") > pl.col("covered_to")).height
    return (*late(look), *_since_then(gone), *unmeasured(found.reached.join(found.rows.filter("start_seen"), on="account_id", how="semi")))


def _since_then(gone: int) -> tuple[str, ...]:
    if not gone:
        return ()
    return (tr_n("{n:,} account started since then, and cannot be seen.", "{n:,} accounts started since then, and cannot be seen.", gone),)


def _activation_funnel(look: Look, question: Question) -> Answer:
    """One row per milestone, in order: how many of those who reached all before it reached it. Accounts followed from their start.

    Where segments have other milestones, each of these lists stands for itself: measured_by names the segments (empty: all others), and
    steps of two lists are never added up; then there is no overall. group: null without `by`.
    """
    found = seen(look.view, look.day)
    counted = found.reached.join(found.rows.filter("start_seen"), on="account_id", how="semi")
    grouped = counted.join(look.group_by(question.by), on="account_id", how="left") if question.by else counted.with_columns(group=None)
    told = [
        through(own.lazy()).collect().with_columns(group=pl.lit(group, pl.String), measured_by=pl.lit(whose or None, pl.String))
        for (group, whose), own in grouped.group_by("group", "measured_by")
    ]
    rows = pl.concat(told).select(*FUNNEL).sort("group", "measured_by", "step", nulls_last=[True, False, False]) if told else empty(FUNNEL)
    apart = rows.select("group", "measured_by").n_unique() if rows.height else 0
    return Answer(rows, {"overall": rows["overall"][-1] if apart == 1 else None}, _measured_apart(found), stated(found.by))


def _measured_apart(found: Seen) -> tuple[str, ...]:
    """That not all accounts are measured by the same milestones, where it is so."""
    if found.reached["measured_by"].n_unique() < 2:
        return ()
    own = listed(sorted(found.by.own))
    return (tr("Not all segments have the same milestones: each is shown apart ({segments} have their own).", segments=own),)


def _not_started(books: Books, question: Question) -> Answer:
    """Paying accounts that have reached no milestone, though their usage is tracked: largest ARR first. Totals: accounts and ARR."""
    rows = not_started_rows(books)
    return Answer(rows, {"accounts": rows.height, "arr": rows["arr"].sum()}, stated=stated(wanted(books.view)))


def not_started_rows(books: Books, money: pl.DataFrame | None = None) -> pl.DataFrame:
    """The rows of the report, from books that are open; `money`: the rows of the report arr, where they are at hand."""
    found = seen(books.view, books.day)
    money = arr_rows(books) if money is None else money
    paying = money.filter(pl.col("state").is_in(["paying", "in_grace"])).select("account_id", "arr", "next_end")
    waited = (pl.lit(books.day, dtype=pl.Date) - pl.col("started_on")).dt.total_days()
    return (
        found.rows.filter(pl.col("state") == "not_started")
        .select("account_id", "name", "covered_to")
        .join(found.accounts.select("account_id", "owner", "started_on"), on="account_id")
        .join(paying, on="account_id")
        .with_columns(days_since_start=waited)
        .select(*NOT_STARTED)
        .sort("arr", "account_id", descending=[True, False])
    )


activation = Definition("activation", mark("Activation"), COLUMNS, _activation, TOTALS, opens=opened)
activation_funnel = Definition(
    "activation-funnel", mark("From start to activated"), FUNNEL, _activation_funnel, takes=("by",), opens=opened
)
not_started = Definition("not-started", mark("Paid, not onboarded"), NOT_STARTED, _not_started)
