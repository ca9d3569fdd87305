"""Every page runs with nothing, with a small company, and as a CSM; and shows nothing foreign."""

import pytest
from streamlit.testing.v1 import AppTest

from data import opened
from tests.books import company
from tests.house.test_scope import FOREIGN

PAGES = ["today", "accounts", "account", "revenue", "imports", "definitions", "renewals", "activation", "cohorts", "churn_model"]


@pytest.fixture(params=["empty", "small"])
def own(request, tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    if request.param == "small":
        company(tmp_path / "own.duckdb").close()
    opened.store("own")
    yield request.param
    opened.close_all()


def shown(page: str, **query: str) -> AppTest:
    test = AppTest.from_file(f"../../pages/{page}.py", default_timeout=30)
    test.query_params.update({"company": "own", "as_of": "2023-12-28", **query})
    return test.run()


def words(test: AppTest) -> str:
    elements = [*test.metric, *test.caption, *test.info, *test.markdown, *test.title, *test.subheader]
    tables = [frame.value.to_csv() if hasattr(frame.value, "to_csv") else str(frame.value) for frame in test.dataframe]
    options = [str(box.options) for box in test.multiselect]
    return " ".join([*(str(element.value) for element in elements), *tables, *options])


@pytest.mark.parametrize("page", PAGES)
def test_pages_run(own, page):
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
def test_a_csm_sees_nothing_foreign(own, page):
    if own == "small":
        found = words(shown(page, viewer="one@example.com"))
        assert not [word for word in FOREIGN if word in found]
