"""Who was active in a stretch of days: counted from bit sets, for many accounts and days at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import reduce
from operator import or_

import polars as pl

from metrics.months import bits_between, last_of, months_later

SPARE = 4  # windows times accounts for each window asked for, up to which it costs less to count every window of all accounts


def observed(accounts: pl.LazyFrame, *days: date) -> pl.LazyFrame:
    """Every account on every day: account_id, day. This is what all windows are counted for."""
    return accounts.select("account_id").join(pl.LazyFrame({"day": days}, schema={"day": pl.Date}), how="cross")


def distinct_active(bits: pl.LazyFrame, observations: pl.LazyFrame, *, item: str, days: int, name: str, before: int = 0) -> pl.LazyFrame:
    """Distinct values of `item` with an active day in the window that ends `before` days ahead of each observation.

    bits: account_id, `item`, month (first day), bits (bit d-1 = active on day d of it). observations: account_id, day.
    The window holds `days` days. An item that is null does not count.
    Returns account_id, day and `name` (a count); observations without any are left out.
    """
    until, since = pl.col("day").dt.offset_by(f"-{before}d"), pl.col("day").dt.offset_by(f"-{before + days - 1}d")
    return distinct_between(bits, observations.with_columns(since=since, until=until), item=item, name=name)


def distinct_between(bits: pl.LazyFrame, observations: pl.LazyFrame, *, item: str, name: str) -> pl.LazyFrame:
    """As distinct_active, in the window from `since` to `until` (both included) of each observation, where both are known."""
    return distinct_in(bits, {name: observations}, item=item)[name]


def distinct_in(
    bits: pl.LazyFrame, asked: Mapping[str, pl.LazyFrame], *, item: str, own: pl.DataFrame | None = None
) -> dict[str, pl.LazyFrame]:
    """As distinct_between, for several windows at once: by the name of each count what that returns. asked: the observations of each.

    Where many accounts share their windows, since they are looked at on the same days, each window is counted for all of them at once;
    else users are matched with windows one by one. own: what `numbered` says of bits, where that is known already.
    """
    dated = _asked(asked)
    shared = _are_shared(dated)
    if not dated.height:
        return _apart(dated.with_columns(n=pl.lit(0, pl.Int64)), asked)
    if shared and own is not None:
        return _apart(_by_window(own, dated, _items_in), asked)
    first = dated.select(pl.col("since").min().dt.month_start()).item()
    wanted = dated.lazy().select("account_id").unique()
    touched = bits.filter(pl.col(item).is_not_null(), pl.col("month").is_between(first, dated["until"].max()))
    named = touched.select("account_id", "month", "bits", item).join(wanted, on="account_id", how="semi")
    counted = _by_window(numbered(named, item), dated, _items_in) if shared else _one_by_one(named, dated.lazy(), item).collect()
    return _apart(counted, asked)


def _asked(asked: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    told = [frame.select("account_id", "day", "since", "until", name=pl.lit(name)) for name, frame in asked.items()]
    return pl.concat(told).drop_nulls(["since", "until"]).collect()


def _are_shared(dated: pl.DataFrame) -> bool:
    """Whether it costs less to count each window of all accounts than each observation's own."""
    return dated.select("since", "until").n_unique() * dated["account_id"].n_unique() <= SPARE * dated.height


def _apart(counted: pl.DataFrame, names: Iterable[str]) -> dict[str, pl.LazyFrame]:
    told = counted.lazy()
    return {name: told.filter(pl.col("name") == name).select("account_id", "day", pl.col("n").alias(name)) for name in names}


def _one_by_one(named: pl.LazyFrame, dated: pl.LazyFrame, item: str) -> pl.LazyFrame:
    touched = dated.with_columns(month=pl.date_ranges(pl.col("since").dt.month_start(), "until", interval="1mo")).explode("month")
    wanted = bits_between(pl.col("since"), pl.col("until"), pl.col("month"))  # of each window, not of each of its users: these are many
    asked = touched.select("account_id", "day", "name", "month", wanted=wanted)
    counted = asked.join(named, on=["account_id", "month"]).filter((pl.col("bits") & pl.col("wanted")) != 0)
    return counted.group_by("account_id", "day", "name").agg(n=pl.col(item).n_unique().cast(pl.Int64))


def numbered(bits: pl.LazyFrame, item: str) -> pl.DataFrame:
    """Items with a number for each account and item, in its order: account_id, month, bits, key. They are brought together at a fraction of
    what names cost. Items that are null are left out."""
    own = pl.Categorical(pl.Categories.random())  # of this call alone: those that all share are kept for good
    account, each = (pl.col(name).cast(own).to_physical().cast(pl.UInt64) for name in ("account_id", item))
    named = bits.filter(pl.col(item).is_not_null())
    return named.select("account_id", "month", "bits", key=account * 2**32 + each).sort("key").collect()


