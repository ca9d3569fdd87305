"""What a cohort is still to bring: the margin of its last month, for as long as its accounts go on renewing by the curve of their terms."""

from collections.abc import Mapping, Sequence
from statistics import NormalDist

import numpy as np
import polars as pl

from models.lifetime import Fit

COVERED = 0.9  # of the accounts still there that the terms with a curve must hold
WIDE = NormalDist().inv_cdf(0.975)
Band = tuple[np.ndarray, np.ndarray, np.ndarray]


def still_there(accounts: pl.DataFrame, fits: Mapping[int, Fit], *, months: int) -> Band | None:
    """The share of accounts that is still there after 1, 2 ... `months` more months, with its limits.

    accounts: those still there: term_months, and held, the months that each has paid less what a loss may come late (see
    metrics.lifetimes); whole terms of it are renewals that lie behind. fits: by term. None where terms with a curve hold fewer than nine
    tenths of them: the others would go by a curve that is not theirs. Shares are over those whose terms have a curve; the limits of several
    terms are added up as if all erred the same way, so that they are rather too wide.
    """
    known = accounts.filter(pl.col("term_months").is_in(list(fits)))
    if known.is_empty() or known.height < COVERED * accounts.height:
        return None
    sums = np.zeros((3, months))
    for (term,), own in known.group_by("term_months"):
        fit = fits[int(term)]
        for (held,), alike in own.group_by(pl.col("held").floor()):  # of whole terms a part of a month more makes none
            sums += alike.height * np.array(_of_one(fit, int(term), float(held), months))
    share, low, high = sums / known.height
    return share, low, high


def _of_one(fit: Fit, term: int, held: float, months: int) -> Band:
    """The share there after each month, of those who have held so long: it goes down with each renewal that comes up."""
    behind = max(int(held // term), 0)
    passed = [max(int((held + month) // term), 0) for month in range(1, months + 1)]
    every = fit.share_of_those_there(behind, max(passed))
    at = np.array(passed) - behind
    return every[0][at], every[1][at], every[2][at]


def foreseen(so_far: float, last: float, shares: Band, *, accounts: int) -> Band:
    """What a cohort has brought after each month to come, with its limits (95 %).

    so_far: what it has brought; last: its last month's margin, brought by so many accounts, as if all alike. The limits put together how
    far the curve may be off, and by how much chance alone moves so few accounts: the variance of the months that each stays is the sum
    over j of (2 j - 1) S(j) less the square of the sum of S(j).
    """
    best, low, high = (so_far + last * np.cumsum(share) for share in shares)
    share = shares[0]
    months = np.arange(1, len(share) + 1)
    spread = np.maximum(np.cumsum((2 * months - 1) * share) - np.cumsum(share) ** 2, 0)
    by_chance = WIDE * abs(last) * np.sqrt(spread / max(accounts, 1))
    return best, best - np.hypot(best - low, by_chance), best + np.hypot(high - best, by_chance)


def paid_back(margins: Sequence[int | None], cost: float) -> int | None:
    """The first month (1: the first) by whose end the margin so far has paid for what an account cost; None where none has."""
    return next((month for month, margin in enumerate(margins, start=1) if margin is not None and margin >= cost), None)
