"""A file that lands in the inbox is imported under its mapping and moved; what needs a person is refused, with the reasons beside it."""

import json

import pytest

from data.importing import saved_mappings
from data.importing.mapping import Mapping
from data.store.store import Store
from server import inbox
from tests.waiting import PATIENCE

LINES = "id,who,from,price\n1,A,2024-01-01,10\n2,B,2024-01-01,20\n"
BILLING = Mapping(
    "contracts",
    feed="billing",
    key=("contract_id",),
    columns={"contract_id": "id", "account_id": "who", "starts_on": "from", "amount": "price"},
    constants={"period": "1 month"},
    options={"rows": "records"},
)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    yield opened
    opened.close()


@pytest.fixture
def land(tmp_path):
    (tmp_path / "inbox").mkdir()

    def put(name: str, text: str):
        path = tmp_path / "inbox" / name
        path.write_text(text)
        return path

    return put


def names(tmp_path, place: str) -> list[str]:
    return sorted(path.name for path in (tmp_path / "inbox" / place).glob("*"))


def test_a_known_export_is_imported_and_moved(store, tmp_path, land):
    outcome = inbox.handle(store, land("accounts.csv", "account_id,name\nA,One\n"))
    assert (outcome.batch.table, outcome.batch.accepted) == ("accounts", 1)
    assert store.imports()["who"][0] == "inbox"
    assert names(tmp_path, "done") == ["accounts.csv"] and not (tmp_path / "inbox" / "accounts.csv").exists()


def test_the_mapping_goes_by_the_file_s_name_and_else_by_its_header(store, land):
    saved_mappings.save(store.path, "billing", BILLING)
    assert inbox.handle(store, land("Billing-2024-02-01.csv", LINES)).batch.feed == "billing"
    assert inbox.handle(store, land("export.csv", LINES.replace(",20\n", ",21\n"))).batch.feed == "billing"
    wrong = inbox.handle(store, land("billing.csv", "account_id,name\nA,One\n"))  # the name says billing, the header does not
    assert wrong.refused and "no column" in wrong.problems[0].reason
    assert inbox.handle(store, land("billings.csv", "account_id,name\nA,One\n")).batch.table == "accounts"


def test_the_longest_name_wins(store, land):
    saved_mappings.save(store.path, "billing", BILLING)
    saved_mappings.save(store.path, "billing-emea", Mapping(**BILLING.__dict__ | {"feed": "emea"}))
    assert inbox.handle(store, land("billing-emea-05.csv", LINES)).batch.feed == "emea"


def test_what_is_refused_has_its_reasons_beside_it(store, tmp_path, land):
    assert inbox.handle(store, land("x.csv", "colour,taste\nred,sweet\n")).refused
    assert names(tmp_path, "refused") == ["x.csv", "x.csv.json", "x.csv.txt"]
    told = json.loads((tmp_path / "inbox" / "refused" / "x.csv.json").read_text())
    assert told["batch"] is None and "matches no table" in told["problems"][0]["reason"]
    assert "nothing was imported" in (tmp_path / "inbox" / "refused" / "x.csv.txt").read_text()
    assert store.imports().is_empty()


def test_a_question_is_not_guessed(store, tmp_path, land):
    lines = "contract_id,account_id,starts_on,amount,period\n1,A,03/04/2024,10,1 month\n"
    assert inbox.handle(store, land("c.csv", lines)).refused
    assert "date_order" in (tmp_path / "inbox" / "refused" / "c.csv.txt").read_text()


def test_what_an_end_means_and_the_currency_are_asked_unless_a_saved_mapping_has_said_it(store, tmp_path, land):
    lines = "contract_id,account_id,starts_on,ends_on,amount,period\n1,A,2024-01-31,2024-12-31,10,1 month\n"
    assert inbox.handle(store, land("c.csv", lines)).refused
    told = (tmp_path / "inbox" / "refused" / "c.csv.txt").read_text()
    assert 'Write ends_on = "inclusive" or "exclusive" under [options]' in told and 'currency = "USD" or "EUR"' in told
    assert store.imports().is_empty()


def test_rows_turned_away_are_told_beside_what_is_done(store, tmp_path, land):
    saved_mappings.save(store.path, "billing", BILLING)
    outcome = inbox.handle(store, land("billing.csv", LINES + "3,C,never,5\n"))
    assert (outcome.batch.accepted, outcome.batch.rejected) == (2, 1)
    assert names(tmp_path, "done") == ["billing.csv", "billing.csv.json", "billing.csv.txt"]
    assert "line 4, column from, value never" in (tmp_path / "inbox" / "done" / "billing.csv.txt").read_text()


