"""Made-up companies whose truth is known: ten designs in which leaving is pure chance, and one with a signal planted in its usage.

Leaving follows a hazard per day that depends, without a signal, on nothing that is measured of an account: on its plan and the month of
the year at most. How much an account is used wanders by itself and has nothing to do with it. With a signal, the hazard of a day is
raised by `pull` times the same wandering that shows in the usage. Days are counted from FIRST.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

import numpy as np
import polars as pl

from metrics.grace import with_grace
from metrics.lines import contract_lines
from metrics.rules import preset
from models.account_model import learned
from models.card import Card
from models.evaluation import auc, lift
from models.features import features
from models.history import History
from models.observations import LEADS, observations
from tests.metrics.books import SCHEMA
from tests.models.generated import FIRST as BEGAN
from tests.models.generated import Company, feed

FIRST = np.datetime64(BEGAN)
MONTH, GRACE = 365 / 12, 30  # days
SEATS = (4, 7)  # people of an account, each a user


@dataclass(frozen=True)
class World:
    """How a company comes about. monthly: chance to leave in a month; yearly: at the end of a year's term."""

    name: str
    accounts: int = 400
    months: int = 36
    monthly: float = 0.025
    yearly: float = 0.22
    usage: bool = True
    pull: float = 0.0
    seasonal: float = 0.0  # how much likelier to leave, and how much less used, in December and January: as log odds
    lines: Callable[["World", "Draw"], list[dict]] | None = None

    @property
    def days(self) -> int:
        return int((FIRST.astype("datetime64[M]") + self.months).astype("datetime64[D]").astype(int) - FIRST.astype(int))


@dataclass
class Draw:
    """What chance has drawn for a company: when accounts come, how they fare month by month, and how heavily they lean to leaving."""

    rng: np.random.Generator
    begins: np.ndarray
    mood: np.ndarray  # accounts x months
    hazard: np.ndarray  # accounts x days, as a multiple of the usual chance
    seats: np.ndarray
    leaves: np.ndarray | None = None  # the day on which each account's paid time ends; as many days as there are where it does not

    def leaving(self, monthly: float | np.ndarray, days: int) -> np.ndarray:
        """A day after the first on which each account leaves, at a constant chance a month but for mood and season; `days` = stays."""
        rate = -np.log1p(-np.asarray(monthly)) / MONTH
        passed = np.cumsum(self.hazard * np.reshape(rate, (-1, 1)) * (np.arange(days) >= self.begins[:, None]), axis=1)
        gone = passed >= self.rng.exponential(size=len(self.begins))[:, None]
        return np.where(gone.any(axis=1), np.maximum(gone.argmax(axis=1), self.begins + 1), days)


def company(world: World, seed: int) -> Company:
    """A world's company as the models take it."""
    rng = np.random.default_rng([seed, *world.name.encode()])
    draw = _drawn(world, rng)
    rows = [row | {"seats": int(draw.seats[int(row["account_id"][1:])])} for row in (world.lines or rolling)(world, draw)]
    lines = contract_lines(_contracts(rows).lazy(), rules=preset("house")).collect()
    until = day(world.days - 1)
    effective = with_grace(lines.lazy(), as_of=until, rules=preset("house")).collect()
    if not world.usage:
        return Company(History(lines), effective, until)
    months, days = _usage(world, draw)
    return Company(History(lines, months, days, feeds=feed(BEGAN, until)), effective, until)


def day(number: int | float):
    return BEGAN + timedelta(days=int(number))


def _drawn(world: World, rng: np.random.Generator) -> Draw:
    old = rng.random(world.accounts) < 0.4
    begins = np.where(old, rng.integers(0, 60, world.accounts), rng.integers(0, world.days - 120, world.accounts))
    mood = np.zeros((world.accounts, world.months))
    mood[:, 0] = rng.normal(size=world.accounts)
    for month in range(1, world.months):
        mood[:, month] = 0.95 * mood[:, month - 1] + np.sqrt(1 - 0.95**2) * rng.normal(size=world.accounts)
    month_of = _month_of(world)
    season = world.seasonal * np.isin(month_of % 12, (0, 11))
    return Draw(rng, begins, mood, np.exp(world.pull * mood[:, month_of] + season), rng.integers(*SEATS, world.accounts))


def _month_of(world: World) -> np.ndarray:
    every = FIRST + np.arange(world.days)
    return every.astype("datetime64[M]").astype(int) - FIRST.astype("datetime64[M]").astype(int)


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


def monthly_terms(world: World, draw: Draw) -> list[dict]:
    """Lines of a month after each other, each with its end from the start."""
    draw.leaves, prices = np.full(world.accounts, world.days), _prices(world, draw)
    return [row for a in range(world.accounts) for row in _terms(world, draw, a, 1, prices[a], world.monthly)]


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


