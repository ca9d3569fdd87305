"""Who is one person: ids that files say are one's count once, for as long as those files stand."""

import json
from datetime import date

import polars as pl
import pytest

from data.importing.mapping import Mapping
from data.importing.run import import_file
from data.store.store import Store
from data.store.view import View
from data.viewer import Viewer
from reports.catalogue import run
from reports.files.answers import takes_of
from reports.report import question_of

MARCH = (date(2025, 3, 1), date(2025, 3, 31))
USED = Mapping(
    "usage_events",
    "tool",
    columns={"account_id": "account", "user_id": "user", "event": "event", "occurred_at": "time", "anonymous_id": "device"},
)
MERGED = Mapping("usage_events", "tool", columns=USED.columns | {"other_user_id": "$other"})


@pytest.fixture
def store(tmp_path):
    opened = Store.open(tmp_path / "own.duckdb")
    accounts = tmp_path / "accounts.csv"
    accounts.write_text("account_id,name\nA,Alder\nB,Birch\n")
    assert import_file(opened, accounts).batch
    yield opened
    opened.close()


def land(store, path, *rows, mapping=USED):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    batch = import_file(store, path, mapping=mapping, options={"covers": "2025-03-01..2025-03-31"}).batch
    assert batch
    return batch.batch


def used(day, user, device=None, account="A", **more):
    return {"account": account, "user": user, "device": device, "event": "report", "time": f"2025-03-0{day}T10:00:00Z", **more}


def people(store, account="A"):
    with View(store) as view:
        return view.usage_months(*MARCH).filter(pl.col("account_id") == account)["user_id"].unique().sort().to_list()


def test_a_device_is_that_of_the_first_user_on_it_whichever_file_says_so_first(store, tmp_path):
    second = land(store, tmp_path / "b.jsonl", used(3, "kim", "d1"))
    land(store, tmp_path / "a.jsonl", used(1, None, "d1"), used(2, "dana", "d1"))
    assert people(store) == ["dana", "kim"]
    store.undo(second)
    assert people(store) == ["dana"]


def test_ids_are_one_person_while_the_file_that_says_so_stands(store, tmp_path):
    land(store, tmp_path / "a.jsonl", used(1, "old"), used(2, "new"), used(2, "other"))
    merge = land(store, tmp_path / "b.jsonl", used(3, "new", **{"$other": "old"}), mapping=MERGED)
    assert people(store) == ["new", "other"]
    store.undo(merge)
    assert people(store) == ["new", "old", "other"]
    store.redo(merge)
    assert people(store) == ["new", "other"]


def test_a_chain_of_ids_in_any_order_is_one_person(store, tmp_path):
    pairs = [("b", "c"), ("d", "e"), ("a", "b"), ("c", "d")]
    land(store, tmp_path / "a.jsonl", *(used(1, one, **{"$other": other}) for one, other in pairs), mapping=MERGED)
    land(store, tmp_path / "b.jsonl", used(2, "e"), used(2, "f"))
    assert people(store) == ["a", "f"]


def test_what_one_says_of_itself_or_of_nobody_joins_nothing(store, tmp_path):
    land(
        store,
        tmp_path / "a.jsonl",
        used(1, "a", **{"$other": "a"}),
        used(1, "b", **{"$other": ""}),
        used(1, "c", **{"$other": None}),
        mapping=MERGED,
    )
    assert people(store) == ["a", "b", "c"]


def test_events_count_as_often_as_before_and_the_store_is_whole(store, tmp_path):
    land(store, tmp_path / "a.jsonl", used(1, "old"), used(2, "new", **{"$other": "old"}), mapping=MERGED)
    land(
        store,
        tmp_path / "again.jsonl",
        used(1, "old"),
        used(2, "new", **{"$other": "old"}),
        used(3, "new", **{"$other": "old"}),
        mapping=MERGED,
    )
    with View(store) as view:
        assert view.usage_days(*MARCH)["count"].sum() == 3
    assert store.check() == []


def test_a_file_of_ids_alone_joins_them_and_is_no_use(store, tmp_path):
    land(store, tmp_path / "a.jsonl", used(1, None, "d1"), used(2, "dana"))
    identifies = tmp_path / "identifies.csv"
    identifies.write_text(
        "id,received_at,anonymous_id,user_id,email\ni1,2025-03-01 09:00:00,d1,dana,d@alder.example\ni2,2025-03-01 09:00:00,d2,,\n"
    )
    batch = import_file(store, identifies).batch
    assert batch and (batch.read, batch.accepted, batch.rejected, batch.duplicate) == (2, 2, 0, 0)
    assert people(store) == ["dana"]
    with View(store) as view:
        assert view.usage_months(*MARCH)["user_id"].unique().to_list() == ["dana"]  # d2 was seen nowhere
    for name in ("quality", "feeds", "usage", "import-quality", "migration", "self-check"):
        assert run(name, store, Viewer(None), question_of({"rules": "house"}, of=name, takes=takes_of(name))) is not None
    store.undo(batch.batch)
    assert people(store) == ["d1", "dana"]
    assert import_file(store, identifies, options={"covers_accounts": "listed"}).batch
    assert people(store) == ["dana"]


def test_a_file_of_ids_alone_without_rows_is_refused(store, tmp_path):
    (tmp_path / "aliases.csv").write_text("id,received_at,previous_id,user_id\n")
    outcome = import_file(store, tmp_path / "aliases.csv")
    assert outcome.batch is None and "no rows" in outcome.problems[0].reason
