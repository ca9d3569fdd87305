"""Which accounts are looked at on which days, how far ahead, and what came of it: the rows that a churn model learns from."""

from datetime import date, timedelta

import polars as pl

from metrics.grace import FAR, paid_spells
from metrics.lines import whole_lines
from metrics.months import DAYS_IN_MONTH, last_day
from models.terms import with_terms

LEADS = (90, 60, 30)

SCHEMA = {
    "account_id": pl.String, "as_of": pl.Date, "due_on": pl.Date, "lead_days": pl.Int64, "kind": pl.String, "term_days": pl.Int64,
    "matured_on": pl.Date, "churned": pl.Boolean, "case": pl.String,
}  # fmt: skip


def known_until(lines: pl.DataFrame, as_of: date) -> date | None:
    """The last day by `as_of` on which a contract line starts: until then renewals can have been seen; None without lines.

    A contract export that stopped before usage did would otherwise make a churn of everything that ended since.
    """
    return last_day(lines.filter(pl.col("starts_on") <= as_of)["starts_on"])


def observations(
    lines: pl.DataFrame, effective: pl.DataFrame, *, since: date, until: date, grace_days: int, leads: tuple[int, ...] = LEADS
) -> pl.DataFrame:
    """Every observation from `since` whose outcome is certain by `until`, in time order; empty where there is none.

    lines: contract_lines. effective: with_grace of them as of `until`. An account with a term at least as long as the lead is
    observed a lead before its lines end (kind "renewal"); with shorter terms, or with none, on the first of every month that
    it is live ("live"). Left out is what was settled on the day: notice given, or the renewal booked; and an end that the log,
    though it had the line, did not have yet.
    Ends that were not agreed ahead count as none, see with_terms; an account with a line that is not to be looked at is not.
    Returns account_id, as_of, due_on, lead_days, kind, term_days (of the longest line that ends; null for "live"), matured_on
    (due_on + grace_days), churned (the account's paid time, with grace, ended on due_on; for "live" by due_on), case (what
    happened once, however often it is looked at). Source: DESIGN "Days, money, ARR", renewal.
    """
    return _labelled(_looked_at(lines, since, until, leads, grace_days), effective, until, grace_days)


def outlook(lines: pl.DataFrame, *, as_of: date, lead: int = max(LEADS)) -> pl.DataFrame:
    """What lies ahead on a day: renewals within `lead` days, and the live accounts with no term as long as that. Outcomes are null.

    Same columns as `observations`; lead_days of a renewal are the days that are left. One row per account: its next renewal.
    """
    fixed = with_terms(lines, known_until(lines, as_of) or as_of).with_columns(observed=pl.lit(True))
    renewals = _renewals(fixed.filter(pl.col("ends_on").is_between(as_of, as_of + timedelta(days=lead), closed="right")), None)
    ahead = renewals.filter(pl.col("starts_on") <= as_of, pl.col("term_days") >= lead)
    dated = ahead.with_columns(as_of=pl.lit(as_of), lead_days=pl.col("due_on").sub(pl.lit(as_of)).dt.total_days())
    rows = pl.concat([_unsettled(dated, lines).select(_LOOK), _live(fixed, [as_of], (lead,))])
    first = rows.sort("account_id", "due_on").unique("account_id", keep="first", maintain_order=True)
    return first.with_columns(
        matured_on=pl.lit(None, dtype=pl.Date), churned=pl.lit(None, dtype=pl.Boolean), case=pl.lit(None, dtype=pl.String)
    ).select(*SCHEMA)


def with_outcomes(rows: pl.DataFrame, effective: pl.DataFrame, *, until: date, grace_days: int) -> pl.DataFrame:
    """Rows of `outlook`, of whatever days, with what came of them: those that are certain by `until`, as `observations` has them.

    effective: with_grace of the lines as of `until`. Same columns and order as `observations`.
    """
    return _labelled(rows.select(_LOOK), effective, until, grace_days)


def why_few(lines: pl.DataFrame, effective: pl.DataFrame, until: date) -> str:
    """Why there may be few losses to learn from: how many lines have no end, how many accounts ever stopped paying and came back."""
    paying = whole_lines(lines.filter(pl.col("paying"), pl.col("starts_on") <= until).lazy()).collect()
    spells = paid_spells(effective.lazy()).filter(pl.col("lapsed_on") <= until).collect()
    lapsed, back = spells["account_id"].n_unique(), spells.filter(pl.col("next_start") <= until)["account_id"].n_unique()
    return (
        f"Of {paying.height:,} paying lines {paying['ends_on'].null_count():,} have no end; "
        f"of {paying['account_id'].n_unique():,} accounts {lapsed:,} ever stopped paying, and {back:,} of them came back. "
        f"That is as seen by {until}, the last day on which a line starts; what ends later may only lack its renewal."
    )


