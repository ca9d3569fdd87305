"""What people wait for, in a real browser: first paint, each page cold and warm, a filter, an account; beside an empty Streamlit page.

    python -m benchmarks.pages [ACCOUNTS] [EVENTS] [COUNT] [STORE]     5000 accounts, 10,000,000 events, 3 looks each

Needs Chromium. The company is made up, and imported as everybody's is; a store that is given is copied instead. Cold: the first look
after the server has started. Warm: the median of COUNT looks, each in a window of its own. CPU: what the server spent on a look, cold
and warm, which holds on a machine that others use too; the seconds do not. The browser shares the cores with the server. The empty page is
measured twice: as Streamlit comes, which the pages are compared with, and with the settings of .streamlit/config.toml.
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from sample.load import load
from tests.server.running import Running, server

PATHS = (
    "", "accounts", "account", "renewals", "activation", "growth", "feature-requests", "voice", "revenue", "cohorts", "lifetime",
    "churn-reasons",
    "closes", "compare-rules", "reconcile",
    "import", "matching", "definitions", "health-lab", "churn-model", "self-check", "people",
)  # fmt: skip
SETTINGS = Path(__file__).parents[1] / ".streamlit" / "config.toml"
DONE = "() => document.querySelector('h1') && document.querySelector('[data-test-script-state=\"notRunning\"]')"
EMPTY = """import streamlit as st
st.title("Empty")
st.dataframe([{"name": f"Account {at}", "arr": at * 100, "owner": "somebody"} for at in range(300)])
"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null"
READ = 3000  # milliseconds
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Look:
    """Milliseconds of the looks at one page: cold, warm, painted first, and spent by the server on a warm one."""

    cold: float = 0.0
    cold_cpu: float = 0.0
    warm: list[float] = field(default_factory=list)
    paint: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def told(self, name: str, empty: "Look | None" = None) -> str:
        warm, cpu = statistics.median(self.warm), statistics.median(self.cpu)
        beside = f"  {warm / statistics.median(empty.warm):4.1f} x empty, CPU {cpu / statistics.median(empty.cpu):4.1f} x" if empty else ""
        spent = f"CPU cold {self.cold_cpu:6.0f}  warm {cpu:5.0f} ms"
        return f"{name:16s} cold {self.cold:6.0f}  warm {warm:6.0f}  paint {statistics.median(self.paint):5.0f}  {spent}{beside}"


def spent_by(pid: int) -> float:
    """Milliseconds of processor that a process has used."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) * 1000 / TICKS


def opened(browser: Browser, url: str, pid: int) -> tuple[float, float, float]:
    """Until a page stands, until something is painted, and what the server spent meanwhile, in a window of its own."""
    page, before, began = browser.new_page(viewport={"width": 1440, "height": 900}), spent_by(pid), time.perf_counter()
    page.goto(url)
    page.wait_for_function(DONE, timeout=180_000)
    whole = (time.perf_counter() - began) * 1000
    paint = page.evaluate(PAINTED) or 0.0
    page.close()
    return whole, paint, spent_by(pid) - before


def looked(browser: Browser, url: str, pid: int, count: int) -> Look:
    cold, _, cpu = opened(browser, url, pid)
    found = Look(cold=cold, cold_cpu=cpu)
    for _ in range(count):
        for kept, one in zip((found.warm, found.paint, found.cpu), opened(browser, url, pid), strict=True):
            kept.append(one)
    return found


def answered(page: Page, running: Running, act: str, then: str) -> tuple[float, float]:
    """Milliseconds from a click on what `act` selects until `then` holds and the page stands again, and of the server's processor."""
    before, began = spent_by(running.pid), time.perf_counter()
    page.locator(act).first.click()
    page.wait_for_function(f"() => {then}", timeout=180_000)
    page.wait_for_function(DONE, timeout=180_000)
    return (time.perf_counter() - began) * 1000, spent_by(running.pid) - before


def clicks(browser: Browser, running: Running, count: int) -> dict[str, list[tuple[float, float]]]:
    """A filter that is cleared and set again, and an account that is opened from its name; the first time of each left out.

    In windows of one browser, which keeps what it has fetched; each page has stood for a while before it is clicked, as it is read."""
    found: dict[str, list[tuple[float, float]]] = {"filter": [], "account": []}
    windows = browser.new_context(viewport={"width": 1440, "height": 900})
    for _ in range(count + 1):
        page = windows.new_page()
        page.goto(f"{running.url}/accounts?company=own&segment=Enterprise")
        page.wait_for_function(DONE, timeout=180_000)
        page.wait_for_timeout(READ)
        found["filter"].append(answered(page, running, ".st-key-chip-segment button", "!document.querySelector('.st-key-chip-segment')"))
        page.wait_for_timeout(READ)
        found["account"].append(answered(page, running, ".st-key-table-of-accounts tbody a", "location.pathname === '/account'"))
        page.close()
    windows.close()
    return {name: spent[1:] for name, spent in found.items()}


@contextmanager
def empty(folder: Path, settings: Path | None = None) -> Generator[tuple[str, int]]:
    """A Streamlit server of one page with a title and a table: its address and process. settings: else as Streamlit comes."""
    script = folder / ("set" if settings else "bare") / "empty.py"
    (script.parent / ".streamlit").mkdir(parents=True)
    script.write_text(EMPTY)
    if settings:
        shutil.copy(settings, script.parent / ".streamlit")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(script),
        f"--server.port={port}",
        "--server.headless=true",
        "--server.address=127.0.0.1",
    ]
    process = subprocess.Popen([*command, "--browser.gatherUsageStats=false"], cwd=script.parent, stdout=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health").close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        process.terminate()
        process.wait(10)


def main(accounts: str = "5000", events: str = "10000000", count: str = "3", store: str = "") -> None:
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        own = Path(place) / "own.duckdb"
        shutil.copy(store, own) if store else load(own, accounts=int(accounts), events=int(events), trained=False)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        with empty(Path(place)) as (url, pid):
            bare = looked(browser, url, pid, int(count))
            print(bare.told("(empty page)"), flush=True)
        with empty(Path(place), SETTINGS) as (url, pid):
            print(looked(browser, url, pid, int(count)).told("(with settings)", bare), flush=True)
        with server(Path(place)) as running:
            for path in PATHS:
                found = looked(browser, f"{running.url}/{path}?company=own", running.pid, int(count))
                print(found.told(f"/{path}", bare), flush=True)
            for name, spent in clicks(browser, running, int(count)).items():
                whole, cpu = (statistics.median(part) for part in zip(*spent, strict=True))
                print(f"{name:16s} {whole:6.0f} ms, CPU {cpu:5.0f} ms", flush=True)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
