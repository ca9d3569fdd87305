"""With a real browser: files after public reports, each with its right value on the page, or with the right question."""

import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.store.store import Store
from tests.datasets import FOLDER, needs_datasets
from tests.server.running import server
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.long, needs_datasets]
REPORTED = FOLDER.parent / "cases" / "reported" if FOLDER else Path()
WORDS = "document.body.innerText + ' ' + [...document.querySelectorAll('input')].map(one => one.value).join(' ')"
LAST, WHICH_END = "The last day that is paid for", "is that the last day that is paid for"
A_DROP = 60  # seconds that a page may take to say what is awaited of one small file


@dataclass(frozen=True)
class Right:
    """What is right of the files of one folder. told: words that the page has at first; answers: what a person clicks then, in order;
    then: words that it has afterwards. day: the day looked at, where money is told."""

    told: tuple[str, ...]
    answers: tuple[str, ...] = ()
    then: tuple[str, ...] = ()
    day: str = "2025-06-30"


RIGHT = {
    "call_log_as_accounts": Right(("Activities", "● Ready", "2 new")),
    "excel_merged_cells": Right(("Contracts", WHICH_END)),
    "excel_mixed_amounts": Right(("Contracts", WHICH_END, "The file does not say how long an amount pays for.")),
    "header_acv": Right((WHICH_END, "Contracts"), (LAST,), ("1 new · ARR +$12.5K",)),
    "header_annual_value": Right((WHICH_END, "Contracts"), (LAST,), ("1 new · ARR +€12.5K",)),
    "header_chinese": Right((WHICH_END, "Contracts"), (LAST,), ("2 new · ARR +", "22.4K")),  # 12,500 + 9,900
    "header_german": Right((WHICH_END, "Contracts"), (LAST,), ("2 new · ARR +€22.4K",)),
    "header_mrr": Right((WHICH_END, "which several currencies have"), (LAST, "USD"), ("1 new · ARR +$15",)),  # 1,250 x 12
    "header_wide_months": Right(("Contracts", "in which currency its amounts are")),
    "hubspot_contacts": Right(("Contacts", "● Ready", "1 new")),
    "hubspot_duplicates": Right(("Accounts", "● Ready", "267 new")),
    "intercom": Right(("Tickets", "name no time zone"), ("UTC",), ("● Ready", "1 new")),
    "nps_delighted": Right(("Surveys", "name no time zone"), ("UTC", "How likely people are to recommend you (NPS, 0 to 10)"), ("1 new",)),
    "sf_opportunities": Right(("✕ Not usable", "These are deals or opportunities.")),
    "stripe_cus_ids": Right(("Contracts", "Which day was that?")),
}


def test_each_reported_file_has_its_right_value_or_the_right_question(browser, tmp_path):
    folders = {path.name for pattern in ("excel_*", "header_*", "hubspot_*") for path in REPORTED.glob(pattern)}
    assert folders <= {*RIGHT}
    Store.open(tmp_path / "own.duckdb").close()
    with server(tmp_path) as running:
        missing = {name: lacking(browser, running.url, REPORTED / name, right) for name, right in RIGHT.items()}
    assert {name: words for name, words in missing.items() if words} == {}


def lacking(browser, url: str, folder: Path, right: Right) -> list[str]:
    """The words that the page should have of a folder's files and has not, each as what it should be."""
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{url}/import?company=own&as_of={right.day}")
    idle(page)
    files = sorted(path for path in folder.iterdir() if path.name != "README")
    page.locator("input[type=file]").first.set_input_files([str(path) for path in files])
    missing = not_told(page, right.told)
    for answer in () if missing else right.answers:
        idle(page)
        page.get_by_text(answer, exact=True).first.click()
    missing = missing or not_told(page, right.then)
    page.close()
    return missing


def idle(page) -> None:
    page.locator("[data-test-script-state=notRunning]").wait_for()


def not_told(page, words: tuple[str, ...]) -> list[str]:
    """Those words that the page does not come to have."""
    end = time.monotonic() + A_DROP
    while (left := [one for one in words if one not in page.evaluate(WORDS)]) and time.monotonic() < end:
        page.wait_for_timeout(200)
    return left
