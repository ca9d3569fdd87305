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


def distinct_in(bits: pl.LazyFrame, asked: Mapping[str, pl.LazyFrame], *, item: str) -> dict[str, pl.LazyFrame]:
    """As distinct_between, for several windows at once: by the name of each count what that returns. asked: the observations of each.

    Where many accounts share their windows, since they are looked at on the same days, each window is counted for all of them at once;
    else users are matched with windows one by one.
    """
    dated = _asked(asked)
    first = dated.select(pl.col("since").min().dt.month_start()).item()
    wanted = dated.lazy().select("account_id").unique()
    touched = bits.filter(pl.col(item).is_not_null(), pl.col("month").is_between(first, dated["until"].max()))
    named = touched.select("account_id", "month", "bits", item=item).join(wanted, on="account_id", how="semi")
    counted = _by_window(_numbered(named), dated, _items_in) if _are_shared(dated) else _one_by_one(named, dated.lazy()).collect()
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


def _one_by_one(named: pl.LazyFrame, dated: pl.LazyFrame) -> pl.LazyFrame:
    touched = dated.with_columns(month=pl.date_ranges(pl.col("since").dt.month_start(), "until", interval="1mo")).explode("month")
    wanted = bits_between(pl.col("since"), pl.col("until"), pl.col("month"))  # of each window, not of each of its users: these are many
    asked = touched.select("account_id", "day", "name", "month", wanted=wanted)
    counted = asked.join(named, on=["account_id", "month"]).filter((pl.col("bits") & pl.col("wanted")) != 0)
    return counted.group_by("account_id", "day", "name").agg(n=pl.col("item").n_unique().cast(pl.Int64))


def _numbered(named: pl.LazyFrame) -> pl.DataFrame:
    """Items with a number for each account and item, and in its order: they are brought together at a fraction of what names cost."""
    own = pl.Categorical(pl.Categories.random())  # of this call alone: those that all share are kept for good
    codes = {name: pl.col(name).cast(own).to_physical().cast(pl.UInt64) for name in ("account_id", "item")}
    return named.select("account_id", "month", "bits", key=codes["account_id"] * 2**32 + codes["item"]).sort("key").collect()


def _by_window(
    rows: pl.DataFrame, dated: pl.DataFrame, count: Callable[[pl.DataFrame, Sequence[tuple[date, date]]], pl.DataFrame]
) -> pl.DataFrame:
    """What `count` finds in the windows asked for, those that end in one month together: account_id, day, name, n.

    count: of rows and windows a column for each window by its place, one row for each account.
    """
    spans = dated.select("since", "until").unique().sort("until", "since")
    told = [dated.select("account_id", "since", "until", n=pl.lit(0, pl.Int64)).clear()]
    for _, own in spans.group_by(pl.col("until").dt.month_start(), maintain_order=True):
        found = count(rows, own.rows()).unpivot(index="account_id", variable_name="at", value_name="n").filter(pl.col("n") > 0)
        told.append(
            found.join(own.with_columns(at=pl.int_range(pl.len()).cast(pl.String)), on="at").select("account_id", "since", "until", "n")
        )
    return dated.join(pl.concat(told), on=["account_id", "since", "until"])


def _items_in(named: pl.DataFrame, spans: Sequence[tuple[date, date]]) -> pl.DataFrame:
    """Distinct items of every account in each span: each item is laid out once, a column for each month, so that a span is a few
    operations on whole columns."""
    first, last = min(since for since, _ in spans).replace(day=1), max(until for _, until in spans)
    months: list[date] = pl.date_range(first, last, "1mo", eager=True).to_list()
    columns = [pl.when(pl.col("month") == month).then("bits").otherwise(0).alias(str(month)) for month in months]
    own = named.filter(pl.col("month").is_between(first, last)).select("account_id", "key", *columns)
    of_items = own.group_by("key").agg(pl.col("account_id").first(), pl.exclude("account_id", "key").bitwise_or())
    seen = {str(at): _touched([month for month in months if _overlap(month, *span)], *span) for at, span in enumerate(spans)}
    return of_items.select("account_id", **seen).group_by("account_id").agg(pl.all().sum().cast(pl.Int64))


def _overlap(month: date, since: date, until: date) -> bool:
    return since < months_later(month, 1) and month <= until


def _touched(months: Sequence[date], since: date, until: date) -> pl.Expr:
    """Whether the sets of the months have a day in the span, which overlaps each of them."""
    inside = [pl.col(str(month)) & pl.lit(_days(month, since, until)) for month in months]
    return reduce(or_, inside) != 0


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
    return own.select("account_id", **inside).group_by("account_id").agg(pl.all().sum())


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
