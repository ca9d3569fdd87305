"""Who saw losses coming, and what did warnings cost that did not come true?"""

from datetime import date, timedelta
from typing import Any

import polars as pl

from language import mark, tr, tr_n
from metrics.churns import churns
from metrics.foresight import (
    BEFORE,
    CASE,
    CSM,
    MODEL,
    NOT_KNOWN,
    PRICE,
    SCORE,
    SOURCES,
    VERDICTS,
    price,
    said,
    verdicts,
)
from metrics.renewals import decided, renewal_results
from models.observations import observations, without_overlap
from reports.books import Books
from reports.customers.churned_accounts import UNKNOWN, churned_rows
from reports.customers.said_before import looks_at, notices, versions, with_calls
from reports.definition import Answer, Definition
from reports.health.looks import certain_until
from reports.report import Question
from reports.units import empty, schema_of

LOST, KEPT = "lost", "kept"
LEAD = BEFORE[0]
EACH = [f"{name}_{days}" for name in SOURCES for days in BEFORE]
COLUMNS = {
    "account_id": "text", "name": "text", "churned_on": "day", "arr": "money", "was_seen": "text", "warned_first": "text",
    "first_warning": "count", "notice_on": "day", **{f"health_{days}": "text" for days in BEFORE},
    **{f"probability_{days}": "ratio" for days in BEFORE}, **{f"call_{days}": "text" for days in BEFORE}, **dict.fromkeys(EACH, "text"),
    "is_reconstructed": "flag", "reason_group": "text", "reason": "text", "segment": "text", "plan": "text", "owner": "text",
    "paid_since": "day",
}  # fmt: skip
WARNINGS = {
    "source": "text", "lead_days": "count", **{name: "count" for name, kind in PRICE.items() if kind == pl.Int64 and name != "lead_days"},
    **{name: "ratio" for name, kind in PRICE.items() if kind == pl.Float64},
}  # fmt: skip
CASES = {"account_id": pl.String, "on": pl.Date, "came": pl.String, "arr": pl.Int64, "paid_since": pl.Date}


def _losses_seen(books: Books, question: Question) -> Answer:
    """One row per churn of the period, as `churned-accounts` has them, the newest first: what score, churn model and CSM said 90, 60 and 30
    days before, and whether anybody warned.

    health_90 ...: the band of the score by itself on the day, under the version in force then, worked out with what is known now of that
    day (is_reconstructed: on one of the days no line of the account had been imported, so that nobody could read it); probability_90 ...:
    what the model said by then, no older than 45 days; call_90 ...: the call on the renewal that stood then. score_90, model_90, csm_90
    ...: the same as warned, fine or not_known. A warning is the lowest band; a probability at which the model thinks a loss likely; a call
    of at_risk or lost. was_seen: seen (somebody warned on one of the days), after_notice (somebody did, and never before notice had been
    given, which is no foresight), unseen (nobody did, though somebody had said something), not_known (nobody had said anything).
    warned_first: who warned first, and first_warning: how many days before. Totals: losses and arr, and of each verdict
    losses_ and arr_.
    """
    rows = losses(books, question)
    totals: dict[str, Any] = {"losses": rows.height, "arr": rows["arr"].sum()}
    for verdict in VERDICTS:
        of = rows.filter(pl.col("was_seen") == verdict)
        totals |= {f"losses_{verdict}": of.height, f"arr_{verdict}": of["arr"].sum()}
    return Answer(rows, totals, (*books.notes, *_told_of(rows)))


def losses(books: Books, question: Question) -> pl.DataFrame:
    """The rows of the report, from books that are open."""
    rows = churned_rows(books, question).with_columns(on="churned_on").drop("health_90", "health_60", "health_30", strict=False)
    if rows.is_empty():
        return empty(COLUMNS)
    looks = said(looks_of(books, question).filter(pl.col("came") == LOST))
    told = rows.drop(*(f"probability_{days}" for days in BEFORE)).join(_side_by_side(looks), on=CASE, how="left")
    for beside in (verdicts(looks), notices(books, rows)):
        told = told.join(beside, on=CASE, how="left")
    named = told.join(books.view.accounts().select("account_id", "plan"), on="account_id", how="left")
    ordered = named.sort("churned_on", "arr", "account_id", descending=[True, True, False])
    return ordered.select(pl.col(name).cast(dtype) for name, dtype in schema_of(COLUMNS).items())


def _side_by_side(looks: pl.DataFrame) -> pl.DataFrame:
    """What was said of each case, a column for each of the days before."""
    shown = {"health": pl.col("band").fill_null(UNKNOWN), "probability": pl.col("probability"), "call": pl.col("call")}
    columns = shown | {name: pl.col(name) for name in SOURCES}
    each = [of.filter(pl.col("before") == days).first().alias(f"{name}_{days}") for name, of in columns.items() for days in BEFORE]
    spoke = pl.col("band").is_not_null()
    return looks.group_by(CASE).agg(*each, is_reconstructed=(pl.col("afterwards") & spoke).any())


def looks_of(books: Books, question: Question) -> pl.DataFrame:
    """What was said of all who were lost and of all who were kept in the period, by how many days before: the columns of
    reports.customers.said_before.LOOKED, call, came (lost, kept)."""
    start, end = books.period(question)
    assert start is not None and end is not None
    until = certain_until(books)
    found = books.once("said before", lambda of: _looked(of, start, end, until), start, end, until, versions(books))
    sides = [
        with_calls(books, found.filter(pl.col("came") == came), exact=came == KEPT) for came in (LOST, KEPT)
    ]  # of a renewal that was kept a call on another renewal of the account says nothing
    return pl.concat(sides)


