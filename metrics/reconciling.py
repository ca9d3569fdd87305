"""Two lists of ARR side by side, account by account: ours and finance's."""

import polars as pl

STATES = ("matched", "different", "only finance", "only ours")


def reconciled(ours: pl.LazyFrame, finance: pl.LazyFrame, *, candidates: dict[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Every account that either list has, with the difference (ours less finance's), its state and the likely cause.

    Matched are also accounts that finance lists with nothing and that bring nothing.

    ours: account_id, arr; finance: account_id, finance (cents; several rows of an account are added up). candidates: what ARR would be
    if something were counted otherwise, by the words that say so: the first one that gives finance's figure is the likely cause.
    Returns account_id, arr, finance, difference, state, cause (null where none fits or the lists agree); largest difference first.
    """
    theirs = finance.group_by("account_id").agg(pl.col("finance").sum())
    both = ours.filter(pl.col("arr") != 0).join(theirs, on="account_id", how="full", coalesce=True)
    state = (
        pl.when(pl.col("finance").is_null()).then(pl.lit("only ours"))
        .when(pl.col("arr").fill_null(0) == pl.col("finance")).then(pl.lit("matched"))
        .when(pl.col("arr").is_null()).then(pl.lit("only finance"))
        .otherwise(pl.lit("different"))
    )  # fmt: skip
    rows = both.with_columns(state=state).with_columns(difference=pl.col("arr").fill_null(0) - pl.col("finance").fill_null(0))
    causes = []
    for number, (words, would_be) in enumerate(candidates.items()):
        worth = would_be.group_by("account_id").agg(pl.col("arr").sum().alias(f"if_{number}"))
        rows = rows.join(worth, on="account_id", how="left")
        causes.append(pl.when(pl.col(f"if_{number}").fill_null(0) == pl.col("finance").fill_null(0)).then(pl.lit(words)))
    likely = pl.when(pl.col("state") != "matched").then(pl.coalesce(*causes) if causes else pl.lit(None, dtype=pl.String))
    told = rows.with_columns(cause=likely).select("account_id", "arr", "finance", "difference", "state", "cause")
    return told.sort(pl.col("difference").abs(), "account_id", descending=[True, False])
