"""MRR and ARR per account on given days, and what each account is on one day."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

import polars as pl

from language import tr
from metrics.currency import at_rate
from metrics.grace import FAR, paid_spells

VALUES = ("mrr", "arr")


def balances(lines: pl.LazyFrame, *, days: Sequence[date], rates: pl.LazyFrame | None = None, currency: str = "USD") -> pl.LazyFrame:
    """MRR and ARR (integer cents of `currency`) of every account on every day of `days`, zero included.

    lines: account_id, starts_on, ends_on, mrr, arr, currency; all that are given count. rates: day, currency, rate; the last rate on
    or before a day, and before the first rate that one. Returns day, account_id, mrr, arr, live (lines that count on the day, but for
    reductions).
    Raises ValueError where a currency has no rate at all.
    """
    ordered = sorted(set(days))
    steps = _in_currency(_dense(lines, ordered, currency), ordered, rates, currency)
    money = [_converted(name, "rate").alias(name) for name in VALUES]
    return (
        _per_account(steps.select("account_id", "at", *money, "live"), ["at"])
        .join(_grid(ordered), on="at")
        .select("day", "account_id", *VALUES, "live")
        .sort("day", "account_id")
    )


def changes(
    lines: pl.LazyFrame, *, days: Sequence[date], lag: int = 1, rates: pl.LazyFrame | None = None, currency: str = "USD", value: str = "mrr"
) -> pl.LazyFrame:
    """Each account between each day of `days` and the day `lag` places before it: what every bridge and every retention counts.

    Returns day, opened_on, account_id, opening and closing (cents, each at its own day's rate), constant (the closing money at the
    opening day's rate), held_before and held (whether any line counts). Rows of accounts with nothing on both days are left out.
    """
    ordered = sorted(set(days))
    steps = _in_currency(_dense(lines, ordered, currency), ordered, rates, currency)
    before = steps.select(pl.col(value, "live", "rate").shift(lag).name.suffix("_before"))
    paired = pl.concat([steps, before], how="horizontal").filter(pl.col("at") >= lag, (pl.col("live") > 0) | (pl.col("live_before") > 0))
    money = paired.select(
        "account_id", "at",
        _converted(f"{value}_before", "rate_before").alias("opening"),
        _converted(value, "rate").alias("closing"),
        _converted(value, "rate_before").alias("constant"),
        "live_before", "live",
    )  # fmt: skip
    pairs = _grid(ordered).with_columns(opened_on=pl.col("day").shift(lag))
    seen = _per_account(money, ["at"]).join(pairs, on="at")
    return seen.select(
        "day", "opened_on", "account_id", "opening", "closing", "constant", held_before=pl.col("live_before") > 0, held=pl.col("live") > 0
    )


def rated(lines: pl.LazyFrame, *, day: date, rates: pl.LazyFrame | None = None, currency: str = "USD") -> pl.LazyFrame:
    """The lines with mrr and arr in `currency` at a day's rates, each rounded once. Raises ValueError as `balances` does."""
    own = lines.with_columns(pl.col("currency").fill_null(currency)).collect()
    foreign = sorted(set(own["currency"].unique()) - {currency})
    table = {code: _rates_on([day], rates, code)[0] for code in foreign}
    rate = pl.col("currency").replace_strict(table, default=None, return_dtype=pl.Float64) if table else pl.lit(None, dtype=pl.Float64)
    return own.lazy().with_columns(rate=rate).with_columns(*(_converted(name, "rate").alias(name) for name in VALUES)).drop("rate")


def _grid(days: list[date]) -> pl.LazyFrame:
    return pl.LazyFrame({"at": range(len(days)), "day": days}, schema={"at": pl.Int64, "day": pl.Date})


def _dense(lines: pl.LazyFrame, days: list[date], currency: str) -> pl.DataFrame:
    """Every account and currency on every day, in that order: account_id, currency, at, mrr, arr, live, in the line's own currency.

    A line steps up at the first of the days on or after its start and down at the first on or after its end; past the last day lies
    one place more, where all lines are down. So one running sum over the whole frame is zero again wherever the next account begins.
    """
    money = lines.select("account_id", pl.col("currency").fill_null(currency), "starts_on", pl.col("ends_on").fill_null(FAR), *VALUES)
    if len(days) == 1:
        return _on_one_day(money, days[0])
    numbered = money.collect().sort("account_id", "currency").with_columns(key=pl.struct("account_id", "currency").rle_id().cast(pl.Int64))
    places, bounds = len(days) + 1, pl.lit(pl.Series(days, dtype=pl.Date))
    one = pl.lit(1, dtype=pl.Int64)
    steps = pl.concat(
        numbered.select(
            slot=pl.col("key") * places + bounds.search_sorted(pl.col(column), side="left").cast(pl.Int64),
            **{name: pl.col(name) * sign for name in VALUES}, live=pl.when(pl.col("arr") >= 0).then(one * sign).otherwise(0),
        )
        for column, sign in (("starts_on", 1), ("ends_on", -1))
    )  # fmt: skip
    summed = steps.group_by("slot").agg(pl.all().sum())
    keys = numbered.unique("key", keep="first", maintain_order=True).select("key", "account_id", "currency")
    slots = pl.select(slot=pl.int_range(keys.height * places, dtype=pl.Int64))
    running = slots.join(summed, on="slot", how="left", maintain_order="left").with_columns(
        pl.col(*VALUES, "live").fill_null(0).cum_sum(), at=pl.col("slot") % places
    )
    named = keys.select(pl.col("account_id", "currency").repeat_by(places).explode(empty_as_null=False))
    return pl.concat([named, running.drop("slot")], how="horizontal").filter(pl.col("at") < len(days))


def _on_one_day(money: pl.LazyFrame, day: date) -> pl.DataFrame:
    """The same of one day: each line has stepped up, and may have stepped down again."""
    counts = (pl.col("starts_on") <= day).cast(pl.Int64) - (pl.col("ends_on") <= day).cast(pl.Int64)
    summed = {name: (pl.col(name) * counts).sum() for name in VALUES} | {
        "live": pl.when(pl.col("arr") >= 0).then(counts).otherwise(0).sum()
    }
    placed = money.group_by("account_id", "currency").agg(**summed, at=pl.lit(0, dtype=pl.Int64))
    return placed.sort("account_id", "currency").collect()


def _in_currency(dense: pl.DataFrame, days: list[date], rates: pl.LazyFrame | None, currency: str) -> pl.LazyFrame:
    """The same rows in the same order, with the rate of each day."""
    foreign = sorted(set(dense["currency"].unique()) - {currency})
    if not foreign:
        return dense.with_columns(rate=pl.lit(None, dtype=pl.Float64)).lazy()
    table = pl.DataFrame(
        [(code, at, rate) for code in foreign for at, rate in enumerate(_rates_on(days, rates, code))],
        schema={"currency": pl.String, "at": pl.Int64, "rate": pl.Float64}, orient="row",
    )  # fmt: skip
    return dense.join(table, on=["currency", "at"], how="left", maintain_order="left").lazy()


def _rates_on(days: list[date], rates: pl.LazyFrame | None, code: str) -> list[float]:
    """The last rate of a currency on or before each day; before the first one, the first."""
    known = [] if rates is None else rates.filter(pl.col("currency") == code).sort("day").collect().select("day", "rate").rows()
    if not known:
        raise ValueError(tr("No exchange rate for {code}. Import it into fx_rates.", code=code))
    since = [day for day, _ in known]
    return [known[max(bisect_right(since, day) - 1, 0)][1] for day in days]


def _converted(value: str, rate: str) -> pl.Expr:
    """Cents at a rate; money in the reporting currency has no rate and stays as it is."""
    return pl.when(pl.col(rate).is_null()).then(pl.col(value)).otherwise(at_rate(value, rate))


def _per_account(rows: pl.LazyFrame, by: list[str]) -> pl.LazyFrame:
    """The currencies of an account added up."""
    return rows.group_by("account_id", *by).agg(pl.all().sum())


def live(lines: pl.LazyFrame, day: date) -> pl.LazyFrame:
    """The lines that are live on a day: starts_on <= day < ends_on, or open-ended."""
    return lines.filter(pl.col("starts_on") <= day, pl.col("ends_on").is_null() | (pl.col("ends_on") > day))


def _with_pauses(effective: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """The lines that make a customer, and the pauses of lines that paid before: who resumes is a customer since before the pause."""
    columns = ["account_id", "starts_on", "ends_on"]
    if "rests" not in lines.collect_schema().names():
        return effective.select(columns)
    paid = effective.group_by("account_id").agg(first_paid=pl.col("starts_on").min())
    pauses = lines.filter("rests").join(paid, on="account_id").filter(pl.col("starts_on") > pl.col("first_paid"))
    return pl.concat([effective.select(columns), pauses.select(columns)])


def account_states(lines: pl.LazyFrame, effective: pl.LazyFrame, *, day: date) -> pl.LazyFrame:
    """What every account with a line by `day` is: paying, free, in_grace, trial or churned; since when; and when its next line ends.

    lines: contract_lines; effective: with_grace of them. free: it has paid, and the MRR of its live lines is nothing
    (of what is rounded off a few cents of ARR may be left). since: of who pays, is
    free or in trial the first day of the unbroken time (grace bridges it), in grace and churned the day on which that ended. next_end: the
    nearest day on which a line that counts ends, whatever its discounts; in grace the day on which it stops counting.
    Returns account_id, state, since, next_end. Accounts with only future or unpaid lines are not returned: the report calls them prospects.
    """
    end = "line_ends_on" if "line_ends_on" in effective.collect_schema().names() else "ends_on"
    counting = effective.filter(pl.col("arr") >= 0)
    now = live(effective, day).group_by("account_id").agg(
        pl.col("in_grace").all(), next_end=pl.col(end).filter(pl.col("arr") >= 0).min(), worth=pl.col("mrr").sum()
    )  # fmt: skip
    spells = (
        paid_spells(_with_pauses(counting, lines))
        .filter(pl.col("paid_from") <= day)
        .group_by("account_id")
        .agg(pl.col("paid_from", "lapsed_on").max())
    )
    lapsed = (
        paid_spells(counting.filter(~pl.col("in_grace")))
        .filter(pl.col("lapsed_on") <= day)
        .group_by("account_id")
        .agg(churned_on=pl.col("lapsed_on").max())
    )
    trials = live(lines.filter("is_trial"), day).group_by("account_id").agg(trial_from=pl.col("starts_on").min())
    paying = pl.col("in_grace").is_not_null()
    state = (
        pl.when(pl.col("in_grace")).then(pl.lit("in_grace"))
        .when(paying & (pl.col("worth") > 0)).then(pl.lit("paying")).when(paying).then(pl.lit("free"))
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
