"""Why a score is low, in words with numbers: the measures that cost the most points."""

import polars as pl

from language import tr
from metrics.registry import METRICS

SHOWN = 2
WEAK_BELOW = 50.0  # points of 100 on a measure's own scale


def weak_measures(scored: pl.LazyFrame, *, without: tuple[str, ...] = ()) -> pl.LazyFrame:
    """The SHOWN measures below WEAK_BELOW that cost each account the most points: "Seat use 8 %".

    scored: account_id, components (name, value, score, effective_weight). without: measures that are said elsewhere.
    An association, not a cause. Returns account_id and
    reasons (costliest first); accounts without a weak measure are left out.
    """
    parts = scored.select("account_id", "components").explode("components").unnest("components")
    lost = pl.col("effective_weight") * (100 - pl.col("score"))
    counted = parts.filter(~pl.col("name").is_in(list(without)), pl.col("effective_weight") > 0)
    weak = counted.filter(pl.col("score") < WEAK_BELOW).with_columns(lost=lost, words=_words())
    costliest = pl.col("words").sort_by(["lost", "name"], descending=[True, False]).head(SHOWN)
    return weak.group_by("account_id").agg(reasons=costliest)


def _words() -> pl.Expr:
    names = {name: metric.title for name, metric in METRICS.items()}
    ratios = [name for name, metric in METRICS.items() if metric.unit == "ratio"]
    title = pl.col("name").replace(names)
    percent = (100 * pl.col("value")).round(0).cast(pl.Int64).cast(pl.String).str.replace("-", "−", literal=True)
    rounded = pl.col("value").round(1)
    number = pl.when(rounded == rounded.round(0)).then(rounded.cast(pl.Int64).cast(pl.String)).otherwise(rounded.cast(pl.String))
    return pl.when(pl.col("name").is_in(ratios)).then(pl.format(tr("{} {} %"), title, percent)).otherwise(pl.format("{} {}", title, number))
