"""How long customers stay, where many still do: the share that stays, and whether groups differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, gamma, sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np
import polars as pl

from language import tr

EXACT = 1e-12  # by which a product of shares may miss a half


def kaplan_meier(spells: pl.DataFrame, *, level: float = 0.95) -> pl.DataFrame:
    """The share that stays longer than each length of time, counting those who still stay and those first seen mid-life.

    spells: duration (any unit, not negative), event (whether it ended; false: it was still on when last seen), and, where accounts
    were first seen later than they began, entry (how long they had lasted by then; null or 0: seen from the beginning). An
    account counts as at risk only after its entry: to ignore that inflates survival. weight: how much each counts, such as what it pays;
    without it all count alike. What ends at a length was at risk at it, and so was what was last seen at it.
    Returns one row per duration in order: duration, at_risk, events (counts), survival (ratio, weighted), low and high (at `level`,
    log-log; null where survival is 0 or 1). Empty where there is no spell. Raises ValueError for a spell that ends before its entry, and
    for a weight that is not above 0.
    Source: Kaplan and Meier 1958; entry: Klein and Moeschberger, Survival Analysis, 4.6; the band with weights: Xie and Liu 2005, by how
    many alike the weighted ones are worth (with equal weights it is Greenwood's).
    """
    rows = _read(spells)
    lengths = np.unique(rows["duration"].to_numpy())
    count, weighed, squared = (_sums(rows, lengths, power) for power in range(3))
    at_risk, events = count
    counted = pl.DataFrame({"duration": lengths, "at_risk": at_risk.round().astype(np.int64), "events": events.round().astype(np.int64)})
    share = _over(weighed[1], weighed[0])
    worth = _over(weighed[0] ** 2, squared[0])  # as many alike as these are worth
    told = counted.with_columns(share=pl.Series(share), worth=pl.Series(worth))
    spread = (pl.col("share") / ((1 - pl.col("share")) * pl.col("worth"))).cum_sum().sqrt()
    wide = pl.lit(NormalDist().inv_cdf((1 + level) / 2)) * spread / pl.col("survival").log()
    inside = pl.col("survival").is_between(0, 1, closed="none")
    banded = told.with_columns(survival=(1 - pl.col("share")).cum_prod()).with_columns(
        low=pl.when(inside).then(pl.col("survival").pow((-wide).exp())), high=pl.when(inside).then(pl.col("survival").pow(wide.exp()))
    )
    return banded.drop("share", "worth")


def _over(over: np.ndarray, under: np.ndarray) -> np.ndarray:
    return np.divide(over, under, out=np.zeros_like(over), where=under > 0)


def _sums(rows: pl.DataFrame, lengths: np.ndarray, power: int) -> tuple[np.ndarray, np.ndarray]:
    """The weights to a power of those at risk at each length, and of those that ended at it."""
    weights = rows["weight"].to_numpy() ** power
    entered, left = (_up_to(rows[name].to_numpy(), weights, lengths, "left") for name in ("entry", "duration"))
    gone = rows["event"].to_numpy()
    by, before = (_up_to(rows["duration"].to_numpy()[gone], weights[gone], lengths, side) for side in ("right", "left"))
    return entered - left, by - before


def _up_to(values: np.ndarray, weights: np.ndarray, lengths: np.ndarray, side: Literal["left", "right"]) -> np.ndarray:
    """The weights of the values below each length (side left), or up to it (right)."""
    order = np.argsort(values, kind="stable")
    return np.concatenate([[0.0], np.cumsum(weights[order])])[np.searchsorted(values[order], lengths, side=side)]


def _read(spells: pl.DataFrame) -> pl.DataFrame:
    """Seen from the beginning means before any length, so that an end at length 0 counts too."""
    entry = pl.col("entry").cast(pl.Float64) if "entry" in spells.columns else pl.lit(None, dtype=pl.Float64)
    rows = spells.with_columns(
        pl.col("duration").cast(pl.Float64), pl.col("event").cast(pl.Boolean),
        entry=pl.when(entry > 0).then(entry).otherwise(float("-inf")),
        weight=pl.col("weight").cast(pl.Float64) if "weight" in spells.columns else pl.lit(1.0),
    )  # fmt: skip
    if rows.filter((pl.col("duration") < 0) | (pl.col("duration") <= pl.col("entry"))).height:
        raise ValueError(tr("duration: a spell lasts no time, or ends before it was first seen. Leave such spells out."))
    if rows.filter(~(pl.col("weight") > 0).fill_null(False)).height:
        raise ValueError(tr("weight: a spell without a weight above 0 counts for nothing. Leave such spells out."))
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


@dataclass(frozen=True)
class LogRankOfGroups:
    """chi2 with its degrees of freedom and p (None where nothing can be compared); of each group, as given, the ends that it had, and would
    have had if all were alike."""

    chi2: float | None
    degrees: int
    p: float | None
    observed: tuple[int, ...]
    expected: tuple[float, ...]


def log_rank_of_groups(groups: Sequence[pl.DataFrame]) -> LogRankOfGroups:
    """Whether several groups stay equally long; of two groups it is log_rank. Frames as for kaplan_meier; weights count for nothing.

    Groups that are never at risk beside another one when something ends add no degree of freedom.
    Source: Klein and Moeschberger, Survival Analysis, 7.3: Z' V^-1 Z over all but one group, the variance with ties.
    """
    own = [_read(group).select("duration", "event", "entry") for group in groups]
    both = pl.concat(own) if own else pl.DataFrame(schema={"duration": pl.Float64, "event": pl.Boolean, "entry": pl.Float64})
    lengths = np.unique(both.filter("event")["duration"].to_numpy())
    if not lengths.size:
        return LogRankOfGroups(None, 0, None, (0,) * len(own), (0.0,) * len(own))
    n, d = _at_risk(both, lengths), _events(both, lengths)
    shares = np.stack([_at_risk(one, lengths) / n for one in own])
    ended, expected = np.array([_events(one, lengths).sum() for one in own]), (shares * d).sum(axis=1)
    by_ties = np.where(n > 1, d * (n - d) / np.maximum(n - 1, 1), 0.0)
    spread = np.diag((shares * by_ties).sum(axis=1)) - (shares * by_ties) @ shares.T
    degrees = int(np.linalg.matrix_rank(spread, tol=1e-9))
    chi2 = float((ended - expected) @ np.linalg.pinv(spread, rcond=1e-9) @ (ended - expected)) if degrees else None
    p = None if chi2 is None else chi_squared_tail(chi2, degrees)
    return LogRankOfGroups(chi2, degrees, p, tuple(int(one) for one in ended), tuple(float(one) for one in expected))


def chi_squared_tail(chi2: float, degrees: int) -> float:
    """How often chance alone is so far off: the upper tail of a chi-squared of so many degrees of freedom, 1 or more.

    Source: Abramowitz and Stegun 26.4.4 and 26.4.5, the sums for odd and for even degrees.
    """
    half = chi2 / 2
    odd = degrees % 2
    terms = (half ** (k + odd / 2) / gamma(k + 1 + odd / 2) for k in range(degrees // 2))
    return (erfc(sqrt(half)) if odd else 0.0) + exp(-half) * sum(terms)


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
