"""Every page runs with nothing, with a small company, and as a CSM; and shows nothing foreign."""

import re
from pathlib import Path

import pytest

from tests.addresses import SCRIPTS
from tests.house.test_scope import FOREIGN
from tests.pages.showing import everything, shown

NAVIGATION = (Path(__file__).resolve().parents[2] / "pages" / "ui" / "navigation.py").read_text()
PAGES = re.findall(r'page\("(?:settings/)?(\w+)\.py"', NAVIGATION)
NO_ACCOUNTS = ("definitions", "churn_model", "design")  # pages that name no account, whoever looks


def test_there_is_a_way_to_every_page():
    assert {"today", "accounts", "account", "revenue", "imports", "definitions"} <= set(PAGES)
    assert sorted(PAGES) == SCRIPTS


@pytest.mark.parametrize("page", PAGES)
def test_pages_run_with_nothing(empty, page):
    test = shown(page)
    assert not test.exception
    assert test.title


def test_accounts_says_what_to_do_when_empty_and_the_figure_when_not(own):
    test = shown("accounts")
    if own == "empty":
        assert "Nothing is imported yet" in test.info[0].value
    else:
        assert test.metric[0].value == "$11.2K"  # 11,194.44: see the figures that agree everywhere
        assert test.metric[1].value == "2"


@pytest.mark.parametrize("page", PAGES)
def test_pages_run_and_a_csm_sees_nothing_foreign(looked_at, page):
    all_of_it, own = shown(page), shown(page, viewer="one@example.com")
    assert all_of_it.title and not all_of_it.exception and not own.exception
    everybody_s, own_s = everything(all_of_it), everything(own)
    assert [word for word in FOREIGN if word in everybody_s] or page in NO_ACCOUNTS
    assert not [word for word in FOREIGN if word in own_s]


def test_a_page_tells_what_was_known_after_an_import(looked_at):
    """After the accounts alone (import 1) nobody pays; now two accounts do."""
    assert shown("accounts").metric[0].value == "$11.2K"
    moment = next(iter(looked_at.imports().filter(batch=1)["imported_at"]))
    then = shown("accounts", known_at=f"After import 1, {moment:%Y-%m-%d %H:%M} UTC")
    assert then.metric[0].value == "$0"
    assert "As known after import 1" in [button.label for button in then.button]


def test_an_address_with_an_unknown_viewer_shows_nothing_of_anybody(looked_at):
    read = shown("accounts", viewer="nobody@example.com")
    sent = everything(read)
    assert "no account has, or ever had, the owner" in read.error[0].value
    assert not [word for word in (*FOREIGN, "Alder") if word in sent]
