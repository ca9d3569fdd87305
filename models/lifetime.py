"""Lifetimes beyond what was seen: the shifted beta geometric model of renewals.

Each customer renews with a chance of its own that never changes; over customers the chance to leave follows a beta distribution.
That is why the rate of those who renew rises with age: those who would leave have left. Source: Fader and Hardie, How to Project
Customer Retention, Journal of Interactive Marketing 2007.

Beside alpha and beta it is told by two numbers between 0 and 1: the share that leaves at the first renewal, alpha / (alpha + beta), and
how unlike each other customers are, 1 / (1 + alpha + beta), their polarisation index (0: all leave with one chance; 1: some never renew,
the others always).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from language import tr
from models.survival import chi_squared_tail

DISCOUNT = 0.1  # a year, as in the source
LEAST_DISCOUNT = 0.001  # a period, below which the sum need not end
PERIODS = 2000  # looked ahead one by one; from then on the rate of renewals is taken as it is
FEWEST_LOSSES, FEWEST_RENEWALS, FEWEST_PERIODS = 5, 30, 3
FEWEST_AT_RISK = 5  # at a renewal, for it to be one of the FEWEST_PERIODS
TOO_FEW_RENEWALS, TOO_FEW_LOSSES = "too_few_renewals", "too_few_losses"
NOBODY_LEFT, EVERYBODY_LEFT, TOO_SHORT, NOBODY_AFTER_THE_FIRST = "nobody_left", "everybody_left", "too_short", "nobody_after_the_first"
FAR = 9.0  # the logits of both numbers lie between -FAR and FAR
ALIKE = 0.001  # polarisation below which customers are as good as alike
INSIDE = 3.841458820694124 / 2  # of the log-likelihood below its best: 95 % of chi-squared on one degree of freedom
GRID, COARSE, _GROWING, _SIDE = 61, 41, 21, 5  # points a side: of the limits, of the first look, while they are looked for, of a step
_ROUNDS, _EXACT = 60, 1e-9


@dataclass(frozen=True)
class Lifetime:
    """alpha and beta of the leaving chance; log_likelihood per customer of the series, or of the renewals, that was fitted."""

    alpha: float
    beta: float
    log_likelihood: float

    def survival(self, periods: Sequence[int] | np.ndarray) -> np.ndarray:
        """The share that is still there after so many renewals; 1 after none."""
        t = np.asarray(periods, dtype=int)
        rates = self.renewal_rate(np.arange(1, max(t.max(initial=0), 0) + 1))
        return np.concatenate([[1.0], np.cumprod(rates)])[t]

    def renewal_rate(self, periods: Sequence[int] | np.ndarray) -> np.ndarray:
        """The share of those there before the t-th renewal that renew; t from 1."""
        t = np.asarray(periods, dtype=float)
        return (self.beta + t - 1) / (self.alpha + self.beta + t - 1)

    def residual_lifetime(self, renewals: int, *, discount: float = DISCOUNT) -> float:
        """Discounted expected residual lifetime, in periods, of a customer who has renewed `renewals` times and is about to be asked
        again: the coming payment and all that may follow. Times the margin of a period it is what the customer is still worth.
        Raises ValueError for a discount below LEAST_DISCOUNT a period, under which the sum need not end.

        Source: Fader and Hardie 2010, Customer-base valuation in a contractual setting.
        """
        return float(_residuals(lambda k: self.renewal_rate([k])[0], renewals, discount)[renewals])


def _residuals(rate: Callable[[int], Any], renewals: int, discount: float) -> list[Any]:
    """The residual lifetime after 0, 1 ... `renewals` renewals, worked out backwards from far ahead: before a renewal it is its rate times
    the one payment and what is to come after it, a period later. rate: of the k-th renewal."""
    if discount < LEAST_DISCOUNT:
        raise ValueError(tr("discount: give at least {least} a period.", least=LEAST_DISCOUNT))
    far = renewals + PERIODS
    value = rate(far) * (1 + discount) / (1 + discount - rate(far))
    found = []
    for k in range(far - 1, 0, -1):
        value = rate(k) * (1 + value / (1 + discount))
        if k <= renewals + 1:
            found.append(value)
    return found[::-1]


def fitted_lifetime(survivors: Sequence[float]) -> Lifetime:
    """The model under which a series of survivors, from the start on, is most likely.

    survivors: how many (or which share) of one cohort are left after 0, 1, 2 ... renewals. Raises ValueError for a series that is
    shorter than three, that rises, or in which nobody leaves: then nothing can be said of lifetimes.
    """
    left = np.asarray(survivors, dtype=float)
    if len(left) < 3 or (np.diff(left) > 0).any() or left[-1] == left[0] or left[-1] < 0:
        raise ValueError(tr("survivors: give at least three counts of one cohort that never rise, with somebody leaving."))
    shares = left / left[0]
    return _most_likely(Seen(shares[:-1], -np.diff(shares)))


@dataclass(frozen=True)
class Seen:
    """What became of the first, second ... renewal: how many came up that were followed by then, and how many of them were lost."""

    at_risk: np.ndarray
    lost: np.ndarray

    def log_likelihood(self, first: np.ndarray | float, unlike: np.ndarray | float) -> np.ndarray:
        """Of what was seen, where `first` is the logit of the share that leaves at the first renewal, `unlike` that of the polarisation."""
        leaves, apart = (1 / (1 + np.exp(-np.asarray(logit, dtype=float)))[..., None] for logit in (first, unlike))
        under = (1 - apart) + apart * np.arange(len(self.lost))
        stays = 1 - leaves * (1 - apart) / under
        return (self.lost * np.log(leaves * (1 - apart) / under) + (self.at_risk - self.lost) * np.log(stays)).sum(axis=-1)


def renewals_seen(customers: pl.DataFrame) -> Seen:
    """The renewals of customers of any age, of as many cohorts as there are.

    customers: renewals (how many each has come to: lost at the last of them, or renewed all), lost, and before (how many of them lay behind
    it when it was first seen; null: none): those are no renewals that could have been lost. Raises ValueError for one that was lost before
    it was seen.
    """
    rows = customers.with_columns(before=pl.col("before").fill_null(0) if "before" in customers.columns else pl.lit(0))
    if rows.filter("lost", pl.col("renewals") <= pl.col("before")).height:
        raise ValueError(tr("renewals: a customer is lost before it was seen. Leave such customers out."))
    last = int(pl.Series(rows["renewals"]).max() or 0)  # ty: ignore[invalid-argument-type]  a column of counts
    k = np.arange(1, last + 1)
    through, before, gone = (rows[name].to_numpy() for name in ("renewals", "before", "lost"))
    behind, over = (np.searchsorted(np.sort(values), k, side="left") for values in (np.minimum(before, through), through))
    lost = np.bincount(through[gone], minlength=last + 1)[1:] if gone.any() else np.zeros(last)
    return Seen((behind - over).astype(float), lost.astype(float))


def why_not_fitted(customers: pl.DataFrame) -> str | None:
    """Why nothing can be said of the lifetimes of customers (as renewals_seen takes them), as a code; None where it can be tried."""
    seen = renewals_seen(customers)
    decided, lost = seen.at_risk.sum(), seen.lost.sum()
    reasons = (
        (decided == 0, TOO_FEW_RENEWALS), (lost == 0, NOBODY_LEFT), (decided < FEWEST_RENEWALS, TOO_FEW_RENEWALS),
        (lost < FEWEST_LOSSES, TOO_FEW_LOSSES), (lost == customers.height, EVERYBODY_LEFT),
        ((seen.at_risk >= FEWEST_AT_RISK).sum() < FEWEST_PERIODS, TOO_SHORT), (lost == seen.lost[:1].sum(), NOBODY_AFTER_THE_FIRST),
    )  # fmt: skip
    return next((code for holds, code in reasons if holds), None)


@dataclass(frozen=True)
class Fit:
    """The most likely lifetime of what was seen, and the edge of all others that the renewals speak for (95 %): region has the logits of
    their two numbers, one row each, the most likely one first. Limits of a share or a residual lifetime are its least and its most over
    them (profile likelihood): either falls with the share that leaves at the first renewal, so that it has both on the edge.

    Source of the limits: Venzon and Moolgavkar 1988.
    """

    lifetime: Lifetime
    seen: Seen
    region: np.ndarray

    @property
    def are_alike(self) -> bool:
        """Whether all customers leave with one chance, as far as can be seen: alpha and beta then say nothing by themselves."""
        return 1 / (1 + self.lifetime.alpha + self.lifetime.beta) < ALIKE

    @property
    def first_seen(self) -> int:
        """The first renewal that enough customers were followed at: what is told of earlier ones was seen of nobody."""
        return int(np.argmax(self.seen.at_risk >= FEWEST_AT_RISK)) + 1

    def survival_limits(self, periods: int) -> tuple[np.ndarray, np.ndarray]:
        """The least and the most that the share still there may be after 0, 1 ... `periods` renewals."""
        _, low, high = self.share_of_those_there(0, periods)
        return low, high

    def share_of_those_there(self, behind: int, until: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of those who have renewed `behind` times, the share still there after none, one ... more renewals, up to `until` in all, with the
        least and the most that it may be."""
        share, low, high = np.ones(len(self.region)), [1.0], [1.0]
        for k in range(behind + 1, until + 1):
            share = share * self._rate(k)
            low.append(float(share.min()))
            high.append(float(share.max()))
        rates = self.lifetime.renewal_rate(np.arange(behind + 1, until + 1))
        return np.concatenate([[1.0], np.cumprod(rates)]), np.array(low), np.array(high)

    def residuals(self, renewals: int, *, discount: float = DISCOUNT) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The residual lifetime (see Lifetime) after 0, 1 ... `renewals` renewals, in periods, with the least and the most it may be."""
        every = np.array(_residuals(self._rate, renewals, discount))
        return every[:, 0], every.min(axis=1), every.max(axis=1)

    def misfit(self) -> float | None:
        """How often chance alone would lie as far from the curve as what was seen (Pearson, on renewals put together until five losses are
        to be expected); None where there are too few of them to say."""
        leaves = 1 - self.lifetime.renewal_rate(np.arange(1, len(self.seen.lost) + 1))
        expected, bins = self.seen.at_risk * leaves, [np.zeros(3)]
        spread = expected * (1 - leaves)
        for one in zip(self.seen.lost, expected, spread, strict=True):
            bins[-1] = bins[-1] + np.array(one)
            bins += [np.zeros(3)] if bins[-1][1] >= FEWEST_LOSSES else []
        full = np.array(bins[:-1])
        if len(full) < FEWEST_PERIODS:
            return None
        return chi_squared_tail(float(((full[:, 0] - full[:, 1]) ** 2 / full[:, 2]).sum()), len(full) - 2)

    def _rate(self, k: int) -> np.ndarray:
        leaves, apart = 1 / (1 + np.exp(-self.region.T))
        return 1 - leaves * (1 - apart) / ((1 - apart) + apart * (k - 1))


def fitted_to(customers: pl.DataFrame) -> Fit:
    """The lifetime under which the renewals of all customers, of whatever age, are most likely together, each given that it had lasted
    until it was first seen.

    customers: as renewals_seen takes them. Raises ValueError where why_not_fitted says why not.
    """
    if why_not_fitted(customers):
        raise ValueError(tr("customers: too little was seen of them for a lifetime to be fitted."))
    seen = renewals_seen(customers)
    found = _most_likely(seen)
    total = found.alpha + found.beta
    best = np.array([np.log(found.alpha / found.beta), -np.log(total)])
    region = _region(seen, best, float(seen.log_likelihood(*best)) - INSIDE)
    per_customer = found.log_likelihood / customers.height
    return Fit(Lifetime(found.alpha, found.beta, per_customer), seen, np.vstack([best, region]))


def _most_likely(seen: Seen) -> Lifetime:
    """The best of both logits: over a grid of all of them, then by steps that get half as long wherever no neighbour is better."""
    axis = np.linspace(-FAR, FAR, COARSE)
    best, width, worth = np.zeros(2), 2 * FAR / COARSE, -np.inf
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    around = np.stack(np.meshgrid(np.linspace(-1, 1, _SIDE), np.linspace(-1, 1, _SIDE)), axis=-1).reshape(-1, 2)
    while width > _EXACT:
        likely = seen.log_likelihood(*points.T)
        better, at = likely.max() > worth, int(likely.argmax())
        best, worth, width = (points[at], likely[at], width) if better else (best, worth, width / 2)
        points = np.clip(best + around * width, -FAR, FAR)
    leaves, apart = 1 / (1 + np.exp(-best))
    total = (1 - apart) / apart
    return Lifetime(float(leaves * total), float((1 - leaves) * total), float(worth))


def _region(seen: Seen, best: np.ndarray, least: float) -> np.ndarray:
    """The edge of the pairs of logits that are as likely as `least`: of each polarisation of a grid that just holds them all, the least and
    the most that may leave at the first renewal."""
    low, high = best - 0.05, best + 0.05
    for _ in range(_ROUNDS):
        points, inside = _grid(seen, low, high, _GROWING, least)
        step = (high - low) / (_GROWING - 1)
        found = points[inside] if inside.any() else best[None]
        touches = (np.stack([found.min(0) <= low + step / 2, found.max(0) >= high - step / 2])) & np.stack([low > -FAR, high < FAR])
        if not touches.any():
            low, high = np.maximum(found.min(0) - step, -FAR), np.minimum(found.max(0) + step, FAR)
            break
        wide = high - low
        low, high = np.maximum(low - wide * touches[0], -FAR), np.minimum(high + wide * touches[1], FAR)
    points, inside = _grid(seen, low, high, GRID, least)
    rows = [row[held] for row, held in zip(points.reshape(GRID, GRID, 2), inside.reshape(GRID, GRID), strict=True) if held.any()]
    return np.array([edge for row in rows for edge in (row[0], row[-1])])


def _grid(seen: Seen, low: np.ndarray, high: np.ndarray, side: int, least: float) -> tuple[np.ndarray, np.ndarray]:
    axes = (np.linspace(*ends, side) for ends in zip(low, high, strict=True))
    points = np.stack(np.meshgrid(*axes), axis=-1).reshape(-1, 2)
    return points, seen.log_likelihood(*points.T) >= least


def log_likelihood(survivors: np.ndarray, alpha: float, beta: float) -> float:
    """Per customer: those who left after t renewals, and those who are left at the end."""
    shares = np.asarray(survivors, dtype=float) / survivors[0]
    rates = Lifetime(alpha, beta, 0.0).renewal_rate(np.arange(1, len(shares)))
    return float(np.sum(shares[1:] * np.log(rates) - np.diff(shares) * np.log1p(-rates)))
