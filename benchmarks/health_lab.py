"""The health lab of a large company, part by part, beside what any page of accounts costs: python -m benchmarks.health_lab [STORE].

Without a store a company of 5,000 accounts and 2 million events is made first. Seconds of this process: of the clock, and of the processor.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from data.store.store import Store
from data.viewer import EVERYONE
from reports.books import opened_books
from reports.catalogue import run
from reports.health.looks import held_against, measured, past
from reports.health.scorecard import scorecard
from reports.report import Question
from sample.load import load

LAB = ("health-lab", "health-lab-measures", "health-lab-calibration", "health-lab-versions", "health-lab-proposal")


def timed(name: str, work: Callable[[], object], whole: float | None = None) -> float:
    clock, processor = time.perf_counter(), time.process_time()
    work()
    took = time.perf_counter() - clock
    told = f"{name:32}{took:8.2f} s {time.process_time() - processor:8.2f} s of processor"
    print(told + (f", {took / whole:.2f} times the page" if whole else ""))
    return took


def main(store: str = "") -> None:
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "own.duckdb"
        shutil.copy(store, own) if store else load(own, accounts=5000, events=2_000_000, trained=False)
        opened = Store.open(own)
        page = timed("accounts, first", lambda: run("accounts", opened, EVERYONE, Question()))
        with opened_books(opened, EVERYONE, Question()) as books:
            card = scorecard(books.view)
            timed("who was looked at", lambda: past(books))
            timed("what was measured of them", lambda: measured(books))
            timed("what they scored", lambda: held_against(books, card))
        timed("the lab, all of the above once", lambda: [run(name, opened, EVERYONE, Question()) for name in LAB])
        opened.close()
        again = Store.open(own)
        timed("the lab, by itself", lambda: [run(name, again, EVERYONE, Question()) for name in LAB], page)
        again.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
