"""Who has come to use what they bought, how long did it take, and where do the others stop?"""

import tomllib
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from data.settings import current_settings
from data.store.view import IN_FILES, View
from language import InLanguage, language, mark, tr, tr_n
from metrics.activation import STATES, Milestone, milestones, steps
from metrics.activation import activation as of_accounts
from metrics.activation import funnel as through
from metrics.coverage import covered_to
from metrics.months import first_day
from metrics.seats import bought_together
from metrics.windows import observed
from reports.books import Books
from reports.customers.unseen import late, unmeasured
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.products import products
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.usage.usage import coverage, usage_feeds

COLUMNS = {
    "account_id": "text", "name": "text", "live_on": "day", "activated_on": "day", "days_to_activate": "count", "milestones": "list",
    "state": "text", "unmeasured": "count", "covered_to": "day",
}  # fmt: skip
TOTALS = {"activation_rate": "ratio", "median_days_to_activate": "number"}
FUNNEL = {"step": "count", "title": "text", "entered": "count", "reached": "count", "conversion": "ratio", "overall": "ratio"}
NOT_STARTED = {
    "account_id": "text", "name": "text", "owner": "text", "started_on": "day", "days_since_start": "count", "arr": "money",
    "next_end": "day", "covered_to": "day",
}  # fmt: skip

# The milestones that are counted where nobody has chosen others.
USUAL = InLanguage(
    {
        "First use": mark("First use"),
        "Three people": mark("Three people"),
        "Half of the seats": mark("Half of the seats"),
    }
)


@dataclass(frozen=True)
class _Seen:
    """rows: as metrics.activation returns; reached: its steps; accounts: with started_on and owner."""

    rows: pl.DataFrame
    reached: pl.DataFrame
    accounts: pl.DataFrame


def wanted() -> tuple[Milestone, ...]:
    """The milestones in the settings. Raises ValueError that names the file where it cannot be used."""
    path = current_settings().activation
    try:
        return tuple(map(_said, milestones(tomllib.loads(path.read_text()).get("milestones", []))))
    except (OSError, ValueError, TypeError) as error:
        raise ValueError(tr("HOLDFAST_ACTIVATION: {name} cannot be used: {error}", name=path.name, error=error)) from None


def _said(one: Milestone) -> Milestone:
    return replace(one, title=USUAL.get(one.title, one.title))


def _seen(view: View, day: date | None) -> _Seen:
    until = day or date(1970, 1, 1)
    key = (until, repr(wanted()), repr(products()), language())
    rows = view.by_account(("activation", *key), lambda of: _states(of, until, key), IN_FILES)
    return _Seen(rows, _reached(view, until, key), _accounts(view, until, key))


def _accounts(view: View, until: date, key: tuple[object, ...]) -> pl.DataFrame:
    """The accounts that started, with first_seen, last_seen, covered_to and all_accounts."""
    return view.by_account(("activation, accounts", *key), lambda of: _seen_accounts(of, until), IN_FILES)


def _seen_accounts(view: View, until: date) -> pl.DataFrame:
    accounts = _started(view, until)
    ends = covered_to(observed(accounts.lazy(), until), coverage(view, until, until)).drop("day")
    return accounts.join(view.usage_span(until), on="account_id", how="left").join(ends, on="account_id", how="left")


def _reached(view: View, until: date, key: tuple[object, ...]) -> pl.DataFrame:
    """What metrics.activation.steps says of the accounts that started."""
    return view.by_account(("activation, steps", *key), lambda of: _steps(of, _accounts(of, until, key), until), IN_FILES)


def _steps(view: View, accounts: pl.DataFrame, until: date) -> pl.DataFrame:
    chosen, starts = wanted(), accounts.select("account_id", "started_on")
    named = [one.event for one in chosen if one.event]
    frames = view.user_first_days(starts, until).lazy(), view.event_first_days(starts, named, until).lazy()
    return steps(accounts.lazy(), *frames, wanted=chosen, names_users=view.names_users(until)).collect()