def _looked(books: Books, start: date, end: date, until: date) -> pl.DataFrame:
    every = _cases(books, start, end, until)
    return looks_at(books, every).join(every.select(*CASE, "came"), on=CASE)


def _cases(books: Books, start: date, end: date, until: date) -> pl.DataFrame:
    """Who was lost and who was kept in the period: CASES, one row per account and day.

    lost: the churns of `churned-accounts`. kept: the agreed ends that were renewed, on time or late, on their day, arr what was due; and
    stretches of 90 days at the end of which an account without a term as long as that still paid, looked at from the first day of every
    third month, so that no day is in two of them. A renewal of which a part was lost while the account went on is none of the two.
    until: the last day by which outcomes are certain, the viewer's own.
    """
    lost = churns(books.effective, start=start, end=end, **books.money).collect()
    left = lost.select("account_id", "arr", "paid_since", on="churned_on", came=pl.lit(LOST))
    day = books.day or end
    results = decided(renewal_results(books.renewable, start=start, end=end, as_of=day, **books.renewing, **books.money)).collect()
    renewed = results.filter("renewed").select("account_id", arr="due", on="ends_on")
    stayed = _without(_stayed(books, start, end, until), renewed)
    kept = pl.concat([renewed, stayed], how="diagonal").with_columns(came=pl.lit(KEPT), paid_since=pl.lit(None, pl.Date))
    every = pl.concat([left, kept], how="diagonal").unique(CASE, keep="first", maintain_order=True)
    return every.select(pl.col(name).cast(dtype) for name, dtype in CASES.items())


def _without(stayed: pl.DataFrame, renewed: pl.DataFrame) -> pl.DataFrame:
    """The stretches in which no end was renewed: those count on their own day."""
    inside = stayed.join(renewed.select("account_id", ends_on="on"), on="account_id").filter(
        pl.col("ends_on") > pl.col("on") - pl.duration(days=LEAD), pl.col("ends_on") <= pl.col("on")
    )
    return stayed.join(inside, on=CASE, how="anti")


def _stayed(books: Books, start: date, end: date, until: date) -> pl.DataFrame:
    """Accounts without a term as long as the lead that still paid at the end of it: account_id, on."""
    lines, effective = books.lines.collect(), books.effective.collect()
    since = start - timedelta(days=LEAD)
    found = observations(lines, effective, since=since, until=until, grace_days=books.rules.grace_days, leads=(LEAD,))
    live = without_overlap(found).filter(pl.col("kind") == "live", ~pl.col("churned"), pl.col("due_on") > start, pl.col("due_on") <= end)
    return live.select("account_id", on="due_on")


def _warnings(books: Books, question: Question) -> Answer:
    """One row per source (score, model, csm, and anybody: one of them) and number of days before, and one for all days together
    (lead_days null): how many of those who were lost in the period, and of those who were kept, it had warned of.

    lost_warned, lost_fine, lost_not_known: the losses of `losses-seen`. kept_warned (false alarms), kept_fine, kept_not_known: renewals of
    the same time that were renewed, each on its day; and of accounts without a term of 90 days or more, stretches of 90 days at the end of
    which they still paid. A case that was warned of on one of several days was warned of. lost_after_notice: of lost_warned those of which
    notice had been given by then, which is no foresight. reconstructed: cases whose score is worked out for a day on which no line of the
    account had been imported. seen_share: of the losses of which the source had said something, how many it had warned of; true_share: of
    its warnings, how many came true, null where it had said nothing of any that were kept: then no warning could be false. Both with their
    95 % interval (Wilson).
    """
    start, _ = books.period(question)
    looks = said(looks_of(books, question)) if start else pl.DataFrame()
    if looks.is_empty():
        return Answer(
            empty(WARNINGS),
            {f"cases_{came}": 0 for came in (LOST, KEPT)},
            (*books.notes, tr("Nobody was lost and nobody was kept in this period.")),
        )
    counts = {f"cases_{came}": looks.filter(pl.col("came") == came).unique(CASE).height for came in (LOST, KEPT)}
    return Answer(price(looks), counts, books.notes)


def _told_of(rows: pl.DataFrame) -> tuple[str, ...]:
    """What of the answer rests on less than it seems, in words."""
    if rows.is_empty():
        return (tr("No account churned in this period, so that there is nothing to have been seen."),)
    afterwards = int(rows["is_reconstructed"].sum())
    told = tr_n(
        "Of {n:,} loss the score is a reconstruction: on one of the days no line of the account had been imported, so that nobody could "
        "read it then.",
        "Of {n:,} losses the score is a reconstruction: on one of the days no line of the account had been imported, so that nobody could "
        "read it then.",
        afterwards,
    )
    none = [name for name in SOURCES if (rows.select(f"{name}_{days}" for days in BEFORE) == NOT_KNOWN).to_numpy().all()]
    silent = {
        SCORE: tr("The score is not known of any of these losses on any of the days."),
        MODEL: tr("No churn model that might be used had said anything of these accounts by then."),
        CSM: tr("No call on a renewal of these accounts had been made by then."),
    }
    quiet = [silent[name] for name in none]
    return (*((told,) if afterwards else ()), *quiet)


losses_seen = Definition(
    "losses-seen", mark("Who saw losses coming"), COLUMNS, _losses_seen,
    {f"arr_{verdict}": "money" for verdict in VERDICTS}, of_period=True,
)  # fmt: skip
warnings = Definition("warnings", mark("Warnings and what came of them"), WARNINGS, _warnings, of_period=True)
