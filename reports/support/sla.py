"""Are tickets answered and resolved as promised: by priority and plan, month by month, and ticket by ticket?"""

from datetime import date, timedelta

import polars as pl

from language import mark
from metrics import sla as metric
from metrics.months import months_later
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.support.judged import judged, no_figure, notes, spelt, tickets
from reports.units import empty

LEVELS = {
    "promise": "text", "priority": "text", "plan": "text", "decided": "count", "met": "count", "breached": "count", "met_share": "ratio",
    "low": "ratio", "high": "ratio", "breached_open": "count", "running": "count", "without_verdict": "count",
}  # fmt: skip
MONTHS = {
    "month": "month", "opened": "count", "resolved": "count", "backlog": "count",
    "first_reply_decided": "count", "first_reply_met": "count", "first_reply_share": "ratio",
    "resolution_decided": "count", "resolution_met": "count", "resolution_share": "ratio",
    "first_reply_hours": "decimal", "resolution_hours": "decimal",
}  # fmt: skip
TICKETS = {
    "account_id": "text", "name": "text", "owner": "text", "ticket_id": "text", "subject": "text", "promise": "text", "verdict": "text",
    "priority": "text", "plan": "text", "plan_known": "text", "target_id": "text", "calendar": "text", "hours": "number",
    "opened_at": "instant", "due_at": "instant", "done_at": "instant", "hours_late": "decimal", "hours_left": "decimal",
    "known_to": "instant", "feed": "text", "feed_has_stopped": "flag", "file": "text", "line": "count",
}  # fmt: skip
OPEN = (metric.BREACHED_OPEN, metric.RUNNING)
TOTALS = {f"{kind}_{name}": unit for kind in metric.KINDS for name, unit in (("share", "ratio"), ("low", "ratio"), ("high", "ratio"))}


def _sla(look: Look, question: Question) -> Answer:
    """One row per promise (first reply, resolution), priority and plan, as tickets and accounts have them.

    decided, met, breached, met_share with its interval low to high (95 %): of what fell due in the period and has a verdict.
    breached_open, running, without_verdict: on the day looked at, whenever the ticket was opened; the last of all tickets opened in the
    period. Totals: the sums, and per promise decided, met, share, low and high of all. See docs/GLOSSARY.md.
    """
    if look.day is None:
        return Answer(empty(LEVELS))
    start, end = _period(look, question)
    rows = judged(look, look.day)
    totals = of_all(rows, start, end)
    found = _by_level(rows, start, end).with_columns(spelt("promise")).select(*LEVELS)
    counts = ("decided", "met", "breached", *OPEN, "without_verdict")
    return Answer(found, totals | {name: found[name].sum() for name in counts} | no_figure(rows), notes(look, rows, look.day))


def _period(look: Look, question: Question) -> tuple[date, date]:
    start, end = look.period(question)
    assert start and end
    return start, end


def of_all(rows: pl.DataFrame, start: date, end: date) -> dict[str, float | int | None]:
    """decided, met, share, low, high and breached_open of each promise, over all rows of judged."""
    told: dict[str, float | int | None] = {}
    for kind in metric.KINDS:
        own = rows.filter(pl.col("promise") == kind)
        found = metric.shares(metric.due_within(own, start, end)).row(0, named=True)
        told |= {f"{kind}_{name}": found[column] for name, column in (("decided", "n"), ("met", "met"), ("share", "share"))}
        told |= {f"{kind}_low": found["low"], f"{kind}_high": found["high"]}
        told[f"{kind}_breached_open"] = own.filter(pl.col("verdict") == metric.BREACHED_OPEN).height
    return told


def _by_level(rows: pl.DataFrame, start: date, end: date) -> pl.DataFrame:
    by = ("promise", "p", "q")
    keyed = rows.with_columns(p=metric.as_written("priority"), q=metric.as_written("plan"))
    written = keyed.group_by(*by).agg(pl.col("priority", "plan").drop_nulls().mode().sort().first())
    opened_then = (pl.col("opened_on") > start) & (pl.col("opened_on") <= end)
    standing = keyed.group_by(*by).agg(
        *((pl.col("verdict") == name).sum().cast(pl.Int64).alias(name) for name in OPEN),
        (pl.col("verdict").is_in(metric.NO_FIGURE) & opened_then).sum().cast(pl.Int64).alias("without_verdict"),
    )
    decided = metric.shares(metric.due_within(keyed, start, end), *by).rename({"n": "decided", "share": "met_share"})
    joined = written.join(standing, on=by, nulls_equal=True).join(decided, on=by, how="left", nulls_equal=True)
    counted = joined.with_columns(pl.col("decided", "met", "breached").fill_null(0))
    shown = pl.sum_horizontal("decided", *OPEN, "without_verdict") > 0
    return counted.filter(shown).sort("promise", "p", "q", nulls_last=True)


sla = Definition("sla", mark("Service levels"), LEVELS, _sla, TOTALS, of_period=True, opens=opened, in_currency=False)


