"""How do the customers stand by health, who moved between the bands over a period, from where to where, and why?"""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import polars as pl

from data.store.store import Store
from data.viewer import Viewer
from language import mark, tr_n
from metrics.balances import balances
from metrics.health import DIGITS, LITTLE_KNOWN, band
from metrics.health_change import Look, health_changes
from metrics.health_flow import (
    CAME,
    DIRECTIONS,
    FELL,
    GAINED_SIGHT,
    GONE,
    LOST_SIGHT,
    NOT_SCORED,
    ROSE,
    STAYED,
    UNKNOWN,
    by_group,
    cells,
    moved_by,
    placed,
)
from metrics.scorecard import Scorecard
from metrics.unrated import all_states
from metrics.windows import observed
from reports.books import Books, opened_books
from reports.customers.unseen import late
from reports.definition import Answer, Definition
from reports.health.health import kept_measures, scored_of
from reports.health.health_change import PLACED
from reports.health.moved_words import DATA, by_what, why
from reports.health.scorecard import scorecard, scorecard_on
from reports.look import by_parent
from reports.report import Question, Report
from reports.units import empty

PARENT = "parent"
SIDE = ("state", "band", "score", "exception", "set_by", "set_until", "set_reason", "arr")  # what is told of each day
MOVED = (FELL, ROSE, LOST_SIGHT, GAINED_SIGHT)
BANDS = ("at_risk", "watch", "healthy")  # of the score that comes with the product
DAYS = {"opens_on": "day", "closes_on": "day"}


OPENING = {"arr_before": "opening_arr"}


def _columns(bands: tuple[str, ...]) -> dict[str, str]:
    """The columns of the portfolio under a score with these bands."""
    places = (*bands, *UNKNOWN)
    at_each = {f"{name}_{what}": unit for name in places for what, unit in (("accounts", "count"), ("arr", "money"))}
    shares = {"at_risk_share": "ratio", "arr_at_risk_share": "ratio", "median_score": "score"}
    now = {"customers": "count", "arr": "money", **at_each, **shares}
    moved = {"fell_accounts": "count", "rose_accounts": "count", "fell_arr": "money"}
    return {
        "group": "text",
        **now,
        **moved,
        **{OPENING.get(f"{name}_before", f"{name}_before"): unit for name, unit in now.items()},
        **DAYS,
    }


COLUMNS = _columns(BANDS)
NAMED = {
    "before": "band_before", "after": "band_after", "score_before": "health_before", "score_after": "health_after",
    "arr_before": "opening_arr", "arr_after": "closing_arr",
}  # fmt: skip
MOVES = {
    "account_id": "text", "name": "text", "segment": "text", "owner": "text", "direction": "text", "band_before": "text",
    "band_after": "text", "health_before": "score", "health_after": "score", "health_change": "score", "arr_at_stake": "money",
    "next_end": "day", "moved_by": "text", "why": "text", "opening_arr": "money", "closing_arr": "money", **DAYS,
}  # fmt: skip
FLOW = {
    "band_before": "text", "band_after": "text", "direction": "text", "customers": "count", "opening_arr": "money", "closing_arr": "money",
    **DAYS,
}  # fmt: skip
TOTALS = {"opening_arr": "money", "closing_arr": "money"} | {f"{way}_arr": "money" for way in DIRECTIONS}
STOOD = {
    "account_id": "text", "name": "text", "segment": "text", "owner": "text", "before": "text", "after": "text", "direction": "text",
    "score_before": "score",
    "score_after": "score", "arr_before": "money", "arr_after": "money", "arr_at_stake": "money", "next_end": "day",
    "exception_before": "text", "exception_after": "text", "set_by_before": "text", "set_by_after": "text", "set_until_after": "day",
    "set_reason_after": "text", "shown_before": "text",
}  # fmt: skip


def bands_of(report: Report) -> tuple[str, ...]:
    """The bands that an answer of portfolio-health tells of, from the lowest."""
    told = [name.removesuffix("_accounts") for name in report.rows.columns if name.endswith("_accounts")]
    return tuple(name for name in told if name not in (*UNKNOWN, FELL, ROSE))


