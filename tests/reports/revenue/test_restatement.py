"""A past figure changes for reasons that add up to the cent, and the closed figure stays to be seen."""

from contextlib import closing
from datetime import UTC, date, datetime

import duckdb
import polars as pl
import pytest

from data.importing.run import import_file
from data.parameters import WrongParameter
from data.store.account_matching import match_accounts
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import Viewer
from metrics.restatement import FIGURES
from reports.catalogue import run
from reports.report import Question
from reports.revenue.closes import close_period
from reports.revenue.restatement import ROWS

ACCOUNTS = "account_id,name,owner\nA,Alder,one\nB,Birch,two\nC,Cedar,two\n"
HEAD = "contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n"
CONTRACTS = (
    HEAD + "1,A,Basic,2022-01-01,,100,1 month,USD\n2,B,Basic,2022-01-01,,200,1 month,USD\n3,C,Basic,2022-01-01,2023-03-20,50,1 month,USD\n"
)
QUARTER = Question(as_of=date(2023, 4, 10), start=date(2022, 12, 31), end=date(2023, 3, 31))


def bring(store: Store, name: str, text: str, table: str) -> int:
    file = store.path.parent / f"{name}.csv"
    file.write_text(text)
    return import_file(store, file, table=table, options={"rows": "records"} if table == "contracts" else None).batch.batch


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    bring(opened, "accounts", ACCOUNTS, "accounts")
    bring(opened, "contracts", CONTRACTS, "contracts")
    close_period(opened, QUARTER, at=datetime.now(UTC), who="finance@example.com")
    yield opened
    opened.close()


def restated(store: Store, **changes: object):
    report = run("restatement", store, Viewer(), Question(**{**QUARTER.__dict__, **changes}))
    for figure in FIGURES:  # what explains the change is the change
        assert report.rows[figure].sum() == report.totals[f"change_{figure}"]
        assert report.totals[f"present_{figure}"] - report.totals[f"published_{figure}"] == report.totals[f"change_{figure}"]
    return report


def test_nothing_changed_nothing_to_explain(store):
    report = restated(store)
    assert not report.rows.height
    assert report.totals["published_nrr"] == report.totals["present_nrr"] == 1.0  # C is in grace until 19 April
    assert report.notes[0].startswith("Closed by finance@example.com on ")


def test_a_contract_changed_through_an_import_explains_the_nrr(store):
    """B pays 150.00 instead of 200.00 from the start: the opening falls by 50.00 and so does the closing."""
    bring(store, "mended", HEAD + "2,B,Basic,2022-01-01,,150,1 month,USD\n", "contracts")
    report = restated(store)
    assert report.rows.select("account_id", "cause", *FIGURES).rows() == [("B", "contracts changed", -5000, -5000, -5000, -60000)]
    assert report.rows["detail"].item().startswith("changed: mended.csv line 2 (batch ")
    assert report.totals["published_closing_mrr"] == 35000


def test_lines_that_go_by_a_finer_key_since_are_the_lines_that_they_were(store):
    """A file in which contract 1 has a second line moves all of the feed from the contract to a finer key: that line alone came."""
    more = HEAD + "1,A,Basic,2022-01-01,,100,1 month,USD\n1,A,Extra,2022-01-01,,7,1 month,USD\n"
    batch = bring(store, "more", more, "contracts")
    report = restated(store)
    assert report.totals["change_arr"] == 7 * 12 * 100
    assert report.rows["detail"].item() == f"imported: more.csv line 3 (batch {batch})"


def test_imported_since_taken_back_and_an_undo_that_brings_it_all_back(store):
    """A new line of A from February, 30.00 a month: expansion that the closed quarter did not know."""
    batch = bring(store, "late", HEAD + "9,A,Extra,2023-02-01,,30,1 month,USD\n", "contracts")
    report = restated(store)
    assert report.totals["published_nrr"] == 1.0
    assert report.totals["present_nrr"] == 38000 / 35000  # 350 in the opening; 350 + 30 at the close
    assert report.rows["detail"].item() == f"imported: late.csv line 2 (batch {batch})"
    store.undo(batch)
    assert not restated(store).rows.height


def test_a_grace_that_ran_out_explains_the_nrr(store):
    """Seen on 1 July, C was gone on 20 March: 300 of 350 remain. The closed figure still says 100 %."""
    report = restated(store, as_of=date(2023, 7, 1))
    assert report.rows.select("account_id", "closing_mrr", "arr").rows() == [("C", -5000, -60000)]
    assert report.rows["cause"].item() == "seen on a later day: grace, renewals and notice"
    assert (report.totals["published_nrr"], report.totals["present_nrr"]) == (1.0, 30000 / 35000)


def test_other_rules_explain_it_too(store):
    report = restated(store, rules="strict")
    assert report.rows.select("account_id", "cause", "closing_mrr").rows() == [("C", "rules changed", -5000)]


