"""The upgrade path: where accounts stand, what comes next, and what accounts there pay, told of five or more alone."""

from datetime import date
from statistics import median

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE, Viewer
from reports.catalogue import run
from reports.report import Question

DAY = Question(as_of=date(2024, 6, 30))
# Five on Pro, who pay 60 to 140 a month for 1 to 5 seats; one of them says no seats. Two on Plus, beside Pro; one on Max, one nowhere.
PRO = {"p1": (60, 1), "p2": (90, 2), "p3": (100, 4), "p4": (120, 5), "p5": (140, None)}
OTHERS = {
    "b1": ("basic ", 10, 2),
    "b2": ("Basic", 30, 3),
    "u1": ("Plus", 50, 1),
    "u2": ("Plus", 70, 1),
    "m1": ("Max", 500, 9),
    "n1": ("Odd", 5, 1),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("path")
    opened = Store.open(folder / "own.duckdb")
    held = {name: ("Pro", *paid) for name, paid in PRO.items()} | OTHERS
    accounts = [f"{name},{name.upper()},{plan},{'one' if name == 'p1' else 'two'}@example.com" for name, (plan, _, _) in held.items()]
    lines = [f"{name},{name},2024-01-01,{amount},1 month,{seats or ''}" for name, (_, amount, seats) in held.items()]
    for table, header, text in (
        ("accounts", "account_id,name,plan,owner", accounts),
        ("contracts", "contract_id,account_id,starts_on,amount,period,seats", lines),
        ("plan_steps", "plan,place,seats", ["Basic,1,5", "Pro,2,50", "Plus,2,", "Max,4,"]),
        ("plan_features", "feature,plan,monthly_limit", ["export,Basic,10", "export,Max,", "audit,Max,"]),
    ):
        (folder / f"{table}.csv").write_text("\n".join([header, *text]) + "\n")
        assert import_file(opened, folder / f"{table}.csv", table=table).batch is not None
    yield opened
    opened.close()


def test_the_next_plans_are_those_of_the_next_higher_place(store):
    rows = run("upgrade-path", store, EVERYONE, DAY).rows
    found = {account: (place, following) for account, place, following in rows.select("account_id", "place", "next_plans").rows()}
    assert found["b1"] == found["b2"] == (1, "Plus, Pro")  # however the plan is written
    assert found["p1"] == found["u1"] == (2, "Max")
    assert found["m1"] == (4, None) and found["n1"] == (None, None)


def test_medians_are_of_those_who_pay_and_never_of_fewer_than_five(store):
    plans = {row["plan"]: row for row in run("upgrade-plans", store, EVERYONE, DAY).rows.iter_rows(named=True)}
    pro = plans["Pro"]
    assert [pro[name] for name in ("customers", "paying", "seated")] == [5, 5, 4]
    assert pro["median_arr"] == 100 * 12 * 100
    assert pro["median_per_seat"] is None, "four of them have seats"
    assert plans["Plus"]["median_arr"] is None and plans["Plus"]["paying"] == 2
    row = run("upgrade-path", store, EVERYONE, DAY).rows.filter(account_id="b1").to_dicts()[0]
    every = [60, 90, 100, 120, 140, 50, 70]  # on Pro and Plus together
    assert row["next_paying"] == 7 and row["next_median_arr"] == median(every) * 1200
    seated = [60, 45, 25, 24, 50, 70]  # for a seat and month
    assert row["next_seated"] == 6 and row["next_median_per_seat"] == median(seated) * 1200
    assert row["arr_per_seat"] == 5 * 1200


def test_who_sees_one_account_is_told_no_median_of_others(store):
    plans = run("upgrade-plans", store, Viewer("one@example.com"), DAY).rows
    assert plans["paying"].to_list() == [0, 0, 1, 0] and plans["median_arr"].null_count() == 4


def test_features_say_from_which_plan_on_they_are_sold(store):
    rows = run("plan-features", store, EVERYONE, DAY).rows
    assert rows.select("feature", "plan", "monthly_limit", "lowest_plans", "is_known").rows() == [
        ("audit", "Max", None, "Max", True), ("export", "Basic", 10.0, "Basic", True), ("export", "Max", None, "Basic", True),
    ]  # fmt: skip
