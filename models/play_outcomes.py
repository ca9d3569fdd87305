"""The outcomes of a play held against each other: who is compared with whom, what may be said, and why nothing may be."""

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np

from models.play_effect import (
    FEW_CONTROLS,
    LEAST,
    NOBODY,
    NOT_YET,
    TOLD,
    TOO_FEW,
    Difference,
    Pairs,
    Side,
    newcombe,
    paired,
    share_difference,
    student,
    too_little,
)  # fmt: skip

ALIKE = {"risk": 10.0, "arr": log(2), "days_to_renewal": 45.0, "usage_trend": 0.25}
"""How far apart two accounts may be that are called alike: points of health, the logarithm of ARR (half to double), days, and the change of
monthly usage."""
RISK_OF_MODEL = 0.1  # of the churn probability


@dataclass(frozen=True)
class Compared:
    """One outcome of a play. why: TOLD, or why nothing is. difference: None unless it is told. got: accounts that got it and of which the
    outcome is known; waiting: looks of which it is not certain yet; alone: looks that nobody is like. naive: the difference against all
    others as they are."""

    why: str
    got: int
    looks: int
    waiting: int
    alone: int
    difference: Difference | None = None
    naive: float | None = None
    pairs: Pairs | None = None


def calipers(risk: float = ALIKE["risk"]) -> tuple[float, ...]:
    return (risk, *(one for name, one in ALIKE.items() if name != "risk"))


def compared(
    treated: Side, control: Side, of_treated: np.ndarray, of_control: np.ndarray, reach: tuple[float, ...],
    difference: Callable[[Pairs, Side, Side, np.ndarray, np.ndarray], Difference],
) -> Compared:  # fmt: skip
    """Hold one outcome (nan = not certain yet) of both sides against each other."""
    certain, known = ~np.isnan(of_treated), ~np.isnan(of_control)
    own, others = treated.only(certain), control.only(known)
    pairs = paired(own, others, reach)
    got, waiting = len(set(own.account)), int((~certain).sum())
    why = too_little(pairs, own, others)
    if why == TOO_FEW:
        why = NOBODY if not len(treated) else NOT_YET if len(set(treated.account)) >= LEAST else TOO_FEW
    alone = len(own) - len(pairs.matched)
    naive = float(of_treated[certain].mean() - of_control[known].mean()) if certain.any() and known.any() else None
    if why != TOLD:
        return Compared(why, got, len(own), waiting, alone, naive=naive)
    told = difference(pairs, own, others, of_treated[certain], of_control[known])
    return Compared(why, got, len(own), waiting, alone, told, naive, _over(pairs, certain, known))


def _over(pairs: Pairs, certain: np.ndarray, known: np.ndarray) -> Pairs:
    """The pairs by their places among all looks, not only those that are certain."""
    return Pairs(np.flatnonzero(certain)[pairs.treated], np.flatnonzero(known)[pairs.control], pairs.weight)


def of_money(due: np.ndarray) -> Callable[[Pairs, Side, Side, np.ndarray, np.ndarray], Difference]:
    """share_difference where each treated look is worth what was due of it."""
    return lambda pairs, own, others, of_own, of_others: share_difference(pairs, own, others, of_own, of_others, due)


def by_chance(got: np.ndarray, held: np.ndarray, *, shares: bool) -> Compared:
    """Outcomes of accounts that chance let have the play, and of those that it held out: one account each, nan where not certain yet.

    shares: whether they are 0 or 1 (Newcombe's interval), else their means are compared (Welch 1947).
    """
    own, others = got[~np.isnan(got)], held[~np.isnan(held)]
    waiting = len(got) - len(own) + len(held) - len(others)
    if min(len(own), len(others)) < LEAST:
        enough = min(len(got), len(held)) >= LEAST
        why = NOBODY if not len(got) and not len(held) else NOT_YET if enough else TOO_FEW if len(own) < LEAST else FEW_CONTROLS
        return Compared(why, len(own), len(own), waiting, 0)
    first, second = float(own.mean()), float(others.mean())
    ends = newcombe(first, len(own), second, len(others)) if shares else _welch(own, others)
    told = Difference(first, second, first - second, *ends, len(own), len(own), len(others), float(len(others)))
    return Compared(TOLD, len(own), len(own), waiting, 0, told)


def _welch(own: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    each = own.var(ddof=1) / len(own), others.var(ddof=1) / len(others)
    error, gap = float(np.sqrt(sum(each))), float(own.mean() - others.mean())
    below = each[0] ** 2 / (len(own) - 1) + each[1] ** 2 / (len(others) - 1)
    far = student(sum(each) ** 2 / below if below else len(own) - 1) * error
    return gap - far, gap + far
