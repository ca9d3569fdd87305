"""A figure then and now: what each account adds to it, and which rows of its contracts have changed in between."""

from datetime import date

import polars as pl

from metrics.balances import balances, changes

FIGURES = ("opening_mrr", "closing_mrr", "retained_mrr", "arr")
CONTENT = (
    "account_id", "contract_id", "line_id", "product", "kind", "starts_on", "ends_on", "amount", "period", "currency", "discount",
    "discount_amount", "discount_ends_on", "booked_on", "cancelled_on", "is_trial", "status", "trial_ends_on",
    "paused_on", "resumes_on", "billing_system",
)  # fmt: skip
OF_A_LINE = ("account_id", "contract_id", "line_id", "product", "starts_on")  # a row that is of these is the same, whatever its key


def parts_of_figures(
    lines: pl.LazyFrame, *, start: date, end: date, rates: pl.LazyFrame | None = None, currency: str = "USD"
) -> pl.DataFrame:
    """What each account adds to retention from `start` to `end`, and to ARR on `end`; cents.

    lines: with_grace. Returns account_id, opening_mrr, closing_mrr and retained_mrr (of the opening cohort, as `retention` has them),
    arr, opened and kept (1 where the account is one of the opening, of the retained accounts). Accounts with none are left out.
    """
    seen = changes(lines, days=[start, end], lag=int(start != end), rates=rates, currency=currency).filter(pl.col("opening") > 0)
    cohort = seen.select(
        "account_id", opening_mrr="opening", closing_mrr="constant", retained_mrr=pl.min_horizontal("opening", "constant"),
        opened=pl.lit(1, dtype=pl.Int64), kept=pl.col("held").cast(pl.Int64),
    )  # fmt: skip
    arr = balances(lines, days=[end], rates=rates, currency=currency).filter(pl.col("arr") != 0).select("account_id", "arr")
    both = cohort.join(arr, on="account_id", how="full", coalesce=True).with_columns(pl.col(*FIGURES, "opened", "kept").fill_null(0))
    return both.sort("account_id").collect()


def difference(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """`after` less `before`, account by account; accounts where nothing differs are left out."""
    names = [*FIGURES, "opened", "kept"]
    both = before.join(after, on="account_id", how="full", coalesce=True, suffix="_after").with_columns(
        pl.exclude("account_id").fill_null(0)
    )
    told = both.select("account_id", *((pl.col(f"{name}_after") - pl.col(name)).alias(name) for name in names))
    return told.filter(pl.any_horizontal(pl.col(names) != 0)).sort("account_id")


def changed_rows(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """The contract rows that came, went or say something else: account_id, row_key, change, batch, line.

    before, after: contracts as the store hands them out. change: imported (a newer batch brought it), brought back (an older batch
    stands again), taken back (its batch stands no more), changed (a newer batch says otherwise), change taken back (an older one
    holds again), moved (it says the same, and is of another account). A row that is of another account now is told for both. batch and
    line: of the row that is meant. A row that goes by another key now is that row.
    """
    newest = before["batch"].max() or 0
    keys = ["row_key", *CONTENT]
    pair = _under_keys_of(after, before).select(*keys, "batch", "line").join(
        after.select(*keys, "batch", "line"), on="row_key", how="full", coalesce=True, suffix="_after"
    )  # fmt: skip
    same, same_but_account = (
        pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_after")) for name in names) for names in (CONTENT, CONTENT[1:])
    )
    came, went = pl.col("batch").is_null(), pl.col("batch_after").is_null()
    change = (
        pl.when(came & (pl.col("batch_after") > newest)).then(pl.lit("imported"))
        .when(came).then(pl.lit("brought back"))
        .when(went).then(pl.lit("taken back"))
        .when(same_but_account).then(pl.lit("moved"))
        .when(pl.col("batch_after") >= pl.col("batch")).then(pl.lit("changed"))
        .otherwise(pl.lit("change taken back"))
    )  # fmt: skip
    differing = pair.filter(~same).with_columns(
        change=change, batch=pl.coalesce("batch_after", "batch"), line=pl.coalesce("line_after", "line")
    )
    sides = [
        differing.select(pl.col(name).alias("account_id"), "row_key", "change", "batch", "line")
        for name in ("account_id", "account_id_after")
    ]
    return pl.concat(sides).drop_nulls("account_id").unique(maintain_order=True).sort("account_id", "row_key")


def _under_keys_of(after: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """`before`, its rows that are there under another key now with that key: a file that came since may have moved its feed to it."""
    went, came = before.join(after, on="row_key", how="anti"), after.join(before, on="row_key", how="anti")
    if not went.height or not came.height:
        return before
    now = came.select(*OF_A_LINE, now="row_key").unique(OF_A_LINE, keep="none")
    moved = went.unique(OF_A_LINE, keep="none").join(now, on=OF_A_LINE, nulls_equal=True).select("row_key", "now")
    return before.join(moved, on="row_key", how="left", maintain_order="left").with_columns(row_key=pl.coalesce("now", "row_key"))