_LOOK = ("account_id", "as_of", "due_on", "lead_days", "kind", "term_days")


def _looked_at(lines: pl.DataFrame, since: date, until: date, leads: tuple[int, ...], grace_days: int) -> pl.DataFrame:
    fixed = with_terms(lines, until, grace_days)
    renewals = _renewals(fixed.filter(pl.col("ends_on") <= until), leads)
    ahead = renewals.filter(pl.col("term_days") >= pl.col("lead_days"), pl.col("starts_on") <= pl.col("as_of"))
    months = pl.date_range(since, until, "1d", eager=True).dt.month_start().unique().sort()
    days = [day for day in months if since <= day <= until]
    seen = _said_by_then(_unsettled(ahead, lines), fixed)
    rows = pl.concat([seen.select(_LOOK), _live(fixed, days, leads)])
    return rows.filter(pl.col("as_of") >= since).unique(["account_id", "as_of", "due_on"])


def _renewals(ending: pl.DataFrame, leads: tuple[int, ...] | None) -> pl.DataFrame:
    """An account and a day on which lines of a fixed term end, once per lead."""
    found = (
        ending.filter(pl.col("term_days").is_not_null())
        .group_by("account_id", due_on="ends_on")
        .agg(pl.col("term_days").max(), pl.col("starts_on").min(), cancelled_on=_all_cancelled())
        .with_columns(kind=pl.lit("renewal"))
    )
    if leads is None:
        return found
    each = found.join(pl.DataFrame({"lead_days": leads}, schema={"lead_days": pl.Int64}), how="cross")
    return each.with_columns(as_of=pl.col("due_on") - pl.duration(days="lead_days"))


def _all_cancelled() -> pl.Expr:
    """The day on which notice had been given for all of the lines; null while one of them runs on without."""
    given = pl.col("cancelled_on")
    return pl.when(given.is_not_null().all()).then(given.max())


