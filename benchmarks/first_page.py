"""From `python app.py` until the first page stands: the process is begun, and a plain client asks for Today as soon as it is let in.

    python -m benchmarks.first_page [TIMES] [STORE]     3 times, on a machine that has read the program before

The page stands once its script has ended and all of it has come. The company is made up (5,000 accounts, 10 million events); a store that
is given is copied instead.
"""

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.pages import spent_by
from benchmarks.team_load import WHOLE, alone
from sample.load import load
from tests.server.running import server

MOST = 5.0  # seconds


def first(folder: Path) -> tuple[float, float, float, float]:
    """Seconds until the server answers, until its first page stands, and the processor's seconds until each."""
    began = time.perf_counter()
    with server(folder) as running:
        answers, starting = time.perf_counter() - began, spent_by(running.pid) / 1000
        asyncio.run(alone(running.url, "", WHOLE, 1))
        return answers, time.perf_counter() - began, starting, spent_by(running.pid) / 1000


def main(times: str = "3", store: str = "") -> None:
    with tempfile.TemporaryDirectory() as place:
        own = Path(place) / "own.duckdb"
        shutil.copy(store, own) if store else load(own, accounts=5000, events=10_000_000, trained=False)
        found = [first(Path(place)) for _ in range(int(times))]
    for answers, stands, starting, spent in found:
        print(f"answers after {answers:.2f} s, CPU {starting:.2f} s; first page after {stands:.2f} s, CPU {spent:.2f} s")
    median = statistics.median(stands for _, stands, *_ in found)
    print(f"first page: median {median:.2f} s, {'within' if median <= MOST else 'MORE than'} {MOST:g} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
