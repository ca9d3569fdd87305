"""The health score held against what became of renewals: shares that renewed, by band and by score, and what calling in its order finds."""

from datetime import date, timedelta

import polars as pl

from metrics.months import first_day
from metrics.offers import wilson

BINS = 5
FOUND = ("observations", "renewed", "renewed_share", "renewed_low", "renewed_high")
SCORE = "score"  # the column of the whole score among those of `series`


def renewed_by_band(seen: pl.LazyFrame, scored: pl.LazyFrame) -> pl.DataFrame:
    """Of the accounts in each band so many days before the day that decided, how many renewed.

    seen: account_id, as_of (the day scored), lead_days, churned, group (null where nothing is split). scored: account_id, day, score, band;
    observations without a score are left out. Returns group, lead_days, band, FOUND: counts, the share that renewed (1.0 = 100 %), and its
    95 % interval (Wilson); empty without any.
    """
    known = seen.join(scored, left_on=["account_id", "as_of"], right_on=["account_id", "day"]).filter(pl.col("score").is_not_null())
    return _with_interval(known, ["group", "lead_days", "band"])


def renewed_by_score(looks: pl.LazyFrame, bins: int = BINS) -> pl.DataFrame:
    """Of the accounts in each of `bins` stretches of the score, about as many in each, how many renewed.

    looks: score, churned; without a score they are left out. The same score is never in two stretches. Returns bin (from 1, the lowest
    scores first), score_low, score_high (of those in it), FOUND as renewed_by_band has them; empty without any.
    """
    known = looks.filter(pl.col("score").is_not_null())
    at = (pl.col("score").rank("average") - 0.5) * bins / pl.len()
    told = known.with_columns(bin=at.floor().cast(pl.Int64).clip(0, bins - 1) + 1)
    ends = told.group_by("bin").agg(score_low=pl.col("score").min(), score_high=pl.col("score").max()).collect()
    return _with_interval(told, ["bin"]).join(ends, on="bin").sort("bin").select("bin", "score_low", "score_high", *FOUND)


def _with_interval(known: pl.LazyFrame, by: list[str]) -> pl.DataFrame:
    """by and FOUND of observations (by, churned)."""
    renewed = pl.col("churned").not_().sum().cast(pl.Int64)
    counted = known.group_by(by).agg(observations=pl.len().cast(pl.Int64), renewed=renewed).sort(by, nulls_last=True).collect()
    spans = [wilson(won, of) for won, of in counted.select("renewed", "observations").rows()]
    low, high = (pl.Series(name, [span[at] for span in spans], dtype=pl.Float64) for at, name in enumerate(FOUND[3:]))
    return counted.with_columns(low, high, renewed_share=pl.col("renewed") / pl.col("observations")).select(*by, *FOUND)


def series(parts: pl.LazyFrame, scored: pl.LazyFrame) -> pl.DataFrame:
    """The score, each group and each measure of observations side by side, in points from 0 to 100; null = not known.

    parts: metrics.health.components. scored: account_id, day, score. A group's points are those of its measures by their weights in it.
    Returns account_id, day, SCORE, "group NAME" and "measure NAME"; a measure without weight has its points all the same.
    """
    known = parts.filter(pl.col("score").is_not_null()).collect()
    weight = pl.col("effective_weight").sum()
    of_group = pl.when(weight > 0).then((pl.col("points").sum() / weight).round(6))
    groups = known.group_by("account_id", "day", "group").agg(of_group.alias("score"))
    told = scored.select("account_id", "day", SCORE).collect()
    for name, rows in (("group", groups), ("measure", known.rename({"group": "of", "name": "measure"}))):
        wide = rows.pivot(name, index=["account_id", "day"], values="score", aggregate_function="first", sort_columns=True)
        named = wide.rename({column: f"{name} {column}" for column in wide.columns if column not in ("account_id", "day")})
        told = told.join(named, on=["account_id", "day"], how="left")
    return told


def found_by_calling(looks: pl.LazyFrame, capacity: int) -> dict[str, float | None]:
    """What comes of it where each owner calls, of the accounts looked at in a month, so many with the lowest points.

    looks: account_id, as_of, churned, points, owner (accounts without one are together); without points they are left out. Of accounts
    with the same points at the edge each is called in part. Returns called_share, caught_share (the share of all churns that are among
    them), lift (churns among them over those that as many calls of each owner find by chance in each month; 1.0 is chance); null where
    nothing churned.
    """
    pile = ["owner", pl.col("as_of").dt.truncate("1mo")]
    before, ties = (pl.col("points").rank("min") - 1).over(pile), pl.len().over([*pile, "points"])
    called = ((capacity - before.cast(pl.Float64)) / ties).clip(0.0, 1.0)
    by_chance = (capacity / pl.len().over(pile)).clip(0.0, 1.0)
    rows = looks.filter(pl.col("points").is_not_null()).with_columns(
        called=called, by_chance=by_chance, left=pl.col("churned").cast(pl.Float64)
    )
    caught, luck = ((pl.col(name) * pl.col("left")).sum() for name in ("called", "by_chance"))
    told = rows.select(
        called_share=pl.col("called").mean(), caught_share=caught / pl.col("left").sum(), lift=caught / luck, left=pl.col("left").sum()
    ).collect().row(0, named=True)  # fmt: skip
    return {name: told[name] if told["left"] else None for name in ("called_share", "caught_share", "lift")}


def usual_calls(activities: pl.LazyFrame, *, since: date, until: date) -> int | None:
    """With how many accounts an owner has a conversation in a month with any, in the middle of such months; None without any.

    activities: account_id, kind, owner, done_on; those after `since` and by `until` count.
    """
    held = activities.filter(
        pl.col("kind") == "conversation", pl.col("owner").is_not_null(), pl.col("done_on") > since, pl.col("done_on") <= until
    )
    monthly = held.group_by("owner", pl.col("done_on").dt.truncate("1mo")).agg(accounts=pl.col("account_id").n_unique())
    middle = monthly.select(pl.col("accounts").median()).collect().item()
    return None if middle is None else max(round(middle), 1)


def enough_on(seen: pl.DataFrame, due: pl.DataFrame, *, churned: bool, needed: int, days: int) -> date | None:
    """The day on which there will be so many outcomes of a kind in the `days` before it, at the rate so far; None where it is not known:
    there was none so far, or what is due does not bring as many.

    seen: matured_on, churned, one row per observation. due: matured_on, one row per observation that is still to come.
    """
    kind = seen.filter(pl.col("churned") == churned)
    if kind.is_empty():
        return None
    rate = kind.height / seen.height
    comes = [
        kind.select(on="matured_on", change=pl.lit(1.0)),
        kind.select(on=pl.col("matured_on") + timedelta(days=days), change=pl.lit(-1.0)),
        due.select(on="matured_on", change=pl.lit(rate)),
    ]
    held = pl.concat(comes).group_by("on").agg(pl.col("change").sum()).sort("on").with_columns(count=pl.col("change").cum_sum().round(6))
    return first_day(held.filter(pl.col("on") > kind["matured_on"].max(), pl.col("count") >= needed)["on"])