def _by_window(
    rows: pl.DataFrame, dated: pl.DataFrame, count: Callable[[pl.DataFrame, Sequence[tuple[date, date]]], pl.DataFrame]
) -> pl.DataFrame:
    """What `count` finds in the windows asked for, those that end in one month together: account_id, day, name, n.

    count: of rows and windows account_id, at (the place of a window) and n.
    """
    spans = dated.select("since", "until").unique().sort("until", "since")
    told = [dated.select("account_id", "since", "until", n=pl.lit(0, pl.Int64)).clear()]
    for _, own in spans.group_by(pl.col("until").dt.month_start(), maintain_order=True):
        found = count(rows, own.rows())
        told.append(found.join(own.with_row_index("at"), on="at").select("account_id", "since", "until", "n"))
    return dated.join(pl.concat(told), on=["account_id", "since", "until"])


def _items_in(rows: pl.DataFrame, spans: Sequence[tuple[date, date]]) -> pl.DataFrame:
    """Distinct items of every account in each span: rows of an item follow one another, so that the first of those that a span touches
    stands for it."""
    first, last = min(since for since, _ in spans).replace(day=1), max(until for _, until in spans)
    own = rows.filter(pl.col("month").is_between(first, last)).lazy()
    is_first = (pl.col("key") != pl.col("key").shift(1)).fill_null(value=True)
    items = [own.filter(_touched(*span)).filter(is_first).group_by("account_id").agg(n=pl.len().cast(pl.Int64)) for span in spans]
    return pl.concat([each.with_columns(at=pl.lit(at, pl.UInt32)) for at, each in enumerate(pl.collect_all(items))])


def _touched(since: date, until: date) -> pl.Expr:
    """Whether the set of a row has a day in the span."""
    months = pl.date_range(since.replace(day=1), until, "1mo", eager=True).to_list()
    return reduce(or_, [(pl.col("month") == month) & (pl.col("bits") & _days(month, since, until) != 0) for month in months])


def _days(month: date, since: date, until: date) -> int:
    """The bits of the days of a month that lie in the span."""
    first, last = max(since, month), min(until, months_later(month, 1) - timedelta(days=1))
    return (1 << last.day) - (1 << (first.day - 1))


def last_active(bits: pl.LazyFrame, *, item: str, until: date) -> pl.LazyFrame:
    """The last active day of each `item` up to `until`: account_id, `item`, last_day. Items without one are left out."""
    month = pl.col("month")
    so_far = pl.col("bits") & bits_between(month, pl.lit(until), month)
    seen = bits.filter(month <= until).with_columns(bits=so_far).filter(pl.col("bits") > 0)
    return seen.group_by("account_id", item).agg(last_day=last_of(pl.col("bits"), month).max())


def counted_between(daily: pl.LazyFrame, observations: pl.LazyFrame, *, name: str) -> pl.LazyFrame:
    """Events in the window from `since` to `until` of each observation, 0 where there are none, where both are known.

    daily: account_id, day, count, one row per account and day with events. Returns account_id, day and `name`.
    """
    return counted_in(daily, {name: observations})[name]


def counted_in(daily: pl.LazyFrame, asked: Mapping[str, pl.LazyFrame]) -> dict[str, pl.LazyFrame]:
    """As counted_between, for several windows at once: by the name of each count what that returns. asked: the observations of each."""
    dated = _asked(asked)
    if not _are_shared(dated):
        return {name: _summed(daily, frame, name) for name, frame in asked.items()}
    counted = _by_window(daily.select("account_id", "day", "count").collect(), dated, _events_in)
    every = dated.join(counted.select("account_id", "day", "name", "n"), on=["account_id", "day", "name"], how="left")
    return _apart(every.with_columns(pl.col("n").fill_null(0)), asked)


def _events_in(daily: pl.DataFrame, spans: Sequence[tuple[date, date]]) -> pl.DataFrame:
    first, last = min(since for since, _ in spans), max(until for _, until in spans)
    count = pl.col("count").cast(pl.Int64)
    inside = {str(at): pl.when(pl.col("day").is_between(*span)).then(count).otherwise(0) for at, span in enumerate(spans)}
    own = daily.filter(pl.col("day").is_between(first, last))
    wide = own.select("account_id", **inside).group_by("account_id").agg(pl.all().sum())
    found = wide.unpivot(index="account_id", variable_name="at", value_name="n").filter(pl.col("n") > 0)
    return found.with_columns(pl.col("at").cast(pl.UInt32))


def _summed(daily: pl.LazyFrame, observations: pl.LazyFrame, name: str) -> pl.LazyFrame:
    first = observations.select(first=pl.col("since").min())  # days may reach back much further, and are many
    counting = daily.join(first, how="cross").filter(pl.col("day") >= pl.col("first"))
    so_far = (
        counting.sort("account_id", "day").select("account_id", on="day", total=pl.col("count").cum_sum().over("account_id")).sort("on")
    )

    def up_to(day: pl.Expr, label: str) -> pl.LazyFrame:
        asked = observations.select("account_id", "day", on=day).drop_nulls("on").sort("on")
        found = asked.join_asof(so_far, on="on", by="account_id", check_sortedness=False)
        return found.select("account_id", "day", pl.col("total").fill_null(0).alias(label))

    last, before = up_to(pl.col("until"), "last"), up_to(pl.col("since").dt.offset_by("-1d"), "before")
    counted = (pl.col("last") - pl.col("before")).cast(pl.Int64).alias(name)
    return last.join(before, on=["account_id", "day"]).select("account_id", "day", counted)
