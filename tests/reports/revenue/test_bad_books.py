"""Contracts that do not fit together: nothing falls, nothing is dropped in silence, and each finding carries its ARR."""

import json
from contextlib import closing
from datetime import date

import pytest

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import Viewer
from reports.catalogue import REPORTS, run
from reports.report import Question

ACCOUNTS = "account_id,name,owner,parent_id\nA,Alder,one@example.com,B\nB,Birch,one@example.com,A\nC,Cedar,two@example.com,\n"
CONTRACTS = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,cancelled_on
1,A,Basic,2023-01-01,2023-05-01,100,1 month,USD,
2,A,Basic,2023-05-11,,100,1 month,USD,2023-09-01
3,A,Basic,2023-05-11,,100,1 month,USD,2023-09-01
4,Z,Basic,2023-01-01,,50,1 month,USD,
5,C,Basic,2023-01-01,,70,1 month,GBP,
6,C,Basic,2023-01-01,,10,1 month,EUR,
7,C,Term,2023-01-01,,10,term,USD,
"""
RATES = "day,currency,rate\n2023-03-01,EUR,1.5\n"
QUESTION = Question(as_of=date(2023, 12, 31), start=date(2022, 12, 31))


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad")
    with closing(Store.open(folder / "own.duckdb")) as opened:
        for name, text in (("accounts", ACCOUNTS), ("contracts", CONTRACTS), ("fx_rates", RATES)):
            (folder / f"{name}.csv").write_text(text)
            outcome = import_file(opened, folder / f"{name}.csv", table=name)
            assert outcome.batch is not None, outcome.problems
        yield opened


def test_every_finding_carries_the_arr_that_hangs_on_it(store):
    rows = run("quality", store, Viewer(), QUESTION).rows
    found = {(check, subject): arr for check, subject, arr in rows.select("check", "subject", "arr").rows()}
    assert found["duplicated lines", "3"] == 120_000  # 12 x 100.00
    assert found["short gaps", "2"] == 120_000  # 1 May to 11 May
    assert found["contracts without an account", "4"] == 60_000  # 12 x 50.00
    assert found["currency without a rate", "5"] == 84_000  # 12 x GBP 70.00
    assert found["notice without an end", "2"] == 120_000
    assert found["lines without a value", "7"] is None
    assert found["accounts that belong to themselves", "A"] == 2 * 120_000  # on 11 May lines 2 and 3 run; line 1 has ended
    assert found["accounts that belong to themselves", "B"] is None


def test_a_currency_without_a_rate_is_shown_apart(store):
    """2 x 100 + 50 USD and 10 EUR at 1.5, twelve times: 3,180; the GBP stand beside it."""
    report = run("arr", store, Viewer(), QUESTION)
    assert (report.currency, report.totals["arr"]) == ("USD", 318_000)
    assert any("840.00 GBP of 1 line is left out" in note for note in report.notes)
    assert any("EUR: days before 2023-03-01 are told at the first rate, 1.5" in note for note in report.notes)
    moved = run("movements", store, Viewer(), QUESTION)
    assert moved.totals["closing"] == 26_500
    assert moved.notes == report.notes


def test_one_reporting_currency_for_all_viewers(store):
    assert run("arr", store, Viewer("two@example.com"), QUESTION).currency == "USD"


@pytest.mark.parametrize("name", list(REPORTS))
def test_no_report_falls_over_it(store, name):
    assert json.dumps(run(name, store, Viewer(), QUESTION).notes) is not None


def test_one_of_two_subscriptions_ends_and_months_that_begin_on_the_31st_go_on(tmp_path):
    """A1 changed from 50.00 a month to 540.00 a year, 45.00 a month: contraction of 5.00 and no churn. A2's months have no gap."""
    rows = """contract_id,account_id,product,starts_on,ends_on,amount,period,currency,cancelled_on
S1,A1,Core,2024-01-10,2025-03-10,50,1 month,USD,2025-03-02
S2,A1,Core Annual,2025-03-01,2026-03-01,540,1 year,USD,
S3,A2,Core,2024-01-31,2024-02-29,100,1 month,USD,
S4,A2,Core,2024-02-29,2024-03-31,100,1 month,USD,
S5,A2,Core,2024-03-31,2024-04-30,100,1 month,USD,
S6,A2,Core,2024-04-30,,100,1 month,USD,
"""
    (tmp_path / "contracts.csv").write_text(rows)
    with closing(Store.open(tmp_path / "own.duckdb")) as opened:
        assert import_file(opened, tmp_path / "contracts.csv", options={"ends_on": "exclusive"}).batch
        asked = Question(as_of=date(2025, 6, 30), start=date(2023, 12, 31), end=date(2025, 6, 30))
        months = {row["month"]: row for row in run("movements", opened, Viewer(), asked).rows.to_dicts()}
    assert [sum(row[part] for row in months.values()) for part in ("new", "reactivation", "churn")] == [5000 + 10000, 0, 0]
    march = months[date(2025, 3, 1)]
    # On 31 March S1 is gone: 45.00 in place of 50.00.
    assert (march["opening"], march["expansion"], march["contraction"], march["closing"]) == (15000, 0, 500, 14500)
