"""Why recurring revenue moved: new, reactivation, expansion, contraction, churn and exchange rates, month by month."""

from datetime import date, timedelta

import polars as pl

from metrics.balances import changes
from metrics.months import MONTHS, month_ends, months_later
from metrics.segments import CROSSINGS, across

PARTS = ("opening", "new", "reactivation", "expansion", "contraction", "churn", "fx", "closing")
_NO_GROUP = pl.lit(None, dtype=pl.String)


def period_ends(start: date, end: date, every: str = "month") -> list[date]:
    """The last days of the months, quarters or years (of the calendar) after `start` and not after `end`, and the one before them.

    Empty where no such period ends in between. Raises ValueError for another `every`.
    """
    if every not in MONTHS:
        raise ValueError(f"every: {every!r} is none of {', '.join(MONTHS)}.")
    months = MONTHS[every]
    closes = [day for day in month_ends(start, end) if day.month % months == 0]
    return [months_later(closes[0], 1 - months) - timedelta(days=1), *closes] if closes else []


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
    """The bridge of each month (quarter, year) whose last day lies after `start` and not after `end`; empty where there is none.

    Unit: cents; contraction and churn positive, fx signed. groups: account_id, group; accounts that it does not name are group null.
    opening + new + reactivation + expansion - contraction - churn + fx = closing, to the cent. With places (see segments) in place of
    groups each account counts in the segment that it was in then, and + entering - leaving is part of the bridge.
    Returns group (null without groups), month (first day of the period), PARTS, entering and leaving with places, accounts (paying at
    the close); each group that ever had a line has every period.
    """
    named = account_movements(
        lines, start=start, end=end, every=every, rates=rates, currency=currency, value=value, groups=groups, places=places
    )
    parts = parts_of(places)
    periods = pl.LazyFrame({"month": _months(start, end, every)}, schema={"month": pl.Date})
    ever = places.filter("inside").select("account_id", "group") if places is not None else groups
    all_groups = _grouped(lines.select("account_id").unique(), ever).select("group").unique()
    all_groups = pl.concat([all_groups, named.select("group")]).unique() if places is not None else all_groups
    summed = named.group_by("group", "month").agg(*(pl.col(part).sum() for part in parts), accounts=pl.col("held").sum().cast(pl.Int64))
    return (
        all_groups.join(periods, how="cross")
        .join(summed, on=["group", "month"], how="left", nulls_equal=True)
        .with_columns(pl.col(*parts, "accounts").fill_null(0))
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
    else expansion or contraction. Returns account_id, group, month (first day of the period), PARTS (and with places entering and
    leaving: an account that changed its segment has a row in each), held (whether any line counts at the close). Accounts with nothing
    at either end are left out.
    """
    days, parts = period_ends(start, end, every), parts_of(places)
    if not days:
        money = dict.fromkeys(parts, pl.Int64)
        return pl.LazyFrame(schema={"account_id": pl.String, "group": pl.String, "month": pl.Date, **money, "held": pl.Boolean})
    first_paid = lines.group_by("account_id").agg(first_paid=pl.col("starts_on").min())
    moved = changes(lines, days=days, rates=rates, currency=currency, value=value).join(first_paid, on="account_id")
    told = moved.with_columns(**_kinds(), month=pl.col("opened_on").dt.offset_by("1d"))
    named = across(told, places, parts=PARTS) if places is not None else _grouped(told, groups)
    return named.select("account_id", "group", "month", *parts, "held")


def _months(start: date, end: date, every: str) -> list[date]:
    return [day + timedelta(days=1) for day in period_ends(start, end, every)[:-1]]


def _grouped(rows: pl.LazyFrame, groups: pl.LazyFrame | None) -> pl.LazyFrame:
    return rows.with_columns(group=_NO_GROUP) if groups is None else rows.join(groups, on="account_id", how="left")


def no_movements(places: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """The shape of movements, without a row."""
    return pl.LazyFrame(schema={"group": pl.String, "month": pl.Date, **dict.fromkeys(parts_of(places), pl.Int64), "accounts": pl.Int64})


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
