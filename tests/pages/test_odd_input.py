"""Links that lead nowhere, names of every kind, and more of a thing than a page has room for."""

import pytest

from data.store import open_stores
from pages.ui import text
from tests.odd_company import NAMES, odd_company
from tests.pages.showing import everything, shown
from tests.pages.test_pages import PAGES

pytestmark = pytest.mark.long
DAY = "2026-06-30"


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    path = tmp_path_factory.mktemp("odd") / "own.duckdb"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_STORE", str(path))
        odd_company(path).close()
        yield open_stores.store("own")
        open_stores.close_all()


@pytest.mark.parametrize("page", PAGES)
def test_every_page_runs(odd, page):
    test = shown(page, as_of=DAY, account="MANY")
    assert not test.exception
    assert test.title


@pytest.mark.parametrize("account", NAMES)
def test_a_name_is_the_heading_as_text(odd, account):
    test = shown("account", as_of=DAY, account=account)
    assert not test.exception
    assert test.title[0].value == text.literal(NAMES[account])
    assert test.metric


@pytest.mark.parametrize("page", ["account", "today", "revenue"])
@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "", "9999-99-99", "1700-01-01"])
def test_a_day_that_is_none_is_no_end(odd, page, day):
    test = shown(page, as_of=day, account="MANY")
    assert not test.exception
    assert test.title


@pytest.mark.parametrize("account", ["no-such-account", "<b>", "' or 1=1", "x" * 2000])
def test_an_account_that_there_is_not_is_said_and_another_can_be_chosen(odd, account):
    test = shown("account", as_of=DAY, account=account)
    assert not test.exception
    assert "not among those that you see" in test.info[0].value
    assert any(one.key == "account-choice" for one in test.selectbox)
    assert test.title[0].value == "Account"


def test_an_account_of_many_lines_has_them_all_in_its_table(odd):
    test = shown("account", as_of=DAY, account="MANY")
    assert "Contract lines (400), each with its file and line" in everything(test)


@pytest.mark.parametrize("day", ["2026-13-45", "yesterday", "<b>1</b>"])
def test_a_link_with_a_day_that_is_none_says_which_day_is_looked_at(small, day):
    test = shown("accounts", as_of=day)
    assert not test.exception
    assert any("asks for the day" in one.value and "newest day" in one.value for one in test.caption)
    assert not any("asks for the day" in one.value for one in shown("accounts").caption)
