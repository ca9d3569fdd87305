"""What today's customers will pay at the end of each of the next four quarters, with a range: pure arithmetic on arrays.

Entry points: `forecast(stakes, shocks, growth, changes=...) -> Forecast`; a what-if is the same call with `Change`s of renewal rate, price
or churn in a segment. reports/forecast/forecast.py puts the arrays together (`forecast_of`). New customers are in none of the figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.common_shock import Shock

QUARTERS = 4
RANGE_LEVEL = 0.8  # of what happens lies within the range
DRAWS = 2000
SEED = 20240


@dataclass(frozen=True)
class Stakes:
    """Today's ARR in pieces that go on or are lost as one: an account's renewal, what of it has no term, what nothing comes up for.

    segments: their names, in the order of all arrays by segment; segment: the place of each piece among them. at_stake: cents of today's
    ARR; they add up to all of it. due: cents that come up in each of the quarters (pieces x 4), as the report renewals has them; a piece
    is due once. loss: the probability of losing the piece in each quarter, where it is still there when that begins; 0 where nothing
    comes up, nan where it is not known. by_model: whether a churn model said it (pieces x 4); else it is of past rates. has_term: whether
    the piece ends on an agreed day, in these quarters, before or after them.
    """

    segments: tuple[str, ...]
    segment: np.ndarray
    at_stake: np.ndarray
    due: np.ndarray
    loss: np.ndarray
    by_model: np.ndarray
    has_term: np.ndarray


@dataclass(frozen=True)
class Growth:
    """How much those who stay grow and shrink (pieces x 4). expansion, contraction: shares in each quarter of what the piece is worth when
    it begins. capped: by which share it is less by the end of each quarter than today, each account at most what it pays today.

    spread, capped_spread (4): standard deviations, between past windows, of growth on the whole (expansion less contraction, a quarter)
    and of `capped`. quarters: past quarters that this rests on.
    """

    expansion: np.ndarray
    contraction: np.ndarray
    capped: np.ndarray
    spread: float
    capped_spread: np.ndarray
    quarters: int


@dataclass(frozen=True)
class Shocks:
    """The common shock by past rates, and what is off of a model's probabilities; None where no model says any."""

    past: Shock
    model: Shock | None = None


@dataclass(frozen=True)
class Change:
    """A what-if, from the quarter `since` (1 to 4) on, in one segment or, with None, in all.

    renewal: points added to the probability that what is due renews (0.05: 5 points). churn: the factor on the probability of losing
    what has no term. price: the share by which ARR changes where it renews; of what has no term once, when the change begins.
    """

    segment: str | None = None
    renewal: float = 0.0
    churn: float = 1.0
    price: float = 0.0
    since: int = 1


@dataclass(frozen=True)
class Range:
    low: int | float
    high: int | float


@dataclass(frozen=True)
class Quarter:
    """One quarter, in cents; None: not known. opening + expansion - contraction - lost = expected, to the cent.

    due: ARR that comes up for renewal; renewing: what of it is expected to renew. lost: all that today's customers are expected to leave
    with in the quarter, renewals or not. expected: ARR of today's customers at its end. nrr, grr: from today to its end.
    """

    number: int
    due: int
    renewing: int | None
    renewing_range: Range | None
    opening: int | None
    lost: int | None
    expansion: int | None
    contraction: int | None
    expected: int | None
    expected_range: Range | None
    nrr: float | None
    nrr_range: Range | None
    grr: float | None
    grr_range: Range | None


@dataclass(frozen=True)
class Forecast:
    """opening: today's ARR in cents. chance: the expected probability of loss of each piece in each quarter. renewing, lost: expected
    cents of each piece in each quarter (-1 where not known); their sums are those of the quarters."""

    opening: int
    quarters: tuple[Quarter, ...]
    chance: np.ndarray
    renewing: np.ndarray
    lost: np.ndarray


UNKNOWN = -1


