"""Renewals: an account and a day on which lines of it end. What is due, and what became of those that were."""

from datetime import date, timedelta

import polars as pl

from metrics.balances import committed
from metrics.currency import converted
from metrics.months import DAYS_IN_MONTH

PREPARED = "3mo"  # a renewal is prepared three months ahead: by then somebody should have talked


def due(lines: pl.LazyFrame, *, day: date, within: int, rates: pl.LazyFrame | None = None, currency: str = "USD") -> pl.LazyFrame:
    """Renewals in the days after `day`, up to `within` of them: day < ends_on <= day + within.

    lines: contract_lines. Counts paying lines booked by the day; those that a later booked line of the account replaces are
    renewed, and not due. Open-ended lines and trials never are. arr: cents of `currency` at the day's rates. notice_by: the
    earliest day by which notice must be given, null where no line says. auto_renew: whether any of the lines renews by itself.
    cancelled_on: the last notice given by `day`.
    Returns account_id, ends_on, notice_by, days_left, arr, auto_renew, cancelled_on; soonest first.
    """
    until = day + timedelta(days=within)
    booked = committed(lines.filter("paying"), day=day).with_columns(ends_on="line_ends_on")
    ending = booked.filter(pl.col("ends_on") > day, pl.col("ends_on") <= until)
    money = converted(ending.with_columns(on=pl.lit(day)), on="on", rates=rates, currency=currency)
    notice = pl.col("ends_on").dt.offset_by(pl.format("-{}d", pl.col("notice_days").fill_null(0)))
    given = pl.when(pl.col("cancelled_on") <= day).then("cancelled_on")
    return (
        money.with_columns(notice_by=pl.when(pl.col("notice_days").is_not_null()).then(notice), cancelled_on=given)
        .group_by("account_id", "ends_on")
        .agg(pl.col("notice_by").min(), pl.col("arr").sum(), pl.col("auto_renew").any(ignore_nulls=False), pl.col("cancelled_on").max())
        .with_columns(days_left=(pl.col("ends_on") - pl.lit(day)).dt.total_days())
        .select("account_id", "ends_on", "notice_by", "days_left", "arr", "auto_renew", "cancelled_on")
        .sort("ends_on", "account_id")
    )


def unprepared(last: pl.Expr, *, day: date) -> pl.Expr:
    """Whether nobody has talked with the account in the three months up to a day."""
    return (last < pl.lit(day).dt.offset_by(f"-{PREPARED}")).fill_null(True)


RENEWAL_TARGET = 0.85  # "renewal rate > 85 %", an article on B2B product management, 2025


def renewal_results(lines: pl.LazyFrame, *, start: date, end: date, as_of: date, grace_days: int) -> pl.LazyFrame:
    """What became of the renewals with start < ends_on <= end, as seen on `as_of`; one row per account and day on which lines end.

    lines: contract_lines in one currency. due: ARR of the lines that ended. kept: of it, what lines that begin on the day (paid again
    late: on the day of that) bring, at most due: growth is no renewal. state: on_time (the account pays on the day), late (paid again
    within the grace), in_grace (not yet, and the grace still runs), lost; after notice there is no grace. Ends after `as_of` are left out.
    months: the longest term of the lines that ended. Returns account_id, ends_on, due, kept, state, renewed_on, months.
    """
    keys = ["account_id", "line_key"]
    paying = lines.filter("paying")
    ends = pl.when(pl.col("ends_on").is_not_null().all()).then(pl.col("ends_on").max())
    noticed = (pl.col("cancelled_on") <= as_of).any()
    whole = paying.group_by(keys).agg(
        starts_on=pl.col("starts_on").min(), ends_on=ends, arr=pl.col("arr").sort_by("starts_on").last(), noticed=noticed
    )
    term = (pl.col("ends_on") - pl.col("starts_on")).dt.total_days() / DAYS_IN_MONTH
    ended = (
        whole.filter(pl.col("ends_on") > start, pl.col("ends_on") <= min(end, as_of))
        .group_by("account_id", "ends_on").agg(due=pl.col("arr").sum(), months=term.max(), noticed=pl.col("noticed").all())
    )  # fmt: skip
    all_lines = whole.select("account_id", other_start="starts_on", other_end="ends_on", other="arr")
    beside = ended.join(all_lines, on="account_id")
    runs_on = (pl.col("other_start") < pl.col("ends_on")) & (pl.col("other_end").is_null() | (pl.col("other_end") > pl.col("ends_on")))
    begins = pl.col("other_start") == pl.col("ends_on")
    later = pl.col("other_start") > pl.col("ends_on")
    seen = beside.group_by("account_id", "ends_on", "due", "months", "noticed").agg(
        runs=runs_on.any(), begins=begins.any(), new=pl.col("other").filter(begins).sum(),
        renewed_on=pl.col("other_start").filter(later & (pl.col("other_start") <= as_of)).min(),
    )  # fmt: skip
    late_money = (
        seen.join(all_lines, on="account_id").filter(pl.col("other_start") == pl.col("renewed_on"))
        .group_by("account_id", "ends_on").agg(later=pl.col("other").sum())
    )  # fmt: skip
    limit = pl.col("ends_on") + timedelta(days=grace_days)
    state = (
        pl.when(pl.col("runs") | pl.col("begins")).then(pl.lit("on_time"))
        .when(~pl.col("noticed") & (pl.col("renewed_on") < limit)).then(pl.lit("late"))
        .when(~pl.col("noticed") & (pl.lit(as_of) < limit)).then(pl.lit("in_grace"))
        .otherwise(pl.lit("lost"))
    )  # fmt: skip
    kept = pl.when(pl.col("state") == "on_time").then("new").when(pl.col("state") == "late").then("later").otherwise(0)
    return (
        seen.join(late_money, on=["account_id", "ends_on"], how="left")
        .with_columns(state=state)
        .with_columns(
            kept=pl.min_horizontal(kept.fill_null(0), "due"),
            renewed_on=pl.when(pl.col("state") == "on_time").then("ends_on").when(pl.col("state") == "late").then("renewed_on"),
        )
        .select("account_id", "ends_on", "due", "kept", "state", "renewed_on", "months")
        .sort("ends_on", "account_id")
    )


def decided(results: pl.LazyFrame) -> pl.LazyFrame:
    """The renewals of which it is known what became: renewal_results but for those in grace, with `renewed` (on time or late)."""
    return results.filter(pl.col("state") != "in_grace").with_columns(renewed=pl.col("state").is_in(["on_time", "late"]))
