"""With a real browser: the table sorts, searches, adds up, hides columns, leads on, and becomes cards on a phone."""

import pytest
from playwright.sync_api import expect

from tests.books import company
from tests.server.running import server

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grid")
    company(folder / "own.duckdb").close()
    with server(folder) as started:
        yield started


@pytest.fixture
def page(wide_page):
    return wide_page


def shown(page, running, address: str, key: str, **more: str):
    """The table of that key on a page of the small company, once it stands."""
    query = "&".join(f"{name}={value}" for name, value in ({"company": "own", "as_of": "2023-12-28"} | more).items())
    page.goto(f"{running.url}/{address}?{query}")
    place = page.locator(f".st-key-table-of-{key}")
    place.locator(".place > *").first.wait_for()
    return place


def names(place) -> list[str]:
    return [cell.inner_text() for cell in place.locator("tbody td:first-child").all()]


def test_a_column_sorts_the_largest_first_then_the_smallest_then_as_given(running, page):
    place = shown(page, running, "design", "design")
    given = names(place)
    arr = place.get_by_role("button", name="ARR", exact=True)
    for order, expected in (("descending", given[::-1]), ("ascending", given), ("none", given)):  # the made-up ARR rises by 46,750 a row
        arr.click()
        expect(place.locator("tbody td:first-child")).to_have_text(expected)
        assert place.locator("th[data-name=arr]").get_attribute("aria-sort") == order


def test_a_search_keeps_rows_with_all_its_words_and_hides_the_sum(running, page):
    place = shown(page, running, "design", "design")
    assert place.locator("tfoot td[title]").get_attribute("title") == "$981,750.00"  # 46,750 x (1 + 2 + 3 + 4 + 5 + 6)
    expect(place.locator("tfoot")).to_contain_text("$982K")
    place.get_by_role("searchbox").fill("werke watch")
    expect(place.locator("tbody td:first-child")).to_have_text(["Müller Werke"])
    expect(place.get_by_role("status")).to_have_text("1 of 6")
    expect(place.locator("tfoot")).to_have_count(0)


def test_amounts_can_be_seen_to_the_cent(running, page):
    place = shown(page, running, "design", "design")
    place.get_by_role("button", name="To the cent").click()
    expect(place.locator("tfoot")).to_contain_text("$981,750.00")


def test_imported_names_stay_text(running, page):
    place = shown(page, running, "design", "design")
    assert "<b>Bold & Sons</b> 🚀" in names(place)
    expect(place.locator("td b")).to_have_count(0)


def test_a_column_can_be_hidden_and_stays_so(running, page):
    place = shown(page, running, "design", "design")
    place.locator("summary", has_text="Columns").click()
    place.get_by_role("checkbox", name="Next renewal").uncheck()
    expect(place.locator("th[data-name=next_end]")).to_have_count(0)
    place = shown(page, running, "design", "design")
    expect(place.locator("th[data-name=arr]")).to_have_count(1)
    expect(place.locator("th[data-name=next_end]")).to_have_count(0)


def test_on_a_phone_it_is_a_list_of_cards(running, page):
    page.set_viewport_size({"width": 375, "height": 812})
    place = shown(page, running, "design", "design")
    cards = place.get_by_role("list").first.get_by_role("listitem")
    expect(cards).to_have_count(6)
    expect(place.locator("table")).to_have_count(0)
    assert "At risk" in cards.first.inner_text() and "22" in cards.first.inner_text()


def test_a_name_leads_to_its_account(running, page):
    place = shown(page, running, "accounts", "accounts")
    assert "/account?" in place.get_by_role("link", name="Birch").get_attribute("href")
    place.get_by_role("link", name="Birch").click()
    page.get_by_role("heading", name="Birch").wait_for()
    assert "account=B" in page.url


def test_an_amount_opens_its_accounts_and_theirs_the_contract_lines(running, page):
    place = shown(page, running, "revenue", "movements")
    place.locator("tr", has_text="Nov 2023").get_by_role("button", name="$55").click()
    page.get_by_role("heading", name="Expansion of Nov 2023: $55.00 MRR on 1 account").wait_for()
    page.locator(".st-key-table-of-movements-accounts").get_by_role("button", name="$55").click()
    lines = page.get_by_role("heading", name="Contract lines of Birch")
    lines.wait_for()
    expect(lines).to_have_count(1)


def test_one_menu_has_the_files(running, page):
    place = shown(page, running, "accounts", "accounts")
    place.get_by_role("button", name="Download").click()
    with page.expect_download() as loaded:
        page.get_by_role("button", name="CSV").click()
    assert loaded.value.suggested_filename == "accounts_as-of-2023-12-28.csv"
    assert "Alder" in loaded.value.path().read_text()


def test_a_row_s_action_logs_a_conversation_for_its_account(running, page):
    place = shown(page, running, "accounts", "accounts")
    place.get_by_role("button", name="Log: Birch").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Conversation with Birch")
    dialog.get_by_label("What was said").fill("Agreed on a plan")
    dialog.get_by_role("button", name="Save").click()
    dialog.wait_for(state="detached")
    page.goto(f"{running.url}/account?company=own&as_of=2023-12-28&account=B")
    page.get_by_text("Agreed on a plan").first.wait_for()


def test_on_a_phone_a_card_has_its_actions(running, page):
    page.set_viewport_size({"width": 375, "height": 812})
    place = shown(page, running, "accounts", "accounts")
    place.get_by_role("button", name="Log: Alder").click()
    expect(page.get_by_role("dialog")).to_contain_text("Conversation with Alder")
