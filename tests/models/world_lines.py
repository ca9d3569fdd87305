"""How made-up companies sell, and what their lines look like when accounts leave: a function for each design, World and Draw -> lines."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import polars as pl

from tests.models.world_draws import BEGAN, FIRST, MONTH, Draw, World, day


def _line(account: int, start, end, plan: str = "Core", *, price: float, trial: bool = False, **more) -> dict:
    return {
        "account_id": f"A{account}", "contract_id": f"{account}-{start}", "product": plan, "starts_on": day(start),
        "ends_on": None if end is None else day(end), "amount": round(float(price), 2), "is_trial": trial,
    } | more  # fmt: skip


def _ended(leave, world: World):
    return None if leave >= world.days else leave


def _prices(world: World, draw: Draw) -> np.ndarray:
    return np.exp(draw.rng.normal(6, 0.8, world.accounts))


def rolling(world: World, draw: Draw) -> list[dict]:
    """One line an account, without an end until it leaves, on any day."""
    draw.leaves = draw.leaving(world.monthly, world.days)
    prices = _prices(world, draw)
    return [_line(a, draw.begins[a], _ended(draw.leaves[a], world), price=prices[a]) for a in range(world.accounts)]


def month_end(world: World, draw: Draw) -> list[dict]:
    """As rolling, but all begin on the first of a month and leave at the end of one."""
    firsts = (np.arange(world.months + 1) + FIRST.astype("datetime64[M]")).astype("datetime64[D]").astype(int) - FIRST.astype(int)
    draw.begins = firsts[np.searchsorted(firsts, draw.begins)]
    left = draw.leaving(world.monthly, world.days)
    draw.leaves = np.where(left < world.days, firsts[np.minimum(np.searchsorted(firsts, left), world.months)], world.days)
    prices = _prices(world, draw)
    return [_line(a, draw.begins[a], _ended(draw.leaves[a], world), price=prices[a]) for a in range(world.accounts)]


def anniversaries(world: World, draw: Draw) -> list[dict]:
    """As rolling, but they leave at the end of a paid month, counted from the day on which they came."""
    left = draw.leaving(world.monthly, world.days)
    starts = [pl.date_range(day(b), day(world.days + 31), "1mo", eager=True) for b in draw.begins]
    ends = [_first_after(starts[a], day(left[a])) for a in range(world.accounts)]
    draw.leaves = np.array([min((end - BEGAN).days, world.days) for end in ends])
    prices = _prices(world, draw)
    return [_line(a, draw.begins[a], _ended(draw.leaves[a], world), price=prices[a]) for a in range(world.accounts)]


def _first_after(days: pl.Series, at):
    return next(each for each in days if each >= at)


def _terms(world: World, draw: Draw, account: int, months: int, price: float, chance: float) -> list[dict]:
    """Lines of a term after each other until one is not followed; the last one ends beyond the book where it is not over."""
    begin, found = day(draw.begins[account]), []
    closes = pl.date_range(begin, day(world.days + 40 * months), f"{months}mo", eager=True)
    for start, end in pairwise(closes):
        opens, ends = (start - BEGAN).days, (end - BEGAN).days
        found.append(_line(account, opens, ends, "Core", price=price))
        if ends >= world.days:
            draw.leaves[account] = world.days
            return found
        felt = draw.hazard[account, max(ends - 90, 0) : ends].mean()
        if draw.rng.random() < 1 - (1 - chance) ** felt:
            draw.leaves[account] = ends
            return found
    return found


def yearly(world: World, draw: Draw) -> list[dict]:
    """Lines of a year, each with its end from the start."""
    draw.leaves, prices = np.full(world.accounts, world.days), _prices(world, draw)
    return [row for a in range(world.accounts) for row in _terms(world, draw, a, 12, prices[a], world.yearly)]


def cut_years(world: World, draw: Draw) -> list[dict]:
    """Lines of a year with their ends; who leaves within one has it cut on that day, which is also that of the notice."""
    left, prices = draw.leaving(world.monthly, world.days), _prices(world, draw)
    sure, rows = replace(world, yearly=0.0), []
    draw.leaves = np.full(world.accounts, world.days)
    for account in range(world.accounts):
        for row in _terms(sure, draw, account, 12, prices[account], 0.0):
            if row["starts_on"] < day(left[account]):
                cut = day(left[account]) < min(row["ends_on"], day(world.days))
                rows.append(row | ({"ends_on": day(left[account]), "cancelled_on": day(left[account])} if cut else {}))
    draw.leaves = left
    return rows


def mixed(world: World, draw: Draw) -> list[dict]:
    """Half by the year with ends, half from month to month without, in one file."""
    rolled = rolling(replace(world, lines=None), draw)
    left, years = draw.leaves.copy(), draw.rng.random(world.accounts) < 0.5
    prices, rows = _prices(world, draw), []
    for account in range(world.accounts):
        if years[account]:
            rows += _terms(world, draw, account, 12, 12 * prices[account], world.yearly)
        else:
            rows.append(rolled[account] | {"product": "Core monthly"})
            draw.leaves[account] = left[account]
    return [row | ({"period": "1 year"} if row["product"] == "Core" else {}) for row in rows]


def repriced(world: World, draw: Draw) -> list[dict]:
    """As rolling, but a year after each price another one begins, as a new line."""
    draw.leaves, prices, rows = draw.leaving(world.monthly, world.days), _prices(world, draw), []
    for account in range(world.accounts):
        leave, price = draw.leaves[account], prices[account]
        for start in range(int(draw.begins[account]), int(min(leave, world.days)), 365):
            over = start + 365 if start + 365 < min(leave, world.days) else _ended(leave, world)
            rows.append(_line(account, start, over, price=price))
            price *= 1 + draw.rng.choice([0.0, 0.03, 0.08, 0.25], p=[0.2, 0.4, 0.3, 0.1])
    return rows


def discounted(world: World, draw: Draw) -> list[dict]:
    """As rolling, but half of the lines begin with a discount that runs out after half a year or a year, whoever leaves."""
    rows, rng = rolling(world, draw), draw.rng
    found = []
    for account, row in enumerate(rows):
        until = day(draw.begins[account] + int(rng.choice([182, 365])))
        found.append(row | ({"discount": float(rng.choice([0.1, 0.2, 0.4])), "discount_ends_on": until} if rng.random() < 0.5 else {}))
    return found


PLANS = {"basic monthly": (9.9, "1 month"), "pro monthly": (19.9, "1 month"), "pro annual": (199.0, "1 year")}
LEAVE = {"basic monthly": 0.06, "pro monthly": 0.04}
MOVES = {"basic monthly": [("pro monthly", 0.03), ("pro annual", 0.01)], "pro monthly": [("pro annual", 0.03), ("basic monthly", 0.005)]}


def plans(world: World, draw: Draw) -> list[dict]:
    """A free trial of 7 days, then basic or pro by the month or pro by the year; a change of plan is a new line, as is known of its start.

    Leaving depends on the plan alone: from month to month at the end of a paid month, by the year at its end. A line ends where the next
    begins or the account leaves; before that it has no end.
    """
    rows, draw.leaves = [], np.zeros(world.accounts, dtype=int)
    for account in range(world.accounts):
        rows += _plan_lines(world, draw, account)
    return rows


def _plan_lines(world: World, draw: Draw, account: int) -> list[dict]:
    rng, start = draw.rng, int(draw.begins[account])
    rows = [_line(account, start, start + 7, "trial", price=0, trial=True)]
    start, plan = start + 7, rng.choice([*PLANS, "none"], p=[0.55, 0.3, 0.05, 0.1])
    while plan != "none":
        end, following = _stay(rng, plan, start, world.days)
        price, period = PLANS[plan]
        rows.append(_line(account, start, None if end >= world.days else end, plan, price=price, period=period))
        start, plan = end, following
    draw.leaves[account] = min(start, world.days)
    return rows


def _stay(rng, plan: str, start: int, days: int) -> tuple[int, str]:
    """When an account is done with a plan, and the plan it takes then."""
    if plan == "pro annual":
        end = start + 365
        while end < days and rng.random() > 0.25:
            end += 365
        return end, "none"
    moves, end, paid = MOVES[plan], start, 0
    while end < days:
        paid += 1
        end = start + round(paid * MONTH)
        drawn = rng.random()
        if drawn < LEAVE[plan]:
            return end, "none"
        for other, chance in moves:
            if drawn < LEAVE[plan] + chance:
                return end, other
            drawn -= chance
    return end, "none"
