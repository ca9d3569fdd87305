"""The plan of files dropped together: each answered for itself, nothing sure that is not, and what another one brings."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from data.importing import saved_mappings, uploads
from data.importing.desk import Desk, OnDesk, Told
from data.importing.mapping import Mapping
from data.importing.run import take, take_once
from data.store.store import Store
from reports.imports.import_plan import ASKS, IN, READY, UNDONE, UNUSABLE, leaning, planned, sure

ACCOUNTS = b"account_id,name,industry\nA,Alder,Retail\nB,Birch,Software\nC,Cedar,Retail\n"
CONTRACTS = b"contract_id,account_id,product,starts_on,amount,period,currency\n1,A,Basic,2024-01-01,100,1 month,USD\n2,X,Suite,2024-01-01,900,1 month,USD\n"
USAGE = b"account_id,user_id,event,occurred_at\nB,ann,open,2025-10-01T10:00:00Z\nC,bob,open,2025-10-01T10:00:00Z\n"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
CALLS = b"Date,Customer,Type,Notes,CSM\n2026-09-12,Acme,Call,talked,Anna\n2026-09-13,Beta,QBR,talked,Anna\n"
TWO_TABLES = b"Customer,Owner,ARR\nAcme,Anna,100\n"  # contracts, or accounts with their ARR


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "s.duckdb")
    yield opened
    opened.close()


def plan_of(store: Store, *files: tuple[str, bytes], **told: str) -> list:
    desk = Desk(store, "a-new-desk")
    for name, content in files:
        desk.put(uploads.keep(store.path, name, name, memoryview(content)))
    return [planned(store, one if not told else OnDesk(one.draft, Told(**told))) for one in desk.files()]


def nothing_ends(_: object) -> None:
    return None


def test_each_file_is_answered_for_itself(store):
    damaged = b"PK\x03\x04" + bytes(100)
    plan = plan_of(
        store, ("usage.csv", USAGE), ("photo.png", PICTURE), ("accounts.csv", ACCOUNTS), ("book.xlsx", damaged), ("empty.csv", b"\n"),
        ("contracts.csv", CONTRACTS), ("copy of accounts.csv", ACCOUNTS),
    )  # fmt: skip
    told = {one.draft.file: (one.state, one.table) for one in plan}
    assert told == {
        "usage.csv": (READY, "usage_events"), "photo.png": (UNUSABLE, None), "accounts.csv": (READY, "accounts"),
        "book.xlsx": (UNUSABLE, None), "empty.csv": (UNUSABLE, None), "contracts.csv": (READY, "contracts"),
    }  # fmt: skip
    assert [one.same for one in plan if one.draft.file == "accounts.csv"] == [("copy of accounts.csv",)]
    assert all(one.problems and one.problems[0].reason for one in plan if one.state == UNUSABLE)
    assert [one.draft.file for one in sure(plan, nothing_ends)] == ["accounts.csv", "contracts.csv", "usage.csv"]


def test_a_guess_that_is_not_sure_is_a_question_and_never_ready(store):
    (one,) = plan_of(store, ("list.csv", TWO_TABLES))
    assert (one.state, one.table) == (ASKS, None)
    assert one.questions[0].option == "table"
    assert sure([one], nothing_ends) == []
    (said,) = plan_of(store, ("list.csv", TWO_TABLES), table="accounts")
    assert (said.state, said.table, said.guess.why) == (READY, "accounts", "as you said")


def test_what_a_file_is_taken_for_states_how_sure_that_is_and_why(store):
    known, calls = plan_of(store, ("accounts.csv", ACCOUNTS), ("calls.csv", CALLS))
    assert (known.guess.certainty, known.table) == (1.0, "accounts")
    assert calls.table == "activities"
    assert 0.8 <= calls.guess.certainty <= 1


def test_what_another_file_of_the_drop_brings_is_counted(store):
    plan = plan_of(store, ("accounts.csv", ACCOUNTS), ("contracts.csv", CONTRACTS), ("usage.csv", USAGE))
    found = {one.draft.file: leaning(plan).get(one.draft.sha256) for one in plan}
    assert found["accounts.csv"] is None
    assert (found["contracts.csv"].accounts, found["contracts.csv"].others) == (2, {"accounts.csv": 1})  # A, and not X
    assert (found["usage.csv"].accounts, found["usage.csv"].others) == (2, {"accounts.csv": 2})


def test_a_file_that_is_in_or_was_undone_says_so(store):
    (one,) = plan_of(store, ("accounts.csv", ACCOUNTS))
    batch = take(store, one.ready, who="me").batch.batch
    (again,) = plan_of(store, ("accounts.csv", ACCOUNTS))
    assert (again.state, again.batch.batch, again.rows) == (IN, batch, 3)
    (differently,) = plan_of(store, ("accounts.csv", ACCOUNTS), again=True)
    assert (differently.state, differently.guess.mapping.table) == (IN, "accounts")
    store.undo(batch)
    (undone,) = plan_of(store, ("accounts.csv", ACCOUNTS))
    assert (undone.state, undone.batch.batch) == (UNDONE, batch)


def test_two_people_who_bring_the_same_file_at_once_make_one_batch(store):
    desk = Desk(store, "a-new-desk")
    desk.put(uploads.keep(store.path, "u", "accounts.csv", memoryview(ACCOUNTS)))
    both = [planned(store, desk.files()[0]) for _ in range(2)]
    with ThreadPoolExecutor(2) as people:
        done = list(people.map(lambda one: take_once(store, one.ready, who="somebody"), both))
    assert store.imports().select("accepted", "duplicate").rows() == [(3, 0)]
    assert sorted(one.repeated for one in done) == [False, True]
    assert {one.batch.batch for one in done} == {1}


def test_a_saved_mapping_is_taken_and_one_whose_columns_are_gone_is_named(store):
    columns = {"account_id": "wer", "name": "wie", "region": "wo"}
    saved_mappings.save(store.path, "crm list", Mapping("accounts", columns=columns))
    (fits,) = plan_of(store, ("crm.csv", b"wer,wie,wo\nA,Alder,North\n"))
    assert (fits.state, fits.guess.why, fits.guess.certainty) == (READY, "saved as crm list", 1.0)
    (_, gone) = plan_of(store, ("crm2.csv", b"wer,wie\nB,Birch\n"))
    assert gone.state == ASKS
    assert gone.note == "The saved mapping “crm list” does not fit any more: the file has no column wo."


def test_answers_of_another_table_do_no_harm(store):
    (one,) = plan_of(store, ("accounts.csv", ACCOUNTS), table="accounts", answers={"ends_on": "inclusive", "currency": "EUR", "name": "x"})
    assert one.state == READY
