"""Each deed in the store and its entry are kept together; the entry is sealed over the one before, and names nobody."""

import hashlib
import hmac
import json
import os
import stat
import sys
from contextlib import suppress
from datetime import datetime, timedelta

import duckdb
import pytest

from data.audit import heads, keys
from data.audit.entries import note, record
from data.log.tables import layout
from data.store.store import Store
from data.viewer import Actor, Grant, Viewer
from tests.data.audit.places import NAMES, account, brought, entries, told
from tests.data.log.stagings import staged

DANA = "dana.wu@example.com"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "own.duckdb"


@pytest.fixture
def store(path):
    opened = Store.open(path)
    yield opened
    opened.close()


def test_import_undo_and_redo_each_have_an_entry(store, path, tmp_path):
    batch = str(brought(store, tmp_path, who=DANA))
    store.undo(1, DANA)
    store.redo(1, "api")
    store.close()
    assert told(path) == [("begin", "store", ""), ("import", "imports", batch), ("undo", "imports", batch), ("redo", "imports", batch)]
    found = entries(path)
    assert found["actor"].to_list()[0] == "holdfast" and found["actor"].to_list()[3] == "api"
    assert found["actor"][1] == found["actor"][2] == keys.keyed(path, DANA) and len(found["actor"][1]) == 64
    assert [json.loads(one).get("log") for one in found["detail"]] == [None, 1, 2, 3]


def test_each_seal_is_over_the_entry_before_as_worked_out_here(store, path, tmp_path):
    """HMAC-SHA256 by its definition over the entry written out as JSON, worked out with nothing of the program."""
    brought(store, tmp_path)
    store.undo(1)
    store.close()
    (key,) = (tmp_path / "own.audit-key").read_text().split()
    before = ""
    for row in entries(path).rows():
        entry = dict(zip(NAMES, row, strict=True))
        assert entry["previous"] == before
        written = [
            entry[name] if name != "done_at" else entry["done_at"].strftime("%Y-%m-%dT%H:%M:%S.%f") for name in NAMES if name != "hash"
        ]
        text = json.dumps(written, separators=(",", ":"))
        before = hmac.new(key.encode(), b"entry\0" + text.encode(), hashlib.sha256).hexdigest()
        assert entry["hash"] == before


def test_a_deed_that_fails_leaves_no_entry_and_an_entry_that_fails_no_deed(store, path, tmp_path, monkeypatch):
    brought(store, tmp_path)
    with pytest.raises(ZeroDivisionError), store.writing() as cursor:
        record(cursor, "edit", "browser")
        raise ZeroDivisionError
    monkeypatch.setattr(keys, "all_of", lambda _: (_ for _ in ()).throw(keys.KeyUnreadable("no")))
    with pytest.raises(keys.KeyUnreadable):
        store.undo(1)
    monkeypatch.undo()
    assert store.imports()["standing"].to_list() == [True]
    store.close()
    assert [one for one, _, _ in told(path)] == ["begin", "import"]


def test_a_preview_leaves_no_entry(store, path, tmp_path):
    (tmp_path / "parts").mkdir()
    with store.preview(staged(tmp_path / "parts", "accounts", [account("A")])):
        pass
    store.close()
    assert told(path) == []
    assert not (tmp_path / "own.audit-heads").exists()


def test_who_acts_stands_with_roles_scope_and_way_and_without_a_name(store, path):
    reach = (("owner", ("Dana Wu",)), ("team", ("east",)))
    viewer = Viewer(rights=(Grant("edit", "activities", reach), Grant("view", "accounts", reach)), person=DANA, roles=("csm", "lead"))
    note(store, "denied", viewer.allowed("edit", "activities").signs("browser"), kind="revenue", detail={"page": "closes"})
    store.close()
    entry = entries(path).row(1, named=True)
    assert (entry["roles"], entry["way"], entry["kind"], entry["detail"]) == ("csm, lead", "page", "revenue", '{"page":"closes"}')
    assert entry["scope"] == f"owner: {keys.keyed(path, 'Dana Wu')}; team: east"
    assert not any("dana" in str(value).lower() for value in entry.values())


def test_a_name_said_on_the_command_line_is_a_keyed_hash_too(store, path):
    note(store, "close", "command line: Dana Wu")
    note(store, "close", "Dana Wu")
    note(store, "close", Actor("inbox"))
    store.close()
    assert entries(path)["actor"].to_list()[1:] == [f"command line: {keys.keyed(path, 'dana wu ')}", keys.keyed(path, "DANA WU"), "inbox"]
    assert entries(path)["way"].to_list()[1:] == ["command line", "", "inbox"]


def test_what_is_no_action_is_no_entry(store):
    with pytest.raises(ValueError, match="no action of the audit"):
        note(store, "imported", "browser")


