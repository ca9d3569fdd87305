"""What a person sees before an import: first rows as they are read, spellings to join, rejected rows to put right."""

import csv
import io

import pytest

from data.importing import uploads
from data.importing.desk import Desk, OnDesk, Told
from data.importing.mapping import Mapping
from data.importing.run import prepare, take
from data.store.store import Store
from reports.imports.first_rows import adjustable, as_read
from reports.imports.import_plan import planned
from reports.imports.rejected_rows import can_be_sent_again, fixed_file, mapping_of_fixed, rejected_rows
from reports.imports.spellings import joined, spellings

LINES = b'id,customer id,plan name,start date,end date,mrr\n1,A,Basic,03/04/2025,05/06/2026,"1.200,50"\n2,B,Suite,07/08/2025,09/10/2026,"300,25"\n'


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "s.duckdb")
    yield opened
    opened.close()


def plan_of(store: Store, content: bytes, **told):
    draft = uploads.keep(store.path, str(hash(content)), "file.csv", memoryview(content))
    return planned(store, OnDesk(draft, Told(**told)))


@pytest.mark.parametrize(
    ("said", "starts", "ends", "amount"),
    [
        # 3 April or 4 March; the last day paid for is 5 June (to the 6th), or the first that is not
        ({"date_order": "dmy", "ends_on": "inclusive", "decimal": "comma"}, "2025-04-03", "2026-06-06", "1200.50"),
        ({"date_order": "mdy", "ends_on": "exclusive", "decimal": "comma"}, "2025-03-04", "2026-05-06", "1200.50"),
    ],
)
def test_the_first_rows_stand_beside_what_they_are_read_as(store, said, starts, ends, amount):
    one = plan_of(store, LINES, table="contracts", answers=said)
    first = as_read(one, "UTC", {"starts_on": "Starts on"})[0]
    assert (first["Line"], first["start date"], first["mrr"]) == (2, "03/04/2025", "1.200,50")
    assert (first["Starts on as read"], first["ends_on as read"], first["amount as read"]) == (starts, ends, amount)


def test_nothing_is_shown_as_read_while_it_is_open(store):
    assert as_read(plan_of(store, LINES, table="contracts"), "UTC", {}) == []


def test_only_what_has_an_effect_can_be_set():
    columns = {"account_id": "a", "starts_on": "s", "amount": "m"}
    assert [*adjustable(Mapping("contracts", columns=columns))] == ["date_order", "decimal", "currency"]
    assert [*adjustable(Mapping("contracts", columns=columns | {"ends_on": "e", "currency": "c"}))] == ["date_order", "decimal", "ends_on"]
    assert [*adjustable(Mapping("accounts", columns={"account_id": "a", "name": "n"}))] == []
    assert [*adjustable(Mapping("tickets", columns={"ticket_id": "t", "opened_at": "o"}))] == ["date_order", "timezone"]


def accounts(*segments: str) -> bytes:
    return "\n".join(["account_id,name,segment", *(f"{at},Name {at},{segment}" for at, segment in enumerate(segments))]).encode()


def test_values_that_are_one_are_joined_under_the_one_written_most(store):
    one = plan_of(store, accounts("smb", "SMB", "SMB", "S.M.B", "Enterprise", "Entreprise", "Größe", "GROSSE"))
    found = spellings(store, one.ready)
    assert [(some.column, some.kept, some.others) for some in found] == [
        ("segment", "GROSSE", {"Größe": 1}),
        ("segment", "SMB", {"S.M.B": 1, "smb": 1}),
    ]
    again = prepare(store, one.draft, mapping=joined(one.guess.mapping, found[1:]), person=True)
    assert spellings(store, again) == found[:1]


def test_what_is_in_already_is_what_others_are_joined_under(store):
    take(store, plan_of(store, accounts("Smb")).ready, who="me")
    (found,) = spellings(store, plan_of(store, accounts("smb", "smb", "Smb ")).ready)
    assert (found.kept, found.others) == ("Smb", {"smb": 2})


def test_rejected_rows_are_put_right_and_sent_again_alone(store):
    content = b"account_id;name;created_on\nA;Alder;2025-01-01\nB;Birch;soon\n;Cedar;2025-01-03\nD;Dogwood;never ever\n"
    one = plan_of(store, content, table="accounts")
    rows = rejected_rows(one.ready)
    assert [(row["Line of the file"], row["account_id"], row["name"]) for row in rows] == [
        (3, "B", "Birch"),
        (4, "", "Cedar"),
        (5, "D", "Dogwood"),
    ]
    assert "created_on: " in rows[0]["Why it was rejected"]
    assert can_be_sent_again(one.ready)
    after = [rows[0] | {"created_on": "2025-01-02"}, rows[1] | {"account_id": "C", "name": "=Cedar, Ltd"}, rows[2]]
    sent = fixed_file(rows, after, one.ready.staged.header)
    assert [*csv.reader(io.StringIO(sent.decode()))] == [
        ["account_id", "name", "created_on"], ["B", "Birch", "2025-01-02"], ["C", "=Cedar, Ltd", "2025-01-03"]
    ]  # fmt: skip
    assert fixed_file(rows, rows, one.ready.staged.header) is None
    fixed = plan_of(store, sent, mapping=mapping_of_fixed(one.ready.mapping).to_toml())
    assert (fixed.state, fixed.rows, fixed.ready.staged.rejected) == ("ready", 2, 0)


def test_a_list_that_must_be_whole_is_not_sent_in_parts(store):
    content = b"contract_id,account_id,starts_on,amount,period,currency\n1,A,2025-01-01,100,1 month,EUR\n2,B,sometime,100,1 month,EUR\n"
    assert not can_be_sent_again(plan_of(store, content, table="contracts", answers={"snapshot": "true"}).ready)
    assert can_be_sent_again(plan_of(store, content, table="contracts").ready)


def test_a_desk_takes_the_fixed_rows_as_a_file_of_its_own(store):
    desk = Desk(store, "first-desk")
    draft = uploads.keep(store.path, "x", "fixed rows of file.csv", memoryview(b"account_id\nB\n"))
    desk.put(draft, Told(mapping=Mapping("accounts", feed="crm", columns={"account_id": "account_id"}).to_toml()))
    (one,) = desk.files()
    assert planned(store, one).ready.staged.feed == "crm"
