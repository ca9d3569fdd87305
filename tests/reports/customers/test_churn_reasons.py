"""Why accounts leave: the Pareto adds up to the churns of the movements, to the cent, and equals a count from the raw rows."""

import csv
import io
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.viewer import EVERYONE, VIEW, Grant, Viewer
from data.work.churn_reasons import Given, add, answer, change
from reports.catalogue import run
from reports.report import Question
from tests.churned_company import ACCOUNTS, CONTRACTS, RATES, churned_company

YEAR = Question(as_of=date(2023, 12, 31), start=date(2022, 12, 31), end=date(2023, 12, 31))
CHURNS = [  # by hand: days from the contracts; ARR is MRR x 12, of EUR at the rate of 2023-10-31
    ("A", date(2023, 6, 15), 120120, 10010),
    ("B", date(2023, 9, 10), 84000, 7000),  # renewed within the days of grace on 06-20; not on 09-10
    ("C", date(2023, 3, 10), 60000, 5000),
    ("C", date(2023, 8, 20), 66660, 5555),
    ("D", date(2023, 7, 20), 48000, 4000),  # between two closes
    ("F", date(2023, 11, 5), 126000, 10500),  # 1,200 EUR x 1.05
]
SUMS = ("mrr", "arr", "churns")
ANSWERS = (
    Given("A", date(2023, 6, 15), "price.budget_cut", "Mail of 12 May", "customer"),
    Given("C", date(2023, 3, 10), "service.support"),
    Given("C", date(2023, 8, 20), "value.usage_faded", is_preventable=False),
    Given("F", date(2023, 11, 5), "price.too_expensive", said_by="finance"),
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The company with the answers, for all tests of this file: each leaves it as it was."""
    opened = churned_company(tmp_path_factory.mktemp("churned") / "own.duckdb")
    answer(opened, EVERYONE, ANSWERS)
    yield opened
    opened.close()


@pytest.fixture
def store(whole):
    """The same; what a test has written is taken back."""
    stood = whole.imports()["batch"].max()
    yield whole
    for row in whole.imports().sort("batch", descending=True).to_dicts():
        if row["batch"] > stood and row["standing"]:
            whole.undo(row["batch"])


def ask(store, name, question=YEAR, viewer=EVERYONE, **more):
    return run(name, store, viewer, replace(question, **more))


def tops(report):
    return report.rows.filter(pl.col("depth") == 1)


def test_each_churn_has_its_day_and_what_it_took(store):
    rows = ask(store, "churned-accounts").rows.sort("account_id", "churned_on")
    assert rows.select("account_id", "churned_on", "arr", "mrr").rows() == CHURNS
    assert dict(rows.select("account_id", "kind").rows())["D"] == "paid and left"
    said = {(row["account_id"], row["churned_on"]): row for row in rows.to_dicts()}
    first, second = said["C", date(2023, 3, 10)], said["C", date(2023, 8, 20)]
    assert (first["reason"], second["reason"]) == ("Support was slow or poor", "Usage faded")
    assert (first["is_preventable"], second["is_preventable"]) == (True, False)  # of the list, and as said of this one
    assert said["A", date(2023, 6, 15)]["evidence"] == "Mail of 12 May"
    assert said["B", date(2023, 9, 10)]["reason"] is None


def test_what_files_say_stands_beside_and_is_no_answer(store):
    rows = {(row["account_id"], row["churned_on"]): row for row in ask(store, "churned-accounts").rows.to_dicts()}
    assert rows["A", date(2023, 6, 15)]["file_says"] == "Budget was cut"
    assert rows["C", date(2023, 3, 10)]["file_says"] == "too dear"
    assert rows["C", date(2023, 8, 20)]["file_says"] == "support"
    assert rows["B", date(2023, 9, 10)]["file_says"] == "switched (2023-09-20)"
    assert rows["B", date(2023, 9, 10)]["reason_id"] is None


@pytest.mark.parametrize("by", [None, "segment", "owner", "cohort_month", "cohort_quarter", "size_band"])
@pytest.mark.parametrize(
    ("start", "end"),
    [(date(2022, 12, 31), date(2023, 12, 31)), (date(2023, 2, 15), date(2023, 8, 25)), (date(2023, 6, 30), date(2023, 7, 31))],
)
def test_totals_are_those_of_the_movements_to_the_cent(store, by, start, end):
    asked = {"start": start, "end": end, "by": by}
    moves, passed = ask(store, "movements", **asked), ask(store, "paid-and-left", **asked)
    named = ask(store, "movement-accounts", **asked).rows.filter(pl.col("churn") > 0)
    reasons = ask(store, "churn-reasons", **asked)
    assert reasons.totals["mrr"] == moves.totals["churn"] + passed.totals["mrr"]
    assert reasons.totals["churns"] == named.height + passed.totals["accounts"]
    for depth in (1, 2):
        rows = reasons.rows.filter(pl.col("depth") == depth)
        assert {name: rows[name].sum() for name in SUMS} == {name: reasons.totals[name] for name in SUMS}
    groups = (
        pl.concat([named.select("group", "churn"), passed.rows.select("group", churn="mrr")]).group_by("group").agg(pl.col("churn").sum())
    )
    told = tops(reasons).group_by("group").agg(churn=pl.col("mrr").sum())
    assert sorted(told.rows(), key=repr) == sorted(groups.rows(), key=repr)


def days_that_count(lines):
    """Every day on which a line counts: it runs, or it lapsed less than 30 days ago, nobody cancelled it, and another begins within them."""
    runs = {day for first, last, _, _ in lines for day in days(first, last)}
    for _, last, cancelled, _ in lines:
        follows = [other for other, *_ in lines if last <= other < last + timedelta(days=30)]
        if last < date(2023, 12, 31) and not cancelled and follows and last not in runs:
            runs |= set(days(last, min(follows)))
    return runs


def days(first, last):
    return [first + timedelta(days=at) for at in range((last - first).days)]


def second_computation():
    """MRR lost by account and month, straight from the rows of the files, day by day, as the glossary words it."""
    by_account = {row["account_id"]: [] for row in csv.DictReader(io.StringIO(ACCOUNTS))}
    for row in csv.DictReader(io.StringIO(CONTRACTS)):
        last = date.fromisoformat(row["ends_on"]) if row["ends_on"] else date(2024, 6, 1)
        yearly = {"1 month": 12, "1 year": 1}[row["period"]] * float(row["amount"])
        by_account[row["account_id"]].append((date.fromisoformat(row["starts_on"]), last, row["cancelled_on"], (yearly, row["currency"])))
    rates = [(row["day"], float(row["rate"])) for row in csv.DictReader(io.StringIO(RATES))]
    found = []
    closes = [date(2022, 12, 31), *(date(2023 + month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in range(1, 13))]
    for account, lines in by_account.items():
        counting = days_that_count(lines)
        for opens, shuts in pairwise(closes):
            inside = [day for day in days(opens + timedelta(days=1), shuts + timedelta(days=1)) if day in counting]
            if shuts in counting or (opens not in counting and not inside):
                continue
            paid_on = opens if opens in counting else inside[0]  # churn has the ARR of the opening, who paid and left that of its first day
            last = max([opens, *inside] if opens in counting else inside)
            worth = sum(
                round(yearly * 100 * (1 if currency == "USD" else [rate for day, rate in rates if day <= paid_on.isoformat()][-1]))
                for first, until, cancelled, (yearly, currency) in lines
                if first <= paid_on < until or (not cancelled and until <= paid_on < until + timedelta(days=30) and paid_on in counting)
            )
            found.append((account, last + timedelta(days=1), worth))
    return sorted(found)


def test_a_second_computation_from_the_raw_rows_has_the_same_pareto(store):
    raw = second_computation()
    assert raw == [(account, day, arr) for account, day, arr, _ in CHURNS]
    reason = {(one.account_id, one.churned_on): one.reason_id for one in ANSWERS}
    arr, count = Counter(), Counter()
    for account, day, worth in raw:
        first = reason.get((account, day), "").split(".")[0] or None
        arr[first] += worth
        count[first] += 1
    ranked = [*sorted((one for one in arr if one), key=lambda one: -arr[one]), None]
    whole, so_far, expected = sum(arr.values()), 0, []
    for one in ranked:
        so_far += arr[one]
        expected.append((one, count[one], arr[one], round(arr[one] / whole, 9), round(so_far / whole, 9)))
    rows = tops(ask(store, "churn-reasons")).select("reason_id", "churns", "arr", "arr_share", "arr_cumulative").rows()
    assert [(*row[:3], round(row[3], 9), round(row[4], 9)) for row in rows] == expected
    assert expected[0][0] == "price" and expected[-1][4] == 1  # price 2,461.20 of 5,047.80


def test_the_second_level_adds_up_to_the_first_and_preventable_is_told(store):
    rows = ask(store, "churn-reasons").rows
    below = rows.filter(pl.col("depth") == 2, pl.col("parent_id") == "price")
    assert below.select("reason", "churns", "arr").rows() == [
        ("Too expensive for what it gives", 1, 126000),
        ("Budget was cut", 1, 120120),
    ]
    price = tops(ask(store, "churn-reasons")).filter(reason_id="price").to_dicts()[0]
    assert (price["preventable"], price["preventable_arr"]) == (1, 126000)  # a budget that was cut could not be prevented
    open_ones = rows.filter(pl.col("reason_id").is_null(), pl.col("depth") == 1).to_dicts()[0]
    assert (open_ones["reason"], open_ones["churns"], open_ones["arr"]) == ("Not asked yet", 2, 84000 + 48000)


def test_a_churn_that_is_none_any_more_keeps_its_answer_and_is_not_counted(store, tmp_path):
    late = tmp_path / "late.csv"
    late.write_text("contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n9,A,Basic,2023-06-15,,100.10,1 month,USD\n")
    done = import_file(store, late, table="contracts")
    report = ask(store, "churned-accounts")
    assert "A" not in report.rows["account_id"].to_list() and report.totals["churns"] == 5
    assert any("1 answer is of a day on which no account churns any more" in note for note in report.notes)
    left = ask(store, "uncounted-churn-answers").rows
    assert left.select("account_id", "churned_on", "reason", "state").rows() == [("A", date(2023, 6, 15), "Budget was cut", "paying")]
    assert "price.budget_cut" not in ask(store, "churn-reasons").rows["reason_id"].to_list()
    store.undo(done.batch.batch)
    assert ask(store, "churned-accounts").totals["churns"] == 6
    assert ask(store, "uncounted-churn-answers").rows.is_empty()


def test_the_day_is_that_of_the_state_of_arr(store):
    states = ask(store, "arr", Question(as_of=date(2023, 12, 31))).rows.filter(state="churned").select("account_id", "since")
    last = ask(store, "churned-accounts").rows.group_by("account_id").agg(pl.col("churned_on").max())
    assert sorted(states.rows()) == sorted(last.rows())


def test_within_the_days_of_grace_nobody_has_churned_yet(store):
    early = ask(store, "churned-accounts", as_of=date(2023, 10, 9), end=date(2023, 9, 30)).rows
    assert "B" not in early["account_id"].to_list()  # 29 days after its end
    later = ask(store, "churned-accounts", as_of=date(2023, 10, 10), end=date(2023, 9, 30)).rows
    assert later.filter(account_id="B")["churned_on"].to_list() == [date(2023, 9, 10)]


def test_moving_and_retiring_a_reason_keeps_its_answers(store):
    change(store, EVERYONE, "price.budget_cut", 0, parent_id="customer")
    assert tops(ask(store, "churn-reasons")).filter(reason_id="customer")["arr"].to_list() == [120120]
    batch = dict(ask(store, "churn-reason-list").rows.select("reason_id", "batch").rows())["price.budget_cut"]
    change(store, EVERYONE, "price.budget_cut", batch, is_retired=True)
    row = ask(store, "churned-accounts").rows.filter(account_id="A").to_dicts()[0]
    assert (row["reason"], row["reason_group"]) == ("Budget was cut", "The customer's own business")


def test_an_answer_keeps_its_name_where_the_list_lost_the_reason(store):
    added = add(store, EVERYONE, "Moved away", "customer", False)
    answer(store, EVERYONE, [Given("B", date(2023, 9, 10), "customer.moved_away")])
    store.undo(added.batch)
    row = ask(store, "churned-accounts").rows.filter(account_id="B").to_dicts()[0]
    assert (row["reason"], row["reason_group"]) == ("Moved away", "Moved away")
    assert "Moved away" in ask(store, "churn-reasons").rows["reason"].to_list()


def test_an_owner_sees_their_own_churns_alone(store):
    rows = ask(store, "churned-accounts", viewer=Viewer(owner="one@example.com")).rows
    assert rows.select("account_id").rows() == [("D",), ("A",)]


def test_two_accounts_that_become_one_churn_once_with_the_newest_answer(store):
    """A (100.10) and B (70.00) are one company that is merged: what A and B were said to have churned of on one day counts once."""
    day = date(2023, 9, 10)
    before = ask(store, "churn-reasons").totals
    answer(store, EVERYONE, [Given("A", day, "price.budget_cut"), Given("B", day, "price.too_expensive")])
    answer(store, EVERYONE, [Given("B", day, "service.support", seen=ask_batch(store, "B", day))])
    commit_frame(store, "account_aliases", pl.DataFrame({"alias": ["A"], "account_id": ["B"]}), "matching", "analyst", edit=True)
    rows = ask(store, "churned-accounts").rows.filter(account_id="B", churned_on=day)
    assert rows.select("reason", "mrr").rows() == [("Support was slow or poor", 7000)]
    reasons, moves, passed = (ask(store, name) for name in ("churn-reasons", "movements", "paid-and-left"))
    assert reasons.totals["mrr"] == moves.totals["churn"] + passed.totals["mrr"] < before["mrr"]


def ask_batch(store, account, day):
    return ask(store, "churned-accounts").rows.filter(account_id=account, churned_on=day)["batch"][0]


def test_what_an_answer_rests_on_is_told_to_who_may_view_conversations_and_tasks(store):
    own = [Grant(VIEW, kind) for kind in ("accounts", "activities", "revenue")]
    for rights, told in ((own, ("Mail of 12 May", "customer")), (own[::2], (None, None))):
        rows = ask(store, "churned-accounts", viewer=Viewer(rights=tuple(rights))).rows.filter(account_id="A")
        assert rows.select("evidence", "said_by").rows() == [told]
        assert rows["reason"].to_list() == ["Budget was cut"]


def test_where_the_first_level_was_taken_back_its_reasons_keep_their_place(store):
    above = add(store, EVERYONE, "Merger", None, False)
    add(store, EVERYONE, "Bought up", "merger", False)
    answer(store, EVERYONE, [Given("B", date(2023, 9, 10), "merger.bought_up")])
    store.undo(above.batch)
    rows = ask(store, "churn-reasons").rows.filter(pl.col("reason_group") == "merger")
    assert rows.select("depth", "reason", "churns").rows() == [(1, "merger", 1), (2, "Bought up", 1)]
    assert ask(store, "churned-accounts").rows.filter(account_id="B")["reason_group"].to_list() == ["merger"]


def test_as_known_before_the_answers_nothing_was_asked(store):
    before = ask(store, "churn-reasons", known_at=4)  # the four files
    assert before.totals["unanswered"] == before.totals["churns"] == 6


def test_shares_of_churns_run_down_from_the_most_churns(store):
    rows = {row["reason_id"]: row for row in tops(ask(store, "churn-reasons")).to_dicts()}
    # price has two churns, service and value one each, two are not asked: 2, 3, 4, 6 of 6 (of the equal ones by their id)
    found = [round(rows[one]["churns_cumulative"] * 6, 6) for one in ("price", "service", "value", None)]
    assert found == [2, 3, 4, 6]


def test_churns_without_a_reason_are_those_that_nobody_has_answered(store):
    every = ask(store, "churned-accounts")
    found = ask(store, "unexplained-churns")
    waiting = every.rows.filter(pl.col("reason_id").is_null()).select("account_id", "churned_on", "arr")
    assert found.rows.select("account_id", "churned_on", "arr").rows() == waiting.rows()
    assert (found.totals["churns"], found.totals["arr"]) == (every.totals["unanswered"], every.totals["arr_unanswered"])