def _states(view: View, until: date, key: tuple[object, ...]) -> pl.DataFrame:
    covered = first_day(usage_feeds(view)["covers_from"])
    return of_accounts(_accounts(view, until, key).lazy(), _reached(view, until, key).lazy(), covered_from=covered).collect()


def _milestones() -> dict[str, object]:
    return {"milestones": [one.title for one in wanted()]}


def _started(view: View, day: date) -> pl.DataFrame:
    """Accounts that started by a day: account_id, name, owner, live_on, started_on, and the seats that they bought at first."""
    lines = view.contracts().lazy().with_columns(first_start=pl.col("starts_on").min().over("account_id"))
    first = lines.group_by("account_id").agg(pl.col("first_start").first()).collect()
    begun = lines.filter(pl.col("starts_on") == pl.col("first_start"), pl.col("seats").is_not_null())
    bought = bought_together(begun, ["account_id"], products().adding).collect()
    return (
        view.accounts()
        .select("account_id", "name", "owner", "live_on", "seats")
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
    seen = _seen(look.view, look.day)
    rows = seen.rows
    followed = rows.filter("followed")
    activated = (followed["state"] == "activated").sum()
    totals = {state: (rows["state"] == state).sum() for state in STATES} | {
        "followed": followed.height,
        "followed_activated": activated,
        "activation_rate": activated / followed.height if followed.height else None,
        "median_days_to_activate": rows["days_to_activate"].median(),
    }
    return Answer(rows.select(*COLUMNS), totals, _cannot_be_told(look, seen), _milestones())


def _cannot_be_told(look: Look, seen: _Seen) -> tuple[str, ...]:
    """What of activation cannot be seen since usage is behind, and which milestones cannot be measured of how many accounts."""
    gone = seen.accounts.filter(pl.col("started_on") > pl.col("covered_to")).height
    return (*late(look), *_since_then(gone), *unmeasured(seen.reached.join(seen.rows.filter("start_seen"), on="account_id", how="semi")))


def _since_then(gone: int) -> tuple[str, ...]:
    if not gone:
        return ()
    return (tr_n("{n:,} account started since then, and cannot be seen.", "{n:,} accounts started since then, and cannot be seen.", gone),)


def _activation_funnel(look: Look, question: Question) -> Answer:
    """One row per milestone, in order: how many of those who reached all before it reached it. Accounts followed from their start."""
    seen = _seen(look.view, look.day)
    counted = seen.reached.join(seen.rows.filter("start_seen"), on="account_id", how="semi")
    rows = through(counted.lazy()).collect()
    return Answer(rows, {"overall": rows["overall"][-1] if rows.height else None}, stated=_milestones())


def _not_started(books: Books, question: Question) -> Answer:
    """Paying accounts that have reached no milestone, though their usage is tracked: largest ARR first. Totals: accounts and ARR."""
    rows = not_started_rows(books)
    return Answer(rows, {"accounts": rows.height, "arr": rows["arr"].sum()}, stated=_milestones())


def not_started_rows(books: Books, money: pl.DataFrame | None = None) -> pl.DataFrame:
    """The rows of the report, from books that are open; `money`: the rows of the report arr, where they are at hand."""
    seen = _seen(books.view, books.day)
    money = arr_rows(books) if money is None else money
    paying = money.filter(pl.col("state").is_in(["paying", "in_grace"])).select("account_id", "arr", "next_end")
    waited = (pl.lit(books.day, dtype=pl.Date) - pl.col("started_on")).dt.total_days()
    return (
        seen.rows.filter(pl.col("state") == "not_started")
        .select("account_id", "name", "covered_to")
        .join(seen.accounts.select("account_id", "owner", "started_on"), on="account_id")
        .join(paying, on="account_id")
        .with_columns(days_since_start=waited)
        .select(*NOT_STARTED)
        .sort("arr", "account_id", descending=[True, False])
    )


activation = Definition("activation", mark("Activation"), COLUMNS, _activation, TOTALS, opens=opened)
activation_funnel = Definition("activation-funnel", mark("From start to activated"), FUNNEL, _activation_funnel, opens=opened)
not_started = Definition("not-started", mark("Paid, not onboarded"), NOT_STARTED, _not_started)