def forecast(
    stakes: Stakes, shocks: Shocks, growth: Growth | None, *, changes: Sequence[Change] = (), draws: int = DRAWS, seed: int = SEED
) -> Forecast:
    """The forecast of the next four quarters: what is expected in closed form, the range (RANGE_LEVEL) from draws with a fixed seed.

    growth: None where there is too little history; then expansion, contraction and all that rests on them is not known. changes: what
    would be otherwise. In each draw all pieces of a quarter share a shift of their odds (see common_shock), each then goes on or is lost
    by itself; growth varies as past quarters did, and so does how well its mean is known (t distribution). The same input gives the same
    figures.
    """
    average = replace(stakes, loss=_chances(stakes, shocks))
    ahead, raised = _changed(average, changes)
    chance = ahead.loss
    worth = _worth(ahead, growth, raised)
    kept = np.cumprod(1 - chance, axis=1)
    before = _shifted(kept)
    renewing = _cents(np.where(ahead.due == 0, 0.0, ahead.due * before * (1 - chance)))
    lost = _cents(np.where(worth.begins == 0, 0.0, worth.begins * before * chance))
    simulated = _simulated(_without_shifts(ahead, average, stakes, shocks), shocks, worth, _drawn_growth(growth, draws, seed), seed)
    quarters = _quarters(ahead, renewing, lost, _money(stakes.at_stake, worth, kept, lost) if growth else None, simulated)
    return Forecast(int(stakes.at_stake.sum()), quarters, chance, renewing, lost)


def _shifted(told: np.ndarray) -> np.ndarray:
    """What held when each quarter began: the end of the one before, and 1 today."""
    return np.hstack([np.ones((len(told), 1)), told[:, :-1]])


def _cents(amounts: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(amounts), UNKNOWN, np.rint(np.nan_to_num(amounts))).astype(np.int64)


def _changed(stakes: Stakes, changes: Sequence[Change]) -> tuple[Stakes, np.ndarray]:
    """The pieces with the probabilities as changed, and by how much the price of each has changed by the end of each quarter (1: not).

    Changes add up, in whatever order they stand: points of renewals are summed, and then held within 0 and 1 once; factors multiply.
    Raises ValueError for a price that would take all, or a quarter that is none of the four.
    """
    if any(change.price <= -1 or not 1 <= change.since <= QUARTERS for change in changes):
        raise ValueError("A change of price takes less than all, and begins in one of the quarters 1 to 4.")
    points, factor, raised = np.zeros_like(stakes.loss), np.ones_like(stakes.loss), np.ones_like(stakes.loss)
    due = stakes.has_term & (stakes.due > 0).any(axis=1)  # what is in grace has been due before
    comes_up = due[:, None] & (stakes.loss > 0) & (stakes.loss < 1)  # who gave notice stays lost
    for change in changes:
        inside = _inside(stakes, change)[:, None] & (np.arange(QUARTERS) >= change.since - 1)
        points += np.where(inside & comes_up, change.renewal, 0.0)
        factor *= np.where(inside & ~stakes.has_term[:, None], change.churn, 1.0)
        once = stakes.has_term[:, None] & (stakes.due > 0) | ~stakes.has_term[:, None] & (np.arange(QUARTERS) == change.since - 1)
        raised *= np.cumprod(np.where(inside & once, 1 + change.price, 1.0), axis=1)
    return replace(stakes, loss=np.clip(stakes.loss * factor - points, 0, 1)), raised


def _inside(stakes: Stakes, change: Change) -> np.ndarray:
    if change.segment is None:
        return np.ones(len(stakes.segment), dtype=bool)
    if change.segment not in stakes.segments:
        return np.zeros(len(stakes.segment), dtype=bool)
    return stakes.segment == stakes.segments.index(change.segment)


def _chances(stakes: Stakes, shocks: Shocks) -> np.ndarray:
    """The probabilities on average over what may come: past rates are that already, a model's take along how far it was off."""
    return stakes.loss if shocks.model is None else np.where(stakes.by_model, shocks.model.expected(stakes.loss), stakes.loss)


def _without_shifts(ahead: Stakes, average: Stakes, stakes: Stakes, shocks: Shocks) -> Stakes:
    """The pieces with the probabilities that the shifts of a draw are laid on. ahead: as changed; average: before; stakes: as they were
    said, which for a model is what the shifts are laid on."""
    of_model = ahead.loss if shocks.model is None else shocks.model.centred(ahead.loss)
    as_said = np.where(ahead.loss == average.loss, stakes.loss, of_model)
    return replace(ahead, loss=np.where(ahead.by_model, as_said, shocks.past.centred(ahead.loss)))