def test_a_close_made_before_names_the_rule_that_has_changed(store):
    """A is free in March: under the rules of a close without choices it was lost. 350 opened; A's logo is kept now, its MRR is 0 in both."""
    bring(store, "free", HEAD + "1,A,Basic,2022-01-01,2023-03-01,100,1 month,USD\n8,A,Basic,2023-03-01,,0,1 month,USD\n", "contracts")
    close_period(store, QUARTER, at=datetime.now(UTC), who="finance@example.com")
    assert not restated(store).rows.height  # this close kept its choices
    kept = run("retention", store, Viewer(), QUARTER).totals
    frame = pl.DataFrame([{"close_id": "old", "opens_on": QUARTER.start, "closes_on": QUARTER.end, "as_of": QUARTER.as_of, "rules": "house",
                           "closed_by": "x", "closed_at": datetime.now(UTC), "data_version": 1, "figures": "{}"}])  # fmt: skip
    commit_frame(store, "closes", frame, "closes", "x")
    report = restated(store)
    assert report.rows.select("account_id", "cause", "detail").rows() == [
        ("A", "rules changed", "house then, house now: Paying customers who become free, yes then, no now")
    ]
    assert report.totals["published_logo_retention"] == 2 / 3
    assert report.totals["present_logo_retention"] == kept["logo_retention"] == 1.0


OLD = """contract_id,line_id,account_id,product,starts_on,ends_on,amount,period,currency,status,paused_on,billing_system
1,1,A,Core,2022-01-01,,100,1 month,USD,paying,,recurly
1,2,A,Core,2023-02-01,,-30,1 month,USD,paying,,recurly
2,1,B,Core,2022-01-01,2023-03-01,200,1 month,USD,paying,,recurly
2,2,B,Core,2023-03-01,,0,1 month,USD,paying,,recurly
3,1,C,Core,2022-01-01,,50,1 month,USD,paused,2023-02-15,recurly
"""
LATER = {"rows_contracts": ("unit", "renews_contract", "resumes_on"), "batches": ("declares", "complete")}


def test_a_store_made_before_opens_and_names_every_rule_that_moves_its_figures(tmp_path):
    """Published: A 100 (reductions did nothing), B gone (free was lost), C 50 (what is paused counted). Now A is worth 70, B is kept with
    nothing, C nothing: of 350 opened 150 were left, and 70 are."""
    path = tmp_path / "own.duckdb"
    with closing(Store.open(path)) as made:
        (tmp_path / "contracts.csv").write_text(OLD)
        assert import_file(made, tmp_path / "contracts.csv", options={"rows": "records"}).batch.accepted == 5
        frame = pl.DataFrame([{"close_id": "old", "opens_on": QUARTER.start, "closes_on": QUARTER.end, "as_of": QUARTER.as_of, "rules": "house",
                               "closed_by": "x", "closed_at": datetime.now(UTC), "data_version": 1,
                               "figures": '{"opening_mrr": 35000, "closing_mrr": 15000}'}])  # fmt: skip
        commit_frame(made, "closes", frame, "closes", "x")
    with duckdb.connect(str(path)) as old:
        for table, names in LATER.items():
            for name in names:
                old.execute(f"alter table {table} drop column {name}")
        old.execute("drop table rows_product_pairs")
        old.execute("delete from meta where key = 'layout'")
    with closing(Store.open(path)) as opened:
        report = restated(opened)
        assert opened.check() == []
    said = {
        (account, detail.split(": ")[1].split(",")[0]): (mrr, arr) for account, _, _, detail, _, mrr, _, arr in report.rows.rows() if mrr
    }
    assert said == {("A", "Reductions as lines"): (-3_000, -36_000), ("C", "Paused subscriptions"): (-5_000, -60_000)}
    assert report.rows.filter(pl.col("account_id") == "B")["detail"].to_list() == [
        "house then, house now: Paying customers who become free, yes then, no now"
    ]
    assert (report.totals["published_closing_mrr"], report.totals["present_closing_mrr"]) == (15_000, 7_000)
    assert not any("frozen figures differ" in note for note in report.notes)


def test_contracts_are_told_at_the_rates_of_then_and_the_rates_beside(store):
    """B's 100 EUR, later 200, at 1.1, later 1.2: the contract moves 110.00, the rate 200 x 0.1 = 20.00. A change of A's in dollars none."""
    bring(store, "rates", "day,currency,rate\n2022-01-01,EUR,1.1\n", "fx_rates")
    bring(store, "euro", HEAD + "2,B,Basic,2022-01-01,,100,1 month,EUR\n", "contracts")
    close_period(store, QUARTER, at=datetime.now(UTC), who="finance@example.com")
    bring(store, "dear", "day,currency,rate\n2022-01-01,EUR,1.2\n", "fx_rates")
    bring(store, "more", HEAD + "2,B,Basic,2022-01-01,,200,1 month,EUR\n1,A,Basic,2022-01-01,,101,1 month,USD\n", "contracts")
    assert restated(store).rows.select("account_id", "cause", *FIGURES).rows() == [
        ("A", "contracts changed", 100, 100, 100, 1200),
        ("B", "contracts changed", 11000, 11000, 11000, 132000),
        ("B", "exchange rates changed", 2000, 2000, 2000, 24000),
    ]


