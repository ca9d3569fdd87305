"""In which order requests for features are worth building: points for reach, value and effort, a priority, and what is to be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

PRIORITIES = ("P0", "P1", "P2", "P3")
DECISIONS = ("now", "next quarter", "paid work", "later")
"""What can be decided, the soonest first."""
NO_VALUE, NO_ESTIMATE, NOBODY_ASKS = "value_not_said", "no_estimate", "nobody_asks"
UNRANKED = (NOBODY_ASKS, NO_VALUE, NO_ESTIMATE)
RANKED = {
    "reach_points": pl.Int64, "value_points": pl.Int64, "effort_points": pl.Int64, "score": pl.Int64, "priority": pl.String,
    "decision": pl.String, "unranked": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Formula:
    """reach: from how many customers on, and the points of it, the fewest first. value: points by what it brings. effort: up to how many
    person-days, and the points of it, the least first; more days than the last step bring none. priorities: the least score of each of
    PRIORITIES but the last, which has the rest. common, individual: the decision by priority, where more customers ask than
    individual_up_to, and where so many or fewer do."""

    reach: tuple[tuple[int, int], ...]
    value: Mapping[str, int]
    effort: tuple[tuple[float, int], ...]
    priorities: Mapping[str, int]
    individual_up_to: int
    common: Mapping[str, str]
    individual: Mapping[str, str]


def ranked(requests: pl.LazyFrame, formula: Formula) -> pl.LazyFrame:
    """The requests with RANKED, the first to build first.

    requests: request_id, customers, arr (cents), effort_days, value, and whatever else. unranked: why there is no priority, of UNRANKED:
    no customer asks (fewer than the first step of reach), nobody has said what it would bring or the formula has no points for that, or
    nobody has said how long it takes, or zero or less; its score, priority and decision are null. Sorted by score, then the customers
    who ask, their ARR, less effort, id; those without a priority come last, in the same order.
    """
    points = requests.with_columns(
        reach_points=_reach(formula), value_points=_said(pl.col("value"), formula.value), effort_points=_effort(formula)
    )
    missing = pl.coalesce(
        pl.when(pl.col("reach_points").is_null()).then(pl.lit(NOBODY_ASKS)),
        pl.when(pl.col("value_points").is_null()).then(pl.lit(NO_VALUE)),
        pl.when(pl.col("effort_points").is_null()).then(pl.lit(NO_ESTIMATE)),
    )
    scored = points.with_columns(unranked=missing, score=pl.col("reach_points") + pl.col("value_points") + pl.col("effort_points"))
    placed = scored.with_columns(priority=_priority(formula)).with_columns(decision=_decision(formula))
    order = ["score", "customers", "arr", "effort_days", "request_id"]
    typed = placed.with_columns(pl.col(name).cast(dtype) for name, dtype in RANKED.items())
    return typed.sort(order, descending=[True, True, True, False, False], nulls_last=True)


def _reach(formula: Formula) -> pl.Expr:
    """The points of the last step that is reached; null below the first."""
    points: Any = pl.lit(None, pl.Int64)
    for least, own in formula.reach:
        points = pl.when(pl.col("customers") >= least).then(pl.lit(own)).otherwise(points)
    return points


def _effort(formula: Formula) -> pl.Expr:
    """The points of the first step that is not exceeded; null where the days are none, or no number of days."""
    points: Any = pl.lit(0)
    for most, own in reversed(formula.effort):
        points = pl.when(pl.col("effort_days") <= most).then(pl.lit(own)).otherwise(points)
    return pl.when(pl.col("effort_days").is_finite() & (pl.col("effort_days") > 0)).then(points)


def _said(of: pl.Expr, by: Mapping[str, Any]) -> pl.Expr:
    """What a table says of a value; null where it says nothing."""
    first = next(iter(by.values()), None)
    return of.replace_strict(dict(by), default=None, return_dtype=pl.String if isinstance(first, str) else pl.Int64)


def _priority(formula: Formula) -> pl.Expr:
    """The first priority whose least score is reached, the last one otherwise; null without a score."""
    found: Any = pl.lit(PRIORITIES[-1])
    for name in reversed(PRIORITIES[:-1]):
        found = pl.when(pl.col("score") >= formula.priorities[name]).then(pl.lit(name)).otherwise(found)
    return pl.when(pl.col("score").is_not_null()).then(found)


def _decision(formula: Formula) -> pl.Expr:
    few = pl.col("customers") <= formula.individual_up_to
    return pl.when(few).then(_said(pl.col("priority"), formula.individual)).otherwise(_said(pl.col("priority"), formula.common))


def changes(before: pl.LazyFrame, after: pl.LazyFrame) -> pl.DataFrame:
    """The requests that another formula places otherwise: request_id, priority_before, decision_before, priority, decision; in the order
    of the new one. before, after: as `ranked` gives them, of the same requests."""
    was = before.select("request_id", priority_before="priority", decision_before="decision")
    both = after.select("request_id", "priority", "decision").join(was, on="request_id", maintain_order="left")
    moved = both.filter(pl.col("priority").ne_missing(pl.col("priority_before")) | pl.col("decision").ne_missing(pl.col("decision_before")))
    return moved.select("request_id", "priority_before", "decision_before", "priority", "decision").collect()