def test_a_snapshot_that_takes_much_away_waits_for_a_person(store, tmp_path, land):
    saved_mappings.save(store.path, "billing", Mapping(**BILLING.__dict__ | {"options": {"snapshot": True}}))
    assert inbox.handle(store, land("billing-1.csv", LINES)).batch
    assert inbox.handle(store, land("billing-2.csv", LINES.rsplit("\n", 2)[0] + "\n")).refused
    assert "takes away 67% of ARR" in (tmp_path / "inbox" / "refused" / "billing-2.csv.txt").read_text()
    assert store.imports().height == 1


def test_handled_again_after_a_kill_makes_no_second_batch(store, tmp_path, land):
    for _ in range(2):
        outcome = inbox.handle(store, land("accounts.csv", "account_id,name\nA,One\n"))
    assert outcome.repeated
    assert store.imports().height == 1
    assert names(tmp_path, "done") == ["accounts-1.csv", "accounts.csv"]


def test_a_file_is_taken_once_it_stands_still(store, tmp_path, land):
    watch = inbox.Watch(tmp_path / "inbox", lambda: store)
    land(".hidden.csv", "account_id,name\nX,X\n")
    land("late.csv.part", "account_id,name\nX,X\n")
    path = land("accounts.csv", "account_id,name\n")
    assert watch.look() == []
    path.write_text("account_id,name\nA,One\n")  # it is still being written
    assert watch.look() == []
    assert [outcome.batch.accepted for outcome in watch.look()] == [1]
    assert watch.look() == []
    assert names(tmp_path, "done") == ["accounts.csv"]


def test_the_watch_goes_on_after_a_fault(store, tmp_path, land):
    answers = [RuntimeError("held by another"), store]

    def when_it_is_free() -> Store:
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    watch = inbox.Watch(tmp_path / "inbox", when_it_is_free, seconds=0.01)
    land("accounts.csv", "account_id,name\nA,One\n")
    watch.start()
    assert watch.handled.get(timeout=PATIENCE).batch.table == "accounts"
    watch.stop()
    assert not watch.is_alive() and names(tmp_path, "done") == ["accounts.csv"]


STRIPE = (
    "id,Customer ID,Customer Name,Status,Amount,Interval,Currency,Created (UTC),Current Period End (UTC)\n"
    "sub_1,cus_1,Pinewood Travel,active,490.00,month,usd,2025-06-06 08:12,2026-04-22 08:12\n"
    "sub_2,cus_2,Alder,active,20.00,month,usd,2025-04-03 08:12,2026-04-17 08:12\n"
)


def test_an_id_that_names_no_account_where_a_name_does_is_refused_with_the_question(store, land):
    accounts = land("accounts.csv", "account_id,name\n9001,Pinewood Travel\n9002,Alder\n")
    assert not inbox.handle(store, accounts).refused
    outcome = inbox.handle(store, land("stripe-2026-03-31.csv", STRIPE))
    assert outcome.refused and [question.option for question in outcome.questions] == ["account_from"]
    assert "Customer Name: 2 of 2" in outcome.questions[0].text and "Customer ID: 0 of 2" in outcome.questions[0].text
    assert store.imports().height == 1


def test_without_accounts_the_id_stands_and_it_is_said(store, land):
    outcome = inbox.handle(store, land("stripe-2026-03-31.csv", STRIPE))
    assert outcome.batch and not outcome.questions
    told = [problem.reason for problem in outcome.problems if problem.column == "Customer ID"]
    assert len(told) == 1 and "account_from=Customer Name" in told[0]
    again = inbox.handle(store, land("accounts.csv", "account_id,name\n9001,Pinewood Travel\n9002,Alder\n"))
    assert not again.refused
    april = inbox.handle(store, land("stripe-2026-04-30.csv", STRIPE.replace("490.00", "500.00")))
    assert april.batch, "a feed that goes by its ids goes on so"


def test_nobody_is_given_a_role_by_a_file_that_lands(store, tmp_path, land):
    saved_mappings.save(store.path, "hr", Mapping("people", feed="hr", columns={"email": "email", "role": "role"}))
    outcome = inbox.handle(store, land("hr.csv", "email,role\neve@example.com,administrator\n"))
    assert outcome.refused and "not changed by a file in the inbox" in outcome.problems[0].reason
    assert store.imports().is_empty() and names(tmp_path, "refused") == ["hr.csv", "hr.csv.json", "hr.csv.txt"]
