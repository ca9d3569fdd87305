"""Reductions: recurring lines below zero, which lower the balance of their contract while they run, and never below nothing."""

import polars as pl

CONTRACT = ["account_id", "contract_id", "currency"]  # lines of an account without a contract are one contract
VALUES = ("mrr", "arr")


def counted_reductions(lines: pl.LazyFrame) -> pl.LazyFrame:
    """The reductions among the lines, in parts, each worth what it takes away: all of it, or what is left of its contract.

    lines: contract_lines. In every stretch in which nothing of a contract begins or ends, its reductions are taken off one after another,
    the earliest first, until nothing is left: what a reduction goes below zero is its `cut` (cents a year). Parts that take nothing away
    are there too, with their cut. Same columns as lines, and cut.
    """
    found = lines.filter("reduces").collect()
    if not found.height:
        return found.with_columns(cut=pl.lit(0, dtype=pl.Int64)).lazy()
    keys = found.select(CONTRACT).unique().lazy()
    paid = lines.filter("paying").join(keys, on=CONTRACT, how="semi", nulls_equal=True).select(*CONTRACT, "starts_on", "ends_on", *VALUES)
    parts = _in_stretches(found.lazy(), paid)
    live = (pl.col("paid_from") <= pl.col("starts_on")) & (pl.col("paid_to").is_null() | (pl.col("paid_to") > pl.col("starts_on")))
    beside = paid.rename({"starts_on": "paid_from", "ends_on": "paid_to", "mrr": "paid_mrr", "arr": "paid_arr"})
    held = parts.select(*CONTRACT, "starts_on").unique().join(beside, on=CONTRACT, nulls_equal=True).filter(live)
    sums = held.group_by(*CONTRACT, "starts_on").agg(pl.col("paid_mrr", "paid_arr").sum())
    joined = parts.join(sums, on=[*CONTRACT, "starts_on"], how="left", nulls_equal=True).with_columns(
        pl.col("paid_mrr", "paid_arr").fill_null(0)
    )
    place, order = [*CONTRACT, "starts_on"], ["begun_on", "row_key"]
    taken = joined.with_columns(_taken(name, place, order).alias(f"taken_{name}") for name in VALUES)
    told = taken.with_columns(cut=-pl.col("arr") - pl.col("taken_arr"), **{name: -pl.col(f"taken_{name}") for name in VALUES})
    return told.select(*lines.collect_schema().names(), "cut")


def _in_stretches(reductions: pl.LazyFrame, paid: pl.LazyFrame) -> pl.LazyFrame:
    """The reductions, each a row for every stretch in which nothing of its contract begins or ends; begun_on is its own start."""
    spans = pl.concat([reductions.select(*CONTRACT, "starts_on", "ends_on"), paid.select(*CONTRACT, "starts_on", "ends_on")])
    bounds = pl.concat([spans.select(*CONTRACT, at="starts_on"), spans.select(*CONTRACT, at="ends_on")]).drop_nulls("at").unique()
    following = bounds.sort("at").with_columns(until=pl.col("at").shift(-1).over(CONTRACT, order_by="at"))
    inside = (pl.col("at") >= pl.col("starts_on")) & (pl.col("ends_on").is_null() | (pl.col("at") < pl.col("ends_on")))
    joined = reductions.with_columns(begun_on="starts_on").join(following, on=CONTRACT, nulls_equal=True).filter(inside)
    return joined.with_columns(starts_on="at", ends_on=pl.min_horizontal("until", "ends_on")).drop("at", "until")


def held_above_nothing(rows: pl.LazyFrame, contract: list[str]) -> pl.LazyFrame:
    """The rows with their reductions (`reduces`) at most what the others of the same `contract` (columns) are worth together, MRR and ARR
    each, so that none takes anything from another contract; without those that take nothing away. Same columns."""
    names = rows.collect_schema().names()
    paid = rows.filter(~pl.col("reduces")).group_by(contract).agg(pl.col(VALUES).sum().name.prefix("paid_"))
    less = rows.filter("reduces").join(paid, on=contract, how="left", nulls_equal=True)
    known = less.with_columns(pl.col("paid_mrr", "paid_arr").fill_null(0))
    taken = known.with_columns(_taken(name, contract, list(VALUES)).neg().alias(name) for name in VALUES)
    return pl.concat([rows.filter(~pl.col("reduces")), taken.filter(pl.col("arr") < 0).select(names)])


def worth_of_contracts(rows: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """What contracts that have reductions are worth on the days in the column `on` of some rows, all of these taken off, whatever their
    product, and never less than nothing: CONTRACT, on, whole_mrr, whole_arr.

    rows: CONTRACT, on. lines: contract_lines.
    """
    place = [*CONTRACT, "on"]
    asked = rows.select(place).unique().join(lines.filter("reduces"), on=CONTRACT, how="semi", nulls_equal=True)
    parts = lines.filter(pl.col("paying") | pl.col("reduces")).select(
        *CONTRACT, part_start="starts_on", part_end="ends_on", whole_mrr="mrr", whole_arr="arr"
    )  # fmt: skip
    live = (pl.col("part_start") <= pl.col("on")) & (pl.col("part_end").is_null() | (pl.col("part_end") > pl.col("on")))
    there = (
        asked.join(parts, on=CONTRACT, nulls_equal=True).filter(live).group_by(place).agg(pl.col("whole_mrr", "whole_arr").sum().clip(0))
    )
    return asked.join(there, on=place, how="left", nulls_equal=True).with_columns(pl.col("whole_mrr", "whole_arr").fill_null(0))


def beyond_contracts(rows: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """What rows of a contract that end on a day are worth beyond what it is worth on the day in their column `on`, below zero: CONTRACT,
    ends_on, on, reduces, mrr, arr, a row for each; none where they are worth no more.

    rows: CONTRACT, ends_on, on, mrr, arr. lines: contract_lines.
    """
    worth = rows.group_by(*CONTRACT, "ends_on", "on").agg(pl.col(VALUES).sum())
    both = worth.join(worth_of_contracts(rows, lines), on=[*CONTRACT, "on"], nulls_equal=True)
    less = {name: pl.min_horizontal(pl.col(f"whole_{name}") - pl.col(name), 0) for name in VALUES}
    return both.with_columns(**less, reduces=pl.lit(True)).filter(pl.col("arr") < 0).select(*CONTRACT, "ends_on", "on", "reduces", *VALUES)


def _taken(value: str, place: list[str], order: list[str]) -> pl.Expr:
    """What a reduction takes away of what is left of its contract in its place, in cents, above zero."""
    so_far = pl.col(value).neg().cum_sum().over(place, order_by=order)
    before = so_far + pl.col(value)
    return pl.min_horizontal(so_far, f"paid_{value}") - pl.min_horizontal(before, f"paid_{value}")
