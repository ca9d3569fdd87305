"""Surveys and seats against published examples and their edges."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from metrics.seats import seat_bands
from metrics.surveys import csat, nps, nps_factor

WINDOW = {"since": date(2024, 1, 1), "until": date(2024, 12, 31)}


def answers(kind: str, *scores: float | None, year: int = 2024, account: str = "A") -> pl.LazyFrame:
    rows = [{"account_id": account, "kind": kind, "score": score, "answered_at": datetime(year, 5, 1, 12, tzinfo=UTC)} for score in scores]
    types = {"account_id": pl.String, "kind": pl.String, "score": pl.Float64, "answered_at": pl.Datetime("us", "UTC")}
    return pl.LazyFrame(rows, schema=types)


def test_published_nps():
    """E-59, academy.practicalcsm.com: 73 % promoters, 15 % passives, 12 % detractors give 61."""
    row = nps(answers("nps", *[9] * 40, *[10] * 33, *[7] * 8, *[8] * 7, *[6] * 10, *[0] * 2), **WINDOW).collect().row(0, named=True)
    assert (row["answers"], row["promoters"], row["passives"], row["detractors"], row["nps"]) == (100, 73, 15, 12, 61)


def test_answers_of_other_kinds_other_times_and_without_a_score_do_not_count():
    rows = pl.concat([answers("nps", 10, None), answers("csat", 1), answers("nps", 0, year=2023)])
    assert nps(rows, **WINDOW).collect().select("answers", "nps").row(0) == (1, 100)
    assert csat(rows, **WINDOW).collect().row(0) == (1, 0, 0.0)


def test_nobody_asked_is_not_nought():
    assert nps(answers("nps"), **WINDOW).collect().select("answers", "nps").row(0) == (0, None)
    assert csat(answers("csat"), **WINDOW).collect()["csat"].item() is None


def test_csat_by_account():
    rows = csat(pl.concat([answers("csat", 5, 4, 3), answers("csat", 1, account="B")]), **WINDOW, by=("account_id",)).collect()
    assert rows.rows() == [("A", 3, 2, 2 / 3), ("B", 1, 0, 0.0)]


@pytest.mark.parametrize(("score", "factor"), [(0, -5), (7, 2), (10, 5), (-3, -5), (12, 5), (None, None)])
def test_nps_factor(score, factor):
    """E-50, help.planhat.com 9587221; outside is clamped."""
    frame = pl.DataFrame({"score": [score]}, schema={"score": pl.Float64})
    assert frame.select(nps_factor(pl.col("score"))).item() == factor


@pytest.mark.parametrize(
    ("mau", "band"),
    [(62, "healthy"), (38, "at_risk"), (49, "at_risk"), (50, "low"), (60, "healthy"), (85, "healthy"), (86, "filling"), (90, "filling"), (91, "expansion"), (None, None)],
)  # fmt: skip
def test_seat_bands(mau, band):
    """E-58, www.revos.ai: 62 of 100 seats is healthy (60 to 85), 38 of 100 at risk (< 50), > 90 asks for more."""
    frame = pl.LazyFrame({"mau": [mau], "seats": [100]}, schema={"mau": pl.Int64, "seats": pl.Int64})
    row = seat_bands(frame).collect().row(0, named=True)
    assert (row["seat_use"], row["band"]) == (None if mau is None else mau / 100, band)


def test_no_seats_is_no_share():
    frame = pl.LazyFrame({"mau": [5], "seats": [0]}, schema={"mau": pl.Int64, "seats": pl.Int64})
    assert seat_bands(frame).collect().select("seat_use", "band").row(0) == (None, None)
