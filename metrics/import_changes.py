"""What an import would change: the accounts whose ARR moves, and how."""

import polars as pl


def arr_changes(before: pl.LazyFrame, after: pl.LazyFrame) -> pl.LazyFrame:
    """Accounts whose ARR differs between two looks at one day.

    Both frames: account_id, name, arr (cents), state. Returns account_id, name, change_kind (starts paying, becomes churned,
    grows, shrinks; who is free is a customer), arr_before, arr_after, arr_change (cents; after minus before), largest change first.
    Empty: nothing moves.
    An account that one look does not have counts as 0 there.
    """
    both = after.join(before, on="account_id", how="full", coalesce=True, suffix="_before").with_columns(
        name=pl.coalesce("name", "name_before"), arr_after=pl.col("arr").fill_null(0), arr_before=pl.col("arr_before").fill_null(0)
    )
    kind = (
        pl.when((pl.col("arr_before") == 0) & pl.col("state_before").ne_missing("free"))
        .then(pl.lit("starts paying"))
        .when((pl.col("arr_after") == 0) & pl.col("state").ne_missing("free"))
        .then(pl.lit("becomes churned"))
        .when(pl.col("arr_after") > pl.col("arr_before"))
        .then(pl.lit("grows"))
        .otherwise(pl.lit("shrinks"))
    )
    return (
        both.filter(pl.col("arr_after") != pl.col("arr_before"))
        .select(
            "account_id",
            "name",
            kind.alias("change_kind"),
            "arr_before",
            "arr_after",
            arr_change=pl.col("arr_after") - pl.col("arr_before"),
        )
        .sort(pl.col("arr_change").abs(), "account_id", descending=[True, False])
    )
