"""The line that says how fresh the data are names the last file that stands, not what the program wrote since."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

import data.store.store
from data.store import activities, open_stores
from data.store.edits import commit_frame
from data.viewer import EVERYONE
from tests.books import company

LATER = datetime(2031, 5, 6, 7, 8, tzinfo=UTC)


class Later(datetime):
    @classmethod
    def now(cls, zone=None):
        return LATER


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_STORE", str(tmp_path / "own.duckdb"))
    company(tmp_path / "own.duckdb").close()
    yield open_stores.store("own")
    open_stores.close_all()


def last_import() -> str:
    test = AppTest.from_file("../../pages/accounts.py", default_timeout=30)
    test.query_params.update({"company": "own", "as_of": "2023-12-28"})
    return next(caption.value for caption in test.run().caption if "last import" in caption.value)


def test_training_and_notes_are_no_imports(store, monkeypatch):
    before = last_import()
    monkeypatch.setattr(data.store.store, "datetime", Later)
    model = {"model_version": "m", "trained_as_of": date(2023, 1, 1), "verdict": "usable", "card": "{}"}
    commit_frame(store, "churn_models", pl.DataFrame([model]), "churn model", "test")
    activities.log_activity(store, EVERYONE, "A", "conversation", date(2023, 1, 2), "Well met.", None)
    assert store.imports()["imported_at"][0] == LATER
    assert last_import() == before
