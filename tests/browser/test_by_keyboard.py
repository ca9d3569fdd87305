"""With a real browser, by keyboard alone: find an account, narrow a page, sort a table, open what is behind an amount, log, download."""

import pytest
from playwright.sync_api import expect

from tests.books import company
from tests.server.running import server

pytestmark = pytest.mark.long
FAR = 150  # presses of Tab: no task is further from the head of its page
IN_FOCUS = """one => { let at = document.activeElement; while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement
  return one === at || one.contains(at) }"""


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keyboard")
    company(folder / "own.duckdb").close()
    with server(folder) as started:
        yield started


@pytest.fixture
def page(wide_page):
    return wide_page


def at(page, running, address: str) -> None:
    page.goto(f"{running.url}/{address}?company=own&as_of=2023-12-28")
    page.locator("h1").first.wait_for()
    drawn(page)


def drawn(page) -> None:
    """Wait until the page has run and listens: what it is still drawing would take the keyboard's place away."""
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.get_by_role("button", name="Search (Ctrl K)").wait_for()


def reach(page, wanted) -> None:
    """Press Tab until what is wanted, or what lies within it, has the keyboard."""
    wanted.first.wait_for()
    for _ in range(FAR):
        page.keyboard.press("Tab")
        if wanted.first.evaluate(IN_FOCUS):
            return
    raise AssertionError(f"The keyboard never reaches {wanted}.")


def test_an_account_is_found_and_its_brief_is_within_reach(running, page):
    at(page, running, "definitions")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Accounts, contacts, pages, definitions")).to_be_focused()
    page.keyboard.type("birch")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Birch").wait_for()
    drawn(page)
    reach(page, page.get_by_role("button", name="Brief for the call"))
    with page.expect_download() as loaded:
        page.keyboard.press("Enter")
    assert loaded.value.suggested_filename == "brief_B_as-of-2023-12-28.pdf"


def test_a_page_is_narrowed_and_the_filter_taken_away_again(running, page):
    at(page, running, "accounts")
    reach(page, page.get_by_role("button", name="Filters"))
    page.keyboard.press("Enter")
    reach(page, page.get_by_role("combobox", name="Segment"))
    page.keyboard.type("SMB")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    chip = page.get_by_role("button", name="Segment: SMB")
    chip.wait_for()
    chip.focus()  # where the keyboard stands after a menu closes is the browser's; from here on, keys again
    page.keyboard.press("Enter")
    chip.wait_for(state="detached")
    expect(page.locator(".st-key-table-of-accounts tbody tr")).to_have_count(3)


def test_a_table_is_sorted_and_a_name_opened(running, page):
    at(page, running, "accounts")
    table = page.locator(".st-key-table-of-accounts")
    reach(page, table.get_by_role("button", name="ARR", exact=True))
    page.keyboard.press("Enter")
    expect(table.locator("tbody td:first-child").first).to_have_text("Birch")  # 9,993.24 a year, more than Alder
    reach(page, table.get_by_role("link", name="Birch"))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Birch").wait_for()
    assert "account=B" in page.url


def test_an_amount_opens_what_is_behind_it(running, page):
    at(page, running, "revenue")
    reach(page, page.locator(".st-key-table-of-movements").locator("tr", has_text="Nov 2023").get_by_role("button", name="$55"))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Expansion of Nov 2023: $55.00 MRR on 1 account").wait_for()
    expect(page.locator(".st-key-table-of-movements-accounts").get_by_role("link", name="Birch")).to_be_visible()


def test_a_conversation_is_logged_from_a_row_and_the_table_downloaded(running, page):
    at(page, running, "accounts")
    reach(page, page.get_by_role("button", name="Log: Alder"))
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    reach(page, dialog.get_by_label("What was said"))
    page.keyboard.type("By keys")
    reach(page, dialog.get_by_role("button", name="Save"))
    page.keyboard.press("Enter")
    dialog.wait_for(state="detached")
    drawn(page)
    reach(page, page.locator(".st-key-table-of-accounts").get_by_role("button", name="Download"))
    page.keyboard.press("Enter")
    reach(page, page.get_by_role("button", name="CSV"))
    with page.expect_download() as loaded:
        page.keyboard.press("Enter")
    assert loaded.value.suggested_filename == "accounts_as-of-2023-12-28.csv"
