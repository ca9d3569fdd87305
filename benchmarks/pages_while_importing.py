"""How long pages and reports take while events come in, against how long they take when nothing does; in one run.

    python -m benchmarks.pages_while_importing [TIMES] [COUNT]     TIMES: how often the events are repeated (2); COUNT: looks (5)

Needs HOLDFAST_DATASETS and Chromium. A server holds the company's accounts, contracts and events; a browser opens pages and a client
asks for reports, while nothing comes in and while the newest million events come in through the server. They are undone each time, so
that they are read, checked and written anew. Medians; a page is there when its script has ended and it is drawn. The browser and the
client share the cores with the server.
"""

import os
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from benchmarks import events
from benchmarks.imports import NEWEST
from data.importing.mapping import Mapping
from data.importing.run import import_file
from data.store.store import Store
from server import announcement
from server.tokens import token_path
from tests.server.running import Running, server
from workplaces.through_server import ThroughServer

MAPPINGS = Path(__file__).parent / "mappings"
COMPANY = Path(os.environ.get("HOLDFAST_DATASETS", "")) / "crm_simulation"
FILES = {"crm_accounts": "account.csv", "crm_contracts": "subscription.csv"}
PAGES = ("/", "/accounts", "/revenue", "/cohorts", "/renewals", "/import")
REPORTS = ("accounts", "retention", "usage", "today", "feeds")
DONE = "() => document.querySelector('h1') && document.querySelector('[data-test-script-state=\"notRunning\"]')"


def filled(store: Path, folder: Path, times: int) -> None:
    """A store of the company with its events `times` over."""
    opened = Store.open(store)
    for mapping, file in FILES.items():
        import_file(opened, COMPANY / file, mapping=_mapping(mapping))
    events.repeated(COMPANY / "event.parquet", folder / "events.parquet", times)
    import_file(opened, folder / "events.parquet", mapping=_mapping("crm_events"))
    opened.close()
    (folder / "events.parquet").unlink()


def _mapping(name: str) -> Mapping:
    return Mapping.from_toml((MAPPINGS / f"{name}.toml").read_text())


def opened(browser: Browser, url: str) -> float:
    """Seconds until a page is there, in a window of its own."""
    page = browser.new_page()
    began = time.perf_counter()
    page.goto(url)
    page.wait_for_function(DONE, timeout=60_000)
    spent = time.perf_counter() - began
    page.close()
    return spent


def asked(url: str) -> float:
    """Seconds until a report has come."""
    began = time.perf_counter()
    with urllib.request.urlopen(url, timeout=120) as answer:
        answer.read()
    return time.perf_counter() - began


def looks(browser: Browser, running: Running) -> dict[str, Callable[[], float]]:
    """What is looked at: pages in the browser, and reports, by name."""
    pages = {f"page {path}": partial(opened, browser, f"{running.url}{path}?company=own") for path in PAGES}
    return pages | {f"report {name}": partial(asked, f"{running.url}/api/reports/{name}?company=own") for name in REPORTS}


def measured(browser: Browser, running: Running, file: Path, count: int) -> tuple[dict, dict, list[float]]:
    """Seconds by name when nothing comes in, the same while an import runs, and the seconds of the imports.

    Before each import every page is opened twice, so that both measurements find the server's caches filled; the look during which an
    import ends counts for neither.
    """
    work = ThroughServer(announcement.announced(running.store), token_path(running.store).read_text().strip())
    what, mapping = looks(browser, running), (MAPPINGS / "crm_events.toml").read_text()
    idle: dict[str, list[float]] = {name: [] for name in what}
    busy, imports, turns = {name: [] for name in what}, [], cycle(what)
    while min(map(len, busy.values())) < count:
        for look in what.values():
            look()
        for name, look in what.items():
            idle[name].append(look())
        with ThreadPoolExecutor(1) as beside:
            began = time.perf_counter()
            coming = beside.submit(work.import_file, file, mapping=mapping, options={})
            while not coming.done():
                name = next(turns)
                spent = what[name]()
                if not coming.done():
                    busy[name].append(spent)
            imports.append(time.perf_counter() - began)
            work.mark("undo", coming.result()["batch"])
    work.close()
    return idle, busy, imports


def main(times: int = 2, count: int = 5) -> None:
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place)
        filled(folder / "own.duckdb", folder, times)
        month = folder / "newest.parquet"
        events.newest(COMPANY / "event.parquet", month, NEWEST, times)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        with server(folder) as running:
            idle, busy, imports = measured(browser, running, month, count)
        browser.close()
    for name, spent in idle.items():
        still, moved = statistics.median(spent) * 1000, statistics.median(busy[name]) * 1000
        print(f"{name:24s} idle {still:6.0f} ms  while importing {moved:6.0f} ms  ratio {moved / still:5.2f}  of {len(busy[name])}")
    print(f"imports of {NEWEST:,} events: {len(imports)}, median {statistics.median(imports):.2f} s")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
