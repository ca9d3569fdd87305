"""Did what customers say change, or is it chance?"""

import polars as pl

from language import mark, tr
from metrics.responses import FEW, NPS, SMOOTHED, csat_changes, csat_of, is_on_scale, months_in_windows, nps_changes, nps_of, scores
from reports.definition import Answer, Definition
from reports.look import Look, opened
from reports.report import Question
from reports.units import empty
from reports.voice.heard import days, heard, is_empty

CHANGE = {"few": "flag", "compared": "text", "window_months": "count"}
OF_NPS = {
    "month": "month", "answers": "count", "nps": "decimal", "nps_margin": "decimal", "nps_low": "decimal", "nps_high": "decimal",
    "nps_change": "decimal", "nps_change_margin": "decimal", **CHANGE,
}  # fmt: skip
OF_CSAT = {
    "kind": "text", "month": "month", "answers": "count", "csat": "ratio", "csat_low": "ratio", "csat_high": "ratio",
    "csat_mean": "decimal",
    "csat_change": "ratio", "csat_change_margin": "ratio", **CHANGE,
}  # fmt: skip
SCORES = {"kind": "text", "score_given": "count", "score_group": "text", "answers": "count", "share": "ratio"}
SMOOTH = mark("Some month has fewer than {few} answers: each month stands for the {months} that end with it.")
MONTHS = ("month", "window_months", "shown")


def _nps_trend(look: Look, question: Question) -> Answer:
    """One row per month of the period that has answers: NPS with its margin, and whether it changed against the window before.

    window_months: how many months a row stands for, 3 where single months have few answers. nps_change, nps_change_margin: points against
    the window just before; compared: higher, lower, no change (the change is not larger than its margin), not known.
    """
    if look.day is None:
        return Answer(empty(OF_NPS))
    months = _months(look, question).filter(pl.col("source") == NPS)
    told = nps_changes(nps_of(months, MONTHS)).filter("shown").rename({"change": "nps_change", "change_margin": "nps_change_margin"})
    return _told(told.select(*OF_NPS).collect())


def _csat_trend(look: Look, question: Question) -> Answer:
    """One row per kind (csat: surveys, ticket rating) and month of the period that has answers; as `nps-trend`, in ratios."""
    if look.day is None:
        return Answer(empty(OF_CSAT))
    months = _months(look, question).filter(pl.col("source") != NPS)
    told = csat_changes(csat_of(months, ("source", *MONTHS))).filter("shown")
    return _told(told.rename({"source": "kind", "change": "csat_change", "change_margin": "csat_change_margin"}).select(*OF_CSAT).collect())


def _months(look: Look, question: Question) -> pl.LazyFrame:
    assert look.day is not None, "something is imported"
    known = heard(look, look.day)
    return months_in_windows(known.answers.filter(is_on_scale()), *days(look, question))


def _told(rows: pl.DataFrame) -> Answer:
    smooth = (rows["window_months"] == SMOOTHED).any()
    return Answer(rows, {}, (tr(SMOOTH, few=FEW, months=SMOOTHED),) if smooth else ())


def _scores(look: Look, question: Question) -> Answer:
    """One row per kind and score of its scale: how many answers of the period gave it, and which share of its kind's that is.

    Those that count: see `nps` and `csat`, to whose answers they add up, kind by kind.
    """
    if look.day is None or is_empty(look):
        return Answer(empty(SCORES))
    rows = scores(heard(look, look.day).counting(*days(look, question))).rename({"score": "score_given", "source": "kind"}).collect()
    return Answer(rows.with_columns(pl.col("score_given").cast(pl.Int64)).select(*SCORES), {"answers": rows["answers"].sum()})


nps_trend = Definition("nps-trend", mark("NPS over time"), OF_NPS, _nps_trend, opens=opened, of_period=True)
csat_trend = Definition("csat-trend", mark("CSAT over time"), OF_CSAT, _csat_trend, opens=opened, of_period=True)
score_counts = Definition("survey-scores", mark("Scores given"), SCORES, _scores, opens=opened, of_period=True)