@dataclass(frozen=True)
class _Worth:
    """What each piece is worth in each quarter where it is still there, in cents: when it begins, expansion and contraction in it, by its
    end; and what of today's ARR that holds.

    capped is of windows, ends of single quarters: two estimates. What is still paid of today's ARR is never more than what is paid, and
    the mean of the lesser of two is at most the lesser of their means, so that the lower estimate is the one that both agree with.
    """

    begins: np.ndarray
    expansion: np.ndarray
    contraction: np.ndarray
    ends: np.ndarray
    capped: np.ndarray


def _worth(stakes: Stakes, growth: Growth | None, raised: np.ndarray) -> _Worth:
    none = np.zeros_like(raised)
    up, down, less = (growth.expansion, growth.contraction, growth.capped) if growth else (none, none, none)
    priced = raised / _shifted(raised) - 1
    today = stakes.at_stake[:, None].astype(float)
    ends = today * np.cumprod((1 + priced) * (1 + up - down), axis=1)
    begins = np.hstack([today, ends[:, :-1]])
    at_new_price = begins * (1 + priced)
    expansion = at_new_price * up + begins * np.maximum(priced, 0)
    contraction = at_new_price * down + begins * np.maximum(-priced, 0)
    return _Worth(begins, expansion, contraction, ends, np.minimum(today * (1 - less) * np.minimum(raised, 1.0), ends))


@dataclass(frozen=True)
class _Money:
    """Cents of each piece in each quarter as expected: expansion, contraction, and what of today's ARR is paid at its end. Whole cents by
    piece, so that the sums of any parts of a book add up to those of the whole."""

    expansion: np.ndarray
    contraction: np.ndarray
    retained: np.ndarray


def _money(at_stake: np.ndarray, worth: _Worth, kept: np.ndarray, lost: np.ndarray) -> _Money:
    up, down, retained = (_cents(np.where(one == 0, 0.0, one * kept)) for one in (worth.expansion, worth.contraction, worth.capped))
    ends = at_stake[:, None] + np.cumsum(up - down - lost, axis=1)
    return _Money(up, down, np.minimum(retained, ends))


@dataclass(frozen=True)
class _Simulated:
    """Draws x quarters: ARR that renews, ARR at the end, and today's ARR that is still paid, at most the former; nan where not known."""

    renewing: np.ndarray
    expected: np.ndarray
    retained: np.ndarray


def _simulated(stakes: Stakes, shocks: Shocks, worth: _Worth, wide: "_Wide", seed: int) -> _Simulated:
    random, draws = np.random.default_rng(seed), len(wide.growth)
    shifts = _drawn_shifts(shocks, draws, random)
    alive, found = np.ones((len(stakes.segment), draws), dtype=np.float32), ([], [], [])
    for quarter in range(QUARTERS):
        _survive(alive, stakes, quarter, shifts, random)
        ahead = np.flatnonzero(stakes.due[:, quarter])
        both = np.stack([worth.ends[:, quarter], worth.capped[:, quarter]], axis=1).astype(np.float32)
        held = alive.T @ both
        found[0].append(alive[ahead].T @ stakes.due[ahead, quarter].astype(np.float32))
        found[1].append(held[:, 0] * wide.growth[:, quarter])
        found[2].append(np.minimum(held[:, 1] * wide.capped[:, quarter], found[1][-1]))
    return _Simulated(*(np.stack(one, axis=1) for one in found))


