"""Usage, health and two years of weekly health scores of 5,000 accounts, behind one number of events and behind ten times as many:
python -m benchmarks.health_history [--accounts 5000] [--events 10000000] [--times 10] [--store FILE].

The second store has the same accounts, users and days; each event happened `times` times on its day. Of each report are told the seconds
from an open store, and those of another day once that is known (nothing but months of usage is kept between the two); then the
processor's, which other work on the machine does not change, and the ratio of the two stores. A store of one's own is copied, never
written.
"""

import argparse
import resource
import shutil
import tempfile
import time
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb

from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question
from sample.load import load, say

ASKED = {"usage": Question(), "health": Question(), "health-history": Question(weeks=104)}
MOST = {"usage": 0.2, "health": 0.3, "health-history": 10.0}  # seconds that may pass on an idle machine with two cores
Taken = tuple[float, float]  # seconds that passed, and of the processor


def multiplied(path: Path, times: int) -> int:
    """Let every event of a store have happened so many times on its day; how many events there are then. The rollups are those that an
    import of them all would have made: the same bits, and counts so many times as high."""
    with duckdb.connect(str(path)) as cursor:
        cursor.execute("create temp table once as select * from usage_events")
        for turn in range(1, times):
            moment = f"least(occurred_at + interval {turn} minute, date_trunc('day', occurred_at) + interval 86399 second)"
            cursor.execute(f"insert into usage_events select * replace ({moment} as occurred_at) from once")
        cursor.execute(f"update usage_counts set n = n * {int(times)}")
        return _count(cursor)


def _count(cursor: duckdb.DuckDBPyConnection) -> int:
    return cursor.execute("select count(*) from usage_events").fetchall()[0][0]


def events_in(path: Path) -> int:
    """How many events a store has."""
    with duckdb.connect(str(path), read_only=True) as cursor:
        return _count(cursor)


def measured(path: Path) -> dict[str, tuple[Taken, Taken]]:
    """What each report takes from an open store that has read nothing, and again for the day before."""
    found = {}
    for name, question in ASKED.items():
        with closing(Store.open(path)) as store:
            first, last = _taken(store, name, question)
            found[name] = first, _taken(store, name, replace(question, as_of=last - timedelta(days=1)))[0]
    return found


def _taken(store: Store, name: str, question: Question) -> tuple[Taken, date]:
    began, processor = time.perf_counter(), time.process_time()
    report = run(name, store, EVERYONE, question)
    return (time.perf_counter() - began, time.process_time() - processor), report.parameters["as_of"]


def told(few: dict[str, tuple[Taken, Taken]], many: dict[str, tuple[Taken, Taken]]) -> None:
    """The table of both."""
    print(f"{'':16}{'seconds':>20}{'processor':>20}{'another day':>20}{'processor':>20}{'ratio':>8}{'most':>8}")
    for name in ASKED:
        pairs = list(zip(few[name], many[name], strict=True))
        cells = [f"{one[at]:9.2f} {other[at]:9.2f}" for one, other in pairs for at in (0, 1)]
        print(f"{name:16}" + "".join(f"{cell:>20}" for cell in cells) + f"{pairs[0][1][1] / pairs[0][0][1]:8.2f}{MOST[name]:8.1f}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--accounts", type=int, default=5000)
    asked.add_argument("--events", type=int, default=10_000_000)
    asked.add_argument("--times", type=int, default=10)
    asked.add_argument("--store", type=Path)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder, "few.duckdb"), Path(folder, "many.duckdb")
        if given.store:
            shutil.copy(given.store, few)
        else:
            load(few, accounts=given.accounts, events=given.events, trained=False, told=say)
        shutil.copy(few, many)
        multiplied(many, given.times)
        print(f"{events_in(few):,} events, and {events_in(many):,}")
        told(measured(few), measured(many))
    print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


if __name__ == "__main__":
    main()
