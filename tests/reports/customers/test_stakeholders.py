"""Stakeholders and gaps of a company in a store: who was in touch by talk or use, and whose gaps are told."""

from contextlib import closing
from datetime import date

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.edits import commit_frame
from data.store.store import Store
from data.viewer import EVERYONE, VIEW, Grant, Viewer
from data.work.conversations import Conversation, log
from reports.catalogue import run
from reports.report import Question

DAY = date(2024, 6, 30)
CONTRACTS = "contract_id,account_id,product,starts_on,ends_on,amount,period,currency\n" + "".join(
    f"{account},{account},Basic,2024-01-01,{ends},{amount},1 year,USD\n"
    for account, ends, amount in (("A", "", 900), ("B", "", 800), ("C", "2024-03-01", 700))
)
USAGE = "account_id,user_id,event,occurred_at\n" + "".join(
    f"{account},{user},open,2024-{month:02d}-{day:02d}T10:00:00Z\n"
    for account, user, month, days in (("A", "ANN@alder.example", 5, 20), ("A", "u2", 6, 30), ("B", "u3", 6, 30))
    for day in range(1, days + 1)
)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stakeholders")
    with closing(Store.open(folder / "own.duckdb")) as opened:
        (folder / "contracts.csv").write_text(CONTRACTS)
        (folder / "usage.csv").write_text(USAGE)
        accounts = {"account_id": ["A", "B", "C"], "name": ["Alder", "Birch", "Cedar"], "owner": ["one", "two", "two"]}
        commit_frame(opened, "accounts", pl.DataFrame(accounts), "crm", "analyst")
        assert import_file(opened, folder / "contracts.csv").batch and import_file(opened, folder / "usage.csv").batch
        people = {"contact_id": ["C-1", "C-2"], "account_id": ["A", "A"], "name": ["Ann", "Dee"], "role": ["manager", "decision maker"],
                  "email": ["ann@alder.example", None], "is_champion": [True, False]}  # fmt: skip
        commit_frame(opened, "contacts", pl.DataFrame(people), "crm", "analyst")
        log(opened, EVERYONE, Conversation("A", date(2024, 6, 3), "Talked", contacts=("C-2",)))
        yield opened


def test_each_person_was_last_in_touch_by_talk_or_by_use(store):
    """Ann used it last on 20 May, 41 days before the day; Dee took part in the talk of 3 June, 27 days before."""
    rows = run("stakeholders", store, EVERYONE, Question(as_of=DAY)).rows
    told = rows.select("name", "last_used", "last_conversation", "silent_days", "state").rows()
    assert told == [("Ann", date(2024, 5, 20), None, 41, "quiet"), ("Dee", None, date(2024, 6, 3), 27, "in_touch")]


def test_gaps_of_customers_stand_with_most_arr_first_and_who_is_no_customer_has_none(store):
    report = run("stakeholder-gaps", store, EVERYONE, Question(as_of=DAY))
    assert report.rows.select("account_id", "gap", "why").rows() == [
        ("A", "champion_quiet", "Champion Ann not seen for 41 days"), ("B", "no_contacts", "No contacts are known")
    ]  # fmt: skip
    assert report.totals["accounts"] == 2 and report.totals["champion_quiet"] == 1 and report.totals["no_champion"] == 0


def test_who_may_not_view_conversations_is_told_of_use_alone(store):
    reader = Viewer(rights=(Grant(VIEW, "accounts"), Grant(VIEW, "revenue")))
    rows = run("stakeholders", store, reader, Question(as_of=DAY)).rows
    assert rows["last_conversation"].null_count() == 2


def test_others_people_are_not_seen(store):
    assert run("stakeholders", store, Viewer("two"), Question(as_of=DAY)).rows.is_empty()
    assert run("stakeholder-gaps", store, Viewer("two"), Question(as_of=DAY)).rows["account_id"].to_list() == ["B"]
