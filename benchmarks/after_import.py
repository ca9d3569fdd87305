"""What an import of a million events costs the processor: the import itself, and the pages that are worked out anew after it.

    python -m benchmarks.after_import [STORE] [TIMES]     three times; the company is made up unless a store is given, which is copied

CPU seconds, which hold on a machine that others use too. Eight windows (the whole company, six owners, one segment; see
benchmarks.team_load) look at each page, one after the other: while nothing has changed, and once the events have come in. What is worked
out ahead meanwhile counts to what the pages cost.
"""

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.pages import TICKS
from benchmarks.team_load import PATHS, QUERIES, Waited, Window, window
from benchmarks.team_while_importing import EVENTS, MAPPING, newest
from sample.load import load
from server import announcement
from server.tokens import token_path
from tests.server.running import Running, server
from workplaces.through_server import ThroughServer

ASKED = tuple(dict.fromkeys(reversed(QUERIES)))  # the whole company last, as most of a team look at their own
AHEAD = 12.0  # seconds in which what is worked out ahead has begun and ended


def with_children(pid: int) -> float:
    """Seconds of processor that a process, those it began and those that these have seen end have used."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    begun = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    others = [one for task in Path(f"/proc/{pid}/task").iterdir() for one in (task / "children").read_text().split()]
    return sum(map(int, parts[11:15])) / TICKS + sum(with_children(int(one)) for one in {*begun, *others})


async def looked(url: str) -> Waited:
    """Everybody looks at every page, one after the other, so that who is first works it out."""
    waited = Waited()
    for path in PATHS:
        for query in ASKED:
            async with window(url) as socket:
                await Window(socket, waited).look(path, query)
    return waited


def spent(running: Running, work: object) -> tuple[float, float]:
    """Seconds of the processor, and of the clock."""
    before, began = with_children(running.pid), time.perf_counter()
    work()
    return with_children(running.pid) - before, time.perf_counter() - began


def main(store: str = "", times: str = "3") -> None:
    with tempfile.TemporaryDirectory() as place:
        own, file = Path(place) / "own.duckdb", Path(place) / "newest.parquet"
        shutil.copy(store, own) if store else load(own, accounts=5000, events=10_000_000, trained=False)
        newest(own, file)
        with server(Path(place)) as running:
            work = ThroughServer(announcement.announced(running.store), token_path(running.store).read_text().strip())
            found: dict[str, list[float]] = {"standing": [], "import": [], "after": []}
            for _ in range(int(times)):
                asyncio.run(looked(running.url))
                time.sleep(AHEAD)
                found["standing"].append(spent(running, lambda: asyncio.run(looked(running.url)))[0])
                before = with_children(running.pid)
                done = work.import_file(file, mapping=MAPPING, options={})
                found["import"].append(with_children(running.pid) - before)
                before = with_children(running.pid)
                waited = asyncio.run(looked(running.url))
                time.sleep(AHEAD)
                found["after"].append(with_children(running.pid) - before)
                work.mark("undo", done["batch"])
            work.close()
    for name, seconds in found.items():
        print(f"{name:10s} CPU {statistics.median(seconds):6.2f} s  ({', '.join(f'{one:.2f}' for one in seconds)})")
    for path, waits in waited.seconds.items():
        print(f"  /{path:14s} {' '.join(f'{one:5.2f}' for one in waits)}")
    print(f"{EVENTS:,} events, {len(ASKED)} windows, {len(PATHS)} pages")


if __name__ == "__main__":
    main(*sys.argv[1:])
