"""The formula of requests: what comes with the product, what is refused, and what the team changes, with the way back."""

import pytest

from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE
from data.work.request_formula import FormulaWrong, as_shipped, change, check, read, shipped, standing, with_changes
from data.work.writing import ChangedSince


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def now(store):
    with View(store) as view:
        return standing(view)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"reach.5": 1}, "more customers cannot have fewer"), ({"effort.10": 4}, "more person-days cannot have more"), ({"priority.P1": 14}, "P0 needs a higher"),
        ({"priority.P2": 12}, "P0 needs a higher"), ({"reach.1": None}, "reach.1"), ({"value.scope": None}, "value.scope"), ({"value.fun": 3}, "no such entry"),
        ({"value.scope": -1}, "whole number"), ({"value.scope": True}, "whole number"), ({"value.scope": 1001}, "whole number"), ({"reach.0": 1}, "above zero"),
        ({"reach.2.5": 2}, "above zero"), ({"effort.0": 3}, "above zero"), ({"effort.0.0": 3}, "above zero"), ({"effort.-1": 3}, "above zero"),
        ({"effort.5.0": 3}, "same number"), ({"odd.1": 3}, "no such part"), ({"common.P0": "soon"}, "takes one of"), ({"common.P1": "later"}, "later than a worse"),
        ({"common.P2": "later"}, "many customers"), ({"individual_decision.P3": "now"}, "later than a worse"), ({"effort.5": None, "effort.10": None, "effort.20": None}, "effort"),
        ({"individual.up_to": "one"}, "whole number"),
    ],
)  # fmt: skip
def test_a_formula_that_could_not_be_used_or_would_rank_against_sense_is_refused(changes, why):
    with pytest.raises(FormulaWrong, match=why):
        with_changes(shipped(), changes)


def test_the_products_formula_is_sound_and_a_file_that_is_none_is_named():
    check(shipped())
    for text, why in (("reach = 3", "reach"), ("[reach", "cannot be read"), ("[reach]\n1 = 0", "needs to")):
        with pytest.raises(FormulaWrong, match=why):
            read(text)


def test_changes_hold_together_and_are_undone_by_the_log(store):
    assert now(store).rules == shipped() and as_shipped(now(store)) == {}
    done = change(store, EVERYONE, {"priority.P0": 12, "priority.P1": 9, "reach.20": 8, "effort.20": None, "value.scope": 6}, {})
    rules = now(store).rules
    assert (rules["priority.P0"], rules["reach.20"], rules.get("effort.20")) == (12, 8, None)
    assert set(now(store).seen) == {"priority.P0", "priority.P1", "reach.20", "effort.20"}, "value.scope was 6 before"
    store.undo(done.batch)
    assert now(store).rules == shipped()
    store.redo(done.batch)
    change(store, EVERYONE, as_shipped(now(store)), now(store).seen)
    assert now(store).rules == shipped()


def test_nobody_overwrites_a_number_that_they_have_not_seen(store):
    seen = now(store).seen
    change(store, EVERYONE, {"value.scope": 7}, seen)
    with pytest.raises(ChangedSince):
        change(store, EVERYONE, {"value.scope": 5}, seen)
    with pytest.raises(FormulaWrong):
        change(store, EVERYONE, {"priority.P0": 3}, now(store).seen)
    assert now(store).rules == {**shipped(), "value.scope": 7}


def test_where_one_of_two_changes_that_need_each_other_is_undone_the_products_formula_holds_and_it_is_said(store):
    """P0 from 20, then P1 from 15: without the first, P1 would need more than P0."""
    first = change(store, EVERYONE, {"priority.P0": 20}, {})
    change(store, EVERYONE, {"priority.P1": 15}, {})
    store.undo(first.batch)
    assert now(store).rules == shipped() and "P0 needs a higher" in now(store).trouble
    change(store, EVERYONE, as_shipped(now(store)), now(store).seen)
    assert now(store).trouble == "" and now(store).rules == shipped()
