"""How far inputs and the score lie today from where they lay on the day of training."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from models.card import Drift, Spread

PILES = 5  # of equal size on the day of training; what is not known is one of its own
MOVED, MOVED_MUCH = 0.1, 0.25  # PSI from which an input has moved, and has moved much (Siddiqi 2006)
WHOLE = ("term_months",)  # six months are 181 to 184 days, a year 365 or 366: which of them, the calendar says, and not the customers
BY_ITSELF = ("season_sin", "season_cos")  # move with the day looked at
LEAST_SHARE = 1e-3  # of rows that a pile counts as having: nobody is no share that a logarithm can take


def spreads(table: pl.DataFrame, names: Sequence[str]) -> tuple[Spread, ...]:
    """How each column lies; none where there are no rows. What the calendar moves is left out, and lengths of terms are in whole months."""
    return tuple(_spread(name, _values(table, name)) for name in names if name not in BY_ITSELF) if table.height else ()


def _spread(name: str, values: np.ndarray) -> Spread:
    known = values[~np.isnan(values)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, PILES + 1)[1:-1])) if len(known) else np.zeros(0)
    return Spread(name, tuple(map(float, edges)), _shares(values, edges), len(values))


def _values(table: pl.DataFrame, name: str) -> np.ndarray:
    values = table[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return np.rint(values) if name in WHOLE else values


def _shares(values: np.ndarray, edges: Sequence[float] | np.ndarray) -> tuple[float, ...]:
    """The share of values between the edges (an edge belongs to the pile below it), and that of the missing."""
    known = values[~np.isnan(values)]
    counts = np.bincount(np.searchsorted(edges, known, side="left"), minlength=len(edges) + 1)
    return tuple(float(count) / len(values) for count in (*counts, len(values) - len(known)))


def drifts(then: Sequence[Spread], table: pl.DataFrame) -> tuple[Drift, ...]:
    """The population stability index of each column of then that the table has, the largest first; none where there are no rows.

    Sum over piles of (share now - share then) x ln(share now / share then). by_chance: what it is on average where nothing has moved.
    Source: Siddiqi 2006, Credit Risk Scorecards; by chance: Yurdakul 2018, (piles - 1) x (1 / rows then + 1 / rows now).
    """
    if table.is_empty():
        return ()
    found = [
        _drift(spread, _values(table, spread.name)) for spread in then if spread.name in table.columns and spread.name not in BY_ITSELF
    ]
    return tuple(sorted(found, key=lambda drift: -drift.psi))


def _drift(then: Spread, values: np.ndarray) -> Drift:
    old, new = (np.maximum(np.array(shares), LEAST_SHARE) for shares in (then.shares, _shares(values, then.edges)))
    piles = sum(1 for one, other in zip(then.shares, _shares(values, then.edges), strict=True) if one or other)
    return Drift(then.name, float(((new - old) * np.log(new / old)).sum()), (piles - 1) * (1 / then.rows + 1 / len(values)))
