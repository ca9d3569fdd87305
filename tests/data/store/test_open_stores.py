"""A store that takes the place of one that is held."""

import pytest

from data.store import open_stores
from data.store.store import Store
from tests.books import company


@pytest.fixture
def held(tmp_path, monkeypatch):
    """The sample store, empty and open in this process; its path."""
    monkeypatch.setenv("HOLDFAST_SAMPLE_STORE", str(tmp_path / "sample.duckdb"))
    assert open_stores.store("sample").version() == 0
    yield tmp_path / "sample.duckdb"
    open_stores.close_all()


def test_the_new_store_is_the_one_that_is_asked_from_then_on(held, tmp_path):
    made = tmp_path / "made" / "sample.duckdb"
    made.parent.mkdir()
    new = company(made)
    version = new.version()
    new.close()
    (made.parent / "models").mkdir()
    (made.parent / "models" / "sample-churn-1.skops").write_text("a model")
    held.with_name("sample.duckdb.wal").write_bytes(b"of the old one")
    open_stores.put_in_place(made, held)
    assert open_stores.store("sample").version() == version > 0
    assert (tmp_path / "models" / "sample-churn-1.skops").read_text() == "a model"
    assert not made.exists()


def test_a_store_is_made_anew_by_whoever_said_so(held, monkeypatch):
    monkeypatch.setattr(open_stores, "_makers", {})
    assert not open_stores.can_make("sample")
    called = []
    open_stores.made_by("sample", lambda path, told: called.append((path, told(0.5, "half"))))
    assert open_stores.can_make("sample")
    open_stores.make_anew("sample", lambda share, doing: (share, doing))
    assert called == [(held, (0.5, "half"))]


def test_what_is_no_store_is_not_put_in_place(held, tmp_path):
    with pytest.raises(FileNotFoundError):
        open_stores.put_in_place(tmp_path / "missing.duckdb", held)
    assert Store.open(held).version() == 0
