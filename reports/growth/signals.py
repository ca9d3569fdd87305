"""Which accounts could grow, each for which reason, and of which is it not known?"""

from datetime import date, timedelta

import polars as pl

from data.store.reading_once import IN_FILES
from data.viewer import VIEW
from language import mark, tr
from metrics import growth
from metrics.answers import answered
from metrics.coverage import windows
from metrics.new_teams import domain_of, new_teams
from metrics.tasks import ordinary
from metrics.today import GROWTH, ranked
from metrics.unrated import CUSTOMERS
from metrics.usage import TRACKED
from metrics.windows import counted_between, observed
from reports.books import Books
from reports.customers.unseen import late
from reports.definition import Answer, Definition
from reports.growth.path import path_of, standing
from reports.look import as_of
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.units import empty
from reports.usage.usage import started, usage_rows, used

COLUMNS = {
    "account_id": "text", "name": "text", "kind": "text", "why": "text", "plan": "text", "arr": "money", "owner": "text", "team": "text",
    "segment": "text", "figure": "text", "is_clear": "flag", "state": "text", "days_to_end": "count", "certainty": "ratio",
    "priority": "money", "answer": "text", "until": "day", "by": "text", "reason": "text", "handed_to": "text", "answered_on": "day",
    "came_back": "text", "basis": "text", "measure": "number", "worse_from": "number", "answer_batch": "count", "seen": "count",
    "task_id": "text",
}  # fmt: skip
UNKNOWN = {"account_id": "text", "name": "text", "state": "text", "last_seen": "day", "plan": "text", "arr": "money", "owner": "text"}
SAID = ("reason", "by", "handed_to", "task_id")


def _signals(books: Books, question: Question) -> Answer:
    """One row per account (a customer on the day) and reason to talk of more: kind, and why with its numbers; the account with the most at
    stake first, its signals together.

    Kinds: seats_full, plan_full, limit_near, higher_plan_used, volume_grew, new_team, headcount_grew (see the glossary). is_clear: plain
    enough to stand on Today. answer: what somebody has said that takes it off the list (see `today`); those stand last. Accounts without a
    signal have no row; those of which signals of usage are not known are told by `growth-unknown`. Totals, without what was put aside:
    signals, accounts and their arr, the number of each kind; put_aside; not_known (customers whose usage is not).
    """
    if books.day is None:
        return Answer(empty(COLUMNS), {"signals": 0})
    every = _seen_by(books, _with_answers(books, books.day))
    rows = every.filter(pl.col("answer").is_null())
    once = rows.unique("account_id")
    totals = {"signals": rows.height, "accounts": once.height, "arr": once["arr"].sum()}
    totals |= {kind: (rows["kind"] == kind).sum() for kind in GROWTH} | {"put_aside": every.height - rows.height}
    return Answer(every, totals | {"not_known": _unknown_rows(books).height}, (*_not_kept(books), *path_of(books.view).notes, *late(books)))


