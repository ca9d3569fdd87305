"""The stores that pages are shown with: none yet, the small company, or the sample company."""

import pytest

from data.store import open_stores
from tests.books import company_at


@pytest.fixture
def empty(tmp_path, monkeypatch):
    """A store without an import."""
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    yield open_stores.store("own")
    open_stores.close_all()


@pytest.fixture
def small(tmp_path, monkeypatch):
    """The store of the small company, open."""
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    company_at(tmp_path / "own.duckdb")
    yield open_stores.store("own")
    open_stores.close_all()


@pytest.fixture(scope="module")
def looked_at(tmp_path_factory):
    """The store of the small company, open: one for all tests of a file that only look at it, as one server has for all its readers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOLDFAST_STORE", str(company_at(tmp_path_factory.mktemp("looked-at") / "own.duckdb")))
        yield open_stores.store("own")
        open_stores.close_all()


@pytest.fixture(params=["empty", "small"])
def own(request):
    """Both, one after the other; its name."""
    request.getfixturevalue(request.param)
    return request.param
