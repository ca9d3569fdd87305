"""The health score: measures become points, points become a score; what is missing gives up its weight, visibly."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import polars as pl

from metrics.lifecycle import lifecycle
from metrics.scorecard import Group, Limit, Measure, Scorecard, Variant, applied

OBSERVATION = ("account_id", "day")
LITTLE_KNOWN = "little_known"
FITS = "which variants fit"
DIGITS = 6  # a sum of floats differs in its last digits with the order of its rows
COMPONENT = ("name", "group", "value", "score", "effective_weight", "points", "missing")


def components(measured: pl.LazyFrame, scorecard: Scorecard) -> pl.LazyFrame:
    """What each measure adds to the score of each observation.

    measured: account_id, day, segment, and a number per measure (null = not known); <measure>_age in days where it can grow old; where the
    scorecard has variants also age_days and days_to_renewal (see metrics.lifecycle; without these columns neither is known).
    score: 0 to 100 on the measure's scale; effective_weight: 0 to 1, they total 1 over what is present; points = score x
    effective_weight, they total the health score. missing: true where the value is not known or too old (score, points null).
    Returns account_id, day, COMPONENT and full_weight (its weight were everything known; they total 1), one row per observation and
    measure. Source: Gainsight, calculation of group scores;
    docs.vitally.io (missing drops out).
    """
    if not scorecard.variants:
        return _plain(measured, scorecard)
    marked = measured.with_columns(_fitting(measured, scorecard).alias(FITS)).collect()
    every = marked.partition_by(FITS, as_dict=True)
    told = [_plain(rows.lazy(), applied(scorecard, _chosen(scorecard, which))) for (which,), rows in sorted(every.items())]
    return pl.concat(told) if told else _plain(marked.lazy(), applied(scorecard, ()))


def _plain(measured: pl.LazyFrame, scorecard: Scorecard) -> pl.LazyFrame:
    """The same under a scorecard without variants."""
    wide = _weighed(_on_scales(measured, scorecard), scorecard).collect()
    told = [_told(wide, at, measure) for at, measure in enumerate(scorecard.measures)]
    return pl.concat(told).lazy()


def _fitting(measured: pl.LazyFrame, scorecard: Scorecard) -> pl.Expr:
    """Which variants are for each observation, as the bits of a number: so few that differ that each is scored by itself."""
    own = placed(measured, scorecard)
    return pl.sum_horizontal(pl.when(_is_for(one, own)).then(2**at).otherwise(0) for at, one in enumerate(scorecard.variants)).cast(
        pl.Int64
    )


def placed(measured: pl.LazyFrame, scorecard: Scorecard) -> dict[str, pl.Expr]:
    """segment, lifecycle and age_days of observations as expressions, null where their columns are not there."""
    there = measured.collect_schema().names()
    known = {name: pl.col(name) if name in there else pl.lit(None, dtype=pl.Int64) for name in ("age_days", "days_to_renewal")}
    life = lifecycle(scorecard, **known) if "age_days" in there or "days_to_renewal" in there else pl.lit(None, dtype=pl.String)
    return {"segment": pl.col("segment"), "lifecycle": life, "age_days": known["age_days"]}


def _is_for(variant: Variant, own: Mapping[str, pl.Expr]) -> pl.Expr:
    """metrics.scorecard.fits of observations."""
    low, high = variant.age_days
    asked = [
        *([own["segment"] == variant.segment] if variant.segment is not None else []),
        *([own["lifecycle"] == variant.lifecycle] if variant.lifecycle is not None else []),
        *([own["age_days"] >= low] if low is not None else []),
        *([own["age_days"] < high] if high is not None else []),
    ]
    return pl.all_horizontal(one.fill_null(False) for one in asked) if asked else pl.lit(True)


def _chosen(scorecard: Scorecard, which: int) -> list[Variant]:
    return [one for at, one in enumerate(scorecard.variants) if which & 2**at]


def positions(measured: pl.LazyFrame, scorecard: Scorecard) -> pl.LazyFrame:
    """Where each observation stands, and what therefore counts otherwise: account_id, day, lifecycle (null where it is not known), variant
    (the names of those that are applied, in their order with commas between; null for none)."""
    own = placed(measured, scorecard)
    names = [pl.when(_is_for(one, own)).then(pl.lit(one.name)) for one in scorecard.variants]
    applied_to = pl.concat_str(names, separator=", ", ignore_nulls=True).replace("", None) if names else pl.lit(None, dtype=pl.String)
    return measured.select(*OBSERVATION, lifecycle=own["lifecycle"], variant=applied_to)


def limited(measured: pl.LazyFrame, scorecard: Scorecard) -> pl.LazyFrame:
    """The exceptions of the team's own that hold: a measure that is known, and not too old, lies beyond what a limit says.

    Returns account_id, day, exception (the limit's name), since (null), a row for each that holds.
    """
    counted = {one.name: one for one in scorecard.measures}
    found = [_beyond(measured, limit, counted.get(limit.measure)) for limit in scorecard.limits]
    schema = {"account_id": pl.String, "day": pl.Date, "exception": pl.String, "since": pl.Date}
    return pl.concat(found) if found else pl.LazyFrame(schema=schema)


def _beyond(measured: pl.LazyFrame, limit: Limit, measure: Measure | None) -> pl.LazyFrame:
    value = _value(measure) if measure else pl.col(limit.measure).cast(pl.Float64)
    low = value < limit.below if limit.below is not None else pl.lit(False)
    high = value > limit.above if limit.above is not None else pl.lit(False)
    return measured.filter((low | high).fill_null(False)).select(
        *OBSERVATION, exception=pl.lit(limit.name), since=pl.lit(None, dtype=pl.Date)
    )


def _on_scales(measured: pl.LazyFrame, scorecard: Scorecard) -> pl.LazyFrame:
    """Each observation with value and score of every measure side by side, named by the measure's place: so that weights are worked out
    column by column, which costs a fraction of a row for each."""
    values = {_of("value", at): _value(measure) for at, measure in enumerate(scorecard.measures)}
    rows = measured.select(*OBSERVATION, "segment", **values)
    return rows.with_columns(
        on_scale(pl.col(_of("value", at)), one.scale).alias(_of("score", at)) for at, one in enumerate(scorecard.measures)
    )


def _of(what: str, at: int) -> str:
    return f"{what} {at}"


def _value(measure: Measure) -> pl.Expr:
    value = pl.col(measure.name).cast(pl.Float64)
    if measure.max_age_days is None:
        return value
    return pl.when(pl.col(f"{measure.name}_age") <= measure.max_age_days).then(value)


def _weighed(rows: pl.LazyFrame, scorecard: Scorecard) -> pl.LazyFrame:
    """Adds to the columns of _on_scales the effective and the full weight of every measure."""
    places = range(len(scorecard.measures))
    rows = rows.with_columns(
        pl.when(pl.col(_of("score", at)).is_not_null()).then(float(one.weight)).otherwise(0.0).alias(_of("known", at))
        for at, one in enumerate(scorecard.measures)
    )
    known = [pl.col(_of("known", at)) for at in places]
    weights = [pl.lit(float(one.weight)) for one in scorecard.measures]
    for name, given in (("effective_weight", known), ("full_weight", weights)):
        rows = _shared_out(rows, name, given, scorecard)
    return rows


def _shared_out(rows: pl.LazyFrame, name: str, given: Sequence[pl.Expr], scorecard: Scorecard) -> pl.LazyFrame:
    """Adds the share of the whole that falls to each measure, of the weights that they have in their groups (0: it gives its weight up).
    Step by step: as one expression each, all of it would be planned again for every measure."""
    groups = [group for group in scorecard.groups if any(one.group == group.name for one in scorecard.measures)]
    weighs, lasting, falls = ({group.name: f"{what} {group.name}" for group in groups} for what in ("weighs", "weight of", "falls to"))
    within = {
        weighs[group.name]: pl.sum_horizontal(
            weight for weight, one in zip(given, scorecard.measures, strict=True) if one.group == group.name
        )
        for group in groups
    }
    present = {group.name: (pl.col(weighs[group.name]) > 0).cast(pl.Float64) for group in groups}
    rows = rows.with_columns(**within, **{lasting[group.name]: _group_weight(group, scorecard) for group in groups}).with_columns(
        shares=pl.sum_horizontal(present[group.name] * (group.share or 0.0) for group in groups),
        weights=pl.sum_horizontal(present[group.name] * pl.col(lasting[group.name]) for group in groups),
    )
    shares, weights = pl.col("shares"), pl.col("weights")
    of_group = {
        falls[group.name]: pl.when(weights > 0).then(1.0).when(shares > 0).then(1 / shares).otherwise(0.0) * group.share
        if group.share
        else pl.when(weights > 0).then((1 - shares) * pl.col(lasting[group.name]) / weights).otherwise(0.0)
        for group in groups
    }
    return rows.with_columns(**of_group).with_columns(
        pl.when(pl.col(weighs[one.group]) > 0)
        .then(pl.col(falls[one.group]) * weight / pl.col(weighs[one.group]))
        .otherwise(0.0)
        .alias(_of(name, at))
        for at, (weight, one) in enumerate(zip(given, scorecard.measures, strict=True))
    )


def _group_weight(group: Group, scorecard: Scorecard) -> pl.Expr:
    """The weight of a group against the others, in the segment of each observation."""
    own = {segment: float(weights[group.name]) for segment, weights in scorecard.segments.items() if group.name in weights}
    if not own:
        return pl.lit(float(group.weight))
    return pl.col("segment").replace_strict(own, default=float(group.weight), return_dtype=pl.Float64)


def _told(wide: pl.DataFrame, at: int, measure: Measure) -> pl.DataFrame:
    """The rows of one measure, as components returns them."""
    score, weight = pl.col(_of("score", at)), pl.col(_of("effective_weight", at))
    return wide.select(
        *OBSERVATION, name=pl.lit(measure.name), group=pl.lit(measure.group), value=_of("value", at), score=score,
        effective_weight=weight, points=score * weight, missing=score.is_null(), full_weight=_of("full_weight", at),
    )  # fmt: skip


def on_scale(value: pl.Expr, scale: Sequence[tuple[float, float]]) -> pl.Expr:
    """Points of a value: straight lines between the scale's pairs, the end values beyond; null stays null."""
    (low, first), points = scale[0], pl.when(value.is_null()).then(pl.lit(None, dtype=pl.Float64))
    points = points.when(value <= low).then(pl.lit(float(first)))
    for (left, start), (right, end) in pairwise(scale):
        points = points.when(value <= right).then(start + (value - left) * ((end - start) / (right - left)))
    return points.otherwise(pl.lit(float(scale[-1][1])))


def scores(parts: pl.LazyFrame, scorecard: Scorecard) -> pl.LazyFrame:
    """The score (0 to 100) of each observation and its band; both null where no measure is known that weighs anything.

    The band is that of the whole number that is shown, and a band's upper end belongs to it (Gainsight scorecard FAQ); it is
    LITTLE_KNOWN where less than least_known of the whole weight is known.
    Returns account_id, day, score, band, measures (how many are known), known_weight (share of the whole weight).
    """
    known = pl.col("missing").not_().sum().cast(pl.Int64)
    weight = pl.col("full_weight").filter(~pl.col("missing")).sum().round(DIGITS)
    summed = {"total": pl.col("points").sum().round(DIGITS), "weighs": pl.col("effective_weight").sum() > 0}
    totals = parts.group_by(*OBSERVATION).agg(measures=known, known_weight=weight, **summed)
    scored = totals.with_columns(score=pl.when("weighs").then("total"))
    little = pl.col("score").is_not_null() & (pl.col("known_weight") < scorecard.least_known)
    named = pl.when(little).then(pl.lit(LITTLE_KNOWN)).otherwise(band(pl.col("score"), scorecard.bands))
    return scored.with_columns(band=named).select(*OBSERVATION, "score", "band", "measures", "known_weight")


def settled(scored: pl.LazyFrame, exceptions: pl.LazyFrame, unseen: pl.LazyFrame, scorecard: Scorecard) -> pl.LazyFrame:
    """The scores with what caps their bands, visibly: a score stays what its measures make it.

    exceptions: account_id, day, exception (a key of the scorecard's caps, or a limit's name), since. unseen: account_id, day of those whose
    usage feeds have stopped: their score is LITTLE_KNOWN, so that it cannot fall by that. A cap to the lowest band holds whatever is known,
    and also without a score; of several exceptions the one with the lowest cap counts. Returns the columns of `scores`, little (whether the
    score is little known), exception and since.
    """
    order = {name: at for at, (name, _) in enumerate(scorecard.bands)}
    caps = {name: order[cap] for name, cap in scorecard.caps.items()} | {one.name: order[one.at_most] for one in scorecard.limits}
    capped = exceptions.with_columns(cap=pl.col("exception").replace_strict(caps, default=None, return_dtype=pl.Int64)).drop_nulls("cap")
    lowest = capped.sort("cap", "since", "exception", nulls_last=True).unique(list(OBSERVATION), keep="first", maintain_order=True)
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
