"""Names confirmed to mean an account, and entries merged: as if the files had named the account so, and taken back without a trace."""

import time
from datetime import date

import polars as pl
import pytest

from data.accounts.aliases import meanings
from data.importing.run import import_file
from data.store.account_matching import BY_ITSELF, NOBODY, match_accounts, match_same_names, match_what_fits
from data.store.edits import EditRefused
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, Viewer
from reports.catalogue import REPORTS, run
from reports.report import Question
from tests.data.log.answers import BY_IMPORT, answered

ACCOUNTS = """account_id,name,owner,segment,website,seats
A,Alder Ltd,one@example.com,SMB,alder.example,
B,Birch,two@example.com,Large,,9
"""
OTHER_ENTRY = "account_id,name,owner,segment,industry,seats,parent_id\nA2,ALDER,two@example.com,Large,Timber,40,A\n"
CONTRACTS = """contract_id,account_id,starts_on,amount,period,currency
1,A,2023-01-01,100,1 month,USD
2,{alder},2023-02-01,50,1 month,USD
3,B,2023-01-01,70,1 month,USD
"""
USAGE = (
    "account_id,user_id,event,occurred_at\n"
    + "".join(f"{{alder}},{user},open,2023-06-{day:02d}T10:00:00Z\n" for user in ("ann", "bo") for day in (1, 2, 9))
    + "B,cy,open,2023-06-05T10:00:00Z\n"
)
TICKETS = "ticket_id,account_id,opened_at,priority\nT1,{alder},2023-06-02T08:00:00Z,high\n"
FINANCE = "account_id,day,amount\nA,2023-06-09,1200\n{alder},2023-06-09,600\n"
QUESTION = Question(as_of=date(2023, 6, 9), start=date(2022, 12, 31), end=date(2023, 5, 31))


def filled(path, alder: str, more: tuple[tuple[str, str], ...] = ()) -> Store:
    """A company whose files name one account as `alder`."""
    store = Store.open(path / alder / "own.duckdb")
    texts = {"accounts": ACCOUNTS, "contracts": CONTRACTS, "usage_events": USAGE, "tickets": TICKETS}
    for number, (table, text) in enumerate([*texts.items(), *more]):
        file = path / f"{number}.csv"
        file.write_text(text.replace("{alder}", alder))
        assert import_file(store, file, table=table).batch.rejected == 0
    return store


def answers(store: Store, viewer: Viewer = EVERYONE) -> dict[str, tuple]:
    """Every report that does not tell of the log and its files."""
    of_the_log = {"account-matching", "feeds", "import-quality", "restatement", "churn-model"} | BY_IMPORT
    return {name: answered(store, name, QUESTION, viewer) for name in sorted(set(REPORTS) - of_the_log)}


@pytest.fixture
def by_name(tmp_path):
    store = filled(tmp_path, "Alder Ltd")
    yield store
    store.close()


@pytest.fixture
def by_id(tmp_path):
    store = filled(tmp_path, "A")
    yield store
    store.close()


@pytest.mark.long
def test_a_confirmed_name_counts_as_if_files_had_the_id(by_name, by_id):
    before = answers(by_name)
    batch = match_accounts(by_name, [("Alder Ltd", "A", "the same name")], "dana").batch
    wanted, found = answers(by_id), answers(by_name)
    assert {name for name in wanted if wanted[name] != found[name]} == set()
    assert answers(by_name, Viewer("one@example.com")) == answers(by_id, Viewer("one@example.com"))
    by_name.undo(batch)
    assert answers(by_name) == before
    by_name.redo(batch)
    assert answers(by_name) == found


def test_an_earlier_moment_does_not_know_of_it(by_name):
    before = by_name.imports()["batch"].max()
    match_accounts(by_name, [("Alder Ltd", "A", "")], "dana")
    for known_at, lines in ((before, 1), (None, 2)):
        with View(by_name, known_at=known_at) as view:
            assert view.contracts().filter(pl.col("account_id") == "A").height == lines


