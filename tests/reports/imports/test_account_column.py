"""Which column names the account: asked only where there are accounts and another column matches more of them than the id."""

import pytest

from data.importing import uploads
from data.importing.desk import OnDesk, Told
from data.importing.run import import_file
from data.store.store import Store
from reports.imports.import_plan import planned

LIST = "account_id,name,domain\n1,Alder GmbH,alder.example\n2,Birch,birch.example\n3,Cedar,cedar.example\n"
TICKETS = "ticket_id,customer id,customer name,email,opened_at\n" + "".join(
    f"T{at},cus_{at},{name},{mail},2025-01-0{at}T08:00:00Z\n"
    for at, (name, mail) in enumerate(
        [("Alder", "ann@alder.example"), ("Birch", "bob@birch.example"), ("Unknown", "cy@cedar.example"), ("Else", "x@else.example")],
        start=1,
    )
)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "s.duckdb")
    yield opened
    opened.close()


def plan_of(store: Store, text: str, **answers: str):
    draft = uploads.keep(store.path, text, "tickets.csv", memoryview(text.encode()))
    return planned(store, OnDesk(draft, Told("tickets", answers=answers)))


def with_accounts(store: Store, tmp_path) -> None:
    (tmp_path / "accounts.csv").write_text(LIST)
    import_file(store, tmp_path / "accounts.csv")


def test_in_an_empty_store_the_id_stands(store):
    one = plan_of(store, TICKETS)
    assert (one.state, one.guess.mapping.columns["account_id"]) == ("ready", "customer id")


def test_it_is_asked_with_the_share_of_each_and_the_answer_is_taken(store, tmp_path):
    with_accounts(store, tmp_path)
    asked = plan_of(store, TICKETS)
    (question,) = asked.questions
    # of four names two are accounts (Alder but for its legal form, Birch); of four addresses three lie in an account's domain
    assert question.option == "account_from"
    assert question.text.endswith("customer id: 0 of 4, email: 3 of 4, customer name: 2 of 4.")
    assert question.choices == ("email", "customer name", "customer id")
    for answer in question.choices:
        said = plan_of(store, TICKETS, account_from=answer)
        assert (said.state, said.mapping.columns["account_id"]) == ("ready", answer)


def test_where_the_id_matches_as_well_nothing_is_asked(store, tmp_path):
    with_accounts(store, tmp_path)
    assert plan_of(store, TICKETS.replace("cus_", "").replace("4,4,", "4,9,")).state == "ready"  # 3 of 4 ids are accounts
