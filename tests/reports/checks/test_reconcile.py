"""Finance's list against ours: what matches, what is missing on either side, what differs and why."""

from contextlib import closing
from datetime import date

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import Viewer
from reports.catalogue import run
from reports.report import Question

ACCOUNTS = "account_id,name,owner\nA,Alder,one\nB,Birch,one\nC,Cedar,two\nD,Dogwood,two\nE,Elm,two\n"
CONTRACTS = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,booked_on
1,A,Basic,2022-01-01,,100,1 month,USD,
2,B,Basic,2022-01-01,2023-06-20,200,1 month,USD,
3,C,Basic,2022-01-01,,50,1 month,EUR,
4,D,Basic,2022-01-01,,70,1 month,USD,
5,E,Basic,2022-01-01,2023-08-01,10,1 month,USD,
6,E,Basic,2023-08-01,,30,1 month,USD,2023-06-01
"""
FINANCE = "account_id,day,amount\nA,2023-06-30,1200\nB,2023-06-30,0\nC,2023-06-30,600\nE,2023-06-30,360\nZ,2023-06-30,99\nA,2023-05-31,1\n"
LOOK = Question(as_of=date(2023, 6, 30))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    opened = Store.open(tmp_path_factory.mktemp("finance") / "own.duckdb")
    rates = "day,currency,rate\n2022-01-01,EUR,1.1\n"
    for table, text in (("accounts", ACCOUNTS), ("contracts", CONTRACTS), ("fx_rates", rates), ("finance_arr", FINANCE)):
        file = opened.path.parent / f"{table}.csv"
        file.write_text(text)
        assert import_file(opened, file, table=table).batch is not None
    yield opened
    opened.close()


def test_every_account_of_either_list_with_state_and_cause(store):
    """B: 2,400 in grace since 20 June. C: EUR 600 are 660. D: 840 that finance lacks. E: 120 now, 360 booked. Z: finance alone."""
    report = run("reconcile", store, Viewer(), LOOK)
    found = {row[0]: row[1:] for row in report.rows.select("account_id", "state", "difference", "cause").rows()}
    assert found == {
        "A": ("matched", 0, None),
        "B": ("different", 240_000, "without grace"),
        "C": ("different", 6_000, "not converted into the reporting currency"),
        "D": ("only ours", 84_000, None),
        "E": ("different", -24_000, "booked, not live yet (CARR)"),
        "Z": ("only finance", -9_900, None),
    }
    assert (report.totals["arr"], report.totals["finance"]) == (120_000 + 240_000 + 66_000 + 84_000 + 12_000, 225_900)
    assert report.totals["difference"] == report.totals["arr"] - report.totals["finance"]
    assert report.rows.filter(account_id="B")["lines"].item() == "Basic 2,400.00 (contracts.csv line 3)"


def test_the_day_is_that_of_the_list(store):
    assert run("reconcile", store, Viewer(), Question(as_of=date(2023, 6, 30), end=date(2023, 5, 31))).parameters["day"] == date(
        2023, 5, 31
    )
    none = run("reconcile", store, Viewer(), Question(as_of=date(2023, 1, 1)))
    assert not none.rows.height and "finance_arr" in none.notes[-1]


def test_a_list_that_comes_later_is_not_said_to_be_lacking(store):
    assert "the first is of 2023-05-31" in run("reconcile", store, Viewer(), Question(as_of=date(2023, 1, 1))).notes[-1]


def test_what_finance_lists_with_nothing_and_brings_nothing_matches(tmp_path):
    """A pays 100.00 a month up to 31 May. On 30 June finance has 0 and so have we; B is listed with the 1,920.00 of 31 May."""
    lines = "contract_id,account_id,product,starts_on,ends_on,amount,period,currency,cancelled_on\n"
    lines += "1,A,Basic,2022-01-01,2023-06-01,100,1 month,USD,2023-05-01\n2,B,Basic,2023-05-31,,90,1 month,USD,\n"
    lines += "3,B,Basic,2022-01-01,2023-05-31,70,1 month,USD,\n4,B,Extra,2022-01-01,2023-06-01,70,1 month,USD,2023-05-01\n"
    theirs = "account_id,day,amount\nA,2023-06-30,0\nB,2023-06-30,1920\n"
    with closing(Store.open(tmp_path / "own.duckdb")) as store:
        for table, text in (("accounts", ACCOUNTS), ("contracts", lines), ("finance_arr", theirs)):
            (tmp_path / f"{table}.csv").write_text(text)
            assert import_file(store, tmp_path / f"{table}.csv", table=table).batch is not None
        report = run("reconcile", store, Viewer(), LOOK)
    told = report.rows.select("account_id", "state", "difference", "cause").rows()
    assert told == [("B", "different", 108_000 - 192_000, "on 2023-05-31, a month before"), ("A", "matched", 0, None)]  # 12 x (90 + 70)
    assert (report.totals["matched"], report.totals["only finance"]) == (1, 0)


def test_a_csm_sees_the_rows_of_own_accounts(store):
    report = run("reconcile", store, Viewer("one"), LOOK)
    assert report.rows["account_id"].to_list() == ["B", "A"]
