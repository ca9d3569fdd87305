"""Why a health score changed between two looks at an account: exact parts, by kind of change and by measure.

The looks are led into each other in a stated order, one kind of change a step, and each step is scored by the engine itself. First what
became known of the first day only since; then the configuration, on the values of the first day, so that all that follows is under the
choices of the second day and adds up to the change that the report of health tells; then the segment, the part of the lifecycle and the
age; then which measures are known, so that what went missing or became known is never taken for behaviour; behaviour last, measure by
measure, in the weights of the second day, as they stand on the page. An order is cheap and can be followed with a pencil, where Shapley
values over the kinds are averages over orders that nobody looks at. Where two looks differ in one kind alone, swapping them turns the sign
of every part; where in several, it turns that of the sum, and the order decides how the kinds share it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from metrics.health import components, scores
from metrics.scorecard import Scorecard

LATE, CONFIGURATION, PLACEMENT, KNOWN, BEHAVIOUR = KINDS = (
    "late_data", "configuration", "segment_or_lifecycle", "missing_or_known", "behaviour",
)  # fmt: skip
# The states that lead from one look to the other, and the kind of change that the step to each of them is.
THEN, THEN_PLACED, THEN_KNOWN, BEFORE, CONFIGURED, PLACED, AS_KNOWN, AFTER = range(8)
KIND_OF = dict(enumerate((LATE, LATE, LATE, CONFIGURATION, PLACEMENT, KNOWN, BEHAVIOUR), THEN_PLACED))
TO_KNOWN = (THEN_KNOWN, AS_KNOWN)
PARTS = {
    "account_id": pl.String, "kind": pl.String, "name": pl.String, "value_before": pl.Float64, "value_after": pl.Float64,
    "points": pl.Float64,
}  # fmt: skip
LEAST = 1e-9  # points: less is the rest of a sum of floats
STEP = ["account_id", "to"]


@dataclass(frozen=True)
class Look:
    """Accounts as they were measured on a day, one row each (see metrics.health.components), and the scorecard of that day."""

    measured: pl.DataFrame
    card: Scorecard


def health_changes(before: Look, after: Look, *, placed: Sequence[str] = ("segment",), then: pl.DataFrame | None = None) -> pl.DataFrame:
    """The parts of the score of `after` less that of `before`; they total the difference of the two scores to 1e-9.

    placed: the columns that say for whom choices differ (segment, age, days to the renewal). then: the accounts as they were known on the
    first day, where that is asked for; the difference is then to the score that was known. kind: one of KINDS. points: signed, of the
    score's 0 to 100. value_before, value_after: the measure's, null where it is not known; of LATE as known then and as known now of the
    first day, of CONFIGURATION and PLACEMENT twice that of the first day, on whose values they are told, else of the two days. By measure
    KNOWN is told as `_by_known` says, the others as `_by_measure` does. Accounts that have no score on a side have no parts. Returns PARTS,
    by account in the order of KINDS, the largest first.
    """
    states = _states(before, after, list(placed), then)
    parts = pl.concat([found.with_columns(at=pl.lit(at, pl.Int8)) for at, found in states.items()])
    steps = _steps(states, before.card, after.card)
    told = pl.concat([_by_measure(_sides(parts, steps, known=False)), _by_known(_sides(parts, steps, known=True))])
    kind = pl.col("to").replace_strict(KIND_OF, return_dtype=pl.String)
    summed = _exact(told).group_by("account_id", "name", kind=kind).agg(pl.col("points").sum())
    late, on_first = pl.col("kind") == LATE, pl.col("kind").is_in((CONFIGURATION, PLACEMENT))
    first = pl.when(late).then(f"value_{THEN}").otherwise("first")
    last = pl.when(late).then(f"value_{BEFORE}").when(on_first).then("first").otherwise("last")
    order = pl.col("kind").replace_strict({kind: at for at, kind in enumerate(KINDS)})
    return (
        summed.filter(pl.col("points").abs() > LEAST)
        .join(_values(parts), on=["account_id", "name"], how="left")
        .with_columns(value_before=first, value_after=last)
        .sort("account_id", order, pl.col("points").abs(), "name", descending=[False, False, True, False])
        .select(*PARTS)
    )


def _states(before: Look, after: Look, placed: list[str], then: pl.DataFrame | None) -> dict[int, pl.DataFrame]:
    """The components of every account that is in both looks, in each state from the one to the other."""
    both = before.measured["account_id"].filter(before.measured["account_id"].is_in(after.measured["account_id"].implode()))
    first, last = (look.measured.filter(pl.col("account_id").is_in(both.implode())) for look in (before, after))
    began, late = _parts(first, before.card), {}
    if then is not None:
        known_then = then.filter(pl.col("account_id").is_in(both.implode()))
        start = _parts(known_then, before.card)
        late = {THEN: start} | dict(zip((THEN_PLACED, THEN_KNOWN), _led(known_then, first, start, began, before.card, placed), strict=True))
    configured = began if before.card == after.card else _parts(first, after.card)
    ended = _parts(last, after.card)
    moved, as_known = _led(first, last, configured, ended, after.card, placed)
    return late | {BEFORE: began, CONFIGURED: configured, PLACED: moved, AS_KNOWN: as_known, AFTER: ended}


def _led(
    first: pl.DataFrame, last: pl.DataFrame, start: pl.DataFrame, end: pl.DataFrame, card: Scorecard, placed: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """From one day to another under one card: the first one in the places of the last, and with what is known as on the last."""
    moved = first.drop(placed).join(last.select("account_id", *placed), on="account_id").select(first.columns)
    same = moved.sort("account_id").equals(first.sort("account_id"))
    in_place = start if same else _parts(moved, card)
    return in_place, _parts(_as_known(moved, last, in_place, end, card), card)


def _parts(measured: pl.DataFrame, card: Scorecard) -> pl.DataFrame:
    return components(measured.lazy(), card).collect()


def _as_known(moved: pl.DataFrame, last: pl.DataFrame, start: pl.DataFrame, end: pl.DataFrame, card: Scorecard) -> pl.DataFrame:
    """The accounts of the second day, with those measures as on the first that are known on both."""
    told = start.join(end, on=["account_id", "name"], suffix="_end").filter(~pl.col("missing"), ~pl.col("missing_end"))
    known = told.group_by("account_id").agg(known=pl.col("name"))
    joined = last.join(moved, on="account_id", suffix="_first").join(known, on="account_id", how="left")
    columns = {one.name: [one.name, *([f"{one.name}_age"] if one.max_age_days is not None else [])] for one in card.measures}
    stays = {name: pl.col("known").list.contains(name).fill_null(False) for name in columns}
    return joined.with_columns(
        pl.when(stays[name]).then(f"{column}_first").otherwise(column).alias(column) for name, own in columns.items() for column in own
    ).select(last.columns)


def _steps(states: dict[int, pl.DataFrame], old: Scorecard, new: Scorecard) -> pl.DataFrame:
    """account_id, at, to, score_before, score_after: each state that has a score, and the next one that has; none for accounts that have
    no score in the first state or in the last. A state between without a score is passed over: what it would tell falls to the next."""
    scored = pl.concat([
        scores(parts.lazy(), old if at <= BEFORE else new).select("account_id", "score", at=pl.lit(at, pl.Int8)).collect()
        for at, parts in states.items()
    ]).drop_nulls("score").sort("account_id", "at")  # fmt: skip
    whole = (pl.col("at").min().over("account_id") == min(states)) & (pl.col("at").max().over("account_id") == AFTER)
    following = {"to": pl.col("at").shift(-1).over("account_id"), "score_after": pl.col("score").shift(-1).over("account_id")}
    return scored.filter(whole).with_columns(**following).rename({"score": "score_before"}).drop_nulls("to")


def _sides(parts: pl.DataFrame, steps: pl.DataFrame, *, known: bool) -> pl.DataFrame:
    """The measures of the steps (to what is known, or all others): group, and score and weight before and after, 0 where it is missing."""
    own = steps.filter(pl.col("to").is_in(TO_KNOWN) == known)
    told = parts.select(
        "account_id", "at", "name", "group", s=pl.when(~pl.col("missing")).then("score"), w=pl.col("effective_weight").fill_null(0.0)
    )
    left = own.join(told, on=["account_id", "at"])
    right = own.select(*STEP).join(told.rename({"at": "to"}), on=STEP)
    joined = left.join(right, on=[*STEP, "name"], how="full", coalesce=True, suffix="_end")
    scores_of = own.select(*STEP, "score_before", "score_after")
    return joined.drop("at", "score_before", "score_after").join(scores_of, on=STEP).select(
        *STEP, "name", "score_before", "score_after", pl.coalesce("group_end", "group").alias("group"),
        s0=pl.coalesce("s", "s_end").fill_null(0.0), s1=pl.coalesce("s_end", "s").fill_null(0.0),
        w0=pl.col("w").fill_null(0.0), w1=pl.col("w_end").fill_null(0.0),
        changed=pl.col("s").is_null() != pl.col("s_end").is_null(),
    )  # fmt: skip


def _by_measure(sides: pl.DataFrame) -> pl.DataFrame:
    """Points by measure where scores and weights may both have moved: the mean weight times what the measure's own score moved, and what
    its weight moved times how far its score lies from the mean of the two health scores. Where no weight moved it is weight x move."""
    middle = (pl.col("score_before") + pl.col("score_after")) / 2
    moved = (pl.col("w0") + pl.col("w1")) / 2 * (pl.col("s1") - pl.col("s0"))
    weighed = (pl.col("w1") - pl.col("w0")) * ((pl.col("s0") + pl.col("s1")) / 2 - middle)
    return sides.select(*STEP, "name", "score_before", "score_after", points=moved + weighed)


def _by_known(sides: pl.DataFrame) -> pl.DataFrame:
    """Points by measure that went missing or became known, none by the others: its weight times how far its score lies from that to which
    its weight goes, or from which it comes: the others of its group, or where it has none that is known on both sides, the other groups.

    Where the group stays, the weight is the measure's share of it, times the mean of the group's weights before and after.
    """
    group, step = [*STEP, "group"], STEP
    whole = {f"g{side}": pl.col(f"w{side}").sum().over(group) for side in (0, 1)}
    held = sides.with_columns(**whole).with_columns(
        u0=pl.when(pl.col("g0") > 0).then(pl.col("w0") / pl.col("g0")).otherwise(0.0),
        u1=pl.when(pl.col("g1") > 0).then(pl.col("w1") / pl.col("g1")).otherwise(0.0),
        stays=(pl.col("g0") > 0) & (pl.col("g1") > 0),
    )
    inside, between = {f"i{side}": (pl.col(f"u{side}") * pl.col("s0")).sum().over(group) for side in (0, 1)}, pl.col("i0") + pl.col("i1")
    common = pl.when(~pl.col("changed")).then("w0").otherwise(0.0)
    held = held.with_columns(**inside, common=common.sum().over(group), mates=(common * pl.col("s0")).sum().over(group))
    each = (pl.col("g1") - pl.col("g0")).abs() / pl.len().over(group)
    gives = pl.when("stays").then(each).otherwise(0.0)
    given, worth = gives.sum().over(step), (gives * between / 2).sum().over(step)
    middle = (pl.col("score_before") + pl.col("score_after")) / 2
    level = held.with_columns(
        near=pl.when(pl.col("common") > 0).then(pl.col("mates") / pl.col("common")).otherwise(between / 2),
        far=pl.when(given > LEAST).then(worth / given).otherwise(middle),
    )
    own = (pl.col("g0") + pl.col("g1")) / 2 * (pl.col("u1") - pl.col("u0")) * (pl.col("s0") - pl.col("near"))
    whole_group = (pl.col("w1") - pl.col("w0")) * (pl.col("s0") - pl.col("far"))
    points = pl.when(~pl.col("changed")).then(0.0).when(pl.col("stays")).then(own).otherwise(whole_group)
    return level.select(*STEP, "name", "score_before", "score_after", points=points)


def _exact(told: pl.DataFrame) -> pl.DataFrame:
    """The same points, the largest of each step with what is left of the step's difference: scores are rounded to a millionth."""
    rest = pl.col("score_after") - pl.col("score_before") - pl.col("points").sum().over(STEP)
    ranked = told.sort(*STEP, pl.col("points").abs(), "name", descending=[False, False, True, False])
    first = pl.int_range(pl.len()).over(STEP) == 0
    return ranked.with_columns(points=pl.col("points") + pl.when(first).then(rest).otherwise(0.0))


def _values(parts: pl.DataFrame) -> pl.DataFrame:
    """Each measure's values: as known then, as known now of the first day, and of the second day."""
    of = {f"value_{at}": pl.col("value").filter(pl.col("at") == at).first() for at in (THEN, BEFORE, CONFIGURED, AFTER)}
    wide = parts.group_by("account_id", "name").agg(**of)
    return wide.with_columns(first=pl.coalesce(f"value_{CONFIGURED}", f"value_{BEFORE}"), last=f"value_{AFTER}")
