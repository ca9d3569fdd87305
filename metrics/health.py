"""The health score: measures become points, points become a score; what is missing gives up its weight, visibly."""

from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from metrics.scorecard import Measure, Scorecard

OBSERVATION = ("account_id", "day")
LITTLE_KNOWN = "little_known"
DIGITS = 6  # a sum of floats differs in its last digits with the order of its rows
COMPONENT = ("name", "group", "value", "score", "effective_weight", "points", "missing")


def components(measured: pl.LazyFrame, scorecard: Scorecard) -> pl.LazyFrame:
    """What each measure adds to the score of each observation.

    measured: account_id, day, segment, and a number per measure (null = not known); <measure>_age in days where it can grow old.
    score: 0 to 100 on the measure's scale; effective_weight: 0 to 1, they total 1 over what is present; points = score x
    effective_weight, they total the health score. missing: true where the value is not known or too old (score, points null).
    Returns account_id, day, COMPONENT and full_weight (its weight were everything known; they total 1), one row per observation and
    measure. Source: Gainsight, calculation of group scores;
    docs.vitally.io (missing drops out).
    """
    long = pl.concat([_measure(measured, measure) for measure in scorecard.measures])
    weighted = long.join(_group_weights(scorecard, measured), on=["segment", "group"], nulls_equal=True)
    within = pl.col("weight").filter(pl.col("score").is_not_null()).sum().over(*OBSERVATION, "group")
    counted = weighted.with_columns(
        full_weight=_full_weight(),
        inside=pl.when(pl.col("score").is_not_null() & (within > 0)).then(pl.col("weight") / within).otherwise(0.0),
    )
    present = (pl.col("inside").sum().over(*OBSERVATION, "group") > 0).cast(pl.Float64) / pl.len().over(*OBSERVATION, "group")
    shares, weights = ((pl.col(name) * present).sum().over(OBSERVATION) for name in ("group_share", "group_weight"))
    rest = pl.when(weights > 0).then((1 - shares) * pl.col("group_weight") / weights).otherwise(0.0)
    of_group = pl.when(pl.col("group_share") > 0).then(pl.when(weights > 0).then(1.0).otherwise(1 / shares) * pl.col("group_share"))
    return (
        counted.with_columns(effective_weight=of_group.otherwise(rest) * pl.col("inside"))
        .with_columns(points=pl.col("score") * pl.col("effective_weight"), missing=pl.col("score").is_null())
        .select(*OBSERVATION, *COMPONENT, "full_weight")
    )


def _full_weight() -> pl.Expr:
    """A measure's share of the whole score were every measure known."""
    once = 1 / pl.len().over(*OBSERVATION, "group")
    shares, weights = ((pl.col(name) * once).sum().over(OBSERVATION) for name in ("group_share", "group_weight"))
    of_rest = pl.when(weights > 0).then((1 - shares) * pl.col("group_weight") / weights).otherwise(0.0)
    of_share = pl.when(weights > 0).then(pl.col("group_share")).otherwise(pl.col("group_share") / shares)
    within = pl.col("weight").sum().over(*OBSERVATION, "group")
    return (
        pl.when(within > 0)
        .then(pl.when(pl.col("group_share") > 0).then(of_share).otherwise(of_rest) * pl.col("weight") / within)
        .otherwise(0.0)
    )


def _measure(measured: pl.LazyFrame, measure: Measure) -> pl.LazyFrame:
    value = pl.col(measure.name).cast(pl.Float64)
    if measure.max_age_days is not None:
        value = pl.when(pl.col(f"{measure.name}_age") <= measure.max_age_days).then(value)
    return measured.select(
        *OBSERVATION, "segment", name=pl.lit(measure.name), group=pl.lit(measure.group), value=value,
        score=on_scale(value, measure.scale), weight=pl.lit(float(measure.weight)),
    )  # fmt: skip


def on_scale(value: pl.Expr, scale: Sequence[tuple[float, float]]) -> pl.Expr:
    """Points of a value: straight lines between the scale's pairs, the end values beyond; null stays null."""
    (low, first), points = scale[0], pl.when(value.is_null()).then(pl.lit(None, dtype=pl.Float64))
    points = points.when(value <= low).then(pl.lit(float(first)))
    for (left, start), (right, end) in pairwise(scale):
        points = points.when(value <= right).then(start + (value - left) * ((end - start) / (right - left)))
    return points.otherwise(pl.lit(float(scale[-1][1])))


