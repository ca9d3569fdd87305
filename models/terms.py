"""Which lines have an end that was known ahead of it, and which just stopped: decided for lines of a kind, never from one line's fate."""

from datetime import date

import polars as pl

from metrics.lines import whole_lines
from metrics.months import DAYS_IN_MONTH

USUAL_TERMS = (1, 2, 3, 6, 9, 12, 18, 24, 36, 48, 60)  # months that contracts are sold for
TERM_SLACK = 3  # days by which a term may miss whole months: 365-day years, ends of months
CARRIED = 0.9  # share of a kind's running lines that carry an end, from which on its lines are sold for a term
SOLD = 0.05  # share of a kind's running lines that have a term, from which on it is one that the kind is sold for
GOES_ON = 0.05  # share of a kind's ends after which the account goes on; below it nothing was ever renewed: an end is what happened
LEAST_RUNNING, LEAST_ENDED = 5, 10  # lines of a kind that tell; with fewer running, all lines do
KIND = ["product", "period_months", "stated"]


def with_terms(lines: pl.DataFrame, until: date, grace_days: int = 30) -> pl.DataFrame:
    """Whole paying lines with term_days, null where the line is open-ended; observed: whether accounts may be looked at by it.

    A line has a term where its end was agreed (end_agreed), and its kind (the same product, billing period, and whether renewal or notice
    is stated) is sold for that term: on `until` its running lines carry ends, some of them with this many months, and of those that
    ended, accounts have gone on. Where running lines carry none, or nobody goes on, all lines of the kind are open-ended, ended
    ones too: an end that only those have who left would tell who left. A line of a kind sold for terms that was cut, or has no end, is not
    looked at: others are seen ahead of their end alone, so that merely being looked at would tell its fate. Where fewer than
    LEAST_RUNNING lines run on `until`, the agreed ends of USUAL_TERMS stand.
    """
    stated = pl.any_horizontal(pl.col(name).is_not_null() for name in ("auto_renew", "notice_days"))
    paying = whole_lines(lines.filter("paying").lazy()).collect().with_columns(stated=stated, months=_usual_months())
    kinds = _kinds(paying, until, grace_days)
    told = paying.join(kinds, on=KIND, how="left", nulls_equal=True).join(
        _sold(paying, until), on=[*KIND, "months"], how="left", nulls_equal=True
    )
    as_sold = pl.col("months").is_not_null() & (pl.col("sold").fill_null(False) | pl.col("carried").is_null())
    for_terms = pl.col("carried").fill_null(True) & pl.col("renewed")
    fixed = for_terms & pl.col("end_agreed") & as_sold
    apart = pl.col("carried").fill_null(False) & pl.col("renewed") & ~fixed
    length = (pl.col("ends_on") - pl.col("starts_on")).dt.total_days()
    return told.with_columns(term_days=pl.when(fixed).then(length), observed=~apart).drop("stated", "months", "carried", "renewed", "sold")


def _usual_months() -> pl.Expr:
    """The usual term that a line's days come to; null where none does."""
    length = (pl.col("ends_on") - pl.col("starts_on")).dt.total_days()
    near = [pl.when((length - round(months * DAYS_IN_MONTH)).abs() <= TERM_SLACK).then(months) for months in USUAL_TERMS]
    return pl.coalesce(near).cast(pl.Int64)


def _running(until: date) -> pl.Expr:
    return (pl.col("starts_on") <= until) & (pl.col("ends_on").is_null() | (pl.col("ends_on") > until))


def _kinds(paying: pl.DataFrame, until: date, grace_days: int) -> pl.DataFrame:
    """KIND, carried (CARRIED or more of the running lines have an end; null where too few run), renewed (GOES_ON or more went on)."""
    running, has_end = _running(until), pl.col("ends_on").is_not_null()
    runs = paying.filter(running)["ends_on"].is_not_null()
    every = runs.mean() if len(runs) >= LEAST_RUNNING else None
    ended = paying.filter(pl.col("ends_on") <= pl.lit(until).dt.offset_by(f"-{grace_days}d"))
    counted = paying.group_by(KIND).agg(running=running.sum(), own=has_end.filter(running).mean())
    after = _goes_on(ended, paying, grace_days).group_by(KIND).agg(ended=pl.len(), going_on=pl.col("goes_on").mean())
    share = pl.when(pl.col("running") >= LEAST_RUNNING).then("own").otherwise(pl.lit(every, dtype=pl.Float64))
    renewed = (pl.col("ended").fill_null(0) < LEAST_ENDED) | (pl.col("going_on") >= GOES_ON)
    return counted.join(after, on=KIND, how="left", nulls_equal=True).select(*KIND, carried=share >= CARRIED, renewed=renewed)


def _sold(paying: pl.DataFrame, until: date) -> pl.DataFrame:
    """KIND and months that its lines are sold for, by those that run; by all running lines where hardly any of the kind runs."""
    running, kinds = paying.filter(_running(until)), paying.select(*KIND, "months").unique()
    own = running.group_by(*KIND, "months").agg(rows=pl.len()).with_columns(of=pl.col("rows").sum().over(KIND))
    every = running.group_by("months").agg(share=pl.len() / max(running.height, 1))
    told = kinds.join(own, on=[*KIND, "months"], how="left", nulls_equal=True).join(every, on="months", how="left", nulls_equal=True)
    size = pl.col("of").max().over(KIND).fill_null(0)
    share = pl.when(size >= LEAST_RUNNING).then(pl.col("rows") / pl.col("of")).otherwise("share")
    return told.select(*KIND, "months", sold=share.fill_null(0.0) >= SOLD)


def _goes_on(ended: pl.DataFrame, paying: pl.DataFrame, grace_days: int) -> pl.DataFrame:
    """The ended lines with goes_on: the account is paid for after the end, or again within the days of grace."""
    others = paying.select("account_id", next_start="starts_on", next_end="ends_on")
    within = pl.col("next_start") <= pl.col("ends_on").dt.offset_by(f"{grace_days}d")
    after = pl.col("next_end").is_null() | (pl.col("next_end") > pl.col("ends_on"))
    on = ended.lazy().join(others.lazy(), on="account_id").filter(within, after).select("row_key").unique().collect()
    return ended.with_columns(goes_on=pl.col("row_key").is_in(on["row_key"].implode()))
