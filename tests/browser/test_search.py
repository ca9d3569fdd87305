"""With a real browser: a key opens the search, from any page; it finds what the viewer may see, and leads there."""

import pytest
from playwright.sync_api import expect

from tests.books import company
from tests.server.running import server


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    folder = tmp_path_factory.mktemp("search")
    company(folder / "own.duckdb").close()
    with server(folder) as started:
        yield started


@pytest.fixture(params=["wide", pytest.param("phone", marks=pytest.mark.long)])
def page(wide_page, request):
    if request.param == "phone":
        wide_page.set_viewport_size({"width": 375, "height": 812})
    yield wide_page
    wide_page.unroute_all()


def looked_for(page, running, words: str, query: str = "") -> list[str]:
    """What the search lists for `words`, opened by its key on the page of definitions."""
    page.goto(f"{running.url}/definitions?company=own&as_of=2023-12-28{query}")
    page.get_by_role("button", name="Search (Ctrl K)").wait_for()
    page.locator("[data-test-script-state=notRunning]").wait_for()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Accounts, contacts, pages, definitions").press_sequentially(words)
    page.locator("[role=listbox][aria-busy=false]").wait_for(state="attached")  # accounts and contacts have come
    return page.get_by_role("option").all_inner_texts()


def test_an_account_is_opened_by_a_part_of_its_name_or_its_id(running, page):
    assert [one.split()[0] for one in looked_for(page, running, "irc")] == ["Birch"]
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Birch").wait_for()
    assert "account=B" in page.url


def test_pages_and_definitions_are_found(running, page):
    assert any(one.split() == ["Renewals", "Page"] for one in looked_for(page, running, "renewals page"))
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Renewals").wait_for()
    assert looked_for(page, running, "nobody is called so") == []


def test_a_csm_finds_only_what_is_theirs(running, page):
    assert looked_for(page, running, "irch", "&viewer=one@example.com") == []
    assert looked_for(page, running, "alder", "&viewer=one@example.com") != []


def test_that_accounts_could_not_be_fetched_is_said_and_they_are_when_opened_again(running, page):
    page.route("**/media/**", lambda route: route.abort())
    assert looked_for(page, running, "birch") == []
    expect(page.locator("dialog [role=status]")).to_contain_text("could not be fetched")
    page.unroute("**/media/**")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Accounts, contacts, pages, definitions").press_sequentially("birch")
    expect(page.get_by_role("option")).to_have_count(1)
