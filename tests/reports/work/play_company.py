"""A made-up company in a store some of whose customers get a play, with what the play does known for each.

Users come once a week or not, by a chance that hangs on the account's mood and on a dip that some accounts have for four weeks before a
start and that is over by itself four weeks later. Of the accounts in a dip, those of which fewer users were seen in these weeks get the
play more often. Whether an account renews hangs on its mood; with the play the chance is higher by `effect`, and users come more often by
`lift` (a factor).
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store

FIRST, LAST = date(2022, 11, 1), date(2023, 12, 31)
STARTS = (date(2023, 5, 16), date(2023, 6, 6), date(2023, 6, 27))
USERS = 8
WEEKS = [FIRST + timedelta(days=7 * n) for n in range((LAST - FIRST).days // 7 + 1)]
OWNER = "one@example.com"
PLAY = "adoption_rescue"
STEP = json.dumps([{"title": "Train them", "owner": OWNER, "due_days": 7, "due_on": "2023-07-04"}])
OWNERS = ("one@example.com", "two@example.com")


@dataclass(frozen=True)
class Truth:
    """Of each account that got it: by how much the play raised its chance to renew."""

    raised: dict[str, float]


def build(
    store: Store, folder: Path, seed: int, *, effect: float = 0.0, lift: float = 1.0, accounts: int = 300, everyone: bool = False
) -> Truth:
    """everyone: the play goes to every account in a dip, and to no other."""
    rng = np.random.default_rng(seed)
    ids = [f"A{n:04}" for n in range(accounts)]
    mood, large = rng.normal(size=accounts), rng.random(accounts) < 0.5
    dips = rng.integers(0, 6, accounts)  # the start before which it dips; 3 and more: none
    luck = rng.random((len(WEEKS), accounts, USERS))
    comes = _comes(mood, dips)
    seen = np.array([_seen(luck, comes, STARTS[dip], n) if dip < len(STARTS) else USERS for n, dip in enumerate(dips)])
    asked = np.ones(accounts, dtype=bool) if everyone else rng.random(accounts) < 1 / (1 + np.exp(-(2.2 - 0.55 * seen)))
    got = asked & (dips < len(STARTS))
    without = 1 / (1 + np.exp(-(0.9 + 0.9 * mood)))
    helped = np.clip(without + effect, 0, 1)
    renews = rng.random(accounts) < np.where(got, helped, without)
    ends = [date(2023, 8, 1) + timedelta(days=int(day)) for day in rng.integers(0, 90, accounts)]
    _write(store, ids, large, ends, np.exp(rng.normal(9.2 + 0.5 * large, 0.35)), renews)
    began = np.array([[dip < len(STARTS) and week >= STARTS[dip] for dip in dips] for week in WEEKS])
    active = luck < np.clip(comes * np.where(began & got, lift, 1.0), 0, 1)[:, :, None]
    _use(store, folder, rng.integers(0, 7, active.shape), ids, active)
    runs = [(one, STARTS[dip]) for one, dip, has in zip(ids, dips, got, strict=True) if has]
    _start(store, runs)
    return Truth({one: float(helped[ids.index(one)] - without[ids.index(one)]) for one, _ in runs})


def _comes(mood: np.ndarray, dips: np.ndarray) -> np.ndarray:
    """How likely a user comes, by week and account."""
    usual = 0.75 / (1 + np.exp(-(0.8 + 0.7 * mood)))
    ago = np.array([[(week - STARTS[dip]).days if dip < len(STARTS) else 999 for dip in dips] for week in WEEKS])
    back = 0.45 + 0.55 * np.clip(ago, 0, 28) / 28
    return usual * np.where((ago >= -28) & (ago < 28), back, 1.0)


def _seen(luck: np.ndarray, comes: np.ndarray, start: date, n: int) -> int:
    """How many users of an account were seen in the four weeks before a start."""
    there = [at for at, week in enumerate(WEEKS) if -28 <= (week - start).days < 0]
    return int((luck[there, n] < comes[there, n][:, None]).any(axis=0).sum())


def _write(store: Store, ids: list[str], large, ends: list[date], arr, renews) -> None:
    owners = [OWNERS[n % 4 > 0] for n in range(len(ids))]
    told = {
        "account_id": ids,
        "name": [f"{one} Ltd" for one in ids],
        "owner": owners,
        "segment": ["Large" if one else "SMB" for one in large],
    }
    commit_frame(store, "accounts", pl.DataFrame(told | {"live_on": [FIRST] * len(ids)}), "crm", "analyst")
    lines = [(one, "1", FIRST, end, round(float(worth), 2)) for one, end, worth in zip(ids, ends, arr, strict=True)]
    lines += [
        (one, "2", end, end + timedelta(days=365), round(float(worth), 2))
        for one, end, worth, goes_on in zip(ids, ends, arr, renews, strict=True)
        if goes_on
    ]
    frame = pl.DataFrame(lines, schema=["account_id", "line_id", "starts_on", "ends_on", "amount"], orient="row")
    extra = pl.DataFrame([("LAST", "1", LAST, LAST + timedelta(days=365), 1.0)], schema=frame.schema, orient="row")
    rows = pl.concat([frame, extra]).with_columns(
        contract_id=pl.col("account_id"), product=pl.lit("Basic"), period=pl.lit("1 year"), currency=pl.lit("USD"), seats=pl.lit(USERS)
    )
    commit_frame(store, "contracts", rows, "billing", "analyst")


def _use(store: Store, folder: Path, shift: np.ndarray, ids: list[str], active: np.ndarray) -> None:
    week, account, user = np.nonzero(active)
    named = {"account_id": [ids[one] for one in account], "user_id": user.astype(str), "week": [WEEKS[one] for one in week]}
    told = pl.DataFrame(named | {"shift": shift[active]}).select(
        "account_id", "user_id", event=pl.lit("open"), occurred_at=pl.format("{}T10:00:00Z", pl.col("week") + pl.duration(days="shift"))
    )
    told.write_csv(folder / "usage.csv")
    assert import_file(store, folder / "usage.csv").batch is not None


def _start(store: Store, runs: list[tuple[str, date]]) -> None:
    rows = [
        {
            "run_id": f"{PLAY} {account} {day}", "account_id": account, "play_id": PLAY, "name": "Adoption rescue",
            "reason": f"usage_fell {day:%Y-%m}", "owner": OWNERS[0], "started_on": day, "started_by": "by itself", "started_at": datetime(day.year, day.month, day.day, tzinfo=UTC),
            "steps": STEP, "state": "done", "ended_on": day + timedelta(days=40), "outcome": "So",
        }
        for account, day in runs
    ]  # fmt: skip
    commit_frame(store, "play_runs", pl.DataFrame(rows), "logged in the app", "holdfast")
