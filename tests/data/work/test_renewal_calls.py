"""Calls on renewals: what may be said, of which renewal and by whom; another opinion is another call, and each deed is undone alone."""

from datetime import date

import polars as pl
import pytest

from data.store.edits import EditRefused, commit_frame
from data.store.view import View
from data.viewer import EVERYONE, Viewer
from data.work.renewal_calls import Call, withdraw
from data.work.writing import ChangedSince
from reports.catalogue import run
from reports.forecast.calling import make_call
from reports.report import Question
from tests.called_company import DAY, called_company, contracts

DUE = date(2025, 5, 1)  # of account A: 12,000
ONE, TWO = Viewer(owner="one@example.com"), Viewer(owner="two@example.com")


@pytest.fixture
def store(tmp_path):
    opened = called_company(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def rows(store) -> list[dict]:
    with View(store) as view:
        return view.table("renewal_calls").to_dicts()


def told(store, viewer=EVERYONE, day=DAY) -> pl.DataFrame:
    return run("renewal-calls", store, viewer, Question(as_of=day)).rows


def seen(store) -> int:
    return max((row["batch"] for row in rows(store)), default=0)


WRONG = [
    ("A", DUE, Call("perhaps", 100.0), "call: takes one of commit, likely, at_risk"),
    ("A", DUE, Call("", 100.0), "call: takes one of"),
    ("A", DUE, Call("commit", -0.01), "amount: give zero or more"),
    ("A", DUE, Call("commit", float("nan")), "amount: give zero or more"),
    ("A", DUE, Call("commit", float("inf")), "amount: give zero or more"),
    (
        "A",
        DUE,
        Call("commit", 1e13),
        r"amount: 10,000,000,000,000 is 100 times what is due \(12,000.00 USD\), or more. Give the ARR of one year",
    ),
    ("A", DUE, Call("commit", 1e308), r"amount: 1e\+308 is 100 times"),
    ("A", DUE, Call("commit", 1_200_000.0), "is 100 times what is due"),  # typed in cents
    ("A", DUE, Call("commit", None), "amount: say what ARR you expect"),
    ("A", DUE, Call("lost", 1.0), "what is lost is worth nothing"),
    ("A", DUE, Call("commit", 1.0, currency="EUR"), "calls are in USD"),
    ("A", DUE, Call("commit", 1.0, "x" * 1001), "1000 characters"),
    ("A", date(2025, 5, 2), Call("commit", 1.0), "no line of the account that is still to be renewed ends on 2025-05-02"),
    ("E", date(2025, 2, 1), Call("commit", 1.0), "the renewal of 2025-02-01 is past by 2025-03-31"),
    ("nobody", DUE, Call("commit", 1.0), "of your own accounts alone"),
]


def test_what_cannot_be_is_refused_and_nothing_is_written(store):
    for account, due_on, said, words in WRONG:
        with pytest.raises(EditRefused, match=words):
            make_call(store, EVERYONE, account, due_on, said, day=DAY)
    with pytest.raises(EditRefused, match="of your own accounts alone"):
        make_call(store, TWO, "A", DUE, Call("commit", 1.0), day=DAY)
    with pytest.raises(EditRefused, match="A call is made as of 2025-03-31, the newest day; you look at 2025-03-30"):
        make_call(store, ONE, "A", DUE, Call("commit", 1.0), day=date(2025, 3, 30))
    assert rows(store) == []


def test_what_grows_much_can_be_said_also_of_a_small_pilot(store):
    commit_frame(store, "contracts", contracts([("B", "9", date(2024, 7, 1), date(2025, 7, 1), 12.0)]), "billing", "analyst")
    make_call(store, ONE, "B", date(2025, 7, 1), Call("likely", 50_000.0))
    with pytest.raises(EditRefused, match="is 100 times what is due"):
        make_call(store, ONE, "B", date(2025, 7, 1), Call("likely", 100_000.0))
    make_call(store, ONE, "A", DUE, Call("commit", 1_199_999.0))
    assert sorted(float(row["amount"]) for row in rows(store)) == [50_000.0, 1_199_999.0]


def test_a_call_says_by_whom_on_which_day_and_another_one_takes_its_place(store):
    make_call(store, ONE, "A", DUE, Call("commit", 12_000.5, " Budget confirmed "))  # no day: the newest
    make_call(store, ONE, "A", DUE, Call("lost", None), day=DAY, seen=seen(store))
    kept = sorted(rows(store), key=lambda row: row["batch"])
    assert [(row["call"], float(row["amount"]), row["note"], row["called_by"], row["called_on"]) for row in kept] == [
        ("commit", 12_000.5, "Budget confirmed", "one@example.com", DAY), ("lost", 0.0, None, "one@example.com", DAY),
    ]  # fmt: skip
    assert told(store).select("call", "amount", "standing", "renewal", "arr").rows() == [
        ("lost", 0, "holds", "due", 1_200_000), ("commit", 1_200_050, "replaced", "due", 1_200_000),
    ]  # fmt: skip
    renewal = run("renewals", store, EVERYONE, Question(as_of=DAY)).rows.filter(account_id="A").row(0, named=True)
    assert (renewal["call"], renewal["call_amount"], renewal["called_by"]) == ("lost", 0, "one@example.com")


def test_who_saw_an_older_call_is_told_and_of_two_at_once_one_is_written(store):
    make_call(store, ONE, "A", DUE, Call("commit", 12_000), day=DAY, seen=0)
    with pytest.raises(ChangedSince):
        make_call(store, EVERYONE, "A", DUE, Call("at_risk", 6_000), day=DAY, seen=0)
    assert [row["call"] for row in rows(store)] == ["commit"]


def test_taking_back_lets_the_one_before_hold_and_undo_takes_one_deed_back(store):
    make_call(store, ONE, "A", DUE, Call("commit", 12_000), day=DAY)
    second = make_call(store, ONE, "A", DUE, Call("at_risk", 6_000), day=DAY)
    newest = next(row for row in rows(store) if row["call"] == "at_risk")
    with pytest.raises(EditRefused, match="own accounts alone"):
        withdraw(store, TWO, newest["call_id"], "A", DAY, newest["batch"])
    back = withdraw(store, ONE, newest["call_id"], "A", DAY, newest["batch"])
    assert dict(told(store).select("call", "standing").rows()) == {"commit": "holds", "at_risk": "withdrawn"}
    store.undo(back.batch)
    assert dict(told(store).select("call", "standing").rows()) == {"commit": "replaced", "at_risk": "holds"}
    store.undo(second.batch)
    assert told(store)["call"].to_list() == ["commit"]


def test_a_csm_sees_the_calls_on_own_accounts_alone(store):
    make_call(store, ONE, "A", DUE, Call("commit", 12_000), day=DAY)
    make_call(store, TWO, "C", date(2025, 4, 10), Call("likely", 3_000), day=DAY)
    assert told(store, ONE)["account_id"].to_list() == ["A"] and told(store, TWO)["account_id"].to_list() == ["C"]
    assert run("renewal-calls", store, TWO, Question(as_of=DAY)).totals["amount_called"] == 300_000


def test_of_a_contract_that_was_changed_since_the_call_stays_and_says_that_it_moved(store):
    make_call(store, ONE, "A", DUE, Call("commit", 12_000), day=DAY)
    commit_frame(store, "contracts", contracts([("A", "1", date(2024, 5, 1), date(2025, 7, 1), 12_000.0)]), "billing", "analyst")
    found = run("renewal-calls", store, EVERYONE, Question(as_of=DAY))
    assert found.rows.select("call", "standing", "renewal", "arr").rows() == [("commit", "holds", "moved", None)]
    assert "1 call is of a renewal that moved" in found.notes[0] and found.totals["calls"] == 0


def test_calls_in_another_currency_are_told_apart_and_are_no_zero(store):
    """Of A (12,000), B (6,000) and C (3,000) in the second quarter: the first is called in euros, the second lost, which is nothing in any."""
    said = [
        ("A", DUE, "commit", 11_000.0, "EUR"),
        ("B", date(2025, 6, 16), "lost", 0.0, "EUR"),
        ("D", date(2025, 9, 1), "likely", 9.0, "EUR"),
    ]
    wrote = [
        {"call_id": f"c{one[0]}", "account_id": one[0], "due_on": one[1], "call": one[2], "amount": one[3], "currency": one[4], "called_by": "x",
         "called_on": DAY} for one in said
    ]  # fmt: skip
    commit_frame(store, "renewal_calls", pl.DataFrame(wrote), "calls", "analyst")
    found = run("calls-by-quarter", store, EVERYONE, Question(as_of=DAY))
    second, third = found.rows.head(2).to_dicts()
    of = ("renewals", "called", "due_called", "calls_renewing", "not_told", "due_not_told", "not_called", "due_not_called", "said_commit")
    assert [second[name] for name in of] == [3, 1, 600_000, 0, 1, 1_200_000, 1, 300_000, 0]
    assert [third[name] for name in of] == [1, 0, 0, None, 1, 2_400_000, 0, 0, None]
    assert found.totals["calls_renewing"] == 0 and found.totals["not_told"] == 2
    note = (
        "The amounts of 2 calls are not known in USD: they were said in another currency, or not at all, and are in no sum. Say them anew."
    )
    assert note in found.notes
    calls = run("renewal-calls", store, EVERYONE, Question(as_of=DAY))
    assert (calls.totals["calls"], calls.totals["amount_called"]) == (3, None) and note in calls.notes
    alone = run("calls-by-quarter", store, EVERYONE, Question(as_of=DAY, filters=(("account_id", ("C", "D")),)))
    assert alone.rows["calls_renewing"].to_list() == [0, None]
    assert alone.totals["calls_renewing"] is None and alone.totals["due_called"] == 0