def _drawn_shifts(shocks: Shocks, draws: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The factor on the odds in each draw and quarter, of past rates and of the model: they share the quarter's own shift."""
    level, spread = shocks.past.drawn(draws, random)
    own = spread[:, None] * random.standard_normal((draws, QUARTERS))
    of_model = level if shocks.model is None else shocks.model.drawn(draws, random)[0]
    return np.exp(level[:, None] + own), np.exp(of_model[:, None] + own)


@dataclass(frozen=True)
class _Wide:
    growth: np.ndarray
    capped: np.ndarray


def _drawn_growth(growth: Growth | None, draws: int, seed: int) -> _Wide:
    """Factors around growth as expected, draws x quarters: each quarter by itself, and the mean that past quarters leave open."""
    if growth is None:
        return _Wide(np.full((draws, QUARTERS), np.nan), np.full((draws, QUARTERS), np.nan))
    random, steps = np.random.default_rng([seed, 1]), np.arange(1, QUARTERS + 1)
    freedom, known = max(growth.quarters - 1, 1), max(growth.quarters, 1)
    mean = random.standard_t(freedom, (draws, 1)) * growth.spread / np.sqrt(known)
    own = random.standard_t(freedom, (draws, QUARTERS)) * growth.spread
    grown, of_growth = np.cumprod(1 + mean + own, axis=1), growth.spread * np.sqrt(steps + steps**2 / known)
    of_less = growth.capped_spread * np.sqrt(1 + 1 / np.maximum(known / steps, 1))
    shared, alone = _in_common(of_less, of_growth)
    luck = np.divide(grown - 1, of_growth, out=np.zeros_like(grown), where=of_growth > 0)
    less = of_less * (alone * random.standard_t(freedom, (draws, 1)) - shared * luck)
    return _Wide(np.maximum(grown, 0), np.maximum(1 - less, 0))


def _in_common(of_less: np.ndarray, of_growth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How much of the luck of `capped` is that of growth, and its own (squares add up to 1).

    Growth is what lies above today's ARR less what lies below. Where the two vary apart from each other, the correlation of growth with
    the latter is the ratio of their standard deviations; where nothing ever grows both are the same.
    """
    shared = np.minimum(np.divide(of_less, of_growth, out=np.zeros_like(of_less), where=of_growth > 0), 1.0)
    return shared, np.sqrt(1 - shared**2)


def _survive(alive: np.ndarray, stakes: Stakes, quarter: int, shifts: tuple[np.ndarray, np.ndarray], random: np.random.Generator) -> None:
    """Lose, in each draw, the pieces that go in a quarter. alive: pieces x draws, 1 or 0; nan where it is not known."""
    loss = stakes.loss[:, quarter]
    alive[loss == 1] = 0
    alive[np.isnan(loss)] = np.nan
    for told, factor in zip((~stakes.by_model[:, quarter], stakes.by_model[:, quarter]), shifts, strict=True):
        open_ones = np.flatnonzero(told & (loss > 0) & (loss < 1))
        if open_ones.size:
            odds = (loss[open_ones] / (1 - loss[open_ones])).astype(np.float32)[:, None] * factor[:, quarter].astype(np.float32)
            chance = random.random(odds.shape, dtype=np.float32)
            alive[open_ones] *= chance * (1 + odds) >= odds


def _range(draws: np.ndarray, expected: float | None) -> Range | None:
    """Between which RANGE_LEVEL of the draws lie; what is expected lies within."""
    if expected is None or np.isnan(draws).any():
        return None
    low, high = np.quantile(draws, [(1 - RANGE_LEVEL) / 2, (1 + RANGE_LEVEL) / 2])
    return Range(min(float(low), expected), max(float(high), expected))


def _in_cents(told: Range | None) -> Range | None:
    return told and Range(round(told.low), round(told.high))


def _quarters(stakes: Stakes, renewing: np.ndarray, lost: np.ndarray, money: _Money | None, simulated: _Simulated) -> tuple[Quarter, ...]:
    told: list[Quarter] = []
    today = int(stakes.at_stake.sum())
    opening: int | None = today
    for at in range(QUARTERS):
        due, renews, goes = int(stakes.due[:, at].sum()), _summed(renewing[:, at]), _summed(lost[:, at])
        up, down = (_summed(money.expansion[:, at]), _summed(money.contraction[:, at])) if money and goes is not None else (None, None)
        end = None if opening is None or goes is None or up is None or down is None else opening - goes + up - down
        nrr = end / today if end is not None and today > 0 else None
        grr = min(int(money.retained[:, at].sum()), today) / today if money and nrr is not None else None
        told.append(
            Quarter(
                at + 1, due, renews, _in_cents(_range(simulated.renewing[:, at], renews)), opening, goes,
                *((up, down) if end is not None else (None, None)), end,
                _in_cents(_range(simulated.expected[:, at], end)), nrr, _range(simulated.expected[:, at] / max(today, 1), nrr),
                grr, _range(np.clip(simulated.retained[:, at] / max(today, 1), 0, 1), grr),
            )
        )  # fmt: skip
        opening = end
    return tuple(told)


def _summed(cents: np.ndarray) -> int | None:
    return None if (cents == UNKNOWN).any() else int(cents.sum())
