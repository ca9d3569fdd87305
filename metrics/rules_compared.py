"""Two sets of rules on one book: what each says of a day, and which contract lines make the difference, and why."""

from dataclasses import fields, replace
from datetime import date

import polars as pl

from metrics.balances import VALUES
from metrics.grace import with_grace
from metrics.line_changes import line_worths
from metrics.lines import contract_lines
from metrics.rules import Rules

CAUSES = {
    "grace_days": "in grace", "count_ending_discounts": "discount that ends", "end_on_notice": "notice given",
    "arr_from_mrr": "ARR from MRR",
    "free_is_churn": "free customer", "reductions": "reduction", "count_paid_and_left": "paid and left within a month", "ramp": "ramp",
    "count_paused": "paused subscription", "count_unpaid": "unpaid subscription",
}  # fmt: skip
SEVERAL = "several choices together"


def rules_compared(
    contracts: pl.LazyFrame,
    *,
    day: date,
    as_of: date,
    one: Rules,
    other: Rules,
    rates: pl.LazyFrame | None = None,
    currency: str = "USD",
) -> pl.LazyFrame:
    """The contract lines that are worth something else under `other` than under `one`; their differences add up to that of the totals.

    contracts: as the store hands them out. Cause: the one choice of the rules that alone makes all the difference of the line, in
    words; where none does, or each of several, "several choices together". Cents. Empty where the two agree.
    Returns account_id, row_key, contract_id, product, cause, arr_one, arr_other, mrr_one, mrr_other, difference (of ARR, other less
    one), batch, line.
    """
    asked = {"day": day, "rates": rates, "currency": currency}
    first, second = (_worths(contracts, rules, as_of, asked).collect() for rules in (one, other))
    keys = ["account_id", "row_key"]
    both = first.select(keys).join(second, on=keys, how="full", coalesce=True, nulls_equal=True)
    changed = [name for name in (field.name for field in fields(Rules)) if name != "name" and getattr(one, name) != getattr(other, name)]
    causes = pl.concat([_NO_CAUSE, *(_made_by(contracts, one, other, name, both, as_of, asked) for name in changed)])
    why = causes.group_by(keys).agg(cause=pl.when(pl.len() == 1).then(pl.col("cause").first()).otherwise(pl.lit(SEVERAL)))
    pair = first.join(second, on=["account_id", "row_key"], how="full", coalesce=True, suffix="_2", nulls_equal=True)
    told = pair.with_columns(
        *(pl.coalesce(name, f"{name}_2") for name in ("contract_id", "product", "batch", "line")),
        *(pl.col(name).fill_null(0).alias(f"{name}_one") for name in VALUES),
        *(pl.col(f"{name}_2").fill_null(0).alias(f"{name}_other") for name in VALUES),
    ).with_columns(difference=pl.col("arr_other") - pl.col("arr_one"))
    return (
        told.filter((pl.col("difference") != 0) | (pl.col("mrr_one") != pl.col("mrr_other")))
        .join(why, on=["account_id", "row_key"], how="left", nulls_equal=True)
        .with_columns(pl.col("cause").fill_null(SEVERAL))
        .select(
            "account_id", "row_key", "contract_id", "product", "cause", "arr_one", "arr_other", "mrr_one", "mrr_other", "difference",
            "batch", "line",
        )
        .sort(pl.col("difference").abs(), "account_id", descending=[True, False])
        .lazy()
    )  # fmt: skip


_NO_CAUSE = pl.DataFrame(schema={"account_id": pl.String, "row_key": pl.String, "cause": pl.String})


def _worths(contracts: pl.LazyFrame, rules: Rules, as_of: date, asked: dict) -> pl.LazyFrame:
    return line_worths(with_grace(contract_lines(contracts, rules=rules, as_of=as_of), as_of=as_of, rules=rules), **asked)


def _made_by(contracts: pl.LazyFrame, one: Rules, other: Rules, choice: str, both: pl.DataFrame, as_of: date, asked: dict) -> pl.DataFrame:
    """The lines of either that are worth what they are under the other rules (`both`) once one choice alone is made as these make it."""
    alone = _worths(contracts, replace(one, **{choice: getattr(other, choice)}), as_of, asked).collect()
    keys = ["account_id", "row_key"]
    pair = both.join(alone, on=keys, how="left", suffix="_2", nulls_equal=True)
    same = pl.all_horizontal(pl.col(name).fill_null(0) == pl.col(f"{name}_2").fill_null(0) for name in VALUES)
    return pair.filter(same).select(*keys, cause=pl.lit(CAUSES[choice]))
