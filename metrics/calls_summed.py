"""What calls on renewals come to in sum: by quarter, by owner, with what nobody has said anything of told apart."""

from collections.abc import Sequence

import polars as pl

from metrics.renewal_calls import AT_RISK, CALLS, COMMIT, LIKELY, kept_of_due

SUMMED = {
    "renewals": pl.Int64, "due": pl.Int64, **{f"due_{call}": pl.Int64 for call in CALLS},
    **{f"said_{call}": pl.Int64 for call in (COMMIT, LIKELY, AT_RISK)}, "called": pl.Int64, "due_called": pl.Int64,
    "renewing": pl.Int64, "growth": pl.Int64, "not_called": pl.Int64, "due_not_called": pl.Int64,
    "not_told": pl.Int64, "due_not_told": pl.Int64,
    "model_called": pl.Int64, "model_not_called": pl.Int64,
}  # fmt: skip
OF_CALLS = ("renewing", "growth", *(f"said_{call}" for call in (COMMIT, LIKELY, AT_RISK)))


def summed_calls(renewals: pl.LazyFrame, by: Sequence[str]) -> pl.LazyFrame:
    """Calls in sum, by the columns `by`; one row for each of their values that has a renewal.

    renewals: by, due (cents), call, said (cents expected after it; null where nothing was said, or in another currency), model (cents that
    the forecast expects to renew; null where there is none). renewals, due: all that comes up. due_commit ...: ARR due with such a call;
    said_commit ...: what was said of it. called, due_called: with a call. renewing: what the calls expect to renew of what is due, each at
    most what is due; growth: what they expect beyond. not_told, due_not_told: with a call whose amount cannot be told; in none of these,
    and where there are no others what is said is null. not_called, due_not_called: without a call, in none of the others. model_called,
    model_not_called: what the forecast expects of both; null where it says nothing of one of them. Money in cents.
    """
    has_call = pl.col("call").is_not_null()
    is_called = has_call & pl.col("said").is_not_null()
    told = renewals.with_columns(
        call=pl.when(is_called).then("call"), said=pl.when(is_called).then("said"), is_called=is_called, is_silent=~has_call,
        not_told=has_call & ~is_called,
    )  # fmt: skip
    within = kept_of_due("said", "due")
    of_class = [pl.col("due").filter(pl.col("call") == call).sum().alias(f"due_{call}") for call in CALLS]
    said = [pl.col("said").filter(pl.col("call") == call).sum().alias(f"said_{call}") for call in (COMMIT, LIKELY, AT_RISK)]
    sums = told.group_by(by).agg(
        pl.len().alias("renewals"), pl.col("due").sum(), *of_class, *said,
        called=pl.col("is_called").sum(), due_called=pl.col("due").filter("is_called").sum(),
        renewing=within.sum(), growth=(pl.col("said") - within).sum(),
        not_told=pl.col("not_told").sum(), due_not_told=pl.col("due").filter("not_told").sum(),
        not_called=pl.col("is_silent").sum(), due_not_called=pl.col("due").filter("is_silent").sum(),
        model_called=_whole(pl.col("model").filter("is_called")), model_not_called=_whole(pl.col("model").filter("is_silent")),
    )  # fmt: skip
    unknown = (pl.col("called") == 0) & (pl.col("not_told") > 0)
    of_calls = [pl.when(~unknown).then(name).alias(name) for name in OF_CALLS]
    return sums.with_columns(*of_calls).select(*by, *(pl.col(name).cast(kind) for name, kind in SUMMED.items()))


def _whole(amounts: pl.Expr) -> pl.Expr:
    """The sum; null where one of the amounts is."""
    return pl.when(amounts.null_count() == 0).then(amounts.sum())
