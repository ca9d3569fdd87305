"""What would lift a score into the next band: the smallest changes of its measures, in steps in which these change."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import ceil, floor

import polars as pl

from metrics.health import components
from metrics.scorecard import Curve, Scorecard

LEAST = 1e-6  # points: scores are rounded to that
MOST_STEPS = 150  # values of a measure that are tried
FIRST = date(1970, 1, 1)
# The lowest and the highest value that a measure can have, and the step in which people change it; None: as far as its curve goes.
STEPS: Mapping[str, tuple[float | None, float | None, float]] = {
    "seat_use": (0.0, None, 0.01), "usage_trend": (-1.0, None, 0.01), "features_used": (0.0, None, 1.0), "stickiness": (0.0, 1.0, 0.01),
    "open_tickets": (0.0, None, 1.0), "csat_rating": (1.0, 5.0, 0.1), "nps_answer": (0.0, 10.0, 1.0),
    "days_since_conversation": (0.0, None, 1.0), "conversation_sentiment": (-1.0, 1.0, 1.0),
}  # fmt: skip
LIFTS = {
    "account_id": pl.String, "together": pl.Int64, "name": pl.String, "value": pl.Float64, "to": pl.Float64, "gained": pl.Float64,
}  # fmt: skip


def needed(score: float, bands: Sequence[tuple[str, float]]) -> tuple[str, float] | None:
    """The band above that of a score, and the points that are missing to it; None in the highest one. The whole number that is shown
    decides, rounded half up, and a band's upper end belongs to it."""
    for (_, upper), (above, _) in pairwise(bands):
        if floor(score + 0.5) <= upper:
            return above, floor(upper) + 0.5 - score
    return None


def lifts(measured: pl.DataFrame, card: Scorecard, need: Mapping[str, float]) -> pl.DataFrame:
    """For each account the smallest changes of its known measures by which its score gains the points that it needs, all else as it is.

    measured: as metrics.health.components takes them, one row an account. need: points by account. together: 1 where the change of one
    measure is enough (then each such measure has a row), else how many are needed at least: those that can gain the most, each of which
    regains the same share of what it can. value: now, to: the nearest value, in STEPS, that gains enough; gained: points by it, as the
    score is worked out. Accounts that no change of all known measures lifts so far have no rows. Nothing here says that the customer would
    stay. Returns LIFTS, by account, those first that use the smallest share of what their measure can gain.
    """
    asked = pl.DataFrame({"account_id": [*need], "need": [*need.values()]}, schema={"account_id": pl.String, "need": pl.Float64})
    gains = _gains(measured.join(asked, on="account_id", how="semi"), card).join(asked, on="account_id")
    most = gains.group_by("account_id", "name", "need").agg(most=pl.col("gained").max()).filter(pl.col("most") > LEAST)
    ranked = most.sort("account_id", "most", "name", descending=[False, True, False]).with_columns(
        so_far=pl.col("most").cum_sum().over("account_id"), place=pl.int_range(1, pl.len() + 1).over("account_id")
    )
    enough = pl.col("so_far") >= pl.col("need") - LEAST
    least = ranked.filter(enough).group_by("account_id").agg(together=pl.col("place").min(), whole=pl.col("so_far").min())
    alone = pl.col("together") == 1
    takes_part = pl.when(alone).then(pl.col("most") >= pl.col("need") - LEAST).otherwise(pl.col("place") <= pl.col("together"))
    share = pl.when(alone).then("need").otherwise(pl.col("most") * pl.col("need") / pl.col("whole"))
    chosen = ranked.join(least, on="account_id").filter(takes_part).with_columns(wanted=share)
    return _nearest(gains.drop("need").join(chosen, on=["account_id", "name"]))


def _nearest(reached: pl.DataFrame) -> pl.DataFrame:
    """Of each measure the nearest value that gains what is wanted."""
    away = (pl.col("to") - pl.col("value")).abs()
    enough = reached.filter(pl.col("gained") >= pl.col("wanted") - LEAST)
    first = enough.sort("account_id", "name", away, "to").unique(["account_id", "name"], keep="first", maintain_order=True)
    ordered = first.sort("account_id", pl.col("wanted") / pl.col("most"), "name")
    return ordered.select(pl.col(name).cast(kind) for name, kind in LIFTS.items())


def _gains(measured: pl.DataFrame, card: Scorecard) -> pl.DataFrame:
    """account_id, name, value, to, gained: of every known measure each value that is tried. All measures move at once, a day of their own
    for each step: their weights stay, so that each one's points are its own."""
    tried = {one.name: values_of(one.name, _curves(one.name, card)) for one in card.measures}
    days = [FIRST + timedelta(days=at) for at in range(max((len(values) for values in tried.values()), default=0))]
    steps = pl.DataFrame({"day": days}, schema={"day": pl.Date}).with_columns(
        pl.Series(f"{name} tried", [values[min(at, len(values) - 1)] for at in range(len(days))], dtype=pl.Float64)
        for name, values in tried.items()
    )
    moved = [pl.when(pl.col(name).is_not_null()).then(f"{name} tried").alias(name) for name in tried]
    stacked = measured.drop("day").join(steps, how="cross").with_columns(moved).select(measured.columns)
    points = components(stacked.lazy(), card).filter(~pl.col("missing")).select("account_id", "day", "name", "points", to="value").collect()
    now = components(measured.lazy(), card).filter(~pl.col("missing")).select("account_id", "name", "value", now="points").collect()
    return points.join(now, on=["account_id", "name"]).select("account_id", "name", "value", "to", gained=pl.col("points") - pl.col("now"))


def _curves(name: str, card: Scorecard) -> list[Curve]:
    """The curves by which a measure counts for anybody."""
    own = [one.scale for one in card.measures if one.name == name]
    return [*own, *(variant.scales[name] for variant in card.variants if name in variant.scales)]


def values_of(name: str, curves: Sequence[Curve]) -> list[float]:
    """The values of a measure that are tried: from one end of its curves to the other, in its step, or a multiple of it where these are
    very many; within what it can be."""
    low, high, step = STEPS.get(name, (None, None, 0.0))
    ends = [value for curve in curves for value, _ in curve]
    first, last = max(min(ends), low if low is not None else min(ends)), min(max(ends), high if high is not None else max(ends))
    step = step or (last - first) / 100 or 1.0
    step *= ceil(max((last - first) / step, 1) / MOST_STEPS)
    inner = [round(at * step, 6) for at in range(ceil(first / step - 1e-9), floor(last / step + 1e-9) + 1)]
    return inner or [first]