def test_the_key_is_its_owners_made_once_and_another_beside_another_store(path, tmp_path):
    first = keys.keyed(path, " Dana ")
    assert first == keys.keyed(path, "DANA") != keys.keyed(path, "Dan")
    assert first != keys.keyed(tmp_path / "other.duckdb", "Dana")
    found = tmp_path / "own.audit-key"
    assert stat.S_IMODE(found.stat().st_mode) == 0o600 and len(found.read_text().split()) == 1
    assert keys.id_of(found.read_text().strip()) not in found.read_text()


def test_an_empty_file_that_a_killed_process_left_is_no_key_and_a_key_is_made(path, tmp_path):
    (tmp_path / "own.audit-key").touch(mode=0o600)
    first = keys.current(path)
    assert first and keys.all_of(path) == [first] == [keys.current(path)]
    assert [one.name for one in tmp_path.iterdir()] == ["own.audit-key"]


def test_of_two_who_make_a_key_at_once_both_have_the_first(path, monkeypatch):
    theirs = keys.current(path)
    monkeypatch.setattr(keys, "all_of", lambda _: [])  # as it was a moment before theirs was there
    assert keys.current(path) == theirs


def test_on_a_disk_that_knows_no_links_a_key_is_made_too(path, monkeypatch):
    monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(PermissionError("no links")))
    assert keys.all_of(path) == [] and [keys.current(path)] == keys.all_of(path)


def test_a_process_killed_at_any_line_while_it_makes_a_key_leaves_none_or_a_whole_one(path):
    for line in range(1, 16):
        keys.place(path).unlink(missing_ok=True)
        with suppress(Killed):
            _until_line(line, keys.current, path)
        assert len(keys.all_of(path)) in (0, 1) and all(len(key) == 43 for key in keys.all_of(path))
        assert keys.current(path) == keys.current(path)


class Killed(BaseException):
    """Where a process would have died."""


def _until_line(line: int, work, *args) -> None:
    """Do the work until the nth line of data/audit/keys.py has begun."""
    met = 0

    def look(frame, happened, _):
        nonlocal met
        if frame.f_code.co_filename != keys.__file__:
            return None
        met += happened == "line"
        if met == line and happened == "line":
            raise Killed
        return look

    before = sys.gettrace()
    sys.settrace(look)
    try:
        work(*args)
    finally:
        sys.settrace(before)


def test_a_store_made_before_begins_its_chain_with_what_was_logged_by_then(path, tmp_path):
    store = Store.open(path)
    brought(store, tmp_path)
    store.undo(1)
    store.close()
    with duckdb.connect(str(path)) as old:
        moments = old.execute("select logged_at from log order by seq").fetchall()
        old.execute("drop table audit")
        old.execute("update meta set value = 'older' where key = 'layout'")
    (tmp_path / "own.audit-heads").unlink()
    store = Store.open(path)
    with store.reading() as cursor:
        assert cursor.execute("select value from meta where key = 'layout'").fetchall() == [(layout(),)]
    store.redo(1)
    store.close()
    assert told(path) == [("begin", "store", ""), ("redo", "imports", "1")]
    micros = [(one - datetime(1970, 1, 1)) // timedelta(microseconds=1) for (one,) in moments]
    log = json.dumps([[1, "import", 1, micros[0]], [2, "undo", 1, micros[1]]], separators=(",", ":"))
    assert json.loads(entries(path)["detail"][0]) == {"logged": 2, "digest": keys.keyed(path, log)}
    assert [head.seq for head in heads.read(tmp_path / "own.audit-heads")[0]] == [1, 2]


def test_heads_are_written_after_each_commit_and_what_a_crash_left_out_with_the_next(store, path, tmp_path):
    brought(store, tmp_path)
    found = tmp_path / "own.audit-heads"
    first = found.read_text()
    store.undo(1)
    found.write_text(first)  # killed after the commit, before the line
    store.close()
    store = Store.open(path)
    store.redo(1)
    store.close()
    lines = [line.split() for line in found.read_text().splitlines()]
    assert [(int(one[0]), one[1]) for one in lines] == entries(path).select("seq", "hash").rows()
    assert [one[0] for one in lines if one[3:] == ["late"]] == ["3"]
    assert stat.S_IMODE(found.stat().st_mode) == 0o600


def test_heads_that_are_lost_are_not_made_up_again(store, path, tmp_path):
    brought(store, tmp_path)
    store.close()
    (tmp_path / "own.audit-heads").unlink()
    store = Store.open(path)
    store.undo(1)
    store.close()
    assert [head.seq for head in heads.read(tmp_path / "own.audit-heads")[0]] == [3]


def test_heads_that_were_emptied_are_not_made_up_again(store, path, tmp_path):
    brought(store, tmp_path)
    store.undo(1)
    store.close()
    (tmp_path / "own.audit-heads").write_text("")
    store = Store.open(path)
    store.redo(1)
    store.close()
    assert [head.seq for head in heads.read(tmp_path / "own.audit-heads")[0]] == [4]


def test_nothing_read_writes_an_entry(store, path, tmp_path):
    brought(store, tmp_path)
    store.imports(), store.check(), store.version()
    store.close()
    assert len(told(path)) == 2
