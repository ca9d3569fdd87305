"""What rights cost a page: how often a run asks what the person may do, and how long all of that takes together.

    python -m benchmarks.rights [PERSON] [COUNT]     the first CSM of the sample company, 5 runs of each page

Each page runs as the person sees it, without a browser. Told are the calls of one warm run and the median of their milliseconds; the first
run of all, which reads people and roles, is told apart.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any
from unittest.mock import patch

from data.viewer import Viewer
from pages.ui import loaders, rights, who
from sample.company import OWNERS
from sample.load import load
from tests.pages.showing import shown

PAGES = ("today", "accounts", "account", "renewals", "revenue", "cohorts")
spent: list[float] = []
within = [0]


def timed(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, its time kept in `spent`; what it calls of the others is in its own time."""

    @wraps(function)
    def measured(*given: Any, **more: Any) -> Any:
        within[0] += 1
        began = time.perf_counter()
        try:
            return function(*given, **more)
        finally:
            within[0] -= 1
            if not within[0]:
                spent.append(time.perf_counter() - began)

    return measured


def one_run(page: str) -> tuple[int, float]:
    """How often a run of a page asks for rights, and for how many milliseconds."""
    spent.clear()
    test = shown(page, company="own", as_of=None)
    assert not test.exception, test.exception
    return len(spent), 1000 * sum(spent)


def main(person: str = OWNERS[0], count: str = "5") -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "own.duckdb"
        os.environ["HOLDFAST_STORE"] = str(path)
        load(path, trained=False)
        asked = timed(lambda company, *_: loaders.rights(company, person, ()))
        with (
            patch.object(who, "rights", asked),
            patch.object(rights, "opens", timed(rights.opens)),
            patch.object(Viewer, "allowed", timed(Viewer.allowed)),
            patch.object(Viewer, "may", timed(Viewer.may)),
        ):
            print(f"first run: {one_run(PAGES[0])[1]:.2f} ms")
            for page in PAGES:
                runs = [one_run(page) for _ in range(int(count) + 1)][1:]
                print(f"{page:10} {runs[0][0]:4} calls {statistics.median(ms for _, ms in runs):6.2f} ms")


if __name__ == "__main__":
    main(*sys.argv[1:])
