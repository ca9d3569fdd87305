"""With a real browser: an analyst's first day. Nine exports that nobody has edited go through the page in few clicks, and every figure is
the sum that was added by hand."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from data.store.store import Store
from tests.browser.messy_company import ARR, COMPANIES, EXPORTED, SILENT, files
from tests.server.running import Running, server
from tests.waiting import PATIENCE

pytestmark = pytest.mark.long

MOST_CLICKS = 12
FILES_CHOSEN = 2  # clicks in the window of the system: all files, and “Open”
LAST_USED = "2026-11-23"  # the Monday before the exports: what pages look at
NAMES = {account: name for account, name, _, _ in COMPANIES}


class Analyst:
    """One person at the page, whose clicks are counted."""

    def __init__(self, page) -> None:
        self.page, self.clicks = page, 0

    def waits(self) -> None:
        self.page.locator("[data-test-script-state=notRunning]").wait_for()

    def clicks_on(self, what) -> None:
        self.waits()
        what.first.click()
        self.clicks += 1

    def brings(self, held: dict[str, bytes]) -> None:
        kept = [{"name": name, "mimeType": "application/octet-stream", "buffer": content} for name, content in held.items()]
        with self.page.expect_file_chooser() as chosen:
            self.clicks_on(self.page.get_by_test_id("stFileUploaderDropzone").locator("button"))
        chosen.value.set_files(kept)
        self.clicks += FILES_CHOSEN

    def reads(self, told: str | re.Pattern) -> None:
        self.page.get_by_text(told).first.wait_for()


def rows_of(running: Running, folder: Path, name: str, day: str) -> list[dict[str, str]]:
    """A report of a day as the command line writes it."""
    assert running.command("report", name, "--as-of", day, "--csv", folder / f"{name}.csv").returncode == 0
    with (folder / f"{name}.csv").open(newline="") as written:
        return list(csv.DictReader(written))


def test_nine_messy_files_go_in_with_few_clicks_and_the_sums_are_right(browser, tmp_path):
    Store.open(tmp_path / "own.duckdb").close()
    with server(tmp_path) as running:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"{running.url}/import?company=own")
        analyst = Analyst(page)
        analyst.brings(files())
        # sure by themselves: the two exports of the CRM, and the survey that asks how likely people are to recommend
        analyst.reads("9 files: 3 ready, 6 waiting for an answer")
        analyst.clicks_on(page.get_by_role("button", name="Use these 5 answers"))
        # the zone is asked once for the three files that name none
        analyst.clicks_on(page.get_by_text("UTC", exact=True))
        analyst.clicks_on(page.get_by_text("The whole line", exact=True))
        analyst.reads(f"{len(SILENT)} accounts with a contract have no event")
        analyst.clicks_on(page.get_by_text("Every account: no event means no use", exact=True))
        analyst.clicks_on(page.get_by_role("button", name="Import all 9 files that are ready"))
        analyst.reads("9 files: 9 in")
        # the product calls its customers by their domains: who has events but not the two silent ones
        called = len(COMPANIES) - len(SILENT)
        analyst.clicks_on(page.get_by_role("button", name=f"Match the {called} that just one account fits"))
        analyst.waits()
        analyst.clicks_on(page.get_by_role("link", name="Overview"))
        analyst.reads(f"€{sum(ARR.values()) / 1000:.0f}K")
        analyst.reads(f"ARR €{sum(ARR.values()):,.2f}")
        assert analyst.clicks <= MOST_CLICKS
        told_right(running, tmp_path)
        page.close()


def told_right(running: Running, folder: Path) -> None:
    arr = rows_of(running, folder, "arr", EXPORTED.isoformat())
    assert {NAMES[row["account_id"]]: float(row["arr"]) for row in arr if float(row["arr"])} == ARR
    tickets = Counter(NAMES[row["account_id"]] for row in rows_of(running, folder, "tickets", EXPORTED.isoformat()))
    assert tickets == {"Alder & Finch Ltd": 1, "Bramblewick GmbH": 1, "Dunmore Foods": 2}
    used = {NAMES[row["account_id"]]: (row["state"], row["mau"]) for row in rows_of(running, folder, "usage", LAST_USED)}
    assert used["Corvid Analytics"] == ("used", "1") and used["Mossgate Bank"][0] == "unused"  # Kim alone works there; nobody here
    said = {NAMES[row["account_id"]]: row["components"] for row in rows_of(running, folder, "health", LAST_USED)}
    assert (
        "csat_rating 2" in said["Dunmore Foods"] and "nps_answer 6" in said["Hollowell Print"] and "nps_answer 8" in said["Mossgate Bank"]
    )
