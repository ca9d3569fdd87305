"""Pages that would lead nowhere: a store held elsewhere, the way back to the sample, and rejected rows that no longer count."""

import pytest
from streamlit.testing.v1 import AppTest

from data.importing.run import import_file
from data.store import open_stores
from data.store.store import Store, StoreHeld
from pages.ui import loaders
from tests.pages.showing import everything, shown
from tests.waiting import PATIENCE


def test_a_store_that_is_held_is_a_page_that_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "sample.duckdb"))
    Store.open(tmp_path / "sample.duckdb").close()

    def held(name: str) -> Store:
        raise StoreHeld("own.duckdb is open in another process. Stop the server, or let it do the work.")

    monkeypatch.setattr(open_stores, "store", held)
    test = AppTest.from_file("../../pages/shell.py", default_timeout=PATIENCE)
    test.query_params["company"] = "own"
    test.run()
    assert not test.exception
    assert test.title[0].value == "The data are in use elsewhere"
    assert "open in another process" in test.error[0].value
    assert [one.label for one in test.button] == ["Try again", "Look at the sample company meanwhile"]
    monkeypatch.undo()
    open_stores.close_all()


@pytest.mark.parametrize("page", ["today", "imports"])
def test_the_way_back_to_the_sample_company_stays(small, tmp_path, monkeypatch, page):
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "sample.duckdb"))
    assert not [one for one in shown(page).button if one.label == "Sample company"]
    Store.open(tmp_path / "sample.duckdb").close()
    test = shown(page)
    next(one for one in test.button if one.label == "Sample company").click().run()
    assert test.query_params["company"] == "sample"


def test_rows_rejected_are_those_of_imports_that_stand(small, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("account_id,name\nZ,Zelkova\n,Nobody\n,No one\n")
    before = int(small.imports()["rejected"].sum())
    batch = import_file(small, path).batch
    assert f"{before + 2:,} rows rejected" in " ".join(one.value for one in shown("today").caption)
    small.undo(batch.batch)
    assert f"{before:,} rows rejected" in " ".join(one.value for one in shown("today").caption)


def test_a_page_that_fails_says_so_and_nothing_of_what_happened(small, monkeypatch):
    def fails(*_: object) -> None:
        raise RuntimeError("Birch and its secrets")

    monkeypatch.setattr(loaders, "run", fails)
    test = AppTest.from_file("../../pages/shell.py", default_timeout=PATIENCE)
    test.query_params.update({"company": "own", "as_of": "2023-12-28"})
    test.run()
    assert not test.exception
    assert [one.value.split(".")[0] for one in test.error] == ["The page Today could not be drawn to its end"]
    assert [one.label for one in test.button if one.label in ("Try again", "Go to Today")] == ["Try again", "Go to Today"]
    assert "secrets" not in everything(test)
