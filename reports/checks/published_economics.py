"""Published worked examples of unit economics, activation, seats and surveys, as data for the self-check."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import polars as pl

from language import mark
from metrics.activation import funnel
from metrics.seats import seat_bands
from metrics.surveys import nps, nps_factor
from metrics.unit_economics import acquisition_cost, lifetime_value, quick_ratio
from reports.checks.published_cases import Case

REACHED = {"account_id": pl.Int64, "step": pl.Int64, "title": pl.String, "measurable": pl.Boolean, "day": pl.Date}
SINCE, UNTIL = date(2024, 1, 1), date(2024, 12, 31)


def _of(formula: Callable[..., pl.Expr], *inputs: float, cents: bool = False) -> Callable[[], float]:
    """A formula on literal inputs; in currency units where it answers in cents."""
    return lambda: pl.select(formula(*(pl.lit(value) for value in inputs))).item() / (100 if cents else 1)


def _funnel(*counts: int) -> Callable[[], float]:
    """Share of the first of `counts` accounts that reach the last."""
    rows = [
        (account, step, str(step), True, SINCE if account < reached else None)
        for step, reached in enumerate(counts[1:], start=1)
        for account in range(counts[0])
    ]
    return lambda: 100 * funnel(pl.LazyFrame(rows, schema=REACHED, orient="row")).collect()["overall"][-1]


def _nps(promoters: int, passives: int, detractors: int) -> Callable[[], float]:
    scores = [9.0] * promoters + [8.0] * passives + [3.0] * detractors
    answers = pl.LazyFrame({"kind": "nps", "score": scores, "answered_at": datetime(2024, 6, 1, tzinfo=UTC)})
    return lambda: nps(answers, since=SINCE, until=UNTIL).collect()["nps"].item()


def _seats(actives: int, seats: int) -> Callable[[], float]:
    return lambda: 100 * seat_bands(pl.LazyFrame({"mau": [actives], "seats": [seats]})).collect()["seat_use"].item()


def _to_cac(arpa: pl.Expr, churn: pl.Expr, margin: pl.Expr, cac: pl.Expr) -> pl.Expr:
    """LTV for each unit of CAC."""
    return lifetime_value(arpa, churn, margin) / cac


_LTV = "ChartMogul LTV"
_FACTOR = "help.planhat.com 9587221"
CASES = (
    Case("E-14", mark("ARPA $100, churn 5 %: LTV"), _LTV, "", "money", 2_000, _of(lifetime_value, 10_000, 0.05, cents=True)),
    Case("E-26", mark("won 28k, lost 8k: quick ratio"), "pitchkit.net", "", "ratio", 3.5, _of(quick_ratio, 2_800_000, 800_000)),
    Case("E-30", mark("ARPA $500, margin 75 %, churn 2.5 %: LTV"), "mhq", "", "money", 15_000, _of(lifetime_value, 50_000, 0.025, 0.75, cents=True)),
    Case("E-31", mark("ARPA $50, margin 75 %, churn 5 %: LTV"), "guidewhale", "", "money", 750, _of(lifetime_value, 5_000, 0.05, 0.75, cents=True)),
    Case("E-30", mark("with a CAC of $6,000: LTV / CAC"), "mhq", "", "ratio", 2.5, _of(_to_cac, 50_000, 0.025, 0.75, 600_000)),
    Case("E-31", mark("25k for 100 accounts: CAC"), "guidewhale", "", "money", 250, _of(acquisition_cost, 2_500_000, 100, cents=True)),
    Case("E-31", mark("and with that LTV / CAC"), "guidewhale", "", "ratio", 3, _of(_to_cac, 5_000, 0.05, 0.75, 25_000)),
    Case("E-57", mark("90 of 500 activated, in percent"), "blog.growrockets.com", "", "percent", 18, _funnel(500, 90)),
    Case("E-57", mark("a funnel of 90 %, 78 % and 82 %, in percent"), "lotoftools.org", "", "percent", 57.56, _funnel(5000, 4500, 3510, 2878)),
    Case("E-58", mark("62 of 100 seats, in percent"), "www.revos.ai", "", "percent", 62, _seats(62, 100)),
    Case("E-59", mark("73 % promoters, 15 % passives, 12 % detractors: NPS"), "academy.practicalcsm.com", "", "percent", 61, _nps(73, 15, 12)),
    Case("E-50", mark("NPS of 0: factor"), _FACTOR, "", "ratio", -5, _of(nps_factor, 0.0)),
    Case("E-50", mark("NPS of 7: factor"), _FACTOR, "", "ratio", 2, _of(nps_factor, 7.0)),
    Case("E-50", mark("NPS of 10: factor"), _FACTOR, "", "ratio", 5, _of(nps_factor, 10.0)),
)  # fmt: skip
