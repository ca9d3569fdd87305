"""Targets: what may be set, by whom and for whom; changed and removed by who saw them as they are, and brought back by undoing."""

from dataclasses import replace
from datetime import date

import pytest

from data.store.edits import EditRefused
from data.store.view import View
from data.viewer import EVERYONE, Grant, NotAllowed, Viewer
from data.work import targets
from data.work.targets import Target
from data.work.writing import ChangedSince
from tests.called_company import called_company

GOAL = Target(date(2025, 4, 1), "nrr", 1.05, note=" Board of March ")
OWN = (("owner", ("one@example.com",)),)
LEADS_ONE = Viewer(rights=(Grant("edit", "plays", OWN), Grant("view", "plays", OWN)), person="lead@example.com")


@pytest.fixture
def store(tmp_path):
    opened = called_company(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def standing(store) -> list[dict]:
    with View(store) as view:
        return targets.standing(view).to_dicts()


WRONG = [
    ({"measure": "mrr"}, "measure: takes one of arr, renewed_arr, nrr"),
    ({"quarter": date(2025, 5, 1)}, "quarter: give its first day"),
    ({"quarter": date(2025, 4, 2)}, "quarter: give its first day"),
    ({"amount": -0.01}, "amount: give zero or more"),
    ({"amount": float("nan")}, "amount: give zero or more"),
    ({"amount": 105.0}, "a rate of 105 is 10,500%. Give 1.05 for 105 %"),
    ({"measure": "grr", "amount": 1.01}, "GRR is never above 100 %"),
    ({"measure": "arr", "amount": 1e6, "currency": "EUR"}, "targets are in USD"),
    ({"measure": "arr", "amount": 1e17}, r"amount: 1e\+17 is more than can be told. Give less than 100,000,000,000,000"),
    ({"measure": "renewed_arr", "amount": 1e14}, "is more than can be told"),
    ({"quarter": date(9999, 10, 1)}, "quarter: give one from 2000-01-01 to 2099-10-01; 9999-10-01 is none"),
    ({"quarter": date(1950, 1, 1)}, "quarter: give one from 2000-01-01"),
    ({"owner": "nobody@example.com"}, "nobody@example.com has no account that you see"),
    ({"note": "x" * 501}, "500 characters"),
]


def test_what_cannot_be_is_refused(store):
    for change, said in WRONG:
        with pytest.raises(EditRefused, match=said):
            targets.add(store, EVERYONE, replace(GOAL, **change), "USD")
    assert standing(store) == []


def test_a_target_is_set_once_changed_and_removed_and_undoing_brings_it_back(store):
    targets.add(store, EVERYONE, GOAL, "USD")
    targets.add(store, EVERYONE, Target(date(2025, 4, 1), "arr", 50_000), "USD")
    with pytest.raises(EditRefused, match="There is a target of that quarter, measure and owner"):
        targets.add(store, EVERYONE, replace(GOAL, amount=1.1), "USD")
    arr, nrr = standing(store)
    assert [(row["measure"], row["amount"], row["currency"], row["note"]) for row in (arr, nrr)] == [
        ("arr", 50_000.0, "USD", None), ("nrr", 1.05, None, "Board of March"),
    ]  # fmt: skip
    targets.change(store, EVERYONE, nrr["target_id"], nrr["batch"], replace(GOAL, amount=1.02), "USD")
    with pytest.raises(ChangedSince):
        targets.change(store, EVERYONE, nrr["target_id"], nrr["batch"], GOAL, "USD")
    with pytest.raises(EditRefused, match="change it, or remove it first"):
        targets.change(store, EVERYONE, nrr["target_id"], nrr["batch"], Target(date(2025, 4, 1), "arr", 1), "USD")
    now = standing(store)[1]
    gone = targets.remove(store, EVERYONE, now["target_id"], now["batch"])
    assert [row["measure"] for row in standing(store)] == ["arr"]
    store.undo(gone.batch)
    assert [row["amount"] for row in standing(store)] == [50_000.0, 1.02]


def test_who_leads_some_sets_targets_for_those_alone(store):
    with pytest.raises(EditRefused, match="takes a role whose scope is the whole company"):
        targets.add(store, LEADS_ONE, GOAL, "USD")
    with pytest.raises(EditRefused, match=r"two@example\.com has no account that you see"):
        targets.add(store, LEADS_ONE, replace(GOAL, owner="two@example.com"), "USD")
    targets.add(store, LEADS_ONE, replace(GOAL, owner="one@example.com"), "USD")
    targets.add(store, EVERYONE, replace(GOAL, owner="two@example.com"), "USD")
    one, two = standing(store)
    assert (one["entered_by"], one["owner"]) == ("lead@example.com", "one@example.com")
    for deed in (
        lambda: targets.remove(store, LEADS_ONE, two["target_id"], two["batch"]),
        lambda: targets.change(
            store, LEADS_ONE, two["target_id"], two["batch"], replace(GOAL, owner="one@example.com", measure="grr", amount=1), "USD"
        ),
    ):
        with pytest.raises(EditRefused, match=r"two@example\.com has no account"):
            deed()
    with pytest.raises(NotAllowed):
        targets.add(store, Viewer(rights=(Grant("view", "plays"),)), GOAL, "USD")