def _seen_by(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """The rows without what was said, and by whom, for who may view no conversations and tasks."""
    if books.viewer.may(VIEW, "activities"):
        return rows
    return rows.with_columns(pl.lit(None, rows.schema[name]).alias(name) for name in SAID)


def _with_answers(books: Books, day: date) -> pl.DataFrame:
    money = arr_rows(books).lazy()
    ends = money.select("account_id", "arr", days_to_end=(pl.col("next_end") - pl.lit(day)).dt.total_days())
    tasks = ordinary(books.view.table("activities").lazy(), day=day)
    items = answered(growth_items(books, day).lazy(), books.view.table("item_answers").lazy(), tasks, day=day).collect().lazy()
    about = books.view.accounts().lazy().select("account_id", "name", "plan", "owner", "team", "segment")
    named = about.join(money.select("account_id", "state"), on="account_id")
    stands, aside = (_ranked(items.filter(one), ends) for one in (pl.col("answer").is_null(), pl.col("answer").is_not_null()))
    return pl.concat([stands, aside]).join(named, on="account_id", how="left", maintain_order="left").select(*COLUMNS).collect()


def _ranked(items: pl.LazyFrame, ends: pl.LazyFrame) -> pl.LazyFrame:
    """As Today ranks them, and after those who pay whoever does not yet."""
    paying = ranked(items, ends).drop("urgency")
    others = items.join(ends.filter(pl.col("arr") <= 0), on="account_id").with_columns(priority=pl.lit(0, pl.Int64))
    return pl.concat([paying, others.sort("account_id", "kind").select(paying.collect_schema().names())])


def growth_items(books: Books, day: date) -> pl.DataFrame:
    """The signals of customers, as items of Today have it, with is_clear."""
    return books.once("growth", lambda of: _found(of, day), of=IN_FILES)


def _found(books: Books, day: date) -> pl.DataFrame:
    money, path = arr_rows(books), path_of(books.view)
    customers = money.filter(pl.col("state").is_in(CUSTOMERS)).select("account_id")
    sold = money.lazy().select("account_id", "seats")
    usage = seated_usage(books)
    history = books.view.account_history("headcount").lazy()
    signals = [
        growth.seats_full(usage),
        growth.plan_full(sold, path.places),
        growth.new_team(_teams(books, day)),
        growth.headcount_grew(growth.heads(history, sold, day=day, told_by=_told_by(books, day))),
        *_of_usage(books, day, usage.filter(pl.col("state").is_in(TRACKED)).select("account_id")),
    ]
    return pl.concat(signals).join(customers.lazy(), on="account_id", how="semi").sort("account_id", "kind").collect()


def seated_usage(books: Books) -> pl.LazyFrame:
    """Usage with seats: those of the plan where nothing else says any."""
    return growth.with_plan_seats(usage_rows(books).lazy(), path_of(books.view).places)


def _of_usage(books: Books, day: date, seen: pl.LazyFrame) -> list[pl.LazyFrame]:
    """What the events tell, of accounts whose usage is known."""
    path, view = path_of(books.view), books.view
    places, events = path.places.join(seen, on="account_id", how="semi"), path.features.collect()["feature"].unique().sort().to_list()
    recent = view.uses(events, day - timedelta(days=growth.USED_WITHIN - 1), day).lazy()
    volume = _volume(books, day).join(seen, on="account_id", how="semi")
    return [
        growth.limit_near(_monthly(books, events, day), places, path.features, day=day),
        growth.higher_plan_used(recent, places, path.features, path.steps),
        growth.volume_grew(volume),
    ]


def _monthly(books: Books, events: list[str], day: date) -> pl.LazyFrame:
    """What was used in the month of the day, up to it, and in the one before: account_id, event, month, amount."""
    this = day.replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    months = ((last, this - timedelta(days=1)), (this, day))
    return pl.concat(books.view.amounts(events, since, until).lazy().with_columns(month=pl.lit(since)) for since, until in months)


def _volume(books: Books, day: date) -> pl.LazyFrame:
    """account_id, events_now, events_before of the accounts whose two windows can be compared."""
    known = used(books.view, day, day)
    accounts = started(books)
    found = windows(observed(accounts, day), known.coverage, growth.VOLUMES).lazy()
    pairs = growth.comparable(found, accounts.select("account_id", live_from=pl.coalesce("live_on", "first_start"))).collect().lazy()
    counts = (
        counted_between(known.daily, pairs.select("account_id", "day", since=f"{name}_from", until=f"{name}_to"), name=f"events_{name}")
        for name in growth.VOLUMES
    )
    now, before = counts
    return now.join(before, on=["account_id", "day"]).drop("day")


def _teams(books: Books, day: date) -> pl.LazyFrame:
    """Teams that are new, as the log was told of contacts."""
    departments, addresses = (_told(books, column) for column in ("department", "email"))
    named = departments.with_columns(value=pl.when(pl.col("value").str.strip_chars() != "").then("value"))
    return new_teams(named, addresses.with_columns(value=domain_of("value")), day=day, told_by=_told_by(books, day))


def _told_by(books: Books, day: date) -> date:
    """Up to which day the log is heard: on the newest day all of it, since files come in after the last day that they tell of."""
    newest = as_of(books.view, Question())
    return date.max if newest is None or day >= newest else day


def _told(books: Books, column: str) -> pl.LazyFrame:
    """What each batch says in a column of contacts, null where it says nothing: as metrics.new_teams takes it."""
    accounts = books.view.table("contacts").lazy().select("account_id", contact_id="row_key")
    firsts = books.view.first_batches("contacts")
    history = books.view.row_history("contacts", column).lazy().rename({"row_key": "contact_id"})
    return history.with_columns(at_first=pl.col("batch").is_in(firsts) & ~pl.col("edit")).join(accounts, on="contact_id")


def _unknown(books: Books, question: Question) -> Answer:
    """One row per customer of whom signals of usage are not known on the day: state says why (not_tracked, feed_stopped or not_live), the
    most ARR first. Totals: how many of each, and their arr."""
    rows = _unknown_rows(books)
    return Answer(rows, {"accounts": rows.height, "arr": rows["arr"].sum()})


def _unknown_rows(books: Books) -> pl.DataFrame:
    if books.day is None:
        return empty(UNKNOWN)
    money = arr_rows(books).filter(pl.col("state").is_in(CUSTOMERS)).select("account_id", "name", "arr")
    unseen = usage_rows(books).filter(~pl.col("state").is_in(TRACKED)).select("account_id", "state", "last_seen")
    about = books.view.accounts().select("account_id", "plan", "owner")
    return (
        money.join(unseen, on="account_id")
        .join(about, on="account_id")
        .sort("arr", "account_id", descending=[True, False])
        .select(*UNKNOWN)
    )


def _not_kept(books: Books) -> tuple[str, ...]:
    """What is not kept here at all, so that no signal of it says nothing."""
    view = books.view
    kept = {
        tr("the upgrade path"): standing(view, "plan_steps").height, tr("features of plans"): standing(view, "plan_features").height,
        tr("departments of contacts"): view.table("contacts")["department"].count(), tr("headcount"): view.accounts()["headcount"].count(),
        tr("usage"): view.last_covered_day() is not None,
    }  # fmt: skip
    missing = [name for name, there in kept.items() if not there]
    return (tr("Not looked at, since none is there: {what}.", what=tr(", ").join(missing)),) if missing else ()


growth_signals = Definition("growth-signals", mark("Signals of growth"), COLUMNS, _signals)
growth_unknown = Definition("growth-unknown", mark("Growth not known"), UNKNOWN, _unknown, {"arr": "money"})
