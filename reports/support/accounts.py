"""How is the support of each account: what is open and past due, what was breached, how long it took, how often it came back?"""

from datetime import date

import polars as pl

from language import mark
from metrics import sla as metric
from reports.books import Books
from reports.definition import Answer, Definition
from reports.report import Question
from reports.revenue.arr import arr_rows
from reports.support.judged import judged, notes, tickets
from reports.support.sla import TOTALS as SHARES
from reports.support.sla import counts, medians, of_all, within
from reports.units import empty

COLUMNS = {
    "account_id": "text", "name": "text", "owner": "text", "arr": "money", "open": "count", "breached_now": "count",
    "longest_late": "decimal", "opened": "count", "breached": "count", "decided": "count", "met_share": "ratio",
    "first_reply_hours": "decimal", "resolution_hours": "decimal", "resolved": "count", "reopen_known": "count", "reopened": "count",
    "reopen_rate": "ratio", "seats": "count", "tickets_per_seat": "number", "oldest_days": "count", "feed_has_stopped": "flag",
}  # fmt: skip
TOTALS = SHARES | {"met_share": "ratio", "reopen_rate": "ratio", "first_reply_hours": "decimal", "resolution_hours": "decimal"}


def _support(books: Books, question: Question) -> Answer:
    """One row per account that had a ticket in the period, or has one open: what is past due now first, then what is open.

    open, oldest_days: on the day looked at. breached_now: open tickets that are past a target, and longest_late by how many hours of the
    calendar the latest is. decided, breached, met_share: promises that fell due in the period and have a verdict. opened, resolved: in the
    period. first_reply_hours, resolution_hours: medians by the clock of what was answered or resolved in it. reopen_known: tickets resolved
    in it whose tool tells how often they were opened again; reopened: those that were. seats, arr: on the day looked at. Null where it has
    no meaning. Totals: of all accounts together; the shares and the interval of each promise.
    """
    if books.day is None:
        return Answer(empty(COLUMNS))
    start, end = books.period(question)
    assert start and end
    every, rows = tickets(books, books.day), judged(books, books.day)
    found = _rows(books, every, rows, (start, end))
    whole = of_all(rows, start, end) | counts(every, start, end) | medians(every, start, end) | _whole(found)
    return Answer(found, whole, notes(books, rows, books.day))


def _whole(found: pl.DataFrame) -> dict[str, float | int | None]:
    summed = {name: int(found[name].sum()) for name in ("open", "breached_now", "breached", "decided", "reopen_known", "reopened")}
    past_due = found.filter(pl.col("breached_now") > 0).height
    share = (summed["decided"] - summed["breached"]) / summed["decided"] if summed["decided"] else None
    rate = summed["reopened"] / summed["reopen_known"] if summed["reopen_known"] else None
    return {**summed, "accounts_past_due": past_due, "met_share": share, "reopen_rate": rate}


def _rows(books: Books, every: pl.DataFrame, rows: pl.DataFrame, period: tuple[date, date]) -> pl.DataFrame:
    money = arr_rows(books).select("account_id", "arr", "seats")
    named = books.view.accounts().select("account_id", "name", "owner").join(money, on="account_id", how="left")
    parts = (_standing(books, every), _past_due(rows), _opened(every, *period), _decided(rows, *period), *_taken(every, *period))
    for part in parts:
        named = named.join(part, on="account_id", how="left")
    counted = named.with_columns(
        pl.col("open", "breached_now", "opened", "breached", "decided", "resolved", "reopen_known", "reopened").fill_null(0)
    )
    concerned = counted.filter(pl.max_horizontal("open", "opened", "decided", "resolved") > 0)
    return (
        _ratios(concerned)
        .select(*COLUMNS)
        .sort("breached_now", "longest_late", "open", "opened", "account_id", descending=[True, True, True, True, False], nulls_last=True)
    )


def _ratios(rows: pl.DataFrame) -> pl.DataFrame:
    met = pl.col("decided") - pl.col("breached")
    return rows.with_columns(
        pl.col("feed_has_stopped").fill_null(False),
        met_share=pl.when(pl.col("decided") > 0).then(met / pl.col("decided")),
        reopen_rate=metric.share("reopened", "reopen_known"),
        tickets_per_seat=metric.share("opened", "seats"),
    )  # fmt: skip


def _standing(books: Books, every: pl.DataFrame) -> pl.DataFrame:
    """What is open, how old the oldest is, and whether its feed has stopped."""
    day = pl.lit(books.day)
    still = every.filter(pl.col("resolved_at").is_null()).group_by("account_id")
    return still.agg(
        open=pl.len().cast(pl.Int64),
        oldest_days=(day - pl.col("opened_on")).dt.total_days().max(),
        feed_has_stopped=pl.col("stopped").any(),
    )


def _past_due(rows: pl.DataFrame) -> pl.DataFrame:
    late = rows.filter(pl.col("verdict") == metric.BREACHED_OPEN).group_by("account_id")
    return late.agg(breached_now=pl.col("ticket_id").n_unique().cast(pl.Int64), longest_late=pl.col("late").max())


def _opened(every: pl.DataFrame, start: date, end: date) -> pl.DataFrame:
    then = every.filter(pl.col("opened_on") > start, pl.col("opened_on") <= end)
    return then.group_by("account_id").agg(opened=pl.len().cast(pl.Int64))


def _decided(rows: pl.DataFrame, start: date, end: date) -> pl.DataFrame:
    return metric.shares(metric.due_within(rows, start, end), "account_id").select("account_id", "breached", decided="n")


def _taken(every: pl.DataFrame, start: date, end: date) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The medians of both promises, and what was resolved with how much of it came back."""
    medians_of = [
        within(every, kind, start, end).group_by("account_id").agg(pl.col("taken").median().alias(f"{kind}_hours")) for kind in metric.KINDS
    ]
    done = every.filter(pl.col("resolved_at").dt.date() > start, pl.col("resolved_at").dt.date() <= end)
    back = done.group_by("account_id").agg(
        resolved=pl.len().cast(pl.Int64), reopen_known=pl.col("reopened").count().cast(pl.Int64),
        reopened=(pl.col("reopened") > 0).sum().cast(pl.Int64),
    )  # fmt: skip
    return medians_of[0], medians_of[1], back


support = Definition("support", mark("Support by account"), COLUMNS, _support, TOTALS, of_period=True)
