"""With a real browser: a table of more rows than come with the page sorts, searches and scrolls through all of them."""

import pytest
from playwright.sync_api import expect

from data.importing.run import import_file
from data.store.store import Store
from tests.server.running import server
from tests.waiting import PATIENCE

pytestmark = pytest.mark.long
COUNT = 450  # of which 400 come with the page


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("long")
    lines = [f"A{at:03},Account {at:03}" for at in range(COUNT)]
    (folder / "accounts.csv").write_text("\n".join(["account_id,name", *lines]))
    store = Store.open(folder / "own.duckdb")
    assert import_file(store, folder / "accounts.csv", table="accounts").batch is not None
    store.close()
    with server(folder) as started:
        yield started


@pytest.fixture
def place(browser, running):
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(f"{running.url}/accounts?company=own")
    table = page.locator(".st-key-table-of-accounts")
    table.locator(".place > *").first.wait_for()
    yield table
    page.close()


def test_a_row_that_did_not_come_with_the_page_is_found(place):
    place.get_by_role("searchbox").fill("account 449")
    expect(place.locator("tbody td:first-child")).to_have_text(["Account 449"])
    expect(place.get_by_role("status")).to_have_text("1 of 450")


def test_the_last_of_all_rows_is_the_first_when_sorted_so(place):
    name = place.locator("th[data-name=name] button")
    name.focus()
    for order, first in (("ascending", "Account 000"), ("descending", "Account 449")):
        name.press("Enter")
        expect(place.locator("th[data-name=name]")).to_have_attribute("aria-sort", order)
        expect(place.locator("tbody td:first-child").first).to_have_text(first)
        expect(name).to_be_focused()


def test_all_rows_are_reached_by_scrolling(place):
    expect(place.get_by_role("status")).to_have_text("450 rows")
    rows = place.locator("tbody tr")
    while (before := rows.count()) < COUNT:
        place.locator(".frame").evaluate("frame => frame.scrollTo(0, frame.scrollHeight)")
        expect(rows.nth(before)).to_be_attached()
    assert rows.count() == COUNT
