"""Volume of use: what the events of an account add up to, where they say a quantity.

What a quantity counts is not known (calls, megabytes, euros): each event is added up by itself, and never together with another one.
"""

from collections.abc import Mapping

import polars as pl

VOLUMES = ("volume", "volume_before")
COUNTS = ("volume_events", "without_quantity")
KEPT = ("account_id", "event", *VOLUMES, "volume_change", *COUNTS, "corrections")
WINDOWS: Mapping[str, str] = {"volume": "month", "volume_before": "before"}


def volumes(days: pl.LazyFrame, spans: pl.LazyFrame, known_from: pl.LazyFrame) -> pl.LazyFrame:
    """The volume of each account and event in its last 30 covered days and in the 30 before, and how it changed.

    days: account_id, event, day, count (how often it happened), told (how many of these say a quantity), quantity and below (the sums of
    all and of the negative ones, exact decimals, null where none says one). spans: account_id, month_from, month_to, before_from,
    before_to, each null where nothing can be said of that window. known_from: event, known_from (the day before which its quantities are
    lost).
    volume: the sum of what is said; 0 where the event did not happen in days that are covered; null where it happened and never said a
    quantity, where the window is null, and where it begins before known_from. volume_before the same. volume_change: ratio against the days
    before; null where these come to 0 or less, or are not known. Of the last 30 days: volume_events, how often it happened;
    without_quantity, how many of these say none, or one too large to be added up; corrections, the sum of the negative quantities, which
    volume holds too: 0 where there are none.
    Returns KEPT for accounts and events of `days`, also where nothing of it is known.
    """
    every = days.select("account_id", "event").unique().join(spans, on="account_id", how="left").join(known_from, on="event", how="left")
    lost = {name: pl.col(f"{window}_from") < pl.col("known_from") for name, window in WINDOWS.items()}
    known = every.with_columns(
        **{f"{name}_known": pl.col(f"{window}_from").is_not_null() & ~lost[name].fill_null(False) for name, window in WINDOWS.items()}
    )
    summed = days.join(spans, on="account_id").group_by("account_id", "event").agg(*_sums("volume"), *_sums("volume_before"))
    rows = known.join(summed, on=["account_id", "event"], how="left").with_columns(*(_told(name) for name in VOLUMES))
    return rows.with_columns(
        volume_change=pl.when(pl.col("volume_before") > 0).then(pl.col("volume") / pl.col("volume_before") - 1),
        volume_events=pl.when("volume_known").then(pl.col("volume_count")),
        without_quantity=pl.when("volume_known").then(pl.col("volume_count") - pl.col("volume_told")),
        corrections=pl.when(pl.col("volume").is_not_null()).then(pl.col("volume_below").fill_null(0).cast(pl.Float64)),
    ).select(*KEPT)


def _sums(name: str) -> list[pl.Expr]:
    """What the days of a window come to; the sums stay decimals, so that they do not depend on the order of rows."""
    inside = pl.col("day").is_between(f"{WINDOWS[name]}_from", f"{WINDOWS[name]}_to").fill_null(False)
    columns = {"count": "count", "told": "told", "sum": "quantity", "below": "below"}
    return [pl.col(column).filter(inside).sum().alias(f"{name}_{what}") for what, column in columns.items()]


def _told(name: str) -> pl.Expr:
    said = (pl.col(f"{name}_told") > 0) | (pl.col(f"{name}_count") == 0)
    return pl.when(pl.col(f"{name}_known") & said).then(pl.col(f"{name}_sum").cast(pl.Float64)).alias(name)


def by_event(rows: pl.LazyFrame) -> pl.LazyFrame:
    """The volume of each event over accounts: rows as `volumes` returns them, of those accounts that count.

    volume: the sum where it is known (null where it is of none), of accounts_told accounts; accounts_using of these have some;
    accounts_untold: of which it is not known. volume_compared and volume_before: the sums of the accounts of which both are known
    (compared), and volume_change of these. without_quantity, corrections: sums. Returns event and these, in the order of events.
    """
    both = pl.col("volume").is_not_null() & pl.col("volume_before").is_not_null()
    summed = rows.sort("event", "account_id").group_by("event", maintain_order=True).agg(
        volume=_sum_of_known("volume"),
        accounts_told=pl.col("volume").count().cast(pl.Int64),
        accounts_using=(pl.col("volume_events").filter(pl.col("volume").is_not_null()) > 0).sum().cast(pl.Int64),
        accounts_untold=pl.col("volume").null_count().cast(pl.Int64),
        compared=both.sum().cast(pl.Int64),
        volume_compared=_sum_of_known("volume", both),
        volume_before=_sum_of_known("volume_before", both),
        without_quantity=pl.col("without_quantity").sum(),
        corrections=_sum_of_known("corrections"),
    )  # fmt: skip
    change = pl.when(pl.col("volume_before") > 0).then(pl.col("volume_compared") / pl.col("volume_before") - 1)
    return summed.with_columns(volume_change=change)


def _sum_of_known(name: str, of: pl.Expr | None = None) -> pl.Expr:
    """The sum of what is known, null where nothing is, which is not zero."""
    known = pl.col(name).drop_nulls() if of is None else pl.col(name).filter(of)
    return pl.when(known.len() > 0).then(known.sum())