def _group_weights(scorecard: Scorecard, measured: pl.LazyFrame) -> pl.LazyFrame:
    """group_weight and group_share of every group in every segment that occurs."""
    segments = measured.select("segment").unique().collect()["segment"].to_list()
    rows = [
        (segment, group.name, float(scorecard.segments.get(segment, {}).get(group.name, group.weight)), group.share or 0.0)
        for segment in segments
        for group in scorecard.groups
    ]
    schema = {"segment": pl.String, "group": pl.String, "group_weight": pl.Float64, "group_share": pl.Float64}
    return pl.LazyFrame(rows, schema=schema, orient="row")


def scores(parts: pl.LazyFrame, scorecard: Scorecard) -> pl.LazyFrame:
    """The score (0 to 100) of each observation and its band; both null where no measure is known.

    The band is that of the whole number that is shown, and a band's upper end belongs to it (Gainsight scorecard FAQ); it is
    LITTLE_KNOWN where less than least_known of the whole weight is known.
    Returns account_id, day, score, band, measures (how many are known), known_weight (share of the whole weight).
    """
    known = pl.col("missing").not_().sum().cast(pl.Int64)
    weight = pl.col("full_weight").filter(~pl.col("missing")).sum().round(DIGITS)
    totals = parts.group_by(*OBSERVATION).agg(total=pl.col("points").sum().round(DIGITS), measures=known, known_weight=weight)
    scored = totals.with_columns(score=pl.when(pl.col("measures") > 0).then("total"))
    little = pl.col("score").is_not_null() & (pl.col("known_weight") < scorecard.least_known)
    named = pl.when(little).then(pl.lit(LITTLE_KNOWN)).otherwise(band(pl.col("score"), scorecard.bands))
    return scored.with_columns(band=named).select(*OBSERVATION, "score", "band", "measures", "known_weight")


def settled(scored: pl.LazyFrame, exceptions: pl.LazyFrame, unseen: pl.LazyFrame, scorecard: Scorecard) -> pl.LazyFrame:
    """The scores with what caps their bands, visibly: a score stays what its measures make it.

    exceptions: account_id, day, exception (a key of the scorecard's caps), since. unseen: account_id, day of those whose usage feeds
    have stopped: their score is LITTLE_KNOWN, so that it cannot fall by that. A cap to the lowest band holds whatever is known, and also
    without a score; of several exceptions the one with the lowest cap counts. Returns the columns of `scores`, little (whether the score
    is little known), exception and since.
    """
    order = {name: at for at, (name, _) in enumerate(scorecard.bands)}
    caps = {name: order[cap] for name, cap in scorecard.caps.items()}
    capped = exceptions.with_columns(cap=pl.col("exception").replace_strict(caps, default=None, return_dtype=pl.Int64)).drop_nulls("cap")
    lowest = capped.sort("cap", "since", "exception").unique(list(OBSERVATION), keep="first", maintain_order=True)
    names = {at: name for name, at in order.items()}
    stopped = pl.col("unseen").fill_null(False) & pl.col("score").is_not_null()
    own = pl.when(stopped).then(pl.lit(LITTLE_KNOWN)).otherwise("band")
    at = own.replace_strict(order, default=None, return_dtype=pl.Int64)  # null: no score, or little known
    under_cap = pl.min_horizontal(at, "cap").replace_strict(names, default=None, return_dtype=pl.String)
    free = pl.col("cap").is_null() | (at.is_null() & (pl.col("cap") > 0))
    return (
        scored.join(lowest, on=list(OBSERVATION), how="left")
        .join(unseen.select(*OBSERVATION, unseen=pl.lit(True)), on=list(OBSERVATION), how="left")
        .with_columns(band=pl.when(free).then(own).otherwise(under_cap), little=own.eq_missing(pl.lit(LITTLE_KNOWN)))
        .select(*OBSERVATION, "score", "band", "measures", "known_weight", "little", "exception", "since")
    )


def band(score: pl.Expr, bands: Sequence[tuple[str, float]]) -> pl.Expr:
    """The name of the first band whose upper end is not below the score as shown (rounded half up)."""
    shown = (score + 0.5).floor()
    named = pl.when(score.is_null()).then(pl.lit(None, dtype=pl.String))
    for name, upper in bands[:-1]:
        named = named.when(shown <= upper).then(pl.lit(name))
    return named.otherwise(pl.lit(bands[-1][0]))
