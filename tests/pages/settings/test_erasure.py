"""The page of erasures: it shows what goes, asks about likely others, and erases once the id is typed again."""

from contextlib import closing

import pytest
from streamlit.testing.v1 import AppTest

from data.store import open_stores
from tests.addresses import FILES
from tests.erased import EMAIL, NAME, company, everything
from tests.waiting import PATIENCE


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "sample.duckdb"))
    with closing(company(tmp_path / "own.duckdb")):
        pass
    test = AppTest.from_file(str(FILES["erasure"]), default_timeout=PATIENCE)
    yield test.run()
    open_stores.close_all()


def test_it_asks_shows_and_erases(page, tmp_path):
    assert not page.exception
    page.text_input(key="erasure-person").set_value("nobody").run()
    assert "There is no person" in page.error[0].value
    page.text_input(key="erasure-person").set_value("P-501").run()
    assert "Nothing is guessed" in page.warning[0].value
    assert not [button for button in page.button if "Erase for good" in button.label]
    page.radio(key=f"erasure-is-user:ACC-77/{EMAIL}").set_value("same").run()
    assert not page.warning
    assert next(button for button in page.button if "Erase for good" in button.label).disabled
    page.text_input(key="erasure-confirm").set_value("P-501").run()
    next(button for button in page.button if "Erase for good" in button.label).click().run()
    assert not page.exception
    assert "Erased, as erasure 1" in page.success[0].value
    open_stores.close_all()
    assert not [row for row in everything(tmp_path / "own.duckdb") if NAME in row or EMAIL in row]
