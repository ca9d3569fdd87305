"""What is open for how long, and what do customers ask about again and again?"""

from datetime import date

import polars as pl

from language import mark, tr
from metrics import sla as metric
from metrics.support import backlog as by_age
from metrics.support import subjects
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.support.judged import judged, notes, tickets
from reports.units import empty

BACKLOG = {
    "age": "text", "from_days": "count", "below_days": "count", "tickets": "count", "accounts_concerned": "count", "past_due": "count",
    "oldest_days": "count",
}  # fmt: skip
SUBJECTS = {
    "subject": "text", "counted_by": "text", "tickets": "count", "share": "ratio", "accounts_concerned": "count", "open": "count",
    "reopened": "count", "tickets_before": "count",
}  # fmt: skip


def _backlog(look: Look, question: Question) -> Answer:
    """One row per band of age of the tickets that are open on the day looked at, the youngest first: how many, of how many accounts, how
    many of them are past a target, and the age of the oldest in days. Totals: tickets, past_due."""
    if look.day is None:
        return Answer(empty(BACKLOG))
    rows = judged(look, look.day)
    late = rows.filter(pl.col("verdict") == metric.BREACHED_OPEN)["ticket_id"].unique()
    still = tickets(look, look.day).with_columns(is_past_due=pl.col("ticket_id").is_in(late.implode()))
    found = by_age(still, look.day).rename({"accounts": "accounts_concerned"})
    if still.is_empty():
        return Answer(empty(BACKLOG), {"tickets": 0, "past_due": 0}, notes(look, rows, look.day))
    told = [_age(*row) for row in found.select("from_days", "below_days").rows()]
    totals = {name: found[name].sum() for name in ("tickets", "past_due")}
    return Answer(found.with_columns(age=pl.Series(told, dtype=pl.String)).select(*BACKLOG), totals, notes(look, rows, look.day))


def _age(low: int, high: int | None) -> str:
    if high is None:
        return tr("{low} days or more", low=low)
    return tr("{low} to {high} days", low=low, high=high) if low else tr("less than a day")


backlog = Definition("ticket-backlog", mark("Open tickets by age"), BACKLOG, _backlog, opens=opened, in_currency=False)


def _subjects(look: Look, question: Question) -> Answer:
    """One row per subject of two tickets of the period or more, that of most accounts first.

    counted_by: topic, or subject where the ticket has no topic: the words of its subject. share: of all tickets of the period. open: on the
    day looked at. reopened: opened again at least once. tickets_before: those of the period of the same length before. Totals: tickets of
    the period, those of the rows (recurring), and those with neither topic nor subject (without).
    """
    if look.day is None:
        return Answer(empty(SUBJECTS))
    start, end = look.period(question)
    assert start and end
    every = _of_both(tickets(look, look.day), start, end)
    found = subjects(every).rename({"accounts": "accounts_concerned", "before": "tickets_before"})
    now = every.filter(~pl.col("is_before"))
    shared = found.with_columns(share=pl.col("tickets") / now.height if now.height else None).select(*SUBJECTS)
    without = now.filter(pl.col("topic").is_null() & pl.col("subject").is_null()).height
    return Answer(shared, {"tickets": now.height, "recurring": found["tickets"].sum(), "without": without})


def _of_both(every: pl.DataFrame, start: date, end: date) -> pl.DataFrame:
    """The tickets opened in a period and in the one of the same length before it."""
    on = pl.col("opened_on")
    return every.filter(on > start - (end - start), on <= end).with_columns(is_before=on <= start)


ticket_subjects = Definition(
    "ticket-subjects", mark("Subjects that recur"), SUBJECTS, _subjects, of_period=True, opens=opened, in_currency=False
)  # fmt: skip
