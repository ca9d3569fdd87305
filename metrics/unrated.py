"""What accounts are whose money cannot be told, since its currency has no exchange rate: they pay all the same."""

from datetime import date

import polars as pl

from metrics.balances import account_states
from metrics.grace import with_grace
from metrics.rules import Rules

NO_RATE = "paying, no rate"
WITH_MONEY = ("paying", "in_grace", "free")
CUSTOMERS = (*WITH_MONEY, NO_RATE, "trial")  # whom counts of health, usage and accounts are of


def all_states(lines: pl.LazyFrame, effective: pl.LazyFrame, apart: pl.LazyFrame, *, day: date, rules: Rules) -> pl.LazyFrame:
    """The states of `account_states`, also of accounts whose lines stand apart because their currency has no rate.

    lines, effective: contract_lines and with_grace of the lines whose money can be told; apart: contract_lines of the others. An account
    that pays on such a line alone, or is in grace on it, is `paying, no rate`, whatever it was on other lines before. Same columns.
    """
    told = account_states(lines, effective, day=day)
    if apart.select(pl.len()).collect().item() == 0:
        return told
    other = account_states(apart, with_grace(apart, as_of=day, rules=rules), day=day).with_columns(
        pl.when(pl.col("state").is_in(WITH_MONEY)).then(pl.lit(NO_RATE)).otherwise("state").alias("state")
    )
    order = pl.col("state").replace_strict({**dict.fromkeys(WITH_MONEY, 0), NO_RATE: 1, "trial": 2}, default=3, return_dtype=pl.Int8)
    ranked = pl.concat([told, other]).with_columns(order=order).sort("account_id", "order", "since", descending=[False, False, True])
    return ranked.unique("account_id", keep="first", maintain_order=True).drop("order")
