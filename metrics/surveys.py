"""What customers say when asked: NPS and CSAT, each with the counts it is made of."""

from datetime import date

import polars as pl

PROMOTER_FROM, DETRACTOR_TO = 9, 6  # Source: Bain, Net Promoter System: 9 and 10 promote, 0 to 6 detract
SATISFIED_FROM = 4  # of 5
NPS_FACTOR_ENDS = (-5.0, 5.0)  # Source: help.planhat.com 9587221: linear from -5 at 0 to +5 at 10


def _answers(surveys: pl.LazyFrame, kind: str, since: date, until: date) -> pl.LazyFrame:
    return surveys.filter(pl.col("kind") == kind, pl.col("answered_at").dt.date().is_between(since, until), pl.col("score").is_not_null())


def nps(surveys: pl.LazyFrame, *, since: date, until: date, by: tuple[str, ...] = ()) -> pl.LazyFrame:
    """Would they recommend us? Promoters less detractors, in points of a hundred (-100 to 100).

    Counts the answers of kind nps given in [since, until]. Returns the columns of `by`, answers, promoters, passives, detractors, nps.
    Without `by` one row, nps null where nobody answered. Source: academy.practicalcsm.com.
    """
    promotes, detracts = pl.col("score") >= PROMOTER_FROM, pl.col("score") <= DETRACTOR_TO
    counted = _counted(_answers(surveys, "nps", since, until), by, promoters=promotes, passives=~promotes & ~detracts, detractors=detracts)
    points = 100 * (pl.col("promoters") - pl.col("detractors")) / pl.col("answers")
    return counted.with_columns(nps=pl.when(pl.col("answers") > 0).then(points))


def csat(surveys: pl.LazyFrame, *, since: date, until: date, by: tuple[str, ...] = ()) -> pl.LazyFrame:
    """Share of the answers of kind csat in [since, until] that give 4 or 5 of 5: answers, satisfied, csat (ratio, null without answers)."""
    counted = _counted(_answers(surveys, "csat", since, until), by, satisfied=pl.col("score") >= SATISFIED_FROM)
    return counted.with_columns(csat=pl.when(pl.col("answers") > 0).then(pl.col("satisfied") / pl.col("answers")))


def _counted(answers: pl.LazyFrame, by: tuple[str, ...], **kinds: pl.Expr) -> pl.LazyFrame:
    counts = [pl.len().cast(pl.Int64).alias("answers"), *(kind.sum().cast(pl.Int64).alias(name) for name, kind in kinds.items())]
    return answers.group_by(by).agg(counts).sort(by) if by else answers.select(counts)


def nps_factor(score: pl.Expr) -> pl.Expr:
    """A score of 0 to 10 as a factor from -5 to +5, linear; outside it is clamped, and null stays null."""
    low, high = NPS_FACTOR_ENDS
    return low + score.clip(0, 10) / 10 * (high - low)