def test_who_has_come_into_a_filter_or_left_it_changed_no_contract(store):
    """Of Mid, B with 200 and C with 50 were published: 250. B is Small now, and A with 100 has come: 150, though no line has changed."""
    said = "account_id,name,segment\nA,Alder,{}\nB,Birch,{}\nC,Cedar,Mid\n"
    bring(store, "segments", said.format("Small", "Mid"), "accounts")
    close_period(store, QUARTER, at=datetime.now(UTC), who="finance@example.com")
    bring(store, "others", said.format("Mid", "Small"), "accounts")
    bring(store, "mended", HEAD + "2,B,Basic,2022-01-01,,150,1 month,USD\n3,C,Basic,2022-01-01,2023-03-20,60,1 month,USD\n", "contracts")
    report = restated(store, filters=(("segment", ("Mid",)),))
    assert report.rows.select("account_id", "cause", "opening_mrr").rows() == [
        ("A", "accounts changed", 10000),
        ("B", "accounts changed", -20000),
        ("C", "contracts changed", 1000),
    ]
    assert report.rows["detail"].to_list()[:2] == ["segment: Small then, Mid now", "segment: Mid then, Small now"]
    assert (report.totals["published_opening_mrr"], report.totals["present_opening_mrr"]) == (25000, 10000 + 6000)


def test_a_matched_account_takes_its_lines_along_as_they_are(store):
    """A turns out to be B: its 100 are B's now, and the line of the file is as it was."""
    match_accounts(store, [("A", "B", "the same company")], "finance@example.com")
    report = restated(store)
    assert report.rows.select("account_id", "cause", "opening_mrr").rows() == [("A", ROWS, -10000), ("B", ROWS, 10000)]
    assert {words.split(":")[0] for words in report.rows["detail"]} == {"moved from one account to another"}


def test_a_close_is_looked_at_from_a_day_on_which_its_period_has_ended(store):
    """The quarter to 31 March: on 10 February nobody knows its close, and of January alone nothing was closed."""
    with pytest.raises(WrongParameter, match="2023-03-31 lies after 2023-02-10"):
        restated(store, as_of=date(2023, 2, 10))
    early = run("restatement", store, Viewer(), Question(as_of=date(2023, 2, 10)))
    assert (early.rows.height, early.totals) == (0, {})
    assert early.notes[0].startswith("No period that ended by 2023-02-10 is closed.")


def test_the_usual_day_is_no_earlier_than_the_end_of_the_latest_close(store):
    """Usage covers January alone, which makes 31 January the day looked at; the quarter was closed on 10 April."""
    bring(store, "usage", "account_id,event,occurred_at\nA,open,2023-01-31T10:00:00Z\n", "usage_events")
    assert run("restatement", store, Viewer(), Question()).parameters["as_of"] == date(2023, 3, 31)


def test_who_sees_no_closes_is_not_told_that_there_are_none(store):
    assert run("restatement", store, Viewer("one"), QUARTER).notes[0].startswith("Closed periods are of the whole company")


def test_all_at_once_still_adds_up(store):
    bring(store, "mended", HEAD + "2,B,Basic,2022-01-01,,150,1 month,USD\n7,C,Basic,2023-04-01,,80,1 month,USD\n", "contracts")
    report = restated(store, as_of=date(2023, 7, 1), rules="stripe")
    assert report.totals["present_closing_mrr"] == 10000 + 15000  # A and B; C begins again in April, after a gap that Stripe sees
    assert set(report.rows["account_id"]) == {"B", "C"}


def test_without_a_close_any_moment_of_the_log_can_be_compared(store):
    batch = bring(store, "late", HEAD + "9,A,Extra,2023-02-01,,30,1 month,USD\n", "contracts")
    report = restated(store, known_at=str(batch - 1))
    assert report.rows["account_id"].to_list() == ["A"]
    with pytest.raises(ValueError, match="there is no batch 99"):
        restated(store, known_at="99")


def test_a_close_is_listed_undone_like_an_import_and_hidden_from_a_csm(store):
    listed = run("closes", store, Viewer(), QUARTER)
    assert listed.rows.select("closed_by", "closing_mrr", "arr", "nrr").rows() == [("finance@example.com", 35000, 420000, 1.0)]
    assert not run("closes", store, Viewer("one"), QUARTER).rows.height
    store.undo(int(store.imports().filter(pl.col("table") == "closes")["batch"].item()))
    assert not run("closes", store, Viewer(), QUARTER).rows.height
    assert run("restatement", store, Viewer(), QUARTER).notes[0].startswith("Nothing is closed yet")


def test_an_empty_store_cannot_be_closed(tmp_path):
    empty = Store.open(tmp_path / "empty.duckdb")
    with pytest.raises(ValueError, match="nothing to close"):
        close_period(empty, Question(), at=datetime.now(UTC), who="x")
    assert not run("restatement", empty, Viewer(), Question()).rows.height
    empty.close()