def _portfolio_health(books: Books, question: Question) -> Answer:
    """One row per group, or one of all: see metrics.health_flow.by_group. The first group is that of the most ARR in the lowest band.

    Both days are told by the score that is in force now. Groups are those of now, by a column of accounts, by size, or by topmost
    parent (`by=parent`); `group` is null without `by`, and for accounts that say
    none. Totals are those of all groups. Empty where nobody is a customer on either day.
    """
    card = scorecard(books.view)
    bands = tuple(name for name, _ in card.bands)
    columns = _columns(bands)
    days = books.period(question)
    rows = stood(books, *days, card)
    if rows.is_empty() or days[0] is None:
        return Answer(empty(columns), columns=columns)
    found = (
        by_group(_grouped(books, rows, question.by), bands)
        .sort(f"{bands[0]}_arr", "group", descending=[True, False], nulls_last=True)
        .collect()
    )
    whole = by_group(rows.lazy().with_columns(group=pl.lit(None, pl.String)), bands).collect().row(0, named=True)
    return Answer(_dated(found, days).rename(OPENING).select(*columns), _totals(whole), _notes(books, rows), columns=columns)


def _totals(whole: dict[str, Any]) -> dict[str, Any]:
    return {OPENING.get(name, name): value for name, value in whole.items() if name != "group"}


def _grouped(books: Books, rows: pl.DataFrame, by: str | None) -> pl.LazyFrame:
    of_accounts = by_parent(books.view) if by == PARENT else books.grouped
    if of_accounts is None:
        return rows.lazy().with_columns(group=pl.lit(None, pl.String))
    return rows.lazy().join(of_accounts, on="account_id", how="left")


@contextmanager
def _opened(store: Store, viewer: Viewer, question: Question) -> Generator[Books]:
    """The books; by parent they are split here, since an account's parent is no column of it."""
    with opened_books(store, viewer, replace(question, by=None) if question.by == PARENT else question) as books:
        yield books


def _dated(rows: pl.DataFrame, days: tuple[date | None, date | None]) -> pl.DataFrame:
    return rows.with_columns(opens_on=pl.lit(days[0], pl.Date), closes_on=pl.lit(days[1], pl.Date))


def _health_moves(books: Books, question: Question) -> Answer:
    """One row per account that stands elsewhere at the close than at the opening of the period: those that fell first, by what is at stake.

    band_before, band_after: a band, little_known, not_scored (nothing is measured); the one also new and came_back, the other churned and
    trial_ended. direction: fell, rose, left, came, less_known, better_known. health_before, health_after: 0 to 100, null where there is
    none or the account is no customer on that day, and so is health_change. arr_at_stake: ARR at the close, of who left at the opening.
    next_end: when it renews next, as of the close. moved_by: for the most part by behaviour, data (what is known), place (its segment or
    lifecycle), warning (one that is new or over), hand (a band that somebody set) or
    contract (who came or left). why: what changed, an association and not a cause. Totals
    as of health-flow, and moved_by_data_accounts: how many fell or rose by data.
    """
    return _told_each(books, question, pl.col("direction") != STAYED)


def _portfolio_accounts(books: Books, question: Question) -> Answer:
    """One row per account that is a customer on one of the two days, those that stand where they stood among them; else as health-moves."""
    return _told_each(books, question, pl.lit(True))


def _told_each(books: Books, question: Question, wanted: pl.Expr) -> Answer:
    days = books.period(question)
    rows = stood(books, *days, scorecard(books.view))
    found = rows.filter(wanted)
    if found.is_empty():
        return Answer(empty(MOVES), _sums(rows), _notes(books, rows))
    order = {way: at for at, way in enumerate(DIRECTIONS)}
    told = _dated(found, days).with_columns(
        why=pl.Series([why(row, days[0]) for row in found.iter_rows(named=True)], dtype=pl.String),
        moved_by=pl.Series([by_what(row) for row in found.iter_rows(named=True)], dtype=pl.String),
        health_change=(pl.col("score_after") - pl.col("score_before")).round(DIGITS),
        place=pl.col("direction").replace_strict(order, return_dtype=pl.Int64),
    )
    by_data = told.filter(pl.col("moved_by") == DATA, pl.col("direction").is_in((FELL, ROSE))).height
    ordered = told.sort("place", "arr_at_stake", "account_id", descending=[False, True, False])
    return Answer(ordered.rename(NAMED).select(*MOVES), _sums(rows) | {"moved_by_data_accounts": by_data}, _notes(books, rows))


