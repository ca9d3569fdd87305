"""The ranking of requests: the published matrix, edges of each step, and that one more customer or less effort never ranks lower."""

import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from data.work.request_formula import DECISIONS, FormulaWrong, check, shipped
from metrics.request_ranking import PRIORITIES, changes, ranked
from reports.requests.asking import formula_of

# Published: what is asked for, customers, days, value -> priority, decision. The points by hand: reach + value + effort.
MATRIX = (
    ("approval flow", 8, 5.0, "efficiency", "P0", "now", 4 + 8 + 3),
    ("Excel export", 6, 3.0, "frequency", "P0", "now", 4 + 7 + 3),
    ("mobile", 10, 30.0, "scope", "P1", "next quarter", 6 + 6 + 0),
    ("one customer's report", 1, 20.0, "single customer", "P2", "paid work", 0 + 5 + 1),
    ("polish", 3, 10.0, "experience", "P3", "later", 2 + 0 + 2),
)
VALUES = ("efficiency", "frequency", "scope", "single customer", "experience")
FORMULA = formula_of(shipped())


def frame(rows):
    shape = {"request_id": pl.String, "customers": pl.Int64, "arr": pl.Int64, "effort_days": pl.Float64, "value": pl.String}
    return pl.LazyFrame(rows, schema=shape, orient="row")


def one(customers, days, value, formula=FORMULA):
    return ranked(frame([("one", customers, 0, days, value)]), formula).collect().row(0, named=True)


def test_the_published_matrix_comes_out_in_its_order():
    asked = frame([(title, customers, 0, days, value) for title, customers, days, value, *_ in reversed(MATRIX)])
    told = ranked(asked, FORMULA).select("request_id", "priority", "decision", "score").collect().rows()
    assert told == [(title, priority, decision, score) for title, _, _, _, priority, decision, score in MATRIX]


@pytest.mark.parametrize(("customers", "points"), [(0, None), (1, 0), (2, 2), (4, 2), (5, 4), (9, 4), (10, 6), (1000, 6)])
def test_points_for_reach_step_at_their_edges(customers, points):
    assert one(customers, 5, "scope")["reach_points"] == points


@pytest.mark.parametrize(
    ("days", "points"), [(0.5, 3), (5, 3), (5.1, 2), (10, 2), (20, 1), (20.5, 0), (400, 0), (0, None), (-3, None), (None, None)]
)
def test_points_for_effort_step_at_their_edges_and_zero_days_are_no_estimate(days, points):
    assert one(3, days, "scope")["effort_points"] == points


@pytest.mark.parametrize(
    ("customers", "days", "value", "why"),
    [
        (0, 5, "scope", "nobody_asks"), (3, 5, None, "value_not_said"), (3, 0, "scope", "no_estimate"), (3, None, "scope", "no_estimate"),
        (3, float("nan"), "scope", "no_estimate"), (3, float("inf"), "scope", "no_estimate"), (0, 0, None, "nobody_asks"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_no_priority(customers, days, value, why):
    found = one(customers, days, value)
    assert (found["unranked"], found["score"], found["priority"], found["decision"]) == (why, None, None, None)


def test_within_a_score_more_customers_more_arr_and_less_effort_come_first_and_the_unranked_last():
    rows = [("e", 6, 50, 4.0, "scope"), ("d", 6, 70, 4.5, "scope"), ("c", 6, 70, 4.0, "scope"), ("b", 7, 10, 4.0, "scope"),
            ("x", 90, 90, None, "scope"), ("a", 6, 0, 4.0, "frequency")]  # fmt: skip
    assert ranked(frame(rows), FORMULA).collect()["request_id"].to_list() == ["a", "b", "c", "d", "e", "x"]


requests = st.tuples(st.integers(0, 40), st.integers(0, 10**6), st.one_of(st.none(), st.floats(-1, 100)), st.sampled_from((*VALUES, None)))


def place(rows):
    return ranked(frame([(f"r{at}", *row) for at, row in enumerate(rows)]), FORMULA).collect()


def rank_of(found, name):
    return found["request_id"].to_list().index(name)


@settings(deadline=None, max_examples=60)
@given(st.lists(requests, min_size=2, max_size=8), st.integers(1, 12))
def test_more_customers_never_rank_lower(rows, more):
    customers, arr, days, value = rows[0]
    before, after = place(rows), place([(customers + more, arr, days, value), *rows[1:]])
    assert rank_of(after, "r0") <= rank_of(before, "r0")
    _never_worse(before.filter(request_id="r0"), after.filter(request_id="r0"))


@settings(deadline=None, max_examples=60)
@given(st.lists(requests, min_size=2, max_size=8), st.floats(0.1, 60))
def test_more_effort_never_ranks_higher(rows, more):
    customers, arr, days, value = rows[0]
    assume(days is not None and days > 0)
    before, after = place(rows), place([(customers, arr, days + more, value), *rows[1:]])
    assert rank_of(after, "r0") >= rank_of(before, "r0")
    _never_worse(after.filter(request_id="r0"), before.filter(request_id="r0"))


def _never_worse(before, after):
    """Priority and decision are the same, or better, after."""
    was, now = before.row(0, named=True), after.row(0, named=True)
    if was["priority"] is not None:
        assert PRIORITIES.index(now["priority"]) <= PRIORITIES.index(was["priority"])
        assert DECISIONS.index(now["decision"]) <= DECISIONS.index(was["decision"])


numbers = st.fixed_dictionaries(
    {rule: st.integers(0, 20) for rule, said in shipped().items() if isinstance(said, int)}
    | {rule: st.sampled_from(DECISIONS) for rule, said in shipped().items() if isinstance(said, str)}
)


@settings(deadline=None, max_examples=200)
@given(numbers, st.integers(1, 40), st.floats(0.1, 60), st.sampled_from(VALUES), st.integers(1, 30), st.floats(0.1, 60))
def test_every_formula_that_is_taken_is_as_sane(rules, customers, days, value, more, longer):
    try:
        check(rules)
    except FormulaWrong:
        return
    formula = formula_of(rules)
    now, wider, dearer = (
        ranked(frame([("r0", n, 0, d, value)]), formula).collect() for n, d in ((customers, days), (customers + more, days), (customers, days + longer))
    )  # fmt: skip
    _never_worse(now, wider)
    _never_worse(dearer, now)


def test_what_another_formula_changes_is_told_with_before_and_after():
    asked = frame([(title, customers, 0, days, value) for title, customers, days, value, *_ in MATRIX])
    other = formula_of({**shipped(), "priority.P0": 15, "individual_decision.P2": "later"})
    found = changes(ranked(asked, FORMULA), ranked(asked, other))
    assert found.rows() == [
        ("Excel export", "P0", "now", "P1", "next quarter"), ("one customer's report", "P2", "paid work", "P2", "later")
    ]  # fmt: skip
