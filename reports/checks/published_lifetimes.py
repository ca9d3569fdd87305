"""Published figures of survival and lifetimes."""

from collections.abc import Callable
from functools import cache

import polars as pl

from language import mark
from metrics.unit_economics import payback_months
from models.lifetime import Fit, Lifetime, fitted_lifetime, fitted_to, log_likelihood
from models.survival import LogRank, kaplan_meier, log_rank
from reports.checks.published_cases import Case

# Of 1,000 customers how many are left after 0, 1 ... 7 years (Fader and Hardie 2007, the high-end customers).
HIGH_END = (1000, 869, 743, 653, 593, 551, 517, 491)
# Durations; an e marks those that ended.
RIT, CONTROL = "25e 28 50 51 53e 54 57 57 58 61 69", "9e 19e 32e 34e 48 50"
_FADER, _LIFELINES = "jdmaturen/shifted_beta_geometric_py", "lifelines tests, g3"
_DOCUMENTED, _TESTED = "lifelines documentation", "lifelines tests"


def _spells(text: str) -> pl.DataFrame:
    words = text.split()
    return pl.DataFrame({"duration": [float(word.strip("e")) for word in words], "event": [word.endswith("e") for word in words]})


def _stays(spells: pl.DataFrame, *durations: float) -> list[Callable[[], float]]:
    """The share still there after each duration, in percent."""

    def at(duration: float) -> Callable[[], float]:
        return lambda: 100 * float(kaplan_meier(spells).filter(pl.col("duration") <= duration)["survival"][-1])

    return [at(duration) for duration in durations]


def _compared() -> LogRank:
    return log_rank(_spells(RIT), _spells(CONTROL))


@cache
def _fitted() -> Lifetime:
    return fitted_lifetime(HIGH_END)


@cache
def _of_customers() -> Fit:
    """The same customer by customer, as the report on lifetimes takes them."""
    lost = [(year, True) for year in range(1, 8) for _ in range(HIGH_END[year - 1] - HIGH_END[year])]
    return fitted_to(pl.DataFrame([*lost, *[(7, False)] * HIGH_END[7]], schema=["renewals", "lost"], orient="row"))


def _likely() -> float:
    return log_likelihood(pl.Series(HIGH_END).to_numpy(), 1.0, 1.0)


def _payback() -> float:
    return float(pl.select(payback_months(pl.lit(25_000), pl.lit(5_000), pl.lit(0.75))).item())


def _residual(renewals: int) -> Callable[[], float]:
    return lambda: Lifetime(0.668, 3.806, 0.0).residual_lifetime(renewals)


def _share(percent: Callable[[], float]) -> Callable[[], float]:
    return lambda: percent() / 100


def _year(year: int) -> Callable[[], float]:
    return lambda: 100 * float(_fitted().survival([year])[0])


_PLAIN = pl.DataFrame({"duration": [0, 3, 3, 2, 1, 2], "event": [True, True, False, False, True, True]})
_LATE = pl.DataFrame({"entry": [1.9, 0, 0, 0, 0], "duration": [2, 10, 5, 4, 3], "event": [True] * 5})
_ONE, _NUMBER, _PERCENT = "percent, one digit", "number", "percent"
CASES = (
    Case("E-31", mark("the same customer, in months: payback"), "guidewhale", "", "months, one digit", 6.7, _payback),
    Case("E-70", mark("high-end customers, years 0 to 7: alpha"), _FADER, "", _NUMBER, 0.668, lambda: _fitted().alpha),
    Case("E-70", mark("and beta"), _FADER, "", _NUMBER, 3.806, lambda: _fitted().beta),
    Case("E-70", mark("the same customer by customer: alpha"), _FADER, "", _NUMBER, 0.668, lambda: _of_customers().lifetime.alpha),
    Case("E-70", mark("and beta"), _FADER, "", _NUMBER, 3.806, lambda: _of_customers().lifetime.beta),
    Case("E-70", mark("log-likelihood per head where alpha and beta are 1"), _FADER, "", _NUMBER, -2.1155, _likely),
    *(
        Case("E-70b", mark("left in years 8 to 12, by those before, in percent"), _FADER, "", _ONE, left, _year(year))
        for year, left in zip(range(8, 13), (46.0, 43.6, 41.4, 39.5, 37.8), strict=True)
    ),
    *(
        Case("E-70c", mark("residual lifetime after 0 to 7 renewals, discounted by 10 %"), _FADER, "", _NUMBER, left, _residual(renewals))
        for renewals, left in enumerate((5.415, 5.902, 6.294, 6.620, 6.897, 7.136, 7.345, 7.530))
    ),
    *(
        Case("E-74", mark("treated, after 25 and 53 days: still there, in percent"), _LIFELINES, "", _ONE, left, stays)
        for left, stays in zip((90.9, 77.9), _stays(_spells(RIT), 25, 53), strict=True)
    ),
    *(
        Case("E-74", mark("control, after 9, 19, 32 and 34 days: share still there"), _LIFELINES, "", _NUMBER, left, _share(stays))
        for left, stays in zip((0.833, 0.667, 0.5, 0.333), _stays(_spells(CONTROL), 9, 19, 32, 34), strict=True)
    ),
    Case("E-74", mark("log-rank test of both: chi-squared"), _LIFELINES, "", _NUMBER, 6.063, lambda: _compared().chi2),
    Case("E-74", mark("and p, in percent"), _LIFELINES, "", _PERCENT, 1.38, lambda: 100 * _compared().p),
    *(
        Case("E-75", mark("some end on their first day: still there after 0 to 3 days, in percent"), _DOCUMENTED, "", _PERCENT, left, stays)
        for left, stays in zip((83.33, 66.67, 50, 25), _stays(_PLAIN, 0, 1, 2, 3), strict=True)
    ),
    *(
        Case("E-76", mark("one first seen after 1.9 days: there after 2, 3, 4, 5 and 10, in percent"), _TESTED, "", _PERCENT, left, stays)
        for left, stays in zip((80, 60, 40, 20, 0), _stays(_LATE, 2, 3, 4, 5, 10), strict=True)
    ),
)  # fmt: skip
