"""Is what comes in as good as it was? Each import held against the earlier ones of its feed."""

import polars as pl

from language import tr

MORE_BY = 0.02  # a rejected share this much above the usual one is worth a look; below it, single rows would raise an alarm
EMPTIER_BY = 0.2  # a column filled this much less than in the import before has lost something
EXACT = 1e-9  # so that 12 % are two points above 10 %, and 80 % a fifth below 100 %, as fractions of two are not
STATES = ("as usual", "more rejected", "days missing", "columns emptier", "more rejected than accepted")


def import_quality(imports: pl.LazyFrame, filled: pl.LazyFrame) -> pl.LazyFrame:
    """Adds to each import how it stands against the earlier imports of its feed and table.

    imports: batch, feed, table, read, accepted, rejected, covers_from, covers_to. filled: batch, column, filled, rows. Returns also
    - rejected_share: rejected / read, null where nothing was read; usual_rejected_share: the median of the earlier ones, null for
      the first;
    - days_missing: days between the last day that earlier ones cover and the first of this one; null where either says no days;
    - emptier: columns of which at least a fifth fewer rows have a value than in the import before, with both shares in words;
    - state: one of STATES, the gravest first: more rejected than accepted, more rejected (above the usual share by at least two
      points), days missing, columns emptier, as usual.
    Source: house.
    """
    feed = ("feed", "table")
    share = pl.when(pl.col("read") > 0).then(pl.col("rejected") / pl.col("read"))
    reached = pl.col("covers_to").cum_max().shift().over(feed)
    missing = ((pl.col("covers_from") - reached).dt.total_days() - 1).clip(lower_bound=0)
    ordered = imports.sort("batch").with_columns(rejected_share=share, days_missing=missing)
    usual = pl.col("rejected_share").shift().rolling_median(window_size=1_000, min_samples=1).over(feed)
    told = ordered.with_columns(usual_rejected_share=usual).join(_emptier(imports, filled), on="batch", how="left")
    more = pl.col("rejected_share") >= pl.col("usual_rejected_share") + MORE_BY - EXACT
    state = (
        pl.when(pl.col("rejected") > pl.col("accepted") + pl.col("duplicate")).then(pl.lit(STATES[4]))
        .when(more).then(pl.lit(STATES[1]))
        .when(pl.col("days_missing") > 0).then(pl.lit(STATES[2]))
        .when(pl.col("emptier").is_not_null()).then(pl.lit(STATES[3]))
        .otherwise(pl.lit(STATES[0]))
    )  # fmt: skip
    return told.with_columns(state=state).sort("batch")


def _emptier(imports: pl.LazyFrame, filled: pl.LazyFrame) -> pl.LazyFrame:
    """Per import, the columns that lost values against the import before: batch, emptier (in words)."""
    shares = (
        filled.join(imports.select("batch", "feed", "table"), on="batch")
        .sort("batch")
        .with_columns(share=pl.col("filled") / pl.col("rows"))
    )
    before = shares.with_columns(before=pl.col("share").shift().over("feed", "table", "column"))
    fallen = before.filter(pl.col("before") - pl.col("share") >= EMPTIER_BY - EXACT).sort("batch", "column")
    words = pl.format(tr("{} {} % → {} %"), "column", *((pl.col(name) * 100).round().cast(pl.Int64) for name in ("before", "share")))
    return fallen.group_by("batch").agg(emptier=words.str.join(", "))