def _unsettled(renewals: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Renewals for which no notice had been given, and no line that goes on after them had been booked, by the day."""
    booked = lines.filter(pl.col("paying"), pl.col("booked_on").is_not_null()).select("account_id", "booked_on", next_start="starts_on")
    decided = (
        renewals.join(booked, on="account_id")
        .filter(pl.col("booked_on") <= pl.col("as_of"), pl.col("next_start") >= pl.col("due_on"))
        .select("account_id", "due_on", "as_of")
        .unique()
    )
    open_still = renewals.filter(pl.col("cancelled_on").is_null() | (pl.col("cancelled_on") > pl.col("as_of")))
    return open_still.join(decided, on=["account_id", "due_on", "as_of"], how="anti")


def _said_by_then(renewals: pl.DataFrame, fixed: pl.DataFrame) -> pl.DataFrame:
    """Renewals without those whose end the log had not yet, though it had the line: the end was written later than it was looked at."""
    later = fixed.filter(pl.col("said_on") < pl.col("end_said_on")).select("account_id", "said_on", "end_said_on", due_on="ends_on")
    unknown = renewals.join(later, on=["account_id", "due_on"]).filter(pl.col("as_of").is_between("said_on", "end_said_on", closed="left"))
    return renewals.join(unknown, on=["account_id", "due_on", "as_of"], how="anti")


def _live(fixed: pl.DataFrame, days: list[date], leads: tuple[int, ...]) -> pl.DataFrame:
    """Accounts on days when each line that is live has a shorter term than the lead, or none; notice not given for all of them."""
    at = pl.DataFrame({"as_of": days}, schema={"as_of": pl.Date})
    ends = pl.col("ends_on").fill_null(FAR)
    known_term = pl.col("term_days").fill_null(0)
    live = (
        fixed.select("account_id", "starts_on", "cancelled_on", "observed", ends_on=ends, term_days=known_term)
        .join_where(at, pl.col("starts_on") <= pl.col("as_of"), pl.col("as_of") < pl.col("ends_on"))
        .group_by("account_id", "as_of")
        .agg(pl.col("term_days").max(), pl.col("observed").all(), cancelled_on=_all_cancelled())
        .filter("observed", pl.col("cancelled_on").is_null() | (pl.col("cancelled_on") > pl.col("as_of")))
    )
    each = live.join(pl.DataFrame({"lead_days": leads}, schema={"lead_days": pl.Int64}), how="cross")
    return (
        each.filter(pl.col("term_days") < pl.col("lead_days"))
        .with_columns(due_on=pl.col("as_of") + pl.duration(days="lead_days"), kind=pl.lit("live"), term_days=pl.lit(None, dtype=pl.Int64))
        .select(_LOOK)
    )


def _labelled(rows: pl.DataFrame, effective: pl.DataFrame, until: date, grace_days: int) -> pl.DataFrame:
    lapses = paid_spells(effective.lazy()).filter(pl.col("lapsed_on") <= until).select("account_id", churned_on="lapsed_on").collect()
    following = lapses.sort("churned_on")
    found = rows.sort("as_of").join_asof(
        following, left_on="as_of", right_on="churned_on", by="account_id", strategy="forward", allow_exact_matches=False,
        check_sortedness=False,
    )  # fmt: skip
    by_then = (pl.col("churned_on") <= pl.col("due_on")).fill_null(False)
    on_the_day = (pl.col("churned_on") == pl.col("due_on")).fill_null(False)
    churned = pl.when(pl.col("kind") == "renewal").then(on_the_day).otherwise(by_then)
    once = pl.when(pl.col("churned")).then(pl.format("{} left {}", "account_id", "churned_on"))
    kept = pl.format("{} kept {}", "account_id", pl.when(pl.col("kind") == "renewal").then("due_on").otherwise("as_of"))
    return (
        found.with_columns(matured_on=pl.col("due_on") + pl.duration(days=grace_days), churned=churned)
        .filter(pl.col("matured_on") <= until)
        .with_columns(case=once.otherwise(kept))
        .select(*SCHEMA)
        .sort("as_of", "account_id", "due_on")
    )


def left_on() -> pl.Expr:
    """The day on which the account of an observation left, as its case tells; null where it was kept."""
    return pl.col("case").str.extract(r" left (\d{4}-\d{2}-\d{2})$").str.to_date("%Y-%m-%d")


def without_overlap(found: pl.DataFrame) -> pl.DataFrame:
    """The observations of which no stretch of days is looked at twice from the same number of days ahead, so that each is a case of its own
    and shares of them have an interval: of looks at live accounts those of every third, every second, or every month (90, 60, 30 days
    ahead). found: as `observations` has them; the same columns."""
    months = pl.col("as_of").dt.year().cast(pl.Int64) * 12 + pl.col("as_of").dt.month() - 1
    every = (pl.col("lead_days") / DAYS_IN_MONTH).round().cast(pl.Int64).clip(lower_bound=1)
    kept = found.filter((pl.col("kind") != "live") | (months % every == 0))
    return kept.unique(["account_id", "as_of", "lead_days"], keep="last", maintain_order=True)


def ahead(lines: pl.DataFrame, *, until: date, grace_days: int, lead: int = max(LEADS), days: int = 365) -> pl.DataFrame:
    """The observations whose outcome becomes certain after `until`, from lines that run by then: each renewal once, and of live accounts
    with shorter terms, or none, one for each stretch of `lead` days in the `days` ahead.

    Returns account_id, matured_on; empty where nothing is due.
    """
    fixed = with_terms(lines.filter(pl.col("starts_on") <= until), until, grace_days)
    due = _renewals(fixed.filter(pl.col("ends_on") > until - timedelta(days=grace_days)), (lead,))
    renewals = _unsettled(due.filter(pl.col("term_days") >= lead, pl.col("starts_on") <= pl.col("as_of")), lines)
    steps = pl.DataFrame({"step": range(1, days // lead + 1)}, schema={"step": pl.Int64})
    live = (
        _live(fixed, [until], (lead,))
        .join(steps, how="cross")
        .with_columns(due_on=pl.col("as_of") + pl.duration(days=lead * pl.col("step")))
    )
    rows = pl.concat([renewals.select("account_id", "due_on"), live.select("account_id", "due_on")])
    return rows.select("account_id", matured_on=pl.col("due_on") + pl.duration(days=grace_days)).sort("matured_on", "account_id")
