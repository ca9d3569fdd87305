"""What chance draws for a made-up company whose truth is known: when accounts come, how they fare, when they leave, and their usage.

Leaving follows a hazard per day that depends, without a signal, on nothing that is measured of an account: on its plan and the month of
the year at most. How much an account is used wanders by itself and has nothing to do with it. With a signal, the hazard of a day is
raised by `pull` times the same wandering that shows in the usage. Days are counted from FIRST.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from tests.models.generated import FIRST as BEGAN

FIRST = np.datetime64(BEGAN)
MONTH = 365 / 12  # days
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
    records: bool = True  # tickets, answers, conversations and contacts, of no consequence
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


def day(number: int | float):
    return BEGAN + timedelta(days=int(number))


def drawn(world: World, rng: np.random.Generator) -> Draw:
    old = rng.random(world.accounts) < 0.4
    begins = np.where(old, rng.integers(0, 60, world.accounts), rng.integers(0, world.days - 120, world.accounts))
    mood = np.zeros((world.accounts, world.months))
    mood[:, 0] = rng.normal(size=world.accounts)
    for month in range(1, world.months):
        mood[:, month] = 0.95 * mood[:, month - 1] + np.sqrt(1 - 0.95**2) * rng.normal(size=world.accounts)
    month_of_day = month_of(world)
    season = world.seasonal * np.isin(month_of_day % 12, (0, 11))
    return Draw(rng, begins, mood, np.exp(world.pull * mood[:, month_of_day] + season), rng.integers(*SEATS, world.accounts))


def month_of(world: World) -> np.ndarray:
    every = FIRST + np.arange(world.days)
    return every.astype("datetime64[M]").astype(int) - FIRST.astype("datetime64[M]").astype(int)


def usage(world: World, draw: Draw) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Active days of every user as bits, and counts of two events, of live days alone."""
    rng, at_month = draw.rng, month_of(world)
    seats = draw.seats
    season = world.seasonal * np.isin(np.arange(world.months) % 12, (0, 11))
    keen = 1 / (1 + np.exp(-(-1.6 - 0.9 * draw.mood - 0.5 * season)))  # share of days on which a user comes
    every = np.arange(world.days)
    live = (every >= draw.begins[:, None]) & (every < draw.leaves[:, None])
    account, at = np.nonzero(live)
    each, user = np.repeat(np.arange(len(account)), seats[account]), _counted(seats[account])
    came = rng.random(len(each), dtype=np.float32) < keen[account[each], at_month[at[each]]]
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
