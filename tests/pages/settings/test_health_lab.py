"""The page of the health lab: its verdict first, and what it says where little is known; a proposal becomes a draft of the score."""

from datetime import UTC, datetime

import pytest

from data.importing.run import import_file
from data.store import open_stores
from data.store.store import Store
from data.viewer import EVERYONE
from reports.health.versions import publish
from tests.pages.showing import grids, shown
from tests.reports.health.renewing import AS_OF, accounts, renewing
from tests.reports.health.test_lab import FIRST, SECOND, card


def said(page) -> list[str]:
    return [*(text.value for text in page.markdown), *(text.value for text in page.caption), *(text.value for text in page.info)]


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    yield tmp_path
    open_stores.close_all()


def test_the_verdict_comes_first_and_a_proposal_is_opened_as_a_draft(own, monkeypatch):
    gone: list[str] = []
    monkeypatch.setattr("pages.ui.address.go_to", gone.append)  # a page drawn alone knows no other to go to
    some = [one for ends in (FIRST, SECOND) for one in accounts(ends, 20, 30, lambda _, leaves: leaves, lambda at: 2 * (at % 2))]
    store = renewing(own, some)
    publish(store, EVERYONE, card(10, 90), "By tickets", 0, at=datetime(2022, 1, 1, tzinfo=UTC))
    store.close()
    page = shown("health_lab", as_of=AS_OF)
    assert not page.exception
    assert page.header[0].value == "Three months ahead, the score tells who will renew"
    assert any(words.startswith("Your healthy accounts renew ") for words in said(page))
    assert {*grids(page)} >= {"health-lab-measures", "health-lab-versions", "health-lab-proposal"}
    drafted = next(button for button in page.button if button.label == "Open as draft").click().run()
    assert not drafted.exception
    assert gone == ["settings/health_score.py"]
    weights = {group.name: group.weight for group in drafted.session_state["draft-own-health-score"].card.groups}
    assert weights["usage"] > weights["support"]


def test_ten_accounts_are_told_that_they_are_too_few(own):
    renewing(own, accounts(SECOND, 4, 6, lambda _, leaves: leaves)).close()
    page = shown("health_lab", as_of=AS_OF)
    assert not page.exception
    assert page.header[0].value == "Too few renewals are known to say what the score is worth"
    assert any("26 more that leave are needed" in words for words in said(page))
    assert not any(words.startswith("Your healthy accounts renew ") for words in said(page))


def test_where_no_renewal_was_seen_the_page_says_what_is_missing(own):
    store = Store.open(own / "own.duckdb")
    (own / "accounts.csv").write_text("account_id,name\nA,Ada\n")
    assert import_file(store, own / "accounts.csv").batch is not None
    store.close()
    page = shown("health_lab", as_of=None)
    assert not page.exception
    assert any("since no renewal is due" in words for words in said(page))
