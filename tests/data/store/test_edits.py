"""Rows written from inside the program are batches like any other: read, undone, kept within a viewer's scope."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from data.store.edits import EditRefused, commit_frame
from data.store.view import View
from data.viewer import Viewer
from tests.books import company


@pytest.fixture
def store(tmp_path):
    opened = company(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def talk(account: str, **more: object) -> pl.DataFrame:
    return pl.DataFrame([{"account_id": account, "kind": "conversation", "done_on": date(2023, 12, 1), **more}])


def test_a_conversation_is_a_batch_that_can_be_undone(store):
    done = commit_frame(store, "activities", talk("A", body="Agreed the scope"), "app", "dana@example.com", edit=True)
    assert (done.read, done.accepted, done.rejected, done.duplicate, done.waiting) == (1, 1, 0, 0, 0)
    with View(store) as view:
        row = view.table("activities").row(0, named=True)
    assert (row["account_id"], row["body"], row["done_on"]) == ("A", "Agreed the scope", date(2023, 12, 1))
    assert len(row["activity_id"]) == 32
    logged = store.imports().row(0, named=True)
    assert (logged["who"], logged["feed"], logged["edit"]) == ("dana@example.com", "app", True)
    store.undo(done.batch)
    with View(store) as view, View(store, known_at=done.batch) as then:
        assert (view.table("activities").height, then.table("activities").height) == (0, 1)


def test_two_conversations_without_ids_are_two(store):
    for _ in range(2):
        commit_frame(store, "activities", talk("A"), "app", "dana@example.com")
    with View(store) as view:
        assert view.table("activities").height == 2


def test_an_edit_changes_only_the_columns_that_it_has(store):
    commit_frame(store, "accounts", pl.DataFrame({"account_id": ["A"], "segment": ["Large"]}), "app", "dana@example.com", edit=True)
    with View(store) as view:
        row = view.accounts().filter(pl.col("account_id") == "A").row(0, named=True)
    assert (row["segment"], row["name"], row["owner"]) == ("Large", "Alder", "one@example.com")


def test_instants_come_back_in_utc(store):
    at = datetime(2023, 12, 1, 23, 30, tzinfo=UTC)
    answer = pl.DataFrame([{"account_id": "A", "kind": "nps", "score": 9, "answered_at": at}])
    commit_frame(store, "surveys", answer, "app", "dana@example.com")
    with View(store) as view:
        assert view.table("surveys").select("score", "answered_at").row(0) == (9.0, at)


def test_nothing_is_left_behind_in_the_staging_folder(store):
    commit_frame(store, "activities", talk("A"), "app", "dana@example.com")
    assert not list((store.path.parent / "staging").iterdir())
    assert store.check() == []


@pytest.mark.parametrize(
    ("table", "frame", "word"),
    [
        ("usage_events", talk("A"), "usage_events"),
        ("nothing", talk("A"), "nothing"),
        ("activities", talk("A", colour="red"), "colour"),
        ("activities", talk("A").clear(), "no rows"),
        ("activities", talk("A").drop("kind"), "kind"),
        ("activities", talk("A").with_columns(kind=pl.lit("call")), "conversation, task"),
        ("activities", talk("A").with_columns(done_on=pl.lit("soon")), "does not fit"),
        ("accounts", pl.DataFrame({"account_id": ["A", "A"]}), "two rows"),
        ("accounts", pl.DataFrame({"name": ["Alder"]}), "account_id"),
    ],
)
def test_rows_that_do_not_fit_are_refused_with_words_and_leave_nothing(store, table, frame, word):
    before = store.version()
    with pytest.raises(EditRefused, match=word):
        commit_frame(store, table, frame, "app", "dana@example.com")
    assert store.version() == before


def test_a_csm_writes_for_own_accounts_alone(store):
    mine = Viewer("one@example.com")
    commit_frame(store, "activities", talk("A"), "app", "one@example.com", viewer=mine)
    for table, frame in (
        ("activities", talk("B")),
        ("costs", pl.DataFrame({"month": [date(2023, 1, 1)], "kind": ["sales"], "amount": [1]})),
    ):
        with pytest.raises(EditRefused, match="own accounts"):
            commit_frame(store, table, frame, "app", "one@example.com", viewer=mine)