def _health_flow(books: Books, question: Question) -> Answer:
    """One row per place at the opening and place at the close with the accounts that went from one to the other, or stayed.

    Every account that is a customer on one of the two days is in exactly one row. Rows of one band_before add up to what the report
    health tells of the opening day, rows of one band_after to that of the closing day, and the money of all to the ARR of both days.
    Columns: see health-moves. Totals: customers, ARR of both days, and accounts and ARR at stake of each direction.
    """
    card = scorecard(books.view)
    days = books.period(question)
    rows = stood(books, *days, card)
    if rows.is_empty():
        return Answer(empty(FLOW))
    found = cells(rows.lazy()).collect()
    return Answer(_dated(_in_order(found, card), days).rename(NAMED, strict=False).select(*FLOW), _sums(rows), _notes(books, rows))


def _in_order(found: pl.DataFrame, card: Scorecard) -> pl.DataFrame:
    """The rows from the lowest band to the highest, by where accounts come from and where they go."""
    places = [name for name, _ in card.bands] + [LITTLE_KNOWN, NOT_SCORED, *CAME, *GONE]
    at = {name: place for place, name in enumerate(places)}
    ordered = [pl.col(name).replace_strict(at, return_dtype=pl.Int64) for name in ("before", "after")]
    return found.sort(ordered)


def _sums(rows: pl.DataFrame) -> dict[str, Any]:
    """Customers and ARR on both days, and accounts and ARR at stake of each direction."""
    of_way = {way: rows.filter(pl.col("direction") == way) for way in DIRECTIONS}
    return {
        "customers_before": _customers(rows, "before"), "customers_after": _customers(rows, "after"),
        "opening_arr": rows["arr_before"].sum(), "closing_arr": rows["arr_after"].sum(), "moved_by_score": _moved_by_score(rows).height,
        **{f"{way}_accounts": found.height for way, found in of_way.items()},
        **{f"{way}_arr": found["arr_at_stake"].sum() for way, found in of_way.items()},
    }  # fmt: skip


def _customers(rows: pl.DataFrame, day: str) -> int:
    return rows.filter(~pl.col(day).is_in((*CAME, *GONE))).height


def _moved_by_score(rows: pl.DataFrame) -> pl.DataFrame:
    """The accounts that are shown elsewhere than on the first day for no other reason than that the score was changed since."""
    return rows.filter(pl.col("direction") == STAYED, pl.col("shown_before") != pl.col("after"))


def _notes(books: Books, rows: pl.DataFrame) -> tuple[str, ...]:
    count = _moved_by_score(rows).height
    told = tr_n(
        "{n:,} account is in another band than was shown on the first day for the one reason that the score was changed since: both days "
        "are told by the score of now, so it counts as moved nowhere.",
        "{n:,} accounts are in another band than was shown on the first day for the one reason that the score was changed since: both "
        "days are told by the score of now, so they count as moved nowhere.",
        count,
    )
    return (*((told,) if count else ()), *late(books), *books.notes)


def stood(books: Books, start: date | None, end: date | None, card: Scorecard) -> pl.DataFrame:
    """Where each account in scope stands on both days by a score (see metrics.health_flow.placed): the columns of STOOD, parts and kind (of
    the change of the score of who moved between bands, null for others), stopped (whether its usage feed has on the last day).

    shown_before: where it stood on the first day by the score that was in force then."""
    if start is None or end is None:
        return empty(STOOD)
    then = scorecard_on(books.view, start)
    return books.once("portfolio", lambda of: _stood(of, start, end, card, then), start, end, repr(card), repr(then))


