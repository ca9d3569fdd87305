"""Past stretches of three months and more: what those who stayed grew and shrank by, and how many of those without a term left."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from metrics.balances import changes
from metrics.grace import FAR
from metrics.months import balance_day_before
from metrics.renewal_history import with_a_term
from metrics.succession import KEYS, told_whole

STEP = 3  # months
LONGEST = 4  # steps of a window
MOST = 20  # steps looked back
DIGITS = 9  # of sums of squares: the last ones of a float depend on the order of rows
GROWN = {
    "steps": pl.Int64, "day": pl.Date, "group": pl.String, "renewed": pl.Boolean,
    "accounts": pl.Int64, "base": pl.Int64, "expansion": pl.Int64,
    "contraction": pl.Int64, "capped": pl.Int64, "base_squares": pl.Float64, "net_squares": pl.Float64, "net_by_base": pl.Float64,
    "capped_squares": pl.Float64, "capped_by_base": pl.Float64,
}  # fmt: skip
LEFT = {"day": pl.Date, "group": pl.String, "accounts": pl.Int64, "lost": pl.Int64}


def days_back(as_of: date, first: date) -> list[date]:
    """The balance days every STEP months back from a day, the oldest first: those after `first`, MOST of them and the day itself."""
    days = [balance_day_before(as_of, STEP * steps) for steps in range(MOST + 1)]
    return sorted(day for day in days if day >= first)


def growth_of_stayers(
    effective: pl.LazyFrame,
    history: pl.LazyFrame,
    groups: pl.LazyFrame,
    *,
    days: Sequence[date],
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
) -> pl.LazyFrame:
    """What accounts that still pay at the end of a window pay there, against what they paid at its beginning without what they did not
    renew in it. Windows of 1 to LONGEST steps between `days`, which overlap where they are longer than one.

    effective: with_grace. history: renewal_history. groups: account_id, group. renewed: whether the account renewed anything in the window.
    base: what they paid at the beginning less the renewals lost since. expansion, contraction: what is paid more, or less, than the base.
    capped: by how much less than the base it is where each account counts with what it paid at the beginning at most. Cents at the
    beginning's rates. The sums of squares and products are of the same per account. One row per window (steps, day: its end), group and
    renewed.
    """
    rows = [_grown(effective, history, steps, days, {"rates": rates, "currency": currency}) for steps in range(1, LONGEST + 1)]
    known = pl.concat(rows).join(groups, on="account_id", how="left")
    net, base = pl.col("closing") - pl.col("base"), pl.col("base").cast(pl.Float64)
    capped = pl.col("base") - pl.min_horizontal("opening", "closing")
    told = known.with_columns(net=net.cast(pl.Float64), capped=capped, size=base).group_by("steps", "day", "group", "renewed").agg(_SUMS)
    exact = [pl.col(name).cast(dtype) for name, dtype in GROWN.items() if dtype != pl.Float64]
    about = [pl.col(name).round_sig_figs(DIGITS) for name, dtype in GROWN.items() if dtype == pl.Float64]
    return told.with_columns(*exact, *about).select(*GROWN).sort("steps", "day", "group", "renewed")


_NET, _SIZE, _CAPPED = pl.col("net"), pl.col("size"), pl.col("capped").cast(pl.Float64)
_SUMS = [
    pl.len().cast(pl.Int64).alias("accounts"),
    pl.col("base").sum(),
    _NET.clip(lower_bound=0).sum().alias("expansion"),
    (-_NET).clip(lower_bound=0).sum().alias("contraction"),
    pl.col("capped").sum(),
    _SIZE.pow(2).sum().alias("base_squares"),
    _NET.pow(2).sum().alias("net_squares"),
    (_NET * _SIZE).sum().alias("net_by_base"),
    _CAPPED.pow(2).sum().alias("capped_squares"),
    (_CAPPED * _SIZE).sum().alias("capped_by_base"),
]


def _grown(effective: pl.LazyFrame, history: pl.LazyFrame, steps: int, days: Sequence[date], money: dict[str, Any]) -> pl.LazyFrame:
    """Accounts that paid at both ends of a window: steps, day, account_id, opening, closing, base, renewed."""
    if len(days) <= steps:
        return pl.LazyFrame(schema=_GROWN_OF)
    seen = changes(effective, days=days, lag=steps, value="arr", **money).filter(pl.col("opening") > 0, "held").collect().lazy()
    inside = seen.select("day", "opened_on", "account_id").join(history.select("account_id", "ends_on", "due", "lost"), on="account_id")
    came_up = inside.filter(pl.col("ends_on") > pl.col("opened_on"), pl.col("ends_on") <= pl.col("day"))
    gone = pl.col("due").filter(pl.col("lost")).sum()
    told = came_up.group_by("day", "account_id").agg(gone=gone, renewed=(~pl.col("lost")).any())
    base = (pl.col("opening") - pl.col("gone").fill_null(0)).clip(lower_bound=0)
    joined = seen.join(told, on=["day", "account_id"], how="left").with_columns(
        pl.col("renewed").fill_null(False), steps=pl.lit(steps, dtype=pl.Int64), closing="constant", base=base
    )
    return joined.select(*_GROWN_OF)


_GROWN_OF = {
    "steps": pl.Int64,
    "day": pl.Date,
    "account_id": pl.String,
    "opening": pl.Int64,
    "closing": pl.Int64,
    "base": pl.Int64,
    "renewed": pl.Boolean,
}


def left_without_a_term(
    effective: pl.LazyFrame,
    lines: pl.LazyFrame,
    groups: pl.LazyFrame,
    *,
    days: Sequence[date],
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
) -> pl.LazyFrame:
    """Of the accounts that paid on one of `days` and had no line with a term that ran: how many there were, and how many were no
    customers any more on the next one. Returns LEFT, by the latter day and group; see with_a_term."""
    if len(days) < 2:
        return pl.LazyFrame(schema=LEFT)
    paid = changes(effective, days=days, value="arr", rates=rates, currency=currency).filter(pl.col("opening") > 0).collect().lazy()
    termed = effective.join(with_a_term(told_whole(lines)), on=KEYS, how="semi").select("account_id", "starts_on", "ends_on")
    had = paid.select("account_id", "opened_on").join(termed, on="account_id").filter(
        pl.col("starts_on") <= pl.col("opened_on"), pl.col("ends_on").fill_null(FAR) > pl.col("opened_on")
    )  # fmt: skip
    without = paid.join(had.unique(["account_id", "opened_on"]), on=["account_id", "opened_on"], how="anti")
    told = without.join(groups, on="account_id", how="left").group_by("day", "group").agg(accounts=pl.len(), lost=(~pl.col("held")).sum())
    return told.select(pl.col(name).cast(dtype) for name, dtype in LEFT.items()).sort("day", "group")
