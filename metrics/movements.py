"""Why recurring revenue moved: new, reactivation, expansion, contraction, churn and exchange rates, month by month."""

from datetime import date
from itertools import pairwise

import polars as pl

from language import tr
from language.formats import listed
from metrics.balances import changes
from metrics.months import MONTHS, month_ends
from metrics.segments import CROSSINGS, across

PARTS = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "fx", "closing")
DAYS = {"opens_on": pl.Date, "closes_on": pl.Date}  # the balance days of a step
STEP = {"month": pl.Date, **DAYS}
_NO_GROUP = pl.lit(None, dtype=pl.String)


def balance_days(start: date, end: date, every: str = "month") -> list[date]:
    """The balance days of a bridge: `start`, the last days of the months, quarters or years (of the calendar) in between, and `end`.

    Each is the close of one step and the opening of the next, so that the steps make up just the period. Empty where `end` does not lie
    after `start`. Raises ValueError for another `every`.
    """
    if every not in MONTHS:
        raise ValueError(tr("every: {every!r} is none of {known}.", every=every, known=listed(MONTHS)))
    inner = [day for day in month_ends(start, end) if day.month % MONTHS[every] == 0 and day < end]
    return [start, *inner, end] if start < end else []


def month_of(close: date, every: str) -> date:
    """The first day of the month, quarter or year (of the calendar) in which a step closes: what the step is called after."""
    months = MONTHS[every]
    return close.replace(month=(close.month - 1) // months * months + 1, day=1)


def movements(
    lines: pl.LazyFrame,
    *,
    start: date,
    end: date,
    every: str = "month",
    groups: pl.LazyFrame | None = None,
    places: pl.LazyFrame | None = None,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
    value: str = "mrr",
) -> pl.LazyFrame:
    """The bridge from the balance of `start` to that of `end`, in steps that close with each month (quarter, year) and with `end`.

    Unit: cents; contraction and churn positive, fx signed. groups: account_id, group; accounts that it does not name are group null.
    opening + new + reactivation + expansion - contraction - churn + fx = closing, to the cent. With places (see segments) in place of
    groups each account counts in the segment that it was in then, and + entering - leaving is part of the bridge.
    Returns group (null without groups), month (first day of that in which the step closes), PARTS, entering and leaving with places,
    accounts (paying at the close), opens_on, closes_on; each group that ever had a line has every step.
    """
    named = account_movements(
        lines, start=start, end=end, every=every, rates=rates, currency=currency, value=value, groups=groups, places=places
    )
    parts = parts_of(places)
    steps = pl.LazyFrame(_steps(start, end, every), schema=STEP)
    ever = places.filter("inside").select("account_id", "group") if places is not None else groups
    all_groups = _grouped(lines.select("account_id").unique(), ever).select("group").unique()
    all_groups = pl.concat([all_groups, named.select("group")]).unique() if places is not None else all_groups
    summed = named.group_by("group", "month").agg(
        *(pl.col(part).sum() for part in parts), accounts=(pl.col("held") & (pl.col("closing") > 0)).sum().cast(pl.Int64)
    )
    return (
        all_groups.join(steps, how="cross")
        .join(summed, on=["group", "month"], how="left", nulls_equal=True)
        .with_columns(pl.col(*parts, "accounts").fill_null(0))
        .select("group", "month", *parts, "accounts", "opens_on", "closes_on")
        .sort("month", "group", nulls_last=True)
    )


def parts_of(places: pl.LazyFrame | None) -> tuple[str, ...]:
    """The parts of a bridge, those of accounts that change their segment included where places tell it."""
    return PARTS if places is None else (*PARTS[:-1], *CROSSINGS, PARTS[-1])


def account_movements(
    lines: pl.LazyFrame,
    *,
    start: date,
    end: date,
    every: str = "month",
    groups: pl.LazyFrame | None = None,
    places: pl.LazyFrame | None = None,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
    value: str = "mrr",
) -> pl.LazyFrame:
    """The same bridge account by account: what a cell of `movements` opens to.

    An account is one movement a period: from nothing it is new, or a reactivation if it ever paid before; to nothing it is churn;
    else expansion or contraction. Returns account_id, group, month (as in `movements`), PARTS (and with places entering and
    leaving: an account that changed its segment has a row in each), held (whether any line counts at the close), opens_on, closes_on.
    Accounts with nothing at either end are left out; those that paid in between are told by `paid_and_left`.
    """
    days, parts = balance_days(start, end, every), parts_of(places)
    if not days:
        money = dict.fromkeys(parts, pl.Int64)
        return pl.LazyFrame(schema={"account_id": pl.String, "group": pl.String, "month": pl.Date, **money, "held": pl.Boolean, **DAYS})
    first_paid = lines.group_by("account_id").agg(first_paid=pl.col("starts_on").min())
    moved = changes(lines, days=days, rates=rates, currency=currency, value=value).join(first_paid, on="account_id")
    told = moved.with_columns(**_kinds(), month=pl.col("day").dt.truncate(f"{MONTHS[every]}mo"))
    named = across(told, places, parts=PARTS) if places is not None else _grouped(told, groups)
    return named.select("account_id", "group", "month", *parts, "held", opens_on="opened_on", closes_on="day")


def _steps(start: date, end: date, every: str) -> list[dict[str, date]]:
    days = balance_days(start, end, every)
    return [{"month": month_of(close, every), "opens_on": opening, "closes_on": close} for opening, close in pairwise(days)]


def _grouped(rows: pl.LazyFrame, groups: pl.LazyFrame | None) -> pl.LazyFrame:
    return rows.with_columns(group=_NO_GROUP) if groups is None else rows.join(groups, on="account_id", how="left")


def no_movements(places: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """The shape of movements, without a row."""
    money = dict.fromkeys((*parts_of(places), "accounts"), pl.Int64)
    return pl.LazyFrame(schema={"group": pl.String, "month": pl.Date, **money, **DAYS})


def _kinds() -> dict[str, pl.Expr]:
    opening, constant = pl.col("opening"), pl.col("constant")
    change = constant - opening
    starts = ~pl.col("held_before") & pl.col("held")
    stays = pl.col("held_before") & pl.col("held")
    before = pl.col("first_paid") <= pl.col("opened_on")
    return {
        "new": pl.when(starts & ~before).then(change).otherwise(0),
        "reactivation": pl.when(starts & before).then(change).otherwise(0),
        "expansion": pl.when(stays & (change > 0)).then(change).otherwise(0),
        "contraction": pl.when(stays & (change < 0)).then(-change).otherwise(0),
        "churn": pl.when(pl.col("held_before") & ~pl.col("held")).then(-change).otherwise(0),
        "fx": pl.col("closing") - constant,
    }
