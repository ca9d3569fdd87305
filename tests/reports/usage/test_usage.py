"""Usage from files to report: whose seats are told, and what a feed that stopped leaves open while another goes on."""

from datetime import date, timedelta

import polars as pl

from data.importing.run import import_file
from data.store.store import Store
from data.viewer import EVERYONE
from reports.catalogue import run
from reports.report import Question

ACCOUNTS = "account_id,name,seats\nleft,Left,9\npays,Pays,9\ntries,Tries,9\nahead,Ahead,9\n"
CONTRACTS = """contract_id,account_id,starts_on,ends_on,amount,period,currency,seats,is_trial
1,left,2024-01-01,2024-02-01,100,1 month,USD,5,false
2,pays,2024-01-01,2025-01-01,1200,1 year,USD,6,false
3,tries,2024-06-01,2024-07-01,0,1 month,USD,7,true
4,ahead,2024-08-01,2025-08-01,1200,1 year,USD,8,false
"""


def test_seats_are_those_of_customers_as_in_the_report_arr(tmp_path):
    """On 15 June `left` is gone and `ahead` not there yet: neither has seats, whatever the accounts file says."""
    store = Store.open(tmp_path / "own.duckdb")
    for name, text in (("accounts", ACCOUNTS), ("contracts", CONTRACTS)):
        (tmp_path / f"{name}.csv").write_text(text)
        assert import_file(store, tmp_path / f"{name}.csv", options={"ends_on": "exclusive"} if name == "contracts" else {}).batch
    for report in ("usage", "arr", "accounts"):
        rows = run(report, store, EVERYONE, Question(as_of=date(2024, 6, 15))).rows
        assert dict(rows.select("account_id", "seats").rows()) == {"left": None, "pays": 6, "tries": 7, "ahead": None}, report
    store.close()


def test_who_pays_in_a_currency_without_a_rate_is_a_customer_of_usage_too(tmp_path):
    """`pays` pays in USD, `left` 1,200 a year in XTS, of which no rate is known: both pay, and count as customers."""
    store = Store.open(tmp_path / "own.duckdb")
    contracts = f"{CONTRACTS}5,left,2024-03-01,2025-03-01,1200,1 year,XTS,4,false\n"
    for name, text in (("accounts", ACCOUNTS), ("contracts", contracts)):
        (tmp_path / f"{name}.csv").write_text(text)
        assert import_file(store, tmp_path / f"{name}.csv", options={"ends_on": "exclusive"} if name == "contracts" else {}).batch
    report = run("usage", store, EVERYONE, Question(as_of=date(2024, 6, 15)))
    assert report.totals["not_tracked"] == 3  # two that pay and one on trial, of whom nothing was ever seen
    for name in ("usage", "arr", "accounts"):  # seats are known without a rate: the 4 of the contract
        rows = run(name, store, EVERYONE, Question(as_of=date(2024, 6, 15))).rows
        assert rows.filter(pl.col("account_id") == "left")["seats"].to_list() == [4], name
    store.close()


def test_notice_is_told_whatever_the_currency(tmp_path):
    """Notice of its one line in XTS, of which no rate is known, was given on 10 June."""
    (tmp_path / "contracts.csv").write_text(
        "contract_id,account_id,starts_on,ends_on,amount,period,currency,cancelled_on\n"
        "1,left,2024-03-01,2025-03-01,1200,1 year,XTS,2024-06-10\n2,pays,2024-03-01,2025-03-01,1200,1 year,USD,\n"
    )
    store = Store.open(tmp_path / "own.duckdb")
    assert import_file(store, tmp_path / "contracts.csv", options={"ends_on": "exclusive"}).batch
    told = dict(run("health", store, EVERYONE, Question(as_of=date(2024, 6, 15))).rows.select("account_id", "exception").rows())
    assert told == {"left": "Notice given on 2024-06-10", "pays": None}
    store.close()


def test_up_to_which_day_a_feed_covers_is_told_after_it_has_stopped_too(tmp_path):
    """Events each day up to 10 June: on the 11th and on the 30th, long after three gaps of a day, it covers up to the 10th."""
    store, last = Store.open(tmp_path / "own.duckdb"), date(2024, 6, 10)
    events = ["account_id,user_id,event,occurred_at", *(f"pays,u,open,{last - timedelta(days=back)}T10:00:00Z" for back in range(90))]
    for name, text in (("accounts", ACCOUNTS), ("contracts", CONTRACTS), ("usage", "\n".join(events) + "\n")):
        (tmp_path / f"{name}.csv").write_text(text)
        assert import_file(store, tmp_path / f"{name}.csv", options={"ends_on": "exclusive"} if name == "contracts" else {}).batch
    for day, state in ((date(2024, 6, 11), "used"), (date(2024, 6, 30), "feed_stopped")):
        rows = run("usage", store, EVERYONE, Question(as_of=day)).rows
        assert rows.filter(rows["account_id"] == "pays").select("state", "covered_to").row(0) == (state, last)
        assert rows.filter(rows["account_id"] == "tries")["covered_to"].to_list() == [None]
    store.close()


def test_a_feed_that_stops_while_another_goes_on_leaves_its_accounts_as_they_were(tmp_path):
    """Both open it once a day; the app's feed ends on 10 June. On 20 June the app's 30 days are those up to 10 June, 30 times open,
    and its weeks after that are not known; of 30 days to the 20th it would be 20, a fall that nobody has seen."""
    store, day = Store.open(tmp_path / "own.duckdb"), date(2024, 6, 20)
    head = "account_id,user_id,event,occurred_at"
    files = {"accounts": ["account_id,name", "web,Web", "app,App"]} | {
        name: [head, *(f"{name},u,open,{day - timedelta(days=back)}T10:00:00Z" for back in range(silent, 100))]
        for name, silent in (("web", 0), ("app", 10))
    }
    for name, lines in files.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(lines) + "\n")
        assert import_file(store, tmp_path / f"{name}.csv", feed=name).batch
    features = run("features", store, EVERYONE, Question(as_of=day)).rows
    assert features.select("account_id", "count", "count_before", "last_used").rows() == [
        ("app", 30, 30, date(2024, 6, 10)), ("web", 30, 30, day),
    ]  # fmt: skip
    weeks = run("usage-history", store, EVERYONE, Question(as_of=day)).rows
    assert {name: weeks.filter(weeks["account_id"] == name)["wau"].to_list()[-3:] for name in ("app", "web")} == {
        "app": [1, None, None], "web": [1, 1, 1],
    }  # fmt: skip
    store.close()