def test_what_comes_later_under_the_name_does_not_wait(by_name, tmp_path):
    match_accounts(by_name, [("Alder Ltd", "A", "")], "dana")
    later = tmp_path / "later.csv"
    later.write_text("ticket_id,account_id,opened_at\nT9,Alder Ltd,2023-06-08T08:00:00Z\nT10,Nobody,2023-06-08T08:00:00Z\n")
    assert import_file(by_name, later).batch.waiting == 1
    with View(by_name) as view:
        assert view.names_without_account().rows() == [("Nobody", "tickets", 1)]
        assert view.table("tickets").filter(pl.col("account_id") == "A")["ticket_id"].to_list() == ["T1", "T9"]


def test_names_wait_with_what_stands_under_them(by_name):
    with View(by_name) as view:
        assert view.names_without_account().rows() == [
            ("Alder Ltd", "contracts", 1),
            ("Alder Ltd", "tickets", 1),
            ("Alder Ltd", "usage_events", 6),
        ]
    with View(by_name, Viewer("one@example.com")) as view:
        assert view.names_without_account().is_empty()


@pytest.mark.long
def test_two_entries_become_one_and_two_again(tmp_path):
    store = filled(tmp_path, "A2", (("accounts", OTHER_ENTRY), ("finance_arr", FINANCE)))
    apart = answers(store)
    batch = match_accounts(store, [("A2", "A", "the same company")], "dana").batch
    with View(store) as view:
        kept = view.accounts().filter(pl.col("account_id") == "A").row(0, named=True)
        assert view.accounts()["account_id"].to_list() == ["A", "B"]
        # its own values stay; what it lacked comes from the other entry; the parent was the account itself
        assert (kept["name"], kept["segment"], kept["owner"]) == ("Alder Ltd", "SMB", "one@example.com")
        assert (kept["industry"], kept["seats"], kept["website"], kept["parent_id"]) == ("Timber", 40, "alder.example", None)
        assert view.contracts().filter(pl.col("account_id") == "A")["contract_id"].to_list() == ["1", "2"]
        assert {row["batch"] for row in view.source("accounts", "A").to_dicts()} == {1, 5}
    arr = dict(run("arr", store, EVERYONE, QUESTION).rows.select("account_id", "arr").rows())
    assert arr == {"A": (100 + 50) * 12 * 100, "B": 70 * 12 * 100}
    reconciled = dict(run("reconcile", store, EVERYONE, Question(as_of=date(2023, 6, 9))).rows.select("account_id", "finance").rows())
    assert reconciled["A"] == (1200 + 600) * 100
    seen = run("arr", store, Viewer("two@example.com"), QUESTION)
    assert seen.rows["account_id"].to_list() == ["B"]  # the other entry's owner sees nothing of the account any more
    store.undo(batch)
    assert answers(store) == apart
    store.close()


@pytest.mark.parametrize(
    ("aliases", "meant"),
    [
        ([("b", "A"), ("c", "b")], {"b": "A", "c": "A"}),  # a chain means its end
        ([("b", "c"), ("c", "b"), ("d", "A")], {"d": "A"}),  # a circle means nothing
        ([("b", "b")], {}),  # an account of its own
        ([("b", "c"), ("c", "c")], {"b": "c"}),
        ([], {}),
    ],
)
def test_what_an_alias_means_in_the_end(aliases, meant):
    frame = pl.DataFrame(aliases, schema={"alias": pl.String, "account_id": pl.String}, orient="row")
    assert dict(meanings(frame).rows()) == meant


def test_what_cannot_be_confirmed_says_why(by_name):
    match_accounts(by_name, [("B", "A", "")], "dana")
    for pairs, words in (
        ([("A", "B", "")], "merged"),
        ([("x", "Nobody", "")], "no account 'Nobody'"),
        ([("x", "A", ""), ("x", "A", "")], "two rows have the same"),
    ):
        with pytest.raises(EditRefused, match=words):
            match_accounts(by_name, pairs, "dana")
    with pytest.raises(EditRefused, match="see all accounts"):
        match_accounts(by_name, [("x", "A", "")], "one", Viewer("one@example.com"))


