"""Made-up customers some of whom get a play: it goes to those who look worst that day, and what it does is planted.

What an account is really like (`mood`) and what passes (`dip`) both lower its health and its usage on a day, and plays start by what is
seen of both; the dip is over by itself, so that usage rises again with a play or without. What an account would do with the play and
without it hangs on one draw of its own, so that the true effect on those that got it is known to the account. `hidden` is what drives both
the start and the renewal and is seen by nobody.
"""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class World:
    """One place a look: account, kind (day and segment), near (health, log of ARR, days to renewal, change of usage), got (a play started),
    renewed and usage (what came of it), without (whether it would have renewed without), chance (with and without: the true difference)."""

    account: np.ndarray
    kind: np.ndarray
    near: np.ndarray
    got: np.ndarray
    renewed: np.ndarray
    usage: np.ndarray
    difference: np.ndarray


def world(
    seed: int, *, effect: float = 0.0, lift: float = 0.0, accounts: int = 1200, days: int = 10, hidden: float = 0.0, always: float | None = None
) -> World:  # fmt: skip
    """always: below which health every account gets the play, and above none."""
    rng = np.random.default_rng(seed)
    segment, mood, secret = rng.integers(0, 3, accounts), rng.normal(size=accounts), rng.normal(size=accounts)
    arr, due = np.exp(rng.normal(9 + 0.6 * segment, 0.6)), rng.integers(60, 330, accounts)
    without = 1 / (1 + np.exp(-(1.6 + 0.9 * mood + 0.25 * (np.log(arr) - 9) + hidden * secret)))
    luck, helped = rng.random(accounts), np.clip(without + effect, 0, 1)
    looks, free = [], np.ones(accounts, dtype=bool)
    for day in range(days):
        dip = rng.normal(size=accounts)
        health = 65 + 14 * mood + 7 * dip + rng.normal(0, 3, accounts)
        trend = -0.05 + 0.05 * mood + 0.25 * dip + rng.normal(0, 0.05, accounts)
        odds = -2.2 - 1.6 * (health - 65) / 12 - 2 * trend - hidden * secret
        starts = free & ((health < always) if always is not None else (rng.random(accounts) < 0.12 / (1 + np.exp(-odds))))
        usage = -0.54 * trend + rng.normal(0, 0.3, accounts) + lift * starts
        near = np.column_stack([health, np.log(arr), due - 5 * day, trend])
        who, kind = np.arange(accounts), [f"{day} {one}" for one in segment]
        looks.append((who, kind, near, starts, luck < np.where(starts, helped, without), usage, helped - without, free.copy()))
        free &= ~starts
    account, kind, near, got, renewed, usage, difference, there = (np.concatenate(one) for one in zip(*looks, strict=True))
    one = World(account.astype(str), np.array(kind), near, got, renewed.astype(float), usage, difference)
    return World(*(getattr(one, name)[there] for name in World.__dataclass_fields__))
