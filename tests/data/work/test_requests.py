"""Requests for features: written down, changed, asked for, merged, decided, shipped and told; each deed is undone alone."""

from datetime import date

import polars as pl
import pytest

from data.store.edits import EditRefused, commit_frame
from data.store.store import Store
from data.store.view import View
from data.viewer import EVERYONE, Viewer
from data.work.requests import Asked, Request, Row, Vote, add, ask, ask_for, change, decide, merge, not_told, ship, tell, unmerge
from data.work.writing import ChangedSince
from reports.catalogue import run
from reports.report import Question

DAY = date(2024, 6, 10)


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    commit_frame(
        opened, "accounts", pl.DataFrame({"account_id": ["A", "B"], "name": ["Alder", "Birch"], "owner": ["one", "two"]}), "crm", "analyst"
    )
    commit_frame(opened, "contacts", pl.DataFrame({"contact_id": ["C-1"], "account_id": ["A"], "name": ["Ann"]}), "crm", "analyst")
    imported = {"request_id": ["FR-1", "FR-2"], "title": ["Dark mode", "Night mode"], "value": ["experience", None]}
    commit_frame(opened, "feature_requests", pl.DataFrame(imported), "tool", "analyst")
    yield opened
    opened.close()


def rows(store, table="feature_requests"):
    with View(store) as view:
        found = view.table(table).to_dicts()
    return {row["request_id" if table == "feature_requests" else "account_id"]: row for row in found}


def of(store, one="FR-1"):
    return Row(one, rows(store)[one]["batch"])


def asked(store, account):
    row = rows(store, "request_votes")[account]
    return Asked(row["vote_id"], account, row["batch"])


def test_a_request_is_written_down_with_its_day_and_gone_once_that_is_undone(store):
    own, done = add(store, EVERYONE, Request("  Approval   flow ", value="efficiency", effort_days=5), DAY)
    row = rows(store)[own]
    assert (row["title"], row["value"], row["effort_days"], row["created_on"], row["status"]) == (
        "Approval flow",
        "efficiency",
        5,
        DAY,
        "open",
    )
    decide(store, EVERYONE, of(store, own), "now", "Promised")
    store.undo(done.batch)
    assert own not in rows(store), "what was decided of it later does not bring it back"


@pytest.mark.parametrize(
    ("request_", "why"),
    [(Request(" "), "title"), (Request("x" * 301), "title"), (Request("a", effort_days=0), "effort_days"), (Request("a", effort_days=-1), "effort_days"),
     (Request("a", effort_days=float("nan")), "effort_days"), (Request("a", value="fun"), "value"), (Request("a", status="gone"), "status"), (Request("DARK mode"), "title already")],
)  # fmt: skip
def test_what_cannot_be_is_refused(store, request_, why):
    with pytest.raises(EditRefused, match="title already" if why == "title already" else why):
        add(store, EVERYONE, request_, DAY)


def test_a_change_writes_what_differs_so_that_files_go_on_with_the_rest(store):
    change(store, EVERYONE, of(store), Request("Dark mode", value="experience", effort_days=10))
    commit_frame(
        store, "feature_requests", pl.DataFrame({"request_id": ["FR-1"], "title": ["Dark theme"], "effort_days": [99.0]}), "tool", "analyst"
    )
    assert (rows(store)["FR-1"]["title"], rows(store)["FR-1"]["effort_days"]) == ("Dark theme", 10)
    with pytest.raises(EditRefused, match="Nothing is changed"):
        change(store, EVERYONE, of(store), Request("Dark theme", value="experience", effort_days=10))
    with pytest.raises(EditRefused, match="title already"):
        change(store, EVERYONE, of(store), Request("night mode"))


def test_two_who_change_the_same_request_do_not_overwrite_each_other(store):
    seen = of(store)
    decide(store, EVERYONE, seen, "later", "No room")
    with pytest.raises(ChangedSince):
        decide(store, EVERYONE, seen, "now", "Promised")
    assert rows(store)["FR-1"]["decision"] == "later"