def _months(look: Look, question: Question) -> Answer:
    """One row per month of the period, the last ones up to its close: tickets opened and resolved, those open at its end, of what fell due
    in it how much was decided and met, and the median hours by the clock to the first reply and to the resolution of what was answered and
    resolved in it. Shares and medians are null where nothing was."""
    if look.day is None:
        return Answer(empty(MONTHS))
    start, end = _period(look, question)
    rows, every = judged(look, look.day), tickets(look, look.day)
    if every.is_empty():
        return Answer(empty(MONTHS), {}, notes(look, rows, look.day))
    months = [_month(rows, every, first, last) for first, last in _spans(start, end)]
    return Answer(pl.DataFrame(months) if months else empty(MONTHS), {}, notes(look, rows, look.day))


def _spans(start: date, end: date) -> list[tuple[date, date]]:
    """The balance days before and at the end of each month of a period."""
    spans, opens = [], start
    while opens < end:
        closes = min(months_later((opens + timedelta(days=1)).replace(day=1), 1) - timedelta(days=1), end)
        spans.append((opens, closes))
        opens = closes
    return spans


def _month(rows: pl.DataFrame, every: pl.DataFrame, start: date, end: date) -> dict[str, object]:
    of = of_all(rows, start, end)
    shares = {f"{kind}_{name}": of[f"{kind}_{name}"] for kind in metric.KINDS for name in ("decided", "met", "share")}
    return {"month": end.replace(day=1)} | counts(every, start, end) | shares | medians(every, start, end)


def counts(every: pl.DataFrame, start: date, end: date) -> dict[str, int]:
    """opened and resolved in a period, and backlog: those open at its end as their present dates tell it."""
    opened_on, resolved_on = pl.col("opened_on"), pl.col("resolved_at").dt.date()
    then = every.filter(opened_on <= end)
    return {
        "opened": then.filter(opened_on > start).height,
        "resolved": every.filter(resolved_on > start, resolved_on <= end).height,
        "backlog": then.filter(resolved_on.is_null() | (resolved_on > end)).height,
    }


def medians(every: pl.DataFrame, start: date, end: date) -> dict[str, float | None]:
    """first_reply_hours and resolution_hours of a period; see `within`."""
    told: dict[str, float | None] = {}
    for kind in metric.KINDS:
        found = within(every, kind, start, end)["taken"].median()
        told[f"{kind}_hours"] = float(found) if isinstance(found, int | float) else None
    return told


def within(every: pl.DataFrame, kind: str, start: date, end: date) -> pl.DataFrame:
    """Tickets answered, or resolved, in a period, with the hours by the clock that it took (taken); without those whose times contradict
    each other, or whose resolution has no moment of its own."""
    done = pl.col(metric.DONE[kind])
    own = every if kind == metric.FIRST_REPLY else every.filter(pl.col("resolved_by") == "recorded")
    kept = own.filter(~metric.contradicts(), done.dt.date() > start, done.dt.date() <= end)
    return kept.with_columns(taken=(done - pl.col("opened_at")).dt.total_microseconds() / 3_600_000_000)


sla_months = Definition(
    "sla-months", mark("Support month by month"), MONTHS, _months, of_period=True, opens=opened, in_currency=False
)  # fmt: skip


def _tickets(look: Look, question: Question) -> Answer:
    """One row per ticket and promise that fell due in the period, or is running or past due on the day looked at, or has no verdict and
    was opened in the period: the worst first.

    hours: the target's. hours_late: hours of the calendar beyond it; hours_left: those that remain. known_to: up to when it is known what
    became of it. plan_known: whether the plan was told by then, or is the first one known.
    """
    if look.day is None:
        return Answer(empty(TICKETS))
    start, end = _period(look, question)
    rows = judged(look, look.day)
    found = _named(look, rows.filter(_listed(start, end)))
    counted = {name: (found["verdict"] == name).sum() for name in (*metric.DECIDED, metric.RUNNING, *metric.NO_FIGURE)}
    return Answer(found.with_columns(spelt("promise", "verdict")).select(*TICKETS), counted, notes(look, rows, look.day))


def _listed(start: date, end: date) -> pl.Expr:
    due, opened_on = pl.col("due_at").dt.date(), pl.col("opened_on")
    decided = pl.col("verdict").is_in(metric.DECIDED) & (due > start) & (due <= end) & (pl.col("due_at") <= pl.col("known_to"))
    without = pl.col("verdict").is_in(metric.NO_FIGURE) & (opened_on > start) & (opened_on <= end)
    return decided.fill_null(False) | pl.col("verdict").is_in(OPEN) | without


def _named(look: Look, rows: pl.DataFrame) -> pl.DataFrame:
    """With names of accounts and files, what is past due and open first, the latest at the top, then what is due next."""
    place = pl.col("verdict").replace_strict({metric.BREACHED_OPEN: 0, metric.RUNNING: 1, metric.BREACHED: 2}, default=3)
    named = rows.join(look.view.accounts().select("account_id", "name", "owner"), on="account_id", how="left")
    filed = named.join(look.files(), on="batch", how="left").with_columns(
        feed_has_stopped="stopped", place=place, hours_late="late", hours_left="left"
    )
    return filed.sort("place", "late", "due_at", "ticket_id", "promise", descending=[False, True, False, False, False], nulls_last=True)


sla_tickets = Definition(
    "sla-tickets", mark("Tickets against their targets"), TICKETS, _tickets, of_period=True, opens=opened, in_currency=False
)  # fmt: skip
