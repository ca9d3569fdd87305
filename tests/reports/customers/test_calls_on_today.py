"""Calls that the churn model contradicts stand on Today, in their own words, and are put aside like all else."""

from datetime import timedelta

import polars as pl
import pytest

from data.store.edits import commit_frame
from data.viewer import EVERYONE, Viewer
from data.work.answers import item_of, put_off
from models.card import Card, Split, Verdict
from reports.catalogue import run
from reports.report import Question
from tests.called_company import DAY, LINES, called_company

KIND = "call_against_model"
ENDS = {account: end for account, _, _, end, _ in LINES}
SAID = {"A": 0.5, "B": 0.05, "C": 0.05}  # of ten in a hundred that were lost: from a fifth on a loss is likely


@pytest.fixture
def store(tmp_path):
    opened = called_company(tmp_path / "own.duckdb")
    card = Card(Verdict.USABLE, "It may be used.", 40, 90, 400, splits=(Split("test", "2024-01-01", "2024-12-31", 100, 10, 90, 10),))
    model = {"model_version": ["v1"], "verdict": ["usable"], "trained_as_of": [DAY], "card": [card.to_json()]}
    commit_frame(opened, "churn_models", pl.DataFrame(model), "churn model", "browser")
    rows = [
        {"account_id": account, "as_of": DAY, "due_on": ENDS[account], "lead_days": (ENDS[account] - DAY).days, "purpose": "outlook",
         "probability": likely, "model_version": "v1"}
        for account, likely in SAID.items()
    ]  # fmt: skip
    commit_frame(opened, "predictions", pl.DataFrame(rows), "churn model", "browser")
    yield opened
    opened.close()


def say(store, account, how, amount=None):
    row = {"account_id": account, "due_on": ENDS[account], "call": how, "amount": amount, "currency": "USD", "called_by": "one@example.com"}
    commit_frame(store, "renewal_calls", pl.DataFrame([row | {"called_on": DAY}]), "calls", "browser")


def items(store, viewer=EVERYONE, **more):
    rows = run("today", store, viewer, Question(as_of=DAY, **more)).rows.filter(kind=KIND)
    return {row["account_id"]: row for row in rows.to_dicts()}


def test_what_call_and_model_say_stands_in_a_line(store):
    """Of A 12,000 is due and called; the model expects 12,000 x 0.5. Of B 6,000 is due, called lost; the model expects 6,000 x 0.95."""
    assert items(store) == {}
    say(store, "A", "commit", 12_000.0)
    say(store, "B", "lost", 0.0)
    say(store, "C", "likely", 3_000.0)  # the model thinks so, too
    found = items(store)
    assert {account: row["why"] for account, row in found.items()} == {
        "A": "Called “Commit” at $12.0K; the model expects $6.00K (50 % risk)",
        "B": "Called “Lost”; the model expects $5.70K (5 % risk)",
    }
    assert found["A"]["certainty"] == 0.25 and found["B"]["certainty"] == pytest.approx(0.475)  # half of 6 of 12, of 5.7 of 6
    assert set(items(store, Viewer("two@example.com"))) == set()
    summary = run("day-summary", store, EVERYONE, Question(as_of=DAY)).rows.filter(what=KIND).to_dicts()
    assert [(row["part"], row["count"], row["arr"]) for row in summary] == [("changed", 2, 1_800_000)]


def test_it_is_put_aside_and_another_call_is_another_trouble(store):
    say(store, "A", "commit", 12_000.0)
    put_off(store, EVERYONE, item_of(items(store)["A"]), DAY + timedelta(days=9), "Budget is signed", day=DAY)
    assert items(store)["A"]["answer"] == "snoozed"
    say(store, "A", "likely", 11_000.0)
    again = items(store)["A"]
    assert again["answer"] is None and again["came_back"] == "snoozed" and "Likely" in again["why"]
    say(store, "A", "at_risk", 5_000.0)  # the model thinks so, too
    assert items(store) == {}
