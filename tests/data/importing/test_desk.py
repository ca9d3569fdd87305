"""What lies on the import page outlives a reload, and belongs to the link that names it."""

import os
import time

import pytest

from data.importing import uploads
from data.importing.desk import Desk, Told, left_behind
from data.importing.run import import_draft
from data.store.store import Store

TEXT = b"account_id,name\nA,Alder\n"


@pytest.fixture
def store(tmp_path):
    with_rows = Store.open(tmp_path / "s.duckdb")
    yield with_rows
    with_rows.close()


def kept(store: Store, name: str, content: bytes = TEXT, upload: str = "u"):
    return uploads.keep(store.path, f"{upload}{name}", name, memoryview(content))


def test_files_and_what_was_said_of_them_are_there_again(store):
    draft = kept(store, "a.csv")
    desk = Desk(store, "first-desk")
    desk.put(draft, upload="u1")
    desk.answer(draft, "currency", "EUR")
    desk.answer(draft, "decimal", "comma")
    desk.answer(draft, "currency", None)
    desk.say(draft, lambda told: told.mapped('table = "accounts"', "crm"))
    (one,) = Desk(store, "first-desk").files()
    assert (one.draft.file, one.draft.path.read_bytes()) == ("a.csv", TEXT)
    assert one.told == Told(mapping='table = "accounts"', named="crm", answers={"decimal": "comma"})
    assert Desk(store, "other-desk").files() == []


def test_the_same_bytes_are_one_file_under_both_names(store):
    desk = Desk(store, "first-desk")
    for name in ("a.csv", "b.csv", "a.csv"):
        desk.put(kept(store, name), upload=name)
    assert [(one.draft.file, one.same) for one in desk.files()] == [("a.csv", ("b.csv",))]


def test_what_was_taken_off_does_not_come_back_by_itself(store):
    desk, draft = Desk(store, "first-desk"), kept(store, "a.csv")
    desk.put(draft, upload="u1")
    desk.take_off(draft)
    assert desk.files() == []
    assert desk.knows("u1")
    desk.put(kept(store, "c.csv", b"account_id\nC\n"), upload="u2")
    desk.take_back("u2")
    assert desk.files() == []


def test_another_table_leaves_only_how_the_file_is_written():
    told = Told("contracts", "toml", "billing", {"sheet": "2026", "ends_on": "inclusive", "currency": "EUR"}, looked=True)
    assert told.of_table("accounts") == Told("accounts", answers={"sheet": "2026"})


@pytest.mark.parametrize("name", ["", "short", "../../etc/passwd", "a/b/c/d/e", "ä" * 10, "x" * 41])
def test_a_name_that_is_none_opens_no_file(store, name):
    with pytest.raises(ValueError, match="6 to 40 letters"):
        Desk(store, name)


def test_files_left_half_way_are_offered_until_they_are_in(store):
    desk, draft = Desk(store, "first-desk"), kept(store, "a.csv")
    desk.put(draft)
    assert [(one.name, one.files) for one in left_behind(store)] == [("first-desk", ("a.csv",))]
    assert left_behind(store, but="first-desk") == []
    import_draft(store, draft)
    assert left_behind(store) == []


def test_a_desk_goes_when_its_files_do(store):
    desk = Desk(store, "first-desk")
    desk.put(kept(store, "a.csv"))
    long_ago = time.time() - uploads.KEPT_SECONDS - 10
    for path in (desk.path, desk.files()[0].draft.folder):
        os.utime(path, (long_ago, long_ago))
    assert desk.files()
    uploads.sweep(store.path)
    assert desk.files() == []
    assert not desk.path.exists()