def _stood(books: Books, start: date, end: date, card: Scorecard, then: Scorecard) -> pl.DataFrame:
    accounts = books.view.accounts().lazy().select("account_id", "name", "segment", "owner")
    seen = observed(accounts, *sorted({start, end}))
    measured = kept_measures(books, *sorted({start, end}))
    scored = scored_of(books, seen, measured, card)[1]
    joined = accounts
    for name, day in (("before", start), ("after", end)):
        joined = joined.join(_on(books, scored, day, name, card), on="account_id", how="left")
    rows = placed(joined.with_columns(pl.col("arr_before", "arr_after").fill_null(0)), [name for name, _ in card.bands]).collect()
    shown = rows.select("account_id", shown_before="before")
    if then != card:
        shown = _shown(rows, scored_of(books, seen, measured, then)[1].filter(pl.col("day") == start))
    for frame in (shown, _changed(rows, measured, (start, end), card), _stopped(measured, end)):
        rows = rows.join(frame, on="account_id", how="left")
    return rows.select(*STOOD, "parts", "kind", "stopped").sort("account_id")


def _changed(rows: pl.DataFrame, measured: pl.DataFrame, days: tuple[date, date], card: Scorecard) -> pl.DataFrame:
    """The parts of the change of the score of who moved between bands, both days by the same score: account_id, parts (see
    metrics.health_change), kind (the one that moved it for the most part)."""
    moved = rows.filter(pl.col("direction").is_in(MOVED))["account_id"]
    of_them = measured.filter(pl.col("account_id").is_in(moved.implode()))
    before, after = (Look(of_them.filter(pl.col("day") == day), card) for day in days)
    found = health_changes(before, after, placed=[name for name in PLACED if name in measured.columns])
    listed = found.group_by("account_id", maintain_order=True).agg(parts=pl.struct(pl.exclude("account_id")))
    return listed.join(moved_by(found.lazy()).collect(), on="account_id", how="left")


def _stopped(measured: pl.DataFrame, day: date) -> pl.DataFrame:
    """Whether the usage feed of each account has stopped by a day: account_id, stopped."""
    stopped = (pl.col("usage_state") == "feed_stopped").fill_null(False)
    return measured.filter(pl.col("day") == day).select("account_id", stopped=stopped)


def _on(books: Books, scored: pl.DataFrame, day: date, name: str, card: Scorecard) -> pl.LazyFrame:
    """State, band, score, exception (where it holds the band down) and ARR of each account on a day, each with the ending; and on the last
    when it renews next."""
    states = all_states(books.lines, books.effective, books.apart, day=day, rules=books.rules)
    money = balances(books.effective, days=[day], **books.money).select("account_id", "arr")
    found = states.join(money, on="account_id", how="full", coalesce=True)
    own = pl.when("little").then(pl.lit(LITTLE_KNOWN)).otherwise(band(pl.col("score"), card.bands))
    holds = pl.when(pl.col("band").ne_missing(own)).then("exception").alias("exception")
    told = found.join(scored.lazy().filter(pl.col("day") == day).with_columns(holds), on="account_id", how="left")
    ends = ["next_end"] if name == "after" else []
    return told.select("account_id", *ends, **{f"{column}_{name}": pl.col(column) for column in SIDE})


def _shown(rows: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    """Where the accounts stood on the first day by another score: account_id, shown_before."""
    own = rows.select("account_id", "before").join(scored.select("account_id", "band"), on="account_id", how="left")
    shown = pl.when(pl.col("before").is_in(CAME)).then("before").otherwise(pl.coalesce("band", pl.lit(NOT_SCORED)))
    return own.select("account_id", shown_before=shown)


portfolio_health = Definition(
    "portfolio-health", mark("Portfolio health"), COLUMNS, _portfolio_health, takes=("by",), opens=_opened, of_period=True
)  # fmt: skip
health_moves = Definition("health-moves", mark("Who moved between bands of health"), MOVES, _health_moves, TOTALS, of_period=True)
health_flow = Definition("health-flow", mark("Flow between bands of health"), FLOW, _health_flow, TOTALS, of_period=True)
portfolio_accounts = Definition(
    "portfolio-accounts", mark("Portfolio health by account"), MOVES, _portfolio_accounts, TOTALS, of_period=True
)
PORTFOLIO = (portfolio_health, portfolio_accounts, health_moves, health_flow)
