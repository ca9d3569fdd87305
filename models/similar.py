"""Looks of the past that were most like one of today, by what the model makes of its inputs, and how they ended."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from models.card import Curve

MOST_LIKE, ONE_IN = 20, 6  # other accounts, each once; and at most one in so many of those looked at, of whom the rest are less like it
LEAST_PAST = 60  # accounts looked at from as far, below which those that are most like it need not be like it at all
AT_ONCE = 200  # rows that are compared with all of the past at a time, so that large books fit into memory
MOST_TOLD = 8  # of those most like it, the nearest, of which each is told
WEIGHS = 0.1  # log odds from which on an input is told of: about a tenth more or less likely
MOST_ALIKE, MOST_APART = 3, 2  # inputs that are told in which two looks are alike, and in which apart


@dataclass(frozen=True)
class Near:
    """A look of the past near one of today. row: its place in the past. likeness: 1 where the model weighs nothing differently, 0 from
    where the middle one of all looks from as far lies. alike, apart: inputs that weigh, in which both are about the same, and not."""

    row: int
    likeness: float
    alike: tuple[str, ...]
    apart: tuple[str, ...]


@dataclass(frozen=True)
class Similar:
    """Of how many other accounts most like one how many were lost, and the nearest of them, the most like it first."""

    accounts: int
    lost: int
    nearest: tuple[Near, ...]


def similar(rows: pl.DataFrame, past: pl.DataFrame, curves: Sequence[Curve]) -> list[Similar | None]:
    """For each row: how many of the other accounts most like it were lost, and which; None where too few were looked at from as far.

    rows: account_id, lead_days, and the inputs that curves are of; past: the same, and churned. As far: the next lead of past that is not
    shorter, or its longest. Alike is who is near by what each input does to the odds (an input's scale is its weight), so that what the
    model does not weigh makes no account unlike. Source: the nearest neighbours of Cover and Hart 1967, in the model's own terms.
    """
    if past.is_empty() or not curves:
        return [None] * rows.height
    leads = past["lead_days"].unique().sort().to_list()
    found: list[Similar | None] = [None] * rows.height
    own_lead = rows["lead_days"].to_list()
    numbered = past.with_row_index("_row")
    for lead in leads:
        at = [place for place, days in enumerate(own_lead) if _as_far(days, leads) == lead]
        before = numbered.filter(pl.col("lead_days") == lead)
        if at and before["account_id"].n_unique() >= LEAST_PAST:
            for place, told in zip(at, _nearest(rows[at], before, curves), strict=True):
                found[place] = told
    return found


def _as_far(days: int, leads: list[int]) -> int:
    return next((lead for lead in leads if lead >= days), leads[-1])


def _nearest(rows: pl.DataFrame, past: pl.DataFrame, curves: Sequence[Curve]) -> list[Similar]:
    own, before = _felt(rows, curves), _felt(past, curves)
    names, lost, places = past["account_id"].to_numpy(), past["churned"].to_numpy().astype(bool), past["_row"].to_numpy()
    inputs = [curve.name for curve in curves]
    told: list[Similar] = []
    most = min(MOST_LIKE, past["account_id"].n_unique() // ONE_IN)
    for start in range(0, len(own), AT_ONCE):
        some = own[start : start + AT_ONCE]
        far = np.maximum((some**2).sum(axis=1)[:, None] - 2 * some @ before.T + (before**2).sum(axis=1), 0.0)
        middle = np.sqrt(np.median(far, axis=1))
        for at, name in enumerate(rows["account_id"][start : start + AT_ONCE]):
            taken = _taken(name, np.argsort(far[at], kind="stable"), names, most)
            near = taken[:MOST_TOLD]
            likeness = _likeness(np.sqrt(((before[near] - some[at]) ** 2).sum(axis=1)), middle[at])
            nearest = [
                Near(int(places[row]), each, *_in_what(some[at], before[row], inputs)) for row, each in zip(near, likeness, strict=True)
            ]
            told.append(Similar(len(taken), int(lost[taken].sum()), tuple(nearest)))
    return told


def _taken(name: str, order: np.ndarray, names: np.ndarray, most: int) -> list[int]:
    """The nearest look at each of so many other accounts, in order."""
    taken: dict[str, int] = {}
    for at in order:
        if names[at] != name and names[at] not in taken:
            taken[names[at]] = int(at)
            if len(taken) == most:
                break
    return list(taken.values())


def _likeness(far: np.ndarray, middle: float) -> list[float]:
    """1 less the distance over that of the middle one of all looks, at least 0; where half of all are the same, those alone are alike."""
    return [float(max(0.0, 1 - one / middle)) if middle > 0 else float(one == 0) for one in far]


def _in_what(own: np.ndarray, other: np.ndarray, inputs: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The inputs that weigh at the one and do about the same (within half of it) at the other; and those that do not."""
    apart = np.abs(own - other)
    same = (np.abs(own) >= WEIGHS) & (apart <= np.abs(own) / 2)
    alike = [inputs[at] for at in np.argsort(-np.abs(own), kind="stable") if same[at]]
    others = [inputs[at] for at in np.argsort(-apart, kind="stable") if apart[at] >= WEIGHS and not same[at]]
    return tuple(alike[:MOST_ALIKE]), tuple(others[:MOST_APART])


def _felt(table: pl.DataFrame, curves: Sequence[Curve]) -> np.ndarray:
    """What each input does to the odds of each row."""
    return np.array([_effect(table[curve.name].cast(pl.Float64).fill_null(float("nan")).to_numpy(), curve) for curve in curves]).T


def _effect(values: np.ndarray, curve: Curve) -> np.ndarray:
    at, effects = zip(*curve.points, strict=True) if curve.points else ((0.0,), (0.0,))
    return np.where(np.isnan(values), curve.missing or 0.0, np.interp(values, at, effects))
