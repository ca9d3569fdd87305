"""Did a play work? Accounts that got it against accounts that were like them on the same day and did not.

Who got a play is the *treated* side, who did not the *control* side; a look is an account on a day. Each treated look is matched with up to
MOST control looks of its own kind (the same day, segment and so on: `kind`) that lie within the calipers, nearest first, with replacement:
the difference is the average effect on those that got the play and have a match.

Sources: Abadie and Imbens, Econometrica 74 (2006), and J. Business and Economic Statistics 29 (2011): matching with replacement, its
adjustment for what is left of the differences, its variance. They show, too (Econometrica 76, 2008), that a bootstrap gives no right
interval here, so none is used. Shares: Wilson 1927 for each side, put together as in Newcombe, Statistics in Medicine 17 (1998), method 10,
each side with as many accounts as its weights are worth (Kish 1965). Balance: standardised differences as in Stuart, Statistical
Science 25 (2010), who calls more than 0.25 too far apart for a regression to mend.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np

LEAST = 20  # accounts on either side: below that an interval is as wide as the question
OVERLAP = 0.5  # of those that got the play must have somebody like them
APART = 0.25  # standardised difference after matching from which the sides are not alike
MOST = 3  # controls for each
Z = 1.959964
TOLD, NOBODY, NOT_YET, TOO_FEW, NO_OVERLAP, FEW_CONTROLS, NOT_ALIKE = (
    "told", "nobody", "not_yet", "too_few", "no_overlap", "few_controls", "not_alike",
)  # fmt: skip
MORE, LESS, NOT_SHOWN = "more", "less", "not_shown"


@dataclass(frozen=True)
class Side:
    """Looks of one side, one place each: the account, its kind (only the same kind is matched), and what it was like (looks x measures)."""

    account: np.ndarray
    kind: np.ndarray
    near: np.ndarray

    def __len__(self) -> int:
        return len(self.account)

    def only(self, which: np.ndarray) -> "Side":
        return Side(self.account[which], self.kind[which], self.near[which])


@dataclass(frozen=True)
class Pairs:
    """Which treated look was matched with which control look (places on their sides), and with what weight: those of one look add to 1."""

    treated: np.ndarray
    control: np.ndarray
    weight: np.ndarray

    @property
    def matched(self) -> np.ndarray:
        """The places of the treated looks that have a match."""
        return np.unique(self.treated)


@dataclass(frozen=True)
class Difference:
    """What came of both sides, and the difference with its 95 % interval. looks, accounts: of the treated side; controls: control accounts;
    worth: as how many control accounts with equal weights they count."""

    treated: float
    control: float
    difference: float
    low: float
    high: float
    looks: int
    accounts: int
    controls: int
    worth: float

    @property
    def finding(self) -> str:
        """MORE or LESS where the interval leaves 0 out, else NOT_SHOWN."""
        return MORE if self.low > 0 else LESS if self.high < 0 else NOT_SHOWN

    def times(self, amount: float) -> "Difference":
        """The same of a sum that the shares are of."""
        told = (one * amount for one in (self.treated, self.control, self.difference, self.low, self.high))
        return Difference(*told, self.looks, self.accounts, self.controls, self.worth)

    def as_change(self) -> "Difference":
        """Of differences of logarithms: the changes that they are, such as 0.25 for a quarter more."""
        told = (exp(one) - 1 for one in (self.treated, self.control, self.difference, self.low, self.high))
        return Difference(*told, self.looks, self.accounts, self.controls, self.worth)


def paired(treated: Side, control: Side, calipers: Sequence[float], most: int = MOST) -> Pairs:
    """The nearest controls of each treated look: of its kind, another account, and apart in no measure by more than its caliper.

    Near is the sum of squares of the differences, each in calipers; of equals the first in order. A treated look without any is in no pair.
    """
    scale, found = np.asarray(calipers, dtype=float), list[tuple[int, int, float]]()
    by_kind = _places(control.kind)
    for at in range(len(treated)):
        there = by_kind.get(treated.kind[at])
        if there is None:
            continue
        apart = np.abs(control.near[there] - treated.near[at]) / scale
        able = (apart <= 1).all(axis=1) & (control.account[there] != treated.account[at])
        far = (apart[able] ** 2).sum(axis=1)
        first = there[able][np.argsort(far, kind="stable")[:most]]
        found += [(at, int(one), 1 / len(first)) for one in first]
    places = np.array([one[:2] for one in found], dtype=int).reshape(-1, 2)
    return Pairs(places[:, 0], places[:, 1], np.array([one[2] for one in found], dtype=float))


def _places(kinds: np.ndarray) -> dict[object, np.ndarray]:
    order = np.argsort(kinds, kind="stable")
    names, starts = np.unique(kinds[order], return_index=True)
    return dict(zip(names.tolist(), np.split(order, starts[1:]), strict=True)) if len(names) else {}


def apart(treated: np.ndarray, control: np.ndarray, weight: np.ndarray | None = None, scale: np.ndarray | None = None) -> np.ndarray:
    """Standardised difference of each measure (a column): of the means, in standard deviations of the treated, or of `scale`. A measure
    that is the same for all is 0 apart where the means are equal, else infinitely far. weight: of the control looks."""
    spread = treated.std(axis=0, ddof=1) if scale is None else scale
    gap = treated.mean(axis=0) - np.average(control, axis=0, weights=weight)
    same = np.isclose(gap, 0)
    return np.where(same, 0.0, gap / np.where(spread > 0, spread, np.where(same, 1.0, 1e-12)))


def too_little(pairs: Pairs, treated: Side, control: Side) -> str:
    """Why these pairs tell nothing, or TOLD. In this order: too few treated, too few of them with a match, too few controls behind them,
    sides that are not alike even so."""
    if len(set(treated.account)) < LEAST:
        return TOO_FEW
    matched = treated.only(pairs.matched)
    if len(matched) < OVERLAP * len(treated) or len(set(matched.account)) < LEAST:
        return NO_OVERLAP
    if len(set(control.account[pairs.control])) < LEAST or _worth(control.account[pairs.control], pairs.weight) < LEAST / 2:
        return FEW_CONTROLS
    left = apart(matched.near, control.near[pairs.control], pairs.weight, treated.near.std(axis=0, ddof=1))
    return NOT_ALIKE if (np.abs(left) > APART).any() else TOLD


def share_difference(
    pairs: Pairs, treated: Side, control: Side, of_treated: np.ndarray, of_control: np.ndarray, worth: np.ndarray | None = None
) -> Difference:
    """The difference of shares: outcomes between 0 and 1 of every look of both sides, and what each treated look is worth (else the same).

    Each side has the interval of a share (Wilson) of as many accounts as its weights are worth, so that none that renewed, or all, is no
    certainty.
    """
    weight, own = _weights(pairs, worth)
    adjusted = _adjusted(pairs, treated, control, of_control)
    hit = float(np.average(of_treated[pairs.matched], weights=own))
    other = float(np.clip(np.average(adjusted, weights=weight), 0, 1))
    many = _worth(treated.account[pairs.matched], own), _worth(control.account[pairs.control], weight)
    return _told(pairs, treated, control, hit, other, newcombe(hit, many[0], other, many[1]), many[1])


def mean_difference(pairs: Pairs, treated: Side, control: Side, of_treated: np.ndarray, of_control: np.ndarray) -> Difference:
    """The difference of means of any outcome, with the interval of Abadie and Imbens, by account on both sides (Student's t)."""
    adjusted = _adjusted(pairs, treated, control, of_control)
    places = np.searchsorted(pairs.matched, pairs.treated)
    without = np.bincount(places, weights=pairs.weight * adjusted)
    gaps = of_treated[pairs.matched] - without
    gap, many = float(gaps.mean()), len(gaps)
    own = _sums(treated.account[pairs.matched], gaps - gap)
    again = _again(pairs, control) * _noise(pairs, control, of_control)
    error = sqrt(float((own**2).sum()) * len(own) / max(len(own) - 1, 1) + again) / many
    worth = _worth(control.account[pairs.control], pairs.weight)
    far = student(min(len(own), worth) - 1) * error
    hit = float(of_treated[pairs.matched].mean())
    return _told(pairs, treated, control, hit, float(without.mean()), (gap - far, gap + far), worth)


def _told(
    pairs: Pairs, treated: Side, control: Side, hit: float, other: float, ends: tuple[float, float], worth: float
) -> Difference:  # fmt: skip
    own = treated.account[pairs.matched]
    return Difference(
        hit, other, hit - other, *ends, len(own), len(set(own)), len(set(control.account[pairs.control])), worth,
    )  # fmt: skip


def newcombe(first: float, of_first: float, second: float, of_second: float) -> tuple[float, float]:
    """The 95 % interval of first - second, shares of so many. Source: Newcombe 1998, method 10."""
    (low1, high1), (low2, high2) = wilson(first, of_first), wilson(second, of_second)
    gap = first - second
    return gap - sqrt((first - low1) ** 2 + (high2 - second) ** 2), gap + sqrt((high1 - first) ** 2 + (second - low2) ** 2)


def wilson(share: float, of: float) -> tuple[float, float]:
    """The 95 % interval of a share of `of`, which need not be whole. Source: Wilson, JASA 22 (1927)."""
    middle, more = share + Z * Z / (2 * of), 1 + Z * Z / of
    half = Z * sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    return (middle - half) / more, (middle + half) / more


def student(freedom: float) -> float:
    """How many standard errors a 95 % interval reaches either way. Source: Abramowitz and Stegun 1964, 26.7.5."""
    v = max(freedom, 3.0)
    terms = (
        (Z**3 + Z) / 4, (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96, (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384,
        (79 * Z**9 + 776 * Z**7 + 1482 * Z**5 - 1920 * Z**3 - 945 * Z) / 92160,
    )  # fmt: skip
    return Z + sum(term / v**power for power, term in enumerate(terms, 1))


def _weights(pairs: Pairs, worth: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """The weight of each pair, and of each treated look that has a match."""
    own = np.ones(int(pairs.treated.max()) + 1) if worth is None else worth.astype(float)
    return pairs.weight * own[pairs.treated], own[pairs.matched]


def _adjusted(pairs: Pairs, treated: Side, control: Side, outcome: np.ndarray) -> np.ndarray:
    """What each control would have shown, had it been just like the treated look beside it: by a line through the controls that were
    matched, held back (ridge) so that few of them bend it little."""
    slopes, _ = _line(pairs, control, outcome)
    return outcome[pairs.control] + (treated.near[pairs.treated] - control.near[pairs.control]) @ slopes


def _line(pairs: Pairs, control: Side, outcome: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The slopes of an outcome of the matched controls by their measures, and what they leave unexplained."""
    used = np.unique(pairs.control)
    weight = np.bincount(np.searchsorted(used, pairs.control), weights=pairs.weight)
    near, seen = control.near[used], outcome[used]
    spread = near.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    centred = (near - np.average(near, axis=0, weights=weight)) / scale
    above = seen - np.average(seen, weights=weight)
    inside = (centred * weight[:, None]).T
    slopes = np.linalg.solve(inside @ centred + np.eye(near.shape[1]) * near.shape[1], inside @ above)
    return slopes / scale, above - centred @ slopes


def _noise(pairs: Pairs, control: Side, outcome: np.ndarray) -> float:
    """The variance of an outcome among controls that are alike."""
    _, left = _line(pairs, control, outcome)
    return float((left**2).sum()) / max(len(left) - control.near.shape[1] - 1, 1)


def _again(pairs: Pairs, control: Side) -> float:
    """How much more control accounts that stand for several treated looks weigh on the variance than if each stood for one."""
    of_account = _sums(control.account[pairs.control], pairs.weight)
    each = np.char.add(np.char.add(pairs.treated.astype(str), " "), control.account[pairs.control].astype(str))
    return float((of_account**2).sum() - (_sums(each, pairs.weight) ** 2).sum())


def _sums(accounts: np.ndarray, values: np.ndarray) -> np.ndarray:
    return np.bincount(np.unique(accounts, return_inverse=True)[1], weights=values)


def _worth(accounts: np.ndarray, weight: np.ndarray) -> float:
    """As how many accounts with equal weights these count. Source: Kish 1965."""
    summed = _sums(accounts, weight)
    return float(summed.sum() ** 2 / (summed**2).sum()) if (summed**2).sum() else 0.0
