"""Rows that were delivered and are in the report no more: emptied, deleted or told of, so that no old value stays there as if it were true.

The report is narrowed to the accounts of Two, so that Alder (A), who is One's, is in it no more; or to One's, without B and C."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace

import polars as pl
import pytest

from data.erasure.erasing import FIGURES, erase, preview
from data.erasure.subjects import ACCOUNT, Subject
from data.importing.run import import_file
from data.viewer import EVERYONE
from deliveries import delivering, description, journal, log
from deliveries.description import DescriptionWrong, parse
from tests.books import company
from tests.deliveries.conftest import NOW
from tests.deliveries.crm import endpoint, hubspot, said, salesforce
from tests.deliveries.test_outages import Killed, kill

KEYED = 'report = "arr"\nkey = ["account_id"]\n'
NARROW, ONES = (f'[parameters]\nviewer = "{one}@example.com"\n' for one in ("two", "one"))
FIELDS = '[target.fields]\narr = "{arr}"\nseats = "{seats}"\nas_of = "{as_of}"\n'
EMPTIED = "1 row that was delivered is in the report no more, and is emptied there: A."


@pytest.fixture
def there():
    with endpoint() as found:
        yield found


def to(url: str, more: str = "") -> str:
    return f'[target]\nkind = "endpoint"\nurl = "{url}"\n{more}'


def table(name: str, more: str = "") -> str:
    return f'[target]\nkind = "table"\nsecret = "DB"\ntable = "{name}"\n{more}'


@pytest.fixture
def asked(tmp_path, monkeypatch):
    monkeypatch.setenv("HOLDFAST_SECRET_DB", f"sqlite:///{tmp_path / 'there.db'}")

    def of(query: str) -> list[tuple]:
        with closing(sqlite3.connect(tmp_path / "there.db")) as opened, opened:
            return opened.execute(query).fetchall()

    return of


@pytest.mark.parametrize("only", ["", "only_changes = true\n"])
def test_hubspot_has_no_score_of_an_account_that_left_and_has_it_again_when_it_is_back(there, store, deliver, only):
    records = {one: {"domain": f"{one}.example"} for one in "ABC"}
    there.takes = hubspot(records, "holdfast_id")
    name, text = f"hub{bool(only)}", only + KEYED
    target = to(there.url, 'shape = "hubspot"\nid_property = "holdfast_id"\n') + FIELDS
    deliver(name, text + target)
    told = deliver(name, text + NARROW + target)
    assert records["A"] == {"domain": "A.example", "arr": "", "seats": "", "as_of": "2023-12-28"}
    assert records["B"]["arr"] == "9993.24"
    assert (told.gone, told.gone_keys, told.problem) == (1, ("A",), EMPTIED)
    assert (told.outcome, told.rows) == ("delivered", 1 if only else 3)
    assert log.runs(store, name, 1)[0].problem == EMPTIED
    told = deliver(name)
    assert (told.gone, told.rows, told.problem) == (0, 0 if only else 2, "")  # told once
    assert deliver(name, text + target).rows == (1 if only else 3)
    assert records["A"]["arr"] == "1201.2"


def test_salesforce_has_null(there, deliver):
    records: dict[str, dict] = {}
    there.takes = salesforce(records, "Holdfast_Id__c", {"Arr__c", "Seats__c", "Note__c"})
    target = to(there.url, 'shape = "salesforce"\nid_property = "Holdfast_Id__c"\n')
    target += '[target.fields]\nArr__c = "{arr}"\nSeats__c = "{seats}"\nNote__c = "pays {arr} for {seats}"\n'
    deliver("sf", KEYED + target)
    assert records["A"] == {"Arr__c": 1201.2, "Seats__c": 5, "Note__c": "pays 1201.2 for 5"}
    deliver("sf", KEYED + NARROW + target)
    assert records["A"] == {"Arr__c": None, "Seats__c": None, "Note__c": None}


def test_pages_name_what_is_gone_and_single_rows_say_nothing_of_it(there, deliver):
    deliver("pages", "only_changes = true\n" + KEYED + to(there.url))
    deliver("pages", "only_changes = true\n" + KEYED + NARROW + to(there.url))
    body = there.asked[-1].body
    assert "gone" not in there.asked[0].body and body["gone"] == [{"account_id": "A"}]
    (row,) = body["rows"]
    trace = {name: row.pop(name) for name in ("account_id", "as_of", "data_version", "delivery_id", "currency")}
    assert (trace["account_id"], trace["as_of"], {*row.values()}) == ("A", "2023-12-28", {None}) and "arr" in row
    target = to(there.url + "/accounts/{account_id}", 'shape = "rows"\nmethod = "PUT"\n')
    target += '[target.fields]\nlabel = "{name} pays {arr}"\nseats = "{seats}"\nid = "{account_id}"\nsource = "holdfast"\n'
    deliver("single", "only_changes = true\n" + KEYED + target)
    deliver("single", "only_changes = true\n" + KEYED + NARROW + target)
    assert there.asked[-1].path == "/accounts/A"
    assert there.asked[-1].body == {"label": None, "seats": None, "id": "A", "source": "holdfast"}


def test_what_is_kept_is_told_each_time_and_logged_once(there, store, deliver):
    target = to(there.url, 'gone = "keep"\n')
    deliver("kept", "only_changes = true\n" + KEYED + target)
    for _ in range(2):
        told = deliver("kept", "only_changes = true\n" + KEYED + NARROW + target)
        assert (told.outcome, told.gone, len(there.asked)) == ("nothing new", 1, 1)
        assert told.problem == "1 row that was delivered is in the report no more, and has its last values there still: A."
        assert 'gone = "clear"' in told.what_to_do
    assert [(one.outcome, bool(one.problem)) for one in log.runs(store, "kept", 9)] == [("nothing new", True), ("delivered", False)]


@pytest.mark.parametrize("only", ["", "only_changes = true\n"])
def test_a_table_has_no_values_of_what_is_gone(asked, deliver, only):
    name = f"emptied_{bool(only)}"
    deliver(name, only + KEYED + table(name))
    told = deliver(name, only + KEYED + NARROW + table(name))
    assert asked(f"select account_id, arr, as_of, delivery_id = '{told.delivery_id}' from {name} where account_id = 'A'") == [
        ("A", None, "2023-12-28", 1)
    ]
    assert told.problem == EMPTIED
    asked(f"delete from {name} where account_id = 'A'")
    deliver(name, only + KEYED + table(name))
    assert asked(f"select account_id, arr from {name} order by 1") == [("A", 1201.2), ("B", 9993.24), ("C", 0.0)]


def test_a_row_that_somebody_deleted_is_not_made_anew_to_be_empty(asked, deliver):
    deliver("deleted", KEYED + table("deleted"))
    asked("delete from deleted where account_id = 'A'")
    deliver("deleted", KEYED + NARROW + table("deleted"))
    assert asked("select account_id from deleted order by 1") == [("B",), ("C",)]


def test_what_is_deleted_is_told_too_and_once(asked, deliver):
    only = "only_changes = true\n" + KEYED
    deliver("out", only + table("out", 'gone = "delete"\n'))
    told = deliver("out", only + NARROW + table("out", 'gone = "delete"\n'))
    assert (told.gone, told.problem) == (1, EMPTIED.replace("emptied", "deleted"))
    assert deliver("out").outcome == "nothing new" and asked("select account_id from out order by 1") == [("B",), ("C",)]


def test_rows_of_changes_that_are_added_or_are_in_files_say_that_it_is_gone(store, asked, deliver):
    only = "only_changes = true\n" + KEYED
    for text in (table("added", 'write = "append"\n'), '[target]\nkind = "folder"\nformat = "jsonl"\nfile = "each run"\n'):
        deliver("changes", only + text)
        told = deliver("changes", only + NARROW + text)
        assert (told.rows, told.problem) == (1, EMPTIED)
        assert deliver("changes").outcome == "nothing new"
    assert asked("select account_id, arr from added order by rowid")[-1] == ("A", None)
    row = json.loads((store.path.parent / "delivered" / f"{told.delivery_id}.jsonl").read_text())
    assert (row["account_id"], row["arr"]) == ("A", None)


def test_whole_files_and_tables_have_nothing_left_over(store, asked, deliver):
    for text in (table("whole", 'write = "replace"\n'), '[target]\nkind = "folder"\nformat = "jsonl"\n'):
        deliver("whole", KEYED + text)
        assert (deliver("whole", KEYED + NARROW + text).problem, journal.read(store.path, "whole").named) == ("", {})
    assert asked("select account_id from whole order by 1") == [("B",), ("C",)]


ONE = "rows_a_request = 1\n"


@pytest.mark.parametrize("at", [0, 1])
@pytest.mark.parametrize("answered", [True, False])
def test_an_outage_in_the_middle_of_emptying(there, store, deliver, at, answered):
    """B and C leave; one is emptied, one perhaps without saying so, then it is down; the next run empties the rest, each once."""
    name, only = f"middle_{at}_{answered}", "only_changes = true\n" + KEYED
    deliver(name, only + to(there.url, ONE))
    there.events.clear()
    there.faults = ["ok"] * at + ([said(503)] * 5 if answered else ["break"] + [said(502)] * 4)
    told = deliver(name, only + ONES + to(there.url, ONE))
    assert (told.outcome, told.rows) == ("failed", at)
    told = deliver(name)
    assert (told.outcome, told.rows, told.gone_keys) == ("delivered", 2 - at, ("B", "C"))
    assert [(row["account_id"], row["arr"]) for row in there.events] == [("B", None), ("C", None)]
    assert deliver(name).outcome == "nothing new"
    assert len(journal.read(store.path, name).there) == 1


@pytest.mark.parametrize(("step", "after"), [("begin", True), ("took", True), ("ended", False), ("written", True)])
def test_a_kill_while_it_is_emptied(there, deliver, monkeypatch, step, after):
    name, only = f"killed_{step}", "only_changes = true\n" + KEYED
    deliver(name, only + to(there.url, ONE))
    there.events.clear()
    kill(monkeypatch, journal.Journal, step, after=after)
    with pytest.raises(Killed):
        deliver(name, only + ONES + to(there.url, ONE))
    deliver(name)
    assert [(row["account_id"], row["arr"]) for row in there.events] == [("B", None), ("C", None)]


def test_a_kill_once_the_table_is_emptied_is_told_as_what_it_did(asked, store, deliver, monkeypatch):
    deliver("settled", KEYED + table("settled"))
    kill(monkeypatch, journal.Journal, "arrived", after=False)
    with pytest.raises(Killed):
        deliver("settled", KEYED + NARROW + table("settled"))
    assert deliver("settled").gone == 0
    assert EMPTIED in [one.problem for one in log.runs(store, "settled", 9)]


def test_a_row_whose_answer_was_lost_is_emptied_when_it_is_gone_before_it_is_known(there, deliver):
    """The endpoint took A and its answer was lost; before the next run A leaves the report."""
    there.faults = ["break"] + [said(503)] * 4
    assert deliver("lost", KEYED + to(there.url)).outcome == "failed"
    told = deliver("lost", KEYED + NARROW + to(there.url))
    assert (told.gone_keys, [row["arr"] for row in there.events if row["account_id"] == "A"]) == (("A",), [1201.2, None])


def test_a_company_that_the_crm_has_no_more_is_asked_once(there, deliver):
    records: dict[str, dict] = {one: {} for one in "ABC"}
    there.takes = hubspot(records, "holdfast_id")
    target = to(there.url, 'shape = "hubspot"\nid_property = "holdfast_id"\n') + FIELDS
    deliver("without", "only_changes = true\n" + KEYED + target)
    del records["A"]
    told = deliver("without", "only_changes = true\n" + KEYED + NARROW + target)
    assert (told.problem, told.rows) == (EMPTIED, 1)
    assert deliver("without").outcome == "nothing new"


def test_what_is_rejected_is_tried_again(there, deliver):
    only = "only_changes = true\n" + KEYED
    deliver("rejected", only + to(there.url))
    there.takes = lambda one: said(200, {"errors": [{"row": 0, "message": "later"}]})
    told = deliver("rejected", only + NARROW + to(there.url))
    assert told.problem.endswith("1 row was rejected: A: later") and told.rows == 0
    there.takes = None
    assert (deliver("rejected").gone, there.events[-1]["arr"]) == (1, None)


def test_what_is_said_otherwise_from_now_on_is_emptied_too(there, deliver):
    only = "only_changes = true\n" + KEYED
    deliver("otherwise", only + to(there.url))
    deliver("otherwise", only + NARROW + to(there.url) + '[target.fields]\nid = "{account_id}"\nyearly = "{arr}"\n')
    assert there.asked[-1].body["rows"][-1] == {"id": "A", "yearly": None}
    told = deliver("otherwise", everything=True)  # once more, as everything else
    assert (told.rows, told.gone_keys) == (3, ("A",))


def test_rows_at_a_place_to_which_it_goes_no_more_are_told(there, store, describe, deliver):
    deliver("moved", KEYED + to(there.url))
    moved = describe("moved", KEYED + NARROW + to(there.url + "/other"))
    assert delivering.dry_run(store, moved, NOW).gone == 0  # there are none of this delivery there
    told = deliver("moved", KEYED + to(there.url + "/other"))
    assert told.problem == (
        f"It goes elsewhere than before, or knows rows by another key: 3 rows have their last values still in pages: {there.url}."
    )
    assert (told.rows, deliver("moved").problem) == (3, "")


def test_earlier_days_stand_beside_this_one_and_are_not_gone(asked, deliver, monkeypatch):
    text = 'report = "arr"\nkey = ["account_id", "as_of"]\n'
    past = "[parameters]\nas_of = 2023-11-30\n"
    deliver("days", text + past + table("days"))
    told = deliver("days", text + table("days"))
    assert (told.gone, asked("select as_of, sum(arr) from days group by 1 order by 1")) == (
        0, [("2023-11-30", 12 * (100.10 + 777.77 + 55.00)), ("2023-12-28", 12 * (100.10 + 777.77 + 55.00))],
    )  # fmt: skip
    told = deliver("days", text + NARROW + table("days"))
    assert told.gone_keys == ("A, 2023-12-28",) and "has its last values there still" in told.problem


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        (KEYED + to("https://crm.example.com"), "clear"),
        ('report = "arr"\n' + to("https://crm.example.com"), "keep"),  # nobody can tell which
        (KEYED + table("t"), "clear"),
        (KEYED + table("t", 'gone = "delete"\n'), "delete"),
        (KEYED + table("t", 'write = "append"\n'), "keep"),  # whole days beside each other
        ("only_changes = true\n" + KEYED + table("t", 'write = "append"\n'), "clear"),
        ('report = "arr"\nkey = ["account_id", "as_of"]\n' + table("t"), "keep"),
        ('report = "movements"\nkey = ["month"]\n' + table("t"), "keep"),  # months that are past are not stale
        (KEYED + to("https://crm.example.com/{name}", 'shape = "rows"\n'), "keep"),  # without a name there is no address
    ],
)
def test_what_becomes_of_rows_where_nothing_is_said(text, gone):
    assert parse(text).gone == gone


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('report = "arr"\n' + to("https://crm.example.com", 'gone = "clear"\n'), "gone: without a key nobody can tell"),
        (KEYED + table("t", 'write = "append"\ngone = "delete"\n'), "gone: a table to which rows are added keeps them"),
        (KEYED + to("https://crm.example.com/{name}", 'shape = "rows"\ngone = "clear"\n'), "gone: the address of a row that is gone"),
        ('report = "arr"\nkey = ["account_id", "name"]\n' + to("https://crm.example.com", 'shape = "hubspot"\n'), "key: a CRM knows a record by"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_with_them_is_said(text, told):
    with pytest.raises(DescriptionWrong, match=told):
        parse(text)


def test_a_table_that_was_put_back_to_an_earlier_day_is_emptied_again(asked, deliver, tmp_path):
    deliver("restored", KEYED + table("restored"))
    earlier = (tmp_path / "there.db").read_bytes()
    deliver("restored", KEYED + NARROW + table("restored"))
    (tmp_path / "there.db").write_bytes(earlier)
    assert asked("select arr from restored where account_id = 'A'") == [(1201.2,)]
    assert deliver("restored").gone_keys == ("A",)
    assert asked("select arr from restored where account_id = 'A'") == [(None,)]


def test_a_column_that_may_not_be_empty_is_told_with_what_to_do(asked, deliver):
    asked("create table strict (account_id text primary key, arr real not null)")
    text = "trace = []\n" + KEYED + '{}[columns]\naccount_id = "account_id"\narr = "arr"\n'
    deliver("strict", text.format("") + table("strict"))
    told = deliver("strict", text.format(NARROW) + table("strict"))
    assert told.outcome == "failed" and told.problem.startswith("arr of the table strict cannot be empty")
    assert 'gone = "delete"' in told.what_to_do


def test_a_try_says_what_would_be_emptied(there, store, describe, deliver):
    only = "only_changes = true\n" + KEYED
    deliver("tried", only + to(there.url) + FIELDS)
    told = delivering.dry_run(store, describe("tried", only + NARROW + to(there.url) + FIELDS), NOW)
    assert (told.outcome, told.rows, told.problem) == ("would be delivered", 1, EMPTIED)
    assert told.first == ({"arr": None, "seats": None, "as_of": "2023-12-28"},) and len(there.asked) == 1


@pytest.fixture
def own(tmp_path):
    with closing(company(tmp_path / "own.duckdb")) as opened:
        description.folder(opened.path).mkdir()
        yield opened


def test_an_account_that_was_merged_into_another_is_emptied(own, there, tmp_path):
    (description.folder(own.path) / "crm.toml").write_text("only_changes = true\n" + KEYED + to(there.url))
    delivering.deliver(own, "crm", NOW)
    (tmp_path / "account_aliases.csv").write_text("alias,account_id\nA,B\n")
    assert import_file(own, tmp_path / "account_aliases.csv", table="account_aliases").batch
    told = delivering.deliver(own, "crm", NOW)
    rows = {row["account_id"]: row["arr"] for row in there.asked[-1].body["rows"]}
    assert rows == {"A": None, "B": 11194.44}  # 9993.24 and the 1201.20 of A
    assert told.gone_keys == ("A",)


def no_closes(_store, _accounts) -> pl.DataFrame:
    return pl.DataFrame(schema={"close_id": pl.String, "account_id": pl.String, **dict.fromkeys(FIGURES, pl.Int64)})


def test_of_who_is_erased_nothing_is_known_and_nothing_is_sent(own, there):
    """Also where a copy of the journal that has them comes back; that it is there still is said by the erasure."""
    described = description.folder(own.path) / "crm.toml"
    described.write_text("only_changes = true\n" + KEYED + to(there.url, 'gone = "keep"\n'))
    delivering.deliver(own, "crm", NOW)
    described.write_text("only_changes = true\n" + KEYED + NARROW + to(there.url, 'gone = "keep"\n'))
    assert delivering.deliver(own, "crm", NOW).gone_keys == ("A",)
    path = journal.read(own.path, "crm").path
    before = path.read_text()
    subject = Subject(ACCOUNT, "A")
    assert preview(own, EVERYONE, subject, no_closes).files == {"deliveries": 1}
    assert path.read_text() == before
    told = erase(own, EVERYONE, subject, no_closes)
    assert any(one.startswith("What deliveries took elsewhere stays there (crm)") for one in told.stays)
    assert sorted(values for values in journal.read(own.path, "crm").named.values()) == [["B"], ["C"]]
    assert "A." not in path.read_text() and len(journal.read(own.path, "crm").rows) == 2
    assert [one.problem for one in log.runs(own, "crm", 9)] == ["erased-1", ""]
    assert own.check() == []
    path.write_text(before)
    told = delivering.deliver(own, "crm", NOW)
    assert (told.gone, len(there.asked)) == (0, 1)
    assert sorted(values for values in journal.read(own.path, "crm").named.values()) == [["B"], ["C"]]


def without_rows(monkeypatch) -> None:
    """The report loses all of its rows, as where accounts were undone by a mistake."""
    real = delivering.asked

    def emptied(*given):
        report, viewer = real(*given)
        return replace(report, rows=report.rows.clear()), viewer

    monkeypatch.setattr(delivering, "asked", emptied)


@pytest.mark.parametrize("gone", ["clear", "delete"])
def test_a_report_that_lost_all_of_its_rows_empties_nothing_until_it_is_said_to_be_meant(asked, deliver, monkeypatch, gone):
    name = f"emptied_{gone}"
    deliver(name, KEYED + table(name, f'gone = "{gone}"\n'))
    without_rows(monkeypatch)
    told = deliver(name)
    assert (told.outcome, told.rows) == ("failed", 0)
    assert told.problem == "3 of 3 rows that were delivered are in the report no more, and would be emptied or deleted there."
    assert asked(f"select count(arr) from {name}") == [(3,)]
    assert deliver(name, everything=True).outcome == "delivered"
    assert asked(f"select count(arr) from {name}") == [(0,)]
    assert deliver(name).outcome == "nothing new"


def test_a_table_is_not_replaced_by_nothing_until_that_is_said_to_be_meant(asked, deliver, monkeypatch):
    deliver("replaced", KEYED + table("replaced", 'write = "replace"\n'))
    without_rows(monkeypatch)
    told = deliver("replaced")
    assert (told.outcome, asked("select count(*) from replaced")) == ("failed", [(3,)])
    assert (deliver("replaced", everything=True).outcome, asked("select count(*) from replaced")) == ("delivered", [(0,)])
