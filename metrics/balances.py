"""MRR and ARR per account on given days, and what each account is on one day."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from metrics.grace import FAR, paid_spells

VALUES = ("mrr", "arr")


def balances(lines: pl.LazyFrame, *, days: Sequence[date], rates: pl.LazyFrame | None = None, currency: str = "USD") -> pl.LazyFrame:
    """MRR and ARR (integer cents of `currency`) of every account on every day of `days`, zero included.

    lines: account_id, starts_on, ends_on, mrr, arr, currency; all that are given count. rates: day, currency, rate.
    Returns day, account_id, mrr, arr, and mrr_constant, arr_constant: the same money at the rates of the day before in `days`
    (of the day itself for the first). Raises ValueError where a currency has no rate on or before a day.
    """
    ordered = sorted(set(days))
    grid = pl.LazyFrame({"at": range(len(ordered)), "day": ordered}, schema={"at": pl.Int64, "day": pl.Date})
    money = lines.with_columns(pl.col("currency").fill_null(currency), pl.col("ends_on").fill_null(FAR))
    bounds = pl.Series(ordered, dtype=pl.Date)
    steps = pl.concat([money.select(*_key(), *_step(bounds, "starts_on", 1)), money.select(*_key(), *_step(bounds, "ends_on", -1))])
    keys = money.select(_key()).unique()
    dense = (
        keys.join(grid, how="cross")
        .join(steps.group_by(*_key(), "at").agg(pl.col(VALUES).sum()), on=[*_key(), "at"], how="left")
        .with_columns(pl.col(VALUES).fill_null(0).cum_sum().over(_key(), order_by="at"))
    )
    converted = dense.join(_rates(ordered, rates, keys, currency), on=["currency", "at"])
    here = [(pl.col(name) * pl.col("rate")).round().cast(pl.Int64).alias(name) for name in VALUES]
    constant = [(pl.col(name) * pl.col("rate_before")).round().cast(pl.Int64).alias(f"{name}_constant") for name in VALUES]
    return (
        converted.select("day", "account_id", *here, *constant).group_by("day", "account_id").agg(pl.all().sum()).sort("day", "account_id")
    )


def _key() -> list[str]:
    return ["account_id", "currency"]


def _step(bounds: pl.Series, column: str, sign: int) -> list[pl.Expr]:
    """The first balance day on or after a day, and the value that comes (or goes) there."""
    at = pl.lit(bounds).search_sorted(pl.col(column), side="left").cast(pl.Int64).alias("at")
    return [at, *(pl.col(name) * sign for name in VALUES)]


def _rates(days: list[date], rates: pl.LazyFrame | None, keys: pl.LazyFrame, currency: str) -> pl.LazyFrame:
    """The last rate on or before each day, and that of the day before in the list: currency, at, rate, rate_before."""
    needed = sorted(set(keys.select("currency").unique().collect()["currency"].to_list()) - {currency})
    known = (
        pl.DataFrame(schema={"day": pl.Date, "currency": pl.String, "rate": pl.Float64}) if rates is None else rates.collect().sort("day")
    )
    rows = [(currency, at, 1.0, 1.0) for at in range(len(days))]
    for code in needed:
        of_code = known.filter(pl.col("currency") == code)
        found = [_last_rate(of_code, day) for day in days]
        if None in found:
            raise ValueError(f"No exchange rate for {code} on or before {days[found.index(None)]}. Import it into fx_rates.")
        rows += [(code, at, found[at], found[max(at - 1, 0)]) for at in range(len(days))]
    return pl.LazyFrame(rows, schema={"currency": pl.String, "at": pl.Int64, "rate": pl.Float64, "rate_before": pl.Float64}, orient="row")


def _last_rate(rates: pl.DataFrame, day: date) -> float | None:
    upto = rates.filter(pl.col("day") <= day)
    return upto["rate"][-1] if upto.height else None


def live(lines: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """The lines that are live on a day: starts_on <= day < ends_on, or open-ended."""
    return lines.filter(pl.col("starts_on") <= day, pl.col("ends_on").is_null() | (pl.col("ends_on") > day))


def committed(lines: pl.LazyFrame, *, day: date) -> pl.LazyFrame:
    """The lines that make CARR on a day: booked by then and not over, less those that a later booked line replaces."""
    booked = lines.filter(pl.coalesce("booked_on", "starts_on") <= day, pl.col("ends_on").is_null() | (pl.col("ends_on") > day))
    latest = booked.group_by("account_id").agg(pl.col("starts_on").max().alias("last_booked_start"))
    replaced = (pl.col("ends_on") <= pl.col("last_booked_start")).fill_null(False)
    return booked.join(latest, on="account_id").filter(~replaced).drop("last_booked_start")


def account_states(lines: pl.LazyFrame, effective: pl.LazyFrame, *, day: date) -> pl.LazyFrame:
    """What every account with a line by `day` is: paying, in_grace, trial or churned; since when; and when its next line ends.

    lines: contract_lines; effective: with_grace of them. Returns account_id, state, since, next_end. Accounts with only
    future or unpaid lines are not returned: the report calls them prospects.
    """
    now = live(effective, day).group_by("account_id").agg(pl.col("in_grace").all(), next_end=pl.col("ends_on").min())
    spells = paid_spells(effective).filter(pl.col("paid_from") <= day).group_by("account_id").agg(pl.col("paid_from", "lapsed_on").max())
    lapsed = (
        paid_spells(lines.filter("paying"))
        .filter(pl.col("lapsed_on") <= day)
        .group_by("account_id")
        .agg(churned_on=pl.col("lapsed_on").max())
    )
    trials = live(lines.filter("is_trial"), day).group_by("account_id").agg(trial_from=pl.col("starts_on").min())
    paying = pl.col("in_grace").is_not_null()
    state = (
        pl.when(pl.col("in_grace")).then(pl.lit("in_grace")).when(paying).then(pl.lit("paying"))
        .when(pl.col("trial_from").is_not_null()).then(pl.lit("trial")).otherwise(pl.lit("churned"))
    )  # fmt: skip
    since = pl.when(pl.col("in_grace")).then("churned_on").when(paying).then("paid_from")
    return (
        spells.join(trials, on="account_id", how="full", coalesce=True)
        .join(now, on="account_id", how="left")
        .join(lapsed, on="account_id", how="left")
        .with_columns(state=state, since=since.when(pl.col("trial_from").is_not_null()).then("trial_from").otherwise("churned_on"))
        .select("account_id", "state", "since", "next_end")
    )