def test_the_table_can_come_as_a_file_and_the_report_tells_it_all(by_name, tmp_path):
    report = run("account-matching", by_name, EVERYONE, QUESTION)
    assert report.rows.select("state", "written", "rows", "account_id", "reason").rows() == [
        ("suggested", "Alder Ltd", 8, "A", "the same name")
    ]
    file = tmp_path / "names.csv"
    file.write_text("alias,account_id\nAlder Ltd,A\n")
    assert import_file(by_name, file, table="account_aliases").batch.accepted == 1
    report = run("account-matching", by_name, EVERYONE, QUESTION)
    assert report.rows.select("state", "written", "account").rows() == [("confirmed", "Alder Ltd", "Alder Ltd")]
    assert report.totals == {"waiting": 0, "suggested": 0, "perhaps_the_same": 0, "confirmed": 1}
    assert run("account-matching", by_name, Viewer("one@example.com"), QUESTION).rows.is_empty()


def test_an_account_of_its_own_is_not_suggested_again(by_name):
    match_accounts(by_name, [("Alder Ltd", "Alder Ltd", "")], "dana")
    assert run("account-matching", by_name, EVERYONE, QUESTION).totals["waiting"] == 0
    with View(by_name) as view:
        assert "Alder Ltd" in view.accounts()["account_id"].to_list()


def test_what_cannot_be_stops_nothing_else_and_is_named(by_name):
    done = match_what_fits(by_name, [("Alder Ltd", "A", ""), ("x", "Nobody", ""), ("y", "A", ""), ("y", "B", "")], "dana")
    assert done.batch.read == 1
    assert [(one.alias, one.account_id) for one in done.conflicts] == [("x", "Nobody"), ("y", "A"), ("y", "B")]
    assert [one.why.split(":")[0] for one in done.conflicts] == ["account_id", "alias", "alias"]
    assert match_what_fits(by_name, [("x", "Nobody", "")], "dana").batch is None
    with pytest.raises(EditRefused, match="see all accounts"):
        match_what_fits(by_name, [("x", "A", "")], "one", Viewer("one@example.com"))


def test_the_very_same_name_is_matched_by_itself_and_not_again_once_taken_back(by_name):
    batch = match_same_names(by_name, "by itself")
    with View(by_name) as view:
        assert view.names_without_account().is_empty()
        assert view.table("account_aliases").select("alias", "account_id", "reason").rows() == [("Alder Ltd", "A", BY_ITSELF)]
    by_name.undo(batch.batch)
    assert match_same_names(by_name, "by itself") is None
    with View(by_name) as view:
        assert view.names_without_account()["written"].unique().to_list() == ["Alder Ltd"]


def test_a_name_that_two_accounts_have_is_nobodys_by_itself(by_name, tmp_path):
    twin = tmp_path / "twin.csv"
    twin.write_text("account_id,name\nA9,Alder Ltd\n")
    import_file(by_name, twin)
    assert match_same_names(by_name, "by itself") is None


def test_who_is_nobody_waits_no_more_and_money_is_kept(by_name):
    with View(by_name) as view:
        before = view.contracts()["amount"].sum()
    done = match_what_fits(by_name, [("Alder Ltd", "Alder Ltd", NOBODY)], "dana")
    with View(by_name) as view:
        assert view.names_without_account().is_empty()
        assert view.waiting().is_empty()
        assert view.contracts()["amount"].sum() == before
    by_name.undo(done.batch.batch)
    with View(by_name) as view:
        assert view.names_without_account().height


def test_five_hundred_names_are_one_batch_one_undo_and_take_little_work(tmp_path):
    """Counted in work, not in seconds: one batch, and a number of comparisons that grows with the names and not with their square."""
    store = Store.open(tmp_path / "many.duckdb")
    accounts, tickets = tmp_path / "accounts.csv", tmp_path / "tickets.csv"
    accounts.write_text("account_id,name\n" + "".join(f"{at},Company {at}\n" for at in range(500)))
    tickets.write_text("ticket_id,account_id,opened_at\n" + "".join(f"T{at},company {at},2025-01-01T08:00:00Z\n" for at in range(500)))
    for path in (accounts, tickets):
        import_file(store, path)
    begun = time.process_time()
    done = match_what_fits(store, [(f"company {at}", str(at), "the same name") for at in range(500)], "dana")
    spent = time.process_time() - begun
    assert (done.batch.read, done.conflicts) == (500, [])
    with View(store) as view:
        assert view.names_without_account().is_empty()
    store.undo(done.batch.batch)
    with View(store) as view:
        assert view.names_without_account().height == 500
    assert spent < 3
    store.close()
