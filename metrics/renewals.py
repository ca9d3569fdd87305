"""Renewals: an account and a day on which lines of it end. What is due, and what became of those that were."""

from datetime import date, timedelta
from typing import Any

import polars as pl

from metrics.agreed_ends import rolls_monthly
from metrics.currency import summed
from metrics.kept import ONCE, first_starts, kept
from metrics.lines import term_length
from metrics.products import UNSAID, Products
from metrics.reductions import CONTRACT, beyond_contracts, held_above_nothing
from metrics.succession import KEYS, known_by, open_pairs, steps, successions, told_whole, unclaimed

PREPARED = "3mo"  # a renewal is prepared three months ahead: by then somebody should have talked
YEAR = 12  # months: a line that renews itself is listed where its period is at least as long
RENEWAL_TARGET = 0.85  # "renewal rate > 85 %", an article on B2B product management, 2025


def due(
    lines: pl.LazyFrame,
    *,
    day: date,
    within: int,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
    products: Products = UNSAID,
) -> pl.LazyFrame:
    """Renewals in the days after `day`, up to `within` of them: day < ends_on <= day + within.

    lines: contract_lines. Counts lines booked or begun by the day whose end was agreed, or known otherwise by then; a line that another one
    renews (see succession) which is booked by the day, or has begun, is not due, and neither is a step of a ramp that another step
    follows. So what nothing renews stays, whatever else of the account goes on. A line that renews itself and has no end is due at the
    end of its current period, where that is a year or longer. What rolls monthly (31 days or fewer) never is due, and trials never are.
    arr: cents of `currency` at the day's rates, of the last day before the end. notice_by: the earliest day by which notice must be given,
    null where no line says. auto_renew: whether any of the lines renews by itself. cancelled_on: the last notice given by `day`.
    Returns account_id, ends_on, notice_by, days_left, arr, auto_renew, cancelled_on; soonest first.
    """
    until = day + timedelta(days=within)
    ending = _open(lines, day, products).filter(pl.col("ends_on") > day, pl.col("ends_on") <= until)
    notice = pl.col("ends_on") - pl.duration(days=pl.col("notice_days").fill_null(0))
    given = pl.when(pl.col("cancelled_on") <= day).then("cancelled_on")
    about = ending.with_columns(notice_by=pl.when(pl.col("notice_days").is_not_null()).then(notice), cancelled_on=given)
    told = about.group_by(ONCE).agg(pl.col("notice_by").min(), pl.col("auto_renew").any(ignore_nulls=False), pl.col("cancelled_on").max())
    worth = summed(ending.with_columns(on=pl.lit(day)), ONCE, on="on", rates=rates, currency=currency, values=("arr",))
    return (
        worth.filter(pl.col("arr") > 0)
        .join(told, on=ONCE)
        .with_columns(days_left=(pl.col("ends_on") - pl.lit(day)).dt.total_days())
        .select("account_id", "ends_on", "notice_by", "days_left", "arr", "auto_renew", "cancelled_on")
        .sort("ends_on", "account_id")
    )


def _open(lines: pl.LazyFrame, day: date, products: Products) -> pl.LazyFrame:
    """The lines booked or begun by the day that no such line renews, each with the ARR of the last day before its end."""
    whole = _with_period_ends(told_whole(lines), day).filter(known_by(day)).collect().lazy()
    settled = pl.concat([successions(whole, products).select(KEYS), steps(whole).select(KEYS)]).unique()
    known = whole.filter(pl.col("end_agreed") | pl.col("period_end").is_not_null())
    termed = known.with_columns(ends_on=pl.coalesce("ends_on", "period_end")).filter(~rolls_monthly())
    unsettled = termed.join(settled, on=KEYS, how="anti")
    return _with_worth(unsettled, lines.filter(known_by(day, starts_on="line_starts_on")), on=pl.col("ends_on").dt.offset_by("-1d"))


