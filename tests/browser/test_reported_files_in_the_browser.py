"""With a real browser: files after public reports, each taken for what it is, with the right question where one is open."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError

from data.store.store import Store
from tests.datasets import FOLDER, needs_datasets
from tests.server.running import server
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.long, needs_datasets]
REPORTED = FOLDER.parent / "cases" / "reported" if FOLDER else Path()
WORDS = "document.body.innerText + ' ' + [...document.querySelectorAll('input')].map(one => one.value).join(' ')"
TOLD = f"awaited => {{ const words = {WORDS}; return awaited.every(one => words.includes(one)) }}"
WHICH_END = "is that the last day that is paid for"


@dataclass(frozen=True)
class Right:
    """What is right of the files of one folder: words that the page has once it has looked at them."""

    told: tuple[str, ...]


RIGHT = {
    "call_log_as_accounts": Right(("Activities", "● Ready", "2 new")),
    "excel_merged_cells": Right(("Contracts", WHICH_END)),
    "excel_mixed_amounts": Right(("Contracts", WHICH_END, "The file does not say how long an amount pays for.")),
    "header_acv": Right(("Contracts", WHICH_END)),
    "header_annual_value": Right(("Contracts", WHICH_END)),
    "header_chinese": Right(("Contracts", WHICH_END)),
    "header_german": Right(("Contracts", WHICH_END)),
    "header_mrr": Right(("Contracts", WHICH_END, "which several currencies have")),
    "header_wide_months": Right(("Contracts", "in which currency its amounts are")),
    "hubspot_contacts": Right(("Contacts", "● Ready", "1 new")),
    "hubspot_duplicates": Right(("Accounts", "● Ready", "267 new")),
    "intercom": Right(("Tickets", "name no time zone")),
    "nps_delighted": Right(("Surveys", "name no time zone", "Are the scores answers to")),
    "sf_opportunities": Right(("✕ Not usable", "These are deals or opportunities.")),
    "stripe_cus_ids": Right(("Contracts", "Which day was that?")),
}


def test_each_reported_file_is_what_it_is_or_has_the_right_question(browser, tmp_path):
    folders = {path.name for pattern in ("excel_*", "header_*", "hubspot_*") for path in REPORTED.glob(pattern)}
    assert folders <= {*RIGHT}
    Store.open(tmp_path / "own.duckdb").close()
    reader = browser.new_context(viewport={"width": 1400, "height": 1000})  # which loads the program once for all of its pages
    reader.set_default_timeout(PATIENCE * 1000)
    with server(tmp_path) as running:
        missing = {name: lacking(reader, running.url, REPORTED / name, right) for name, right in RIGHT.items()}
    reader.close()
    assert {name: words for name, words in missing.items() if words} == {}


def lacking(reader, url: str, folder: Path, right: Right) -> list[str]:
    """The words that the page should have of a folder's files and has not, each as what it should be."""
    page = reader.new_page()
    page.goto(f"{url}/import?company=own")
    idle(page)
    files = sorted(path for path in folder.iterdir() if path.name != "README")
    page.locator("input[type=file]").first.set_input_files([str(path) for path in files])
    missing = not_told(page, right.told)
    page.close()
    return missing


def idle(page) -> None:
    page.locator("[data-test-script-state=notRunning]").wait_for()


def not_told(page, words: tuple[str, ...]) -> list[str]:
    """Those words that the page does not come to have."""
    try:
        page.wait_for_function(TOLD, arg=words, polling=500)
    except TimeoutError:
        return [one for one in words if one not in page.evaluate(WORDS)]
    return []
