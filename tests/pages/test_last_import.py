"""The line that says how fresh the data are names the last file that stands, not what the program wrote since."""

from datetime import UTC, date, datetime

import polars as pl

import data.store.writing
from data.store import activities
from data.store.edits import commit_frame
from data.viewer import EVERYONE
from models.card import Card, Verdict
from tests.pages.showing import shown

LATER = datetime(2031, 5, 6, 7, 8, tzinfo=UTC)


class Later(datetime):
    @classmethod
    def now(cls, zone=None):
        return LATER


def last_import() -> str:
    return next(caption.value for caption in shown("accounts").caption if "last import" in caption.value)


def test_training_and_notes_are_no_imports(small, monkeypatch):
    before = last_import()
    monkeypatch.setattr(data.store.writing, "datetime", Later)
    card = Card(Verdict.TOO_FEW_OUTCOMES, "It may not be used.", 0, 0, 0)
    model = {"model_version": "m", "trained_as_of": date(2023, 1, 1), "verdict": str(card.verdict), "card": card.to_json()}
    commit_frame(small, "churn_models", pl.DataFrame([model]), "churn model", "test")
    activities.log_activity(small, EVERYONE, "A", "conversation", date(2023, 1, 2), "Well met.", None)
    assert small.imports()["imported_at"][0] == LATER
    assert last_import() == before
