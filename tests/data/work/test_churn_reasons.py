"""The list of churn reasons and the answers: two levels, a team's entry wins, nothing that is used is lost, nobody overwrites unseen."""

from datetime import date

import pytest

from data.store.edits import EditRefused
from data.store.view import View
from data.viewer import EDIT, EVERYONE, VIEW, Grant, NotAllowed, Viewer
from data.work.churn_reasons import Given, add, answer, change, choosable, reasons, shipped, swap
from data.work.writing import ChangedSince
from tests.churned_company import churned_company

OWN = (("owner", ("two@example.com",)),)
CSM = Viewer(rights=(Grant(EDIT, "activities", OWN), Grant(VIEW, "accounts", OWN)), person="two@example.com")
DAY = date(2023, 9, 10)


@pytest.fixture
def store(tmp_path):
    opened = churned_company(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def listed(store):
    with View(store) as view:
        return reasons(view)


def answers(store):
    with View(store) as view:
        return view.table("churn_answers").select("account_id", "churned_on", "reason_id", "reason_name", "given_by").rows()


def names(store, parent):
    return [row["name"] for row in listed(store).to_dicts() if row["parent_id"] == parent]


def test_the_list_that_comes_with_the_product_has_two_levels_and_no_name_twice():
    own = shipped()
    tops = {row["reason_id"] for row in own.to_dicts() if row["parent_id"] is None}
    assert {row["parent_id"] for row in own.to_dicts() if row["parent_id"]} <= tops
    assert own["reason_id"].is_unique().all() and own["name"].is_unique().all()


def test_the_teams_entry_wins_and_undo_brings_the_own_one_back(store):
    renamed = change(store, EVERYONE, "price.budget_cut", 0, name="No money left")
    assert "No money left" in names(store, "price") and "Budget was cut" not in names(store, "price")
    store.undo(renamed.batch)
    assert "Budget was cut" in names(store, "price")


def test_a_further_reason_comes_last_and_none_has_a_name_twice(store):
    add(store, EVERYONE, " Ran  out of time ", "customer", False)
    assert names(store, "customer")[-1] == "Ran out of time"
    for name in ("ran out of TIME", "  "):
        with pytest.raises(EditRefused):
            add(store, EVERYONE, name, "customer", False)
    add(store, EVERYONE, "预算没了", "price", False)
    assert names(store, "price")[-1] == "预算没了"


def test_names_without_letters_are_reasons_of_their_own_and_long_ones_are_refused(store):
    for name in ("!!!", "???"):
        add(store, EVERYONE, name, None, False)
    assert [row["name"] for row in listed(store).to_dicts() if row["name"] in ("!!!", "???")] == ["!!!", "???"]
    assert listed(store)["reason_id"].str.len_chars().min() > 0
    with pytest.raises(EditRefused, match="at most 200 signs"):
        add(store, EVERYONE, "x" * 201, None, False)


def test_there_is_no_third_level(store):
    with pytest.raises(EditRefused, match="two levels"):
        add(store, EVERYONE, "Deeper", "price.budget_cut", False)
    with pytest.raises(EditRefused, match="belong to this one"):
        change(store, EVERYONE, "price", 0, parent_id="product")
    with pytest.raises(EditRefused, match="itself"):
        change(store, EVERYONE, "unknown", 0, parent_id="unknown")


def test_neighbours_change_places_in_one_batch(store):
    before = names(store, "price")
    done = swap(store, EVERYONE, "price.too_expensive", "price.budget_cut")
    assert names(store, "price") == [before[1], before[0], before[2]]
    store.undo(done.batch)
    assert names(store, "price") == before


def test_a_retired_reason_is_chosen_no_more_and_stays_where_it_was_given(store):
    given = answer(store, EVERYONE, [Given("B", DAY, "price.budget_cut")])
    retired = change(store, EVERYONE, "price", 0, is_retired=True)
    assert not any(reason.startswith("price") for reason in choosable(listed(store))["reason_id"])
    with pytest.raises(EditRefused, match="not in the list any more"):
        answer(store, EVERYONE, [Given("A", date(2023, 6, 15), "price.budget_cut")])
    answer(store, EVERYONE, [Given("B", DAY, "price.budget_cut", evidence="Call", seen=given.batch)])
    assert answers(store) == [("B", DAY, "price.budget_cut", "Budget was cut", "browser")]
    change(store, EVERYONE, "price", retired.batch, is_retired=False)
    assert "price.budget_cut" in choosable(listed(store))["reason_id"]


def test_two_people_at_once_lose_nothing(store):
    first = answer(store, CSM, [Given("B", DAY, "price.budget_cut")])
    with pytest.raises(ChangedSince, match="changed this"):
        answer(store, EVERYONE, [Given("B", DAY, "service.support")])
    assert answers(store) == [("B", DAY, "price.budget_cut", "Budget was cut", "two@example.com")]
    store.undo(first.batch)
    assert answers(store) == []
    change(store, EVERYONE, "price.budget_cut", 0, name="One")
    with pytest.raises(ChangedSince):
        change(store, EVERYONE, "price.budget_cut", 0, name="Two")


def test_an_answer_is_within_the_scope_and_the_list_takes_its_own_right(store):
    with pytest.raises(EditRefused, match="your own accounts alone"):
        answer(store, CSM, [Given("A", date(2023, 6, 15), "price.budget_cut")])
    with pytest.raises(NotAllowed):
        add(store, CSM, "Mine", "price", True)
    with pytest.raises(EditRefused, match="said_by"):
        answer(store, CSM, [Given("B", DAY, "price.budget_cut", said_by="an oracle")])


def test_many_answers_are_one_batch_or_none(store):
    with pytest.raises(EditRefused):
        answer(store, CSM, [Given("B", DAY, "price.budget_cut"), Given("A", date(2023, 6, 15), "price.budget_cut")])
    assert answers(store) == []
    done = answer(store, EVERYONE, [Given("B", DAY, "price.budget_cut"), Given("A", date(2023, 6, 15), "price.budget_cut")])
    assert {row[0] for row in answers(store)} == {"A", "B"}
    store.undo(done.batch)
    assert answers(store) == []
