"""Whitespace: has, in trial, had and never, and that its ARR is that of the accounts, by plain SQL."""

from datetime import date

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, Viewer
from reports.catalogue import run
from reports.growth.whitespace import left_out, matrix
from reports.report import Question

DAY = Question(as_of=date(2024, 6, 30))
CONTRACTS = """contract_id,account_id,product,kind,starts_on,ends_on,amount,period,is_trial,cancelled_on
1,a,Core,recurring,2023-01-01,,100,1 month,false,
2,a,Reports,recurring,2023-01-01,2024-01-01,50,1 month,false,2023-12-01
3,b,Core,recurring,2023-01-01,,200,1 month,false,
4,b,Reports,recurring,2024-06-15,2024-07-15,50,1 month,true,
5,b,Setup,one_off,2023-01-01,2023-02-01,500,1 month,false,
6,c,,recurring,2024-06-01,,10,1 month,false,
7,c,Core,recurring,2024-08-01,,10,1 month,false,
8,gone,Core,recurring,2023-01-01,2023-06-01,10,1 month,false,2023-05-01
"""


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    accounts = "account_id,name,owner\na,A,one@example.com\nb,B,two@example.com\nc,C,two@example.com\ngone,Gone,two@example.com\n"
    for table, text in (("accounts", accounts), ("contracts", CONTRACTS)):
        (tmp_path / f"{table}.csv").write_text(text)
        assert import_file(opened, tmp_path / f"{table}.csv", table=table).batch is not None
    yield opened
    opened.close()


def test_each_account_and_product_is_in_one_state(store):
    rows = run("whitespace", store, EVERYONE, DAY).rows
    assert {(account, product): state for account, product, state in rows.select("account_id", "product", "state").rows()} == {
        ("a", "Core"): "has", ("a", "Reports"): "had", ("a", "no product"): "never",
        ("b", "Core"): "has", ("b", "Reports"): "in_trial", ("b", "no product"): "never",
        ("c", "Core"): "never", ("c", "Reports"): "never", ("c", "no product"): "has",
    }  # fmt: skip
    assert rows.filter(account_id="a", product="Reports")["last_day"].to_list() == [date(2024, 1, 1)]


def test_its_arr_is_that_of_plain_sql(store):
    query = """select account_id, coalesce(product, 'no product'), (sum(amount) * 1200)::bigint from rows_contracts
        where kind = 'recurring' and not is_trial and starts_on <= ? and (ends_on is null or ends_on > ?) group by all order by all"""
    with View(store) as view:
        expected = view.cursor.execute(query, [DAY.as_of, DAY.as_of]).fetchall()
    report = run("whitespace", store, EVERYONE, DAY)
    has = report.rows.filter(report.rows["arr"] > 0).select("account_id", "product", "arr")
    assert sorted(has.rows()) == expected
    assert report.totals["arr"] == 372_000


def test_the_matrix_has_a_column_for_each_product_the_one_with_the_most_arr_first(store):
    shown = matrix(run("whitespace", store, EVERYONE, DAY))
    assert shown.rows.columns == ["account_id", "name", "Core", "no product", "Reports"]
    assert shown.rows.rows() == [
        ("b", "B", "✓ 2,400", "–", "in trial"), ("a", "A", "✓ 1,200", "–", "had"), ("c", "C", "–", "✓ 120", "–"),
    ]  # fmt: skip
    assert left_out(run("whitespace", store, EVERYONE, DAY)) == ""


def test_a_csm_sees_the_own_accounts_and_what_these_have(store):
    mine = run("whitespace", store, Viewer("one@example.com"), DAY)
    assert {*mine.rows["account_id"]} == {"a"} and {*mine.rows["product"]} == {"Core", "Reports"}
