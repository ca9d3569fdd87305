"""Looks of the past that were most like one of today, by what the model makes of its inputs, and how they ended."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from models.card import Curve

MOST_LIKE, ONE_IN = 20, 6  # other accounts, each once; and at most one in so many of those looked at, of whom the rest are less like it
LEAST_PAST = 60  # accounts looked at from as far, below which those that are most like it need not be like it at all
AT_ONCE = 200  # rows that are compared with all of the past at a time, so that large books fit into memory


def similar(rows: pl.DataFrame, past: pl.DataFrame, curves: Sequence[Curve]) -> list[tuple[int, int] | None]:
    """For each row: of how many other accounts that were most like it how many were lost; None where too few were looked at from as far.

    rows: account_id, lead_days, and the inputs that curves are of; past: the same, and churned. As far: the next lead of past that is not
    shorter, or its longest. Alike is who is near by what each input does to the odds, so that what the model does not weigh
    makes no account unlike. Source: the nearest neighbours of Cover and Hart 1967, in the model's own terms.
    """
    if past.is_empty() or not curves:
        return [None] * rows.height
    leads = past["lead_days"].unique().sort().to_list()
    found: list[tuple[int, int] | None] = [None] * rows.height
    own_lead = rows["lead_days"].to_list()
    for lead in leads:
        at = [place for place, days in enumerate(own_lead) if _as_far(days, leads) == lead]
        before = past.filter(pl.col("lead_days") == lead)
        if at and before["account_id"].n_unique() >= LEAST_PAST:
            for place, told in zip(at, _nearest(rows[at], before, curves), strict=True):
                found[place] = told
    return found


def _as_far(days: int, leads: list[int]) -> int:
    return next((lead for lead in leads if lead >= days), leads[-1])


def _nearest(rows: pl.DataFrame, past: pl.DataFrame, curves: Sequence[Curve]) -> list[tuple[int, int]]:
    own, before = _felt(rows, curves), _felt(past, curves)
    names, lost = past["account_id"].to_numpy(), past["churned"].to_numpy().astype(bool)
    told: list[tuple[int, int]] = []
    most = min(MOST_LIKE, past["account_id"].n_unique() // ONE_IN)
    for start in range(0, len(own), AT_ONCE):
        some = own[start : start + AT_ONCE]
        far = (some**2).sum(axis=1)[:, None] - 2 * some @ before.T + (before**2).sum(axis=1)
        for name, order in zip(rows["account_id"][start : start + AT_ONCE], np.argsort(far, axis=1, kind="stable"), strict=True):
            told.append(_ended(name, order, names, lost, most))
    return told


def _ended(name: str, order: np.ndarray, names: np.ndarray, lost: np.ndarray, most: int) -> tuple[int, int]:
    """Of the nearest look at each other account: how many, and how many were lost."""
    taken: dict[str, bool] = {}
    for at in order:
        if names[at] != name and names[at] not in taken:
            taken[names[at]] = bool(lost[at])
            if len(taken) == most:
                break
    return len(taken), sum(taken.values())


def _felt(table: pl.DataFrame, curves: Sequence[Curve]) -> np.ndarray:
    """What each input does to the odds of each row."""
    return np.array([_effect(table[curve.name].cast(pl.Float64).fill_null(float("nan")).to_numpy(), curve) for curve in curves]).T


def _effect(values: np.ndarray, curve: Curve) -> np.ndarray:
    at, effects = zip(*curve.points, strict=True) if curve.points else ((0.0,), (0.0,))
    return np.where(np.isnan(values), curve.missing or 0.0, np.interp(values, at, effects))
