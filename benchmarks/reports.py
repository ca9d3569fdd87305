"""Warm times of every report and every page's script on a store: python -m benchmarks.reports [AS_OF].

Looks at the store that HOLDFAST_STORE names. Median of five after one warm-up; limits in milliseconds.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from streamlit.testing.v1 import AppTest

from data.store import open_stores
from data.viewer import EVERYONE
from reports.catalogue import REPORTS, run
from reports.report import Question
from tests.addresses import SCRIPTS

REPORT_LIMIT, PAGE_LIMIT = 300, 500
PAGES = Path(__file__).resolve().parents[1] / "pages"
TRIES = 5


def warm(work: Callable[[], object]) -> float:
    """Median milliseconds of a piece of work, its first time left out."""
    spent = []
    for _ in range(TRIES + 1):
        began = time.perf_counter()
        work()
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent[1:])


def page(name: str, as_of: date) -> Callable[[], object]:
    """A page's script as a browser's second and later requests run it: with the caches of the server filled."""
    test = AppTest.from_file(str(next(PAGES.glob(f"**/{name}.py"))), default_timeout=60)
    test.query_params.update({"company": "own", "as_of": as_of.isoformat()})
    return test.run


def tell(kind: str, name: str, spent: float, limit: int) -> None:
    print(f"{kind:7s} {name:24s} {spent:7.0f} ms{'  over ' + str(limit) if spent > limit else ''}", flush=True)


def main(day: str) -> None:
    as_of = date.fromisoformat(day)
    for name in REPORTS:
        try:
            tell("report", name, warm(lambda name=name: run(name, open_stores.store("own"), EVERYONE, Question(as_of=as_of))), REPORT_LIMIT)
        except ValueError as error:
            print(f"report  {name:24s} not measured: {error}")
    for name in SCRIPTS:
        tell("page", name, warm(page(name, as_of)), PAGE_LIMIT)
    open_stores.close_all()


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["2023-07-01"]))