def _contracts(rows: list[dict]) -> pl.DataFrame:
    plain = {"kind": "recurring", "period": "1 month", "currency": "USD", "batch": 1}
    full = [plain | row | {"row_key": str(number), "line": number + 2} for number, row in enumerate(rows)]
    told = {name: kind for name, kind in SCHEMA.items() if name != "amount"}
    frame = pl.DataFrame(full, schema=told | {"amount": pl.Float64})
    return frame.with_columns(pl.col("amount").cast(pl.Decimal(18, 4)))


def _usage(world: World, draw: Draw) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Active days of every user as bits, and counts of two events, of live days alone."""
    rng, month_of = draw.rng, _month_of(world)
    seats = draw.seats
    season = world.seasonal * np.isin(np.arange(world.months) % 12, (0, 11))
    keen = 1 / (1 + np.exp(-(-1.6 - 0.9 * draw.mood - 0.5 * season)))  # share of days on which a user comes
    every = np.arange(world.days)
    live = (every >= draw.begins[:, None]) & (every < draw.leaves[:, None])
    account, at = np.nonzero(live)
    each, user = np.repeat(np.arange(len(account)), seats[account]), _counted(seats[account])
    came = rng.random(len(each), dtype=np.float32) < keen[account[each], month_of[at[each]]]
    active = pl.DataFrame(
        {"account": account[each][came], "user": user[came], "day": FIRST + at[each][came]}, schema_overrides={"day": pl.Date}
    )
    named = active.with_columns(pl.format("A{}", "account").alias("account_id"), pl.format("u{}", "user").alias("user_id"))
    bit = pl.lit(2, dtype=pl.Int64).pow(pl.col("day").dt.day().cast(pl.Int64) - 1)
    months = named.group_by("account_id", "user_id", month=pl.col("day").dt.month_start()).agg(bits=bit.sum())
    events = named.group_by("account_id", "day").agg(count=2 * pl.len().cast(pl.Int64)).with_columns(event=pl.lit("open"))
    some = events.filter(pl.col("day").dt.day() % 3 == 0).with_columns(event=pl.lit("report"), count=pl.lit(1, dtype=pl.Int64))
    columns = ["account_id", "event", "day", "count"]
    return months.sort("account_id", "user_id", "month"), pl.concat([events.select(columns), some.select(columns)]).sort(columns)


def _counted(seats: np.ndarray) -> np.ndarray:
    """0, 1, ... for each group of so many."""
    total = seats.sum()
    return np.arange(total) - np.repeat(np.cumsum(seats) - seats, seats)


NULL_WORLDS = (
    World("rolling, few accounts", accounts=180, usage=False, lines=rolling),
    World("rolling, many accounts", accounts=900, monthly=0.02, lines=rolling),
    World("yearly", accounts=500, lines=yearly),
    World("yearly and rolling", lines=mixed),
    World("seasonal", seasonal=1.2, lines=rolling),
    World("month-end", usage=False, lines=month_end),
    World("paid months", lines=anniversaries),
    World("prices change", lines=repriced),
    World("trial and plans", usage=False, lines=plans),
    World("cut years", lines=cut_years),
)
PLANTED = World("planted", monthly=0.045, pull=0.8, lines=rolling)
# Of the best that could be said of an account on a day, its own leaning, within each lead: 20,000 accounts, mean of the leads.
TRUE_AUC, TRUE_LIFT = 0.7, 2.76
MOST_USABLE, LEAST_USABLE = 0.02, 0.8


def looks_of(made: Company) -> pl.DataFrame:
    """A company's observations with their features."""
    looked = observations(made.history.lines, made.effective, since=BEGAN, until=made.until, grace_days=GRACE)
    return features(looked, made.history)


def card_of(world: World, seed: int) -> Card:
    """The card of the churn model of a world's company."""
    made = company(world, seed)
    return learned(looks_of(made), made.history.lines, baselines={"usage fell": "usage_fell"} if world.usage else {}).card


def truth(world: World, accounts: int = 20_000, seed: int = 1) -> tuple[float, float]:
    """AUC and lift of the leaning itself, within each lead, averaged, in the latest part of a large company of rolling lines."""
    draw = _drawn(replace(world, accounts=accounts), np.random.default_rng(seed))
    leaves, month_of, found = draw.leaving(world.monthly, world.days), _month_of(world), []
    for lead in LEADS:
        firsts = [d for d in np.flatnonzero(np.diff(month_of, prepend=-1)) if 0.55 * world.days < d < world.days - lead - GRACE]
        live = [(draw.begins <= first) & (leaves > first) for first in firsts]
        leaning = np.concatenate([draw.mood[there, month_of[first]] for first, there in zip(firsts, live, strict=True)])
        gone = np.concatenate([leaves[there] <= first + lead for first, there in zip(firsts, live, strict=True)]).astype(int)
        found.append((auc(gone, leaning), lift(gone, leaning)))
    mean_auc, mean_lift = np.mean(found, axis=0)
    return float(mean_auc), float(mean_lift)
