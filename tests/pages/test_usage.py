"""The page of usage: what it finds, and the catalogue in which the team says what counts as use."""

from datetime import date

import pytest

from data.importing.run import import_file
from data.store import open_stores
from data.viewer import EVERYONE
from data.work.feature_catalogue import Entry, put
from pages.parts import feature_catalogue
from reports.report import Question
from reports.usage.catalogue_preview import Changed, would_change
from tests.books import company
from tests.pages.showing import everything, grids, shown


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    company(tmp_path / "own.duckdb").close()
    yield open_stores.store("own")
    open_stores.close_all()


def test_it_says_what_is_known_and_what_is_not(store):
    """One user each on 28 days of December: too few weeks to compare, and one person does it all where there are seats for more."""
    page = shown("usage")
    assert not page.exception
    assert page.header[0].value == "Usage of no account can be compared yet"
    said = everything(page)
    for words in ("No feature is marked as core yet", "2 events are known; 0 of them are hidden.", "2 of 2 customers seen"):
        assert words in said, words
    shared = grids(page)["one-person"].select("name", "top_user", "activity_days").rows()
    assert sorted(shared) == [("Alder", "ann", 28), ("Birch", "bob", 28)]


def test_what_the_catalogue_would_change_is_counted_and_nothing_remains(store):
    """Without `open` Alder used nothing: one user less, no feature, unused; Birch stays as it is."""
    hides = [Entry("open", is_hidden=True)]
    question = Question(as_of=date(2023, 12, 28))
    found = would_change(store, EVERYONE, question, hides)
    assert (found.mau_before, found.mau) == (2, 1)
    assert {name: found.accounts[name] for name in ("state", "mau", "features_used")} == {"state": 1, "mau": 1, "features_used": 1}
    assert would_change(store, EVERYONE, question, [Entry("open", "Home")]).accounts["mau"] == 0
    assert "2 events are known; 0 of them are hidden." in everything(shown("usage"))


def test_the_words_of_a_preview():
    assert feature_catalogue.preview(Changed({"mau": 0, "score": 0}, 5, 5)) == "No figure of an account would change."
    named = dict.fromkeys(("mau", "features_used", "breadth", "state", "score", "band"), 0) | {"mau": 3}
    assert feature_catalogue.preview(Changed(named, 1200, 900)).endswith("Monthly actives of all customers: 1,200 → 900.")


def test_the_dialog_opens_with_every_event_and_what_was_saved_is_shown(store):
    page = shown("usage")
    page.button(key="edit-catalogue").click().run()
    assert not page.exception
    assert "Nothing is changed yet." in [one.value for one in page.caption]
    put(store, EVERYONE, [Entry("open", "Home", is_core=True)])
    page = shown("usage")
    assert grids(page)["adoption"].select("feature", "core", "accounts_using").row(0) == ("Home", True, 1)


def test_a_feed_that_stopped_is_told_once_on_each_page_that_shows_usage(store):
    """The feed ends on 28 December; on 31 January, 34 days later, both customers cannot be seen."""
    told = "Feed “usage\\_events” stopped on 28 Dec 2023: 2 accounts are affected."
    for name in ("usage", "accounts", "today", "portfolio_health"):
        page = shown(name, as_of="2024-01-31")
        assert not page.exception
        assert [one.value.startswith(told) for one in page.warning] == [True], name
        assert not shown(name).warning, name


def test_in_an_empty_store_it_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    open_stores.store("own")
    page = shown("usage", as_of=None)
    open_stores.close_all()
    assert not page.exception and "Nothing is imported yet" in everything(page)


def test_volume_of_events_that_say_a_quantity_and_how_to_bring_one(store, tmp_path):
    assert "No event says a quantity." in everything(shown("usage"))
    rows = "".join(f"A,calls,2023-12-{day:02d}T10:00:00Z,{day}\n" for day in range(1, 29)) + "A,calls,2023-12-28T11:00:00Z,-0.5\n"
    (tmp_path / "meter.csv").write_text("account_id,event,occurred_at,quantity\n" + rows)
    assert import_file(store, tmp_path / "meter.csv", table="usage_events", feed="usage").batch
    page = shown("usage")
    assert not page.exception
    told = grids(page)["volume-by-event"].select("event", "volume", "accounts_using", "volume_before", "corrections").rows()
    assert told == [("calls", 28 * 29 / 2 - 0.5, 1, None, -0.5)]
