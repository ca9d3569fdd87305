"""Referrals: asked for, given and won, against arithmetic that stands beside; and what counts nowhere."""

from datetime import date

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question

YEAR = Question(as_of=date(2024, 6, 30), start=date(2023, 6, 30), end=date(2024, 6, 30))
REFERRALS = """referral_id,account_id,asked_on,given_on,referred,result,closed_on
1,a,2024-01-10,2024-01-20,Southwind,won,2024-05-01
2,a,2024-02-10,2024-02-20,Westwind,lost,2024-06-01
3,a,2024-03-10,2024-03-20,Eastwind,,
4,b,2024-04-10,,,declined,2024-04-20
5,b,2024-05-10,,,,
6,b,2023-05-10,2023-06-01,Upwind,won,2024-01-15
7,b,2024-06-10,2024-07-10,Downwind,,
8,b,2024-05-10,2024-05-01,Backwind,,
9,b,2024-05-10,2024-05-20,Nowind,won,
10,nobody,2024-05-10,2024-05-20,Ghost,won,2024-06-01
"""


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    contracts = "contract_id,account_id,starts_on,amount,period\n1,a,2023-01-01,5,1 month\n2,b,2023-01-01,5,1 month\n"
    for table, text in (("accounts", "account_id,name\na,A\nb,B\n"), ("contracts", contracts)):
        (tmp_path / f"{table}.csv").write_text(text)
        assert import_file(opened, tmp_path / f"{table}.csv", table=table).batch is not None
    commit_frame(opened, "referrals", pl.read_csv(REFERRALS.encode(), try_parse_dates=True), "crm referrals", "analyst")
    yield opened
    opened.close()


def test_rates_are_of_what_was_asked_for_and_of_what_ended_in_the_period(store):
    """Asked in the year: 1, 2, 3, 4, 5 and 7; given by its end: 1, 2, 3. Ended: 1 and 6 won, 2 lost; 4 was declined. Open: 3, 5, 7."""
    found = run("referrals", store, EVERYONE, YEAR).totals
    assert [found[name] for name in ("asked", "given", "given_rate")] == [6, 3, 0.5]
    assert [found[name] for name in ("won", "lost", "open")] == [2, 1, 3]
    assert found["referral_conversion"] == pytest.approx(2 / 3)
    assert found["referral_low"] < 2 / 3 < found["referral_high"]


def test_what_is_faulty_is_named_and_counted(store):
    report = run("referrals", store, EVERYONE, YEAR)
    assert dict(report.rows.drop_nulls("fault").select("referral_id", "fault").rows()) == {"8": "given_before_asked", "9": "no_close_day"}
    assert report.totals["no_account"] == 1
    assert len(report.notes) == 3


def test_as_of_an_earlier_day_what_came_later_is_not_told(store):
    then = run("referrals", store, EVERYONE, Question(as_of=date(2024, 4, 1)))
    states = dict(then.rows.select("referral_id", "state").rows())
    assert states == {"1": "given", "2": "given", "3": "given", "6": "won"}