def test_the_same_contact_asks_once_and_of_own_accounts_alone(store):
    ask(store, EVERYONE, "FR-1", Vote("A", "C-1", "T-1", " at night "), DAY)
    ask(store, EVERYONE, "FR-1", Vote("A"), DAY)
    row = rows(store, "request_votes")["A"]
    assert row["request_id"] == "FR-1" and row["asked_on"] == DAY
    for vote, why in ((Vote("A", "C-1"), "already"), (Vote("A"), "already"), (Vote("B", "C-1"), "no such contact")):
        with pytest.raises(EditRefused, match=why):
            ask(store, EVERYONE, "FR-1", vote, DAY)
    with pytest.raises(EditRefused, match="there no more"):
        ask(store, EVERYONE, "FR-9", Vote("A"), DAY)
    with pytest.raises(EditRefused, match="own accounts"):
        ask(store, Viewer(owner="one"), "FR-1", Vote("B"), DAY)


def test_what_they_asked_for_in_one_talk_is_one_batch_without_what_they_ask_for_already(store):
    ask(store, EVERYONE, "FR-1", Vote("A"), DAY)
    (done,) = ask_for(store, EVERYONE, "A", ["FR-1", "FR-2", "FR-2"], DAY)
    with View(store) as view:
        assert sorted(view.table("request_votes")["request_id"]) == ["FR-1", "FR-2"]
    assert ask_for(store, EVERYONE, "A", ["FR-1", "FR-2"], DAY) == []
    store.undo(done.batch)
    with View(store) as view:
        assert view.table("request_votes")["request_id"].to_list() == ["FR-1"]
    with pytest.raises(EditRefused, match="there no more"):
        ask_for(store, EVERYONE, "A", ["FR-9"], DAY)


def test_merging_leads_in_no_circle_and_is_taken_back(store):
    done = merge(store, EVERYONE, of(store, "FR-2"), "FR-1")
    for one, into, why in (("FR-1", "FR-2", "circle"), ("FR-1", "FR-1", "itself"), ("FR-1", "FR-9", "no such request")):
        with pytest.raises(EditRefused, match=why):
            merge(store, EVERYONE, of(store, one), into)
    store.undo(done.batch)
    assert rows(store)["FR-2"]["merged_into"] is None
    merge(store, EVERYONE, of(store, "FR-2"), "FR-1")
    unmerge(store, EVERYONE, of(store, "FR-2"))
    assert rows(store)["FR-2"]["merged_into"] is None


def test_a_decision_has_a_reason_and_is_left_to_the_formula_again(store):
    for decision, reason, why in (("now", " ", "decision_reason"), ("soon", "x", "takes one of")):
        with pytest.raises(EditRefused, match=why):
            decide(store, EVERYONE, of(store), decision, reason)
    decide(store, EVERYONE, of(store), "paid work", "They pay for it")
    assert rows(store)["FR-1"]["decision_reason"] == "They pay for it"
    decide(store, EVERYONE, of(store), None, "")
    assert (rows(store)["FR-1"]["decision"], rows(store)["FR-1"]["decision_reason"]) == (None, None)


def test_who_asked_is_told_once_it_is_shipped_and_a_telling_is_taken_back(store):
    for account in ("A", "B"):
        ask(store, EVERYONE, "FR-1", Vote(account), DAY)
    ship(store, EVERYONE, of(store), DAY)
    question = Question(as_of=DAY)
    assert run("request-follow-up", store, EVERYONE, question).totals == {"accounts_asked": 2, "to_tell": 2}
    done = tell(store, Viewer(owner="one"), [asked(store, "A")], DAY)
    told = run("request-follow-up", store, EVERYONE, question).rows.select("account_id", "is_told", "told_by").rows()
    assert told == [("B", False, None), ("A", True, "one")]
    store.undo(done.batch)
    tell(store, EVERYONE, [asked(store, "A"), asked(store, "B")], DAY)
    assert run("request-follow-up", store, EVERYONE, question).totals["to_tell"] == 0
    not_told(store, EVERYONE, [asked(store, "B")])
    assert run("request-follow-up", store, EVERYONE, question).totals["to_tell"] == 1
    with pytest.raises(EditRefused, match="Nobody"):
        tell(store, EVERYONE, [], DAY)
    with pytest.raises(EditRefused, match="own accounts"):
        tell(store, Viewer(owner="one"), [asked(store, "B")], DAY)
