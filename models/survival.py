"""How long customers stay, where many still do: the share that stays, and whether two groups differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from statistics import NormalDist

import numpy as np
import polars as pl

from language import tr

EXACT = 1e-12  # by which a product of shares may miss a half


def kaplan_meier(spells: pl.DataFrame, *, level: float = 0.95) -> pl.DataFrame:
    """The share that stays longer than each length of time, counting those who still stay and those first seen mid-life.

    spells: duration (any unit, not negative), event (whether it ended; false: it was still on when last seen), and, where accounts
    were first seen later than they began, entry (how long they had lasted by then; null or 0: seen from the beginning). An
    account counts as at risk only after its entry: to ignore that inflates survival.
    Returns one row per duration in order: duration, at_risk, events (counts), survival (ratio), low and high (at `level`,
    log-log; null where survival is 0 or 1). Empty where there is no spell. Raises ValueError for a spell that ends before its entry.
    Source: Kaplan and Meier 1958; entry: Klein and Moeschberger, Survival Analysis, 4.6.
    """
    rows = _read(spells)
    lengths = np.unique(rows["duration"].to_numpy())
    at_risk, events = _at_risk(rows, lengths), _events(rows, lengths)
    counted = pl.DataFrame({"duration": lengths, "at_risk": at_risk, "events": events})
    stay, leave = pl.col("at_risk") - pl.col("events"), pl.col("events")
    wide = pl.lit(NormalDist().inv_cdf((1 + level) / 2)) * (leave / (pl.col("at_risk") * stay)).cum_sum().sqrt() / pl.col("survival").log()
    inside = pl.col("survival").is_between(0, 1, closed="none")
    return counted.with_columns(survival=(stay / pl.col("at_risk")).cum_prod()).with_columns(
        low=pl.when(inside).then(pl.col("survival").pow((-wide).exp())), high=pl.when(inside).then(pl.col("survival").pow(wide.exp()))
    )


def _read(spells: pl.DataFrame) -> pl.DataFrame:
    """Seen from the beginning means before any length, so that an end at length 0 counts too."""
    entry = pl.col("entry").cast(pl.Float64) if "entry" in spells.columns else pl.lit(None, dtype=pl.Float64)
    rows = spells.with_columns(
        pl.col("duration").cast(pl.Float64), pl.col("event").cast(pl.Boolean), entry=pl.when(entry > 0).then(entry).otherwise(float("-inf"))
    )
    if rows.filter((pl.col("duration") < 0) | (pl.col("duration") <= pl.col("entry"))).height:
        raise ValueError(tr("duration: a spell lasts no time, or ends before it was first seen. Leave such spells out."))
    return rows


def _at_risk(rows: pl.DataFrame, lengths: np.ndarray) -> np.ndarray:
    """Spells that were seen before each length and had not ended before it."""
    entered, left = (np.searchsorted(np.sort(rows[name].to_numpy()), lengths, side="left") for name in ("entry", "duration"))
    return (entered - left).astype(np.int64)


def _events(rows: pl.DataFrame, lengths: np.ndarray) -> np.ndarray:
    ended = np.sort(rows.filter("event")["duration"].to_numpy())
    return (np.searchsorted(ended, lengths, side="right") - np.searchsorted(ended, lengths, side="left")).astype(np.int64)


@dataclass(frozen=True)
class LogRank:
    """chi2 on one degree of freedom and its p; ends that the first group had, and would have had if the two were alike."""

    chi2: float
    p: float
    observed: int
    expected: float


def log_rank(first: pl.DataFrame, second: pl.DataFrame) -> LogRank:
    """Whether two groups stay equally long. Frames as for kaplan_meier. nan where nothing ended.

    Source: Mantel 1966; Klein and Moeschberger, Survival Analysis, 7.3.
    """
    ended, expected, spread = _compared(first, second)
    chi2 = float((ended - expected) ** 2 / spread) if spread > 0 else float("nan")
    return LogRank(chi2, _by_chance(chi2), ended, expected)


def _by_chance(chi2: float) -> float:
    """How often chance alone is so far off: the upper tail of a chi-squared of one degree of freedom."""
    return erfc(sqrt(chi2 / 2))


def _compared(first: pl.DataFrame, second: pl.DataFrame) -> tuple[int, float, float]:
    """Ends that the first group had, would have had if the two were alike, and the variance of that."""
    one, both = _read(first), pl.concat([_read(frame).select("duration", "event", "entry") for frame in (first, second)])
    lengths = np.unique(both.filter("event")["duration"].to_numpy())
    n, n_one = _at_risk(both, lengths), _at_risk(one, lengths)
    d, d_one = _events(both, lengths), _events(one, lengths)
    expected, several = d * n_one / n, n > 1
    part = (n_one / n * (1 - n_one / n) * d)[several] * ((n - d)[several] / (n - 1)[several])
    return int(d_one.sum()), float(expected.sum()), float(part.sum())


@dataclass(frozen=True)
class Pace:
    """How two groups differ in how soon they end. p: of the log-rank test; ratio with low and high (at the level asked for): how many times
    as many of the first end on a day, of those who are left; below 1 none where nothing can be said. least: the smaller of the ends that
    one group would have had if the two were alike, by which it is judged whether there are enough."""

    p: float | None
    ratio: float | None
    low: float | None
    high: float | None
    least: float


def pace(strata: Sequence[tuple[pl.DataFrame, pl.DataFrame]], *, level: float = 0.95) -> Pace:
    """Whether the first of two groups ends sooner than the second, each stratum compared for itself and then added up.

    strata: pairs of frames as for kaplan_meier. The interval of the ratio is that of the same test, so that it leaves out 1 just where p
    lies below 1 - level.
    Source: Mantel 1966, stratified; the ratio: Peto, exp((O - E) / V), Yusuf et al. 1985.
    """
    told = [
        (*_compared(first, second), first.filter("event").height + second.filter("event").height)
        for first, second in strata
        if first.height and second.height
    ]
    ended, expected, spread, every = (sum(column) for column in zip(*told, strict=True)) if told else (0, 0.0, 0.0, 0)
    least = float(min(expected, every - expected))
    if spread <= 0:
        return Pace(None, None, None, None, least)
    wide = NormalDist().inv_cdf((1 + level) / 2) * spread**0.5
    low, ratio, high = (float(np.exp((ended - expected + by) / spread)) for by in (-wide, 0, wide))
    return Pace(_by_chance((ended - expected) ** 2 / spread), ratio, low, high, least)


@dataclass(frozen=True)
class Length:
    """After how long half have ended, with its interval; None where that is not reached yet."""

    half: float | None
    low: float | None
    high: float | None


def median(curve: pl.DataFrame) -> Length:
    """The first duration by which half have ended, and those at which the limits of the band do. curve: as kaplan_meier returns.

    Source: Brookmeyer and Crowley 1982, by the limits that the curve has.
    """
    firsts = (curve.filter(pl.col(name) <= 0.5 + EXACT)["duration"].min() for name in ("survival", "low", "high"))
    return Length(*(float(one) if isinstance(one, int | float) else None for one in firsts))


def ended_by(curve: pl.DataFrame, duration: float) -> tuple[float, float | None, float | None] | None:
    """The share that has ended by a duration, with its limits (None where it is 0 or 1); None where nobody was seen for so long, and some
    had not ended. curve: as kaplan_meier returns."""
    until = curve.filter(pl.col("duration") <= duration)
    if curve.is_empty() or (until.height == curve.height and curve["duration"][-1] < duration and curve["survival"][-1] > 0):
        return None
    if until.is_empty():
        return 0.0, None, None
    survival, low, high = until.select("survival", "low", "high").row(-1)
    return 1 - survival, None if high is None else 1 - high, None if low is None else 1 - low