def _with_period_ends(whole: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """The lines with period_end: of one that renews itself and has no end the end of the period that runs on the day; else null."""
    passed, _ = term_length(pl.col("starts_on"), pl.max_horizontal(pl.lit(day), pl.col("starts_on")))
    months = (passed // pl.col("period_months") + 1) * pl.col("period_months")
    end = pl.col("starts_on").dt.offset_by(pl.format("{}mo", months.fill_null(0)))
    renews = pl.col("auto_renew").fill_null(False) & pl.col("ends_on").is_null() & (pl.col("period_months") >= YEAR).fill_null(False)
    return whole.with_columns(period_end=pl.when(renews).then(end))


def _with_worth(some: pl.LazyFrame, lines: pl.LazyFrame, on: pl.Expr) -> pl.LazyFrame:
    """Lines of told_whole with mrr, arr, currency on a day; reductions of their contract and product that end with them are rows beside, at
    most what these lines of the contract are worth that end on the day, and so is what they are worth beyond their contract on it."""
    dated = some.with_columns(on=on)
    live = (pl.col("part_start") <= pl.col("on")) & (pl.col("part_end").is_null() | (pl.col("part_end") > pl.col("on")))
    parts = lines.filter(pl.col("kind") == "recurring", ~pl.col("is_trial")).select(
        *KEYS, "contract_id", "product", "mrr", "arr", "currency", "reduces",
        part_start="starts_on", part_end="ends_on", whole_end="line_ends_on",
    )  # fmt: skip
    own = dated.join(parts.filter(~pl.col("reduces")).drop("contract_id", "product"), on=KEYS).filter(live)
    less = parts.filter("reduces").drop("line_key")
    ending = dated.unique(["account_id", "contract_id", "product", "ends_on"])
    beside = ending.join(less, on=["account_id", "contract_id", "product"], nulls_equal=True).filter(
        live, pl.col("whole_end").eq_missing(pl.col("ends_on"))
    )  # fmt: skip
    both = pl.concat([own, beside], how="diagonal").drop("part_start", "part_end", "whole_end").collect().lazy()
    held = held_above_nothing(both, [*CONTRACT, "ends_on"]).collect().lazy()
    return pl.concat([held, beyond_contracts(held, lines)], how="diagonal").drop("on")


def unprepared(last: pl.Expr, *, day: date) -> pl.Expr:
    """Whether nobody has talked with the account in the three months up to a day."""
    return (last < pl.lit(day).dt.offset_by(f"-{PREPARED}")).fill_null(True)


def renewal_results(
    lines: pl.LazyFrame,
    *,
    start: date,
    end: date,
    as_of: date,
    grace_days: int,
    products: Products = UNSAID,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
) -> pl.LazyFrame:
    """What became of the renewals with start < ends_on <= end, as seen on `as_of`; one row per account and day on which lines end.

    lines: contract_lines. Counts agreed ends (see agreed_ends) of lines that are no steps of a ramp and do not roll monthly. due: ARR of
    the lines that ended, on their last day. kept: ARR, on the day of the renewal, of the lines that go on with what ended (see
    succession), at most due: growth is no renewal; and what one renewal has kept of a line no other one keeps (see kept). Both in cents of
    `currency` at the rates of `as_of`, and never more than their contracts are worth on the day. state: on_time (one of them runs on the
    day), late (one starts within the grace), open (none does, and a line of another product that goes on with nothing starts within the
    grace, after notice on the day: nobody has said yet whether it takes the place of what ended), in_grace (not yet, and the grace still
    runs), lost; after notice there is no grace. Ends after `as_of` are left out. months: the longest term of the lines that ended, in
    calendar months.
    Returns account_id, ends_on, due, kept, state, renewed_on, months.
    """
    whole = told_whole(lines).collect().lazy()
    pairs = successions(whole, products).collect().lazy()
    ended = whole.filter(
        "end_agreed", pl.col("ends_on") > start, pl.col("ends_on") <= min(end, as_of), ~rolls_monthly().fill_null(False)
    ).join(steps(whole), on=KEYS, how="anti").collect().lazy()  # fmt: skip
    limit = pl.col("ends_on") + timedelta(days=grace_days)
    nexts = pairs.join(ended.select(KEYS), on=KEYS, how="semi").filter(pl.col("next_starts_on") <= as_of)
    coming = unclaimed(whole, pairs).filter(pl.col("starts_on") <= as_of)
    asked = open_pairs(ended, coming, max(grace_days, 1), products).group_by(ONCE).agg(other_start=pl.col("next_starts_on").min())
    money: dict[str, Any] = {"rates": rates, "currency": currency}
    results = (
        _due(ended, lines, as_of, money)
        .join(first_starts(nexts), on=ONCE, how="left")
        .join(asked, on=ONCE, how="left")
        .with_columns(state=_state(limit, as_of))
    ).collect().lazy()  # fmt: skip
    renewed = pl.col("state").is_in(["on_time", "late"])
    dated = results.with_columns(renewed_on=pl.when(renewed).then(pl.max_horizontal("ends_on", "first_start")))
    return (
        dated.join(kept(dated.filter(renewed), nexts, lines, as_of=as_of, **money), on=ONCE, how="left")
        .select("account_id", "ends_on", "due", pl.col("kept").fill_null(0), "state", "renewed_on", "months")
        .sort("ends_on", "account_id")
    )


def _state(limit: pl.Expr, as_of: date) -> pl.Expr:
    """What became of a renewal: see renewal_results."""
    return (
        pl.when(pl.col("first_start") <= pl.col("ends_on")).then(pl.lit("on_time"))
        .when(~pl.col("noticed") & (pl.col("first_start") < limit)).then(pl.lit("late"))
        .when(pl.col("other_start") <= pl.when("noticed").then("ends_on").otherwise(date.max)).then(pl.lit("open"))
        .when(~pl.col("noticed") & (pl.lit(as_of) < limit)).then(pl.lit("in_grace"))
        .otherwise(pl.lit("lost"))
    )  # fmt: skip


def _due(ended: pl.LazyFrame, lines: pl.LazyFrame, as_of: date, money: dict[str, Any]) -> pl.LazyFrame:
    """One row per account and day on which lines end that were worth something: due, months, noticed (notice given for all of them)."""
    months, days = term_length(pl.col("starts_on"), pl.col("ends_on"))
    noticed = (pl.col("cancelled_on") <= as_of).fill_null(False)
    dated = ended.with_columns(months=months + days * 12 / 365, noticed=noticed)
    worth = _with_worth(dated, lines, on=pl.col("ends_on").dt.offset_by("-1d")).with_columns(on=pl.lit(as_of))
    owed = summed(worth, ONCE, on="on", values=("arr",), **money).rename({"arr": "due"})
    about = dated.group_by(ONCE).agg(pl.col("months").max(), pl.col("noticed").all())
    return owed.filter(pl.col("due") > 0).join(about, on=ONCE)


def decided(results: pl.LazyFrame) -> pl.LazyFrame:
    """The renewals of which it is known what became: renewal_results but for those in grace or open, with `renewed` (on time or late)."""
    known = results.filter(~pl.col("state").is_in(["in_grace", "open"]))
    return known.with_columns(renewed=pl.col("state").is_in(["on_time", "late"]))


def decided_without_grace(results: pl.LazyFrame) -> pl.LazyFrame:
    """The same when only what was renewed on the day itself is renewed: renewal_results but for those that are open."""
    return results.filter(pl.col("state") != "open").with_columns(renewed=pl.col("state") == "on_time")
