"""How long a team waits while a million events come in, against how long it waits when nothing does; in one run.

    python -m benchmarks.team_while_importing [PEOPLE] [SECONDS] [STORE] [TIMES]     20 people, 120 s each, one import

The people are those of benchmarks.team_load: plain clients, ten seconds of thought, sharing the server's cores with nobody. First they work
while nothing comes in, then while a million events of the newest month come in through the server; where they are to come in several times,
they are undone in between: each time what stands changes, so that pages are worked out anew. The company is made up (5,000 accounts, 10
million events); a store that is given is copied instead.
"""

import random
import shutil
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.team_load import Waited, measured, team
from data.store.store import Store
from data.store.view import View
from reports.look import as_of
from reports.report import Question
from sample.load import load
from server import announcement
from server.tokens import token_path
from tests.server.running import Running, server
from workplaces.through_server import ThroughServer

EVENTS, DAYS, FEED = 1_000_000, 28, "meanwhile"
MAPPING = f"""table = "usage_events"
feed = "{FEED}"
[columns]
account_id = "account_id"
user_id = "user_id"
event = "event"
occurred_at = "occurred_at"
"""
TWICE = 2.0


def newest(store: Path, target: Path) -> None:
    """Write a million events of the month before the last day that is known, of the accounts that there are."""
    opened = Store.open(store)
    with View(opened) as view:
        accounts, day = view.accounts()["account_id"].to_numpy(), as_of(view, Question())
    opened.close()
    assert day
    chance = np.random.default_rng(1)
    seconds = np.sort(chance.integers(0, DAYS * 86_400, EVENTS))
    begin = np.datetime64(day - timedelta(days=DAYS - 1), "s")
    pl.DataFrame(
        {
            "account_id": accounts[chance.integers(0, len(accounts), EVENTS)],
            "user_id": np.char.add("u", chance.integers(0, 30, EVENTS).astype(str)),
            "event": np.char.add("event ", chance.integers(0, 12, EVENTS).astype(str)),
            "occurred_at": (begin + seconds.astype("timedelta64[s]")).astype("datetime64[us]"),
        }
    ).write_parquet(target)


def coming(running: Running, file: Path, ended: threading.Event, took: list[float], times: int) -> None:
    """Import, undo, and import again so many times, or until the time is over."""
    work = ThroughServer(announcement.announced(running.store), token_path(running.store).read_text().strip())
    ended.wait(5)
    while not ended.is_set() and len(took) < times:
        began = time.perf_counter()
        done = work.import_file(file, mapping=MAPPING, options={})
        took.append(time.perf_counter() - began)
        if len(took) < times:
            work.mark("undo", done["batch"])
        ended.wait(random.Random(len(took)).uniform(2, 5))
    work.close()


def p95(waited: Waited) -> float:
    found = sorted(one for waits in waited.seconds.values() for one in waits)
    return found[int(0.95 * (len(found) - 1))]


def main(people: str = "20", seconds: str = "120", store: str = "", times: str = "1") -> None:
    count, duration = int(people), float(seconds)
    with tempfile.TemporaryDirectory() as place:
        own, file = Path(place) / "own.duckdb", Path(place) / "newest.parquet"
        shutil.copy(store, own) if store else load(own, accounts=5000, events=10_000_000, trained=False)
        newest(own, file)
        with server(Path(place)) as running:
            measured("(to warm up)", running.pid, team(running.url, count, duration / 4))
            still = measured(f"{count} people", running.pid, team(running.url, count, duration))
            ended, took = threading.Event(), []
            beside = threading.Thread(target=coming, args=(running, file, ended, took, int(times)))
            beside.start()
            busy = measured(f"{count} while importing", running.pid, team(running.url, count, duration))
            ended.set()
            beside.join()
    print(f"imports of {EVENTS:,} events: {len(took)}, each {min(took, default=0):.1f} to {max(took, default=0):.1f} s")
    for error in sorted({*still.errors, *busy.errors}):
        print(f"  error: {error}")
    ratio = p95(busy) / p95(still)
    found = "within" if ratio <= TWICE else "MORE than"
    print(f"p95 {p95(still):.2f} s, while importing {p95(busy):.2f} s: {ratio:.2f} times, {found} {TWICE:g}")


if __name__ == "__main__":
    main(*sys.argv[1:])
