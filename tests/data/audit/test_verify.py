"""Whatever is changed in the audit, by whoever has the store, or the store and the key, is found; and nothing is found where nothing was."""

import json
import random
import shutil

import duckdb
import pytest

from data.audit import heads, keys
from data.audit.entries import note
from data.audit.verify import Verified, verify
from data.store import backups
from data.store.store import Store
from tests.data.audit.places import NAMES, brought

TEXTS = [name for name in NAMES if name not in ("seq", "done_at")]


@pytest.fixture
def path(tmp_path):
    """A closed store with eleven entries: the begin, three imports, two undos, a redo, and four deeds done elsewhere."""
    found = tmp_path / "own.duckdb"
    store = Store.open(found)
    for key in "ABC":
        brought(store, tmp_path, key, who="dana@example.com")
    for batch in (1, 2):
        store.undo(batch, "browser")
    store.redo(1, "api")
    for action in ("sign_in", "denied", "export", "sign_out"):
        note(store, action, "dana@example.com", kind="revenue", object="7", detail={"rows": 3, "report": "arr"})
    store.close()
    return found


@pytest.fixture
def engine(path):
    """The store opened by the engine alone, with nothing of the program between."""
    with duckdb.connect(str(path)) as found:
        yield found


def looked(engine, path, kept=None) -> Verified:
    return verify(engine, path, kept)


def after(engine, path, *statements: str) -> Verified:
    """What verify finds once these were done; they are given up afterwards."""
    engine.execute("begin")
    for statement in statements:
        engine.execute(statement)
    found = looked(engine, path)
    engine.execute("rollback")
    return found


def test_an_audit_that_nobody_touched_is_whole(engine, path):
    found = looked(engine, path)
    assert (found.faults, found.remarks, found.entries, found.heads) == ([], [], 11, 11)
    assert found.in_words() == "11 entries, 11 heads. The audit is as it was written."


def changed(engine, draw: random.Random, seq: int, column: str) -> str:
    """A statement that changes one byte of a value, as it lies there."""
    (value,) = engine.execute(f"select {column} from audit where seq = ?", [seq]).fetchone()
    if column == "seq":
        return f"update audit set seq = {seq ^ 1 << draw.randrange(8)} where seq = {seq}"
    if column == "done_at":
        (micros,) = engine.execute("select epoch_us(done_at) from audit where seq = ?", [seq]).fetchone()
        return f"update audit set done_at = make_timestamp({micros ^ 1 << draw.randrange(40)}) where seq = {seq}"
    at = draw.randrange(len(value)) if value else 0
    other = draw.choice([one for one in "0123456789abcdefxyz{}:, " if one != value[at : at + 1]])
    return f"update audit set {column} = '{(value[:at] + other + value[at + 1 :]).replace(chr(39), chr(39) * 2)}' where seq = {seq}"


def test_a_hundred_changes_of_one_byte_are_found_and_the_entry_is_named(engine, path):
    draw = random.Random(19)
    places = [(seq, column) for seq in range(1, 12) for column in NAMES]
    tried = draw.sample(places, 100)
    assert {column for _, column in tried} == set(NAMES)
    for seq, column in tried:
        statement = changed(engine, draw, seq, column)
        found = after(engine, path, statement)
        assert found.faults, statement
        assert found.first is not None and found.first <= seq, (
            statement,
            found.faults,
        )  # a seal tells of itself, a number of the gap it leaves
        if column not in ("seq",):
            assert found.first == seq, (statement, found.faults)
    assert looked(engine, path).faults == []


@pytest.mark.parametrize("column", TEXTS)
def test_a_value_that_is_taken_away_is_found(engine, path, column):
    assert after(engine, path, f"update audit set {column} = null where seq = 5").first == 5


def test_entries_that_were_taken_out_swapped_doubled_or_cut_off_are_found(engine, path):
    told = {
        "delete from audit where seq = 4": (4, "Entry 4 is missing."),
        "delete from audit where seq between 4 and 6": (4, "Entries 4 to 6 are missing."),
        "delete from audit where seq = 1": (1, "Entry 1 is missing."),
        "delete from audit where seq > 8": (9, "entry 9 had its head written"),
        "delete from audit": (1, "entry 1 had its head written"),
        "insert into audit select * from audit where seq = 3": (3, "more than once"),
        "update audit set seq = case seq when 8 then 9 when 9 then 8 else seq end where seq in (8, 9)": (8, "its seal does not fit"),
    }
    for statement, (first, words) in told.items():
        found = after(engine, path, statement)
        assert found.first == first and any(words in one for one in found.faults), (statement, found.faults)


def resealed(engine, key: str, since: int) -> None:
    """Seal all entries anew from one on, as somebody does who knows how."""
    rows = engine.execute("select * from audit order by seq").fetchall()
    previous = ""
    for row in rows:
        entry = dict(zip(NAMES, row, strict=True))
        if entry["seq"] >= since:
            entry |= {"previous": previous, "key": keys.id_of(key)}
            written = [entry[n] if n != "done_at" else entry[n].isoformat(timespec="microseconds") for n in NAMES if n != "hash"]
            entry["hash"] = keys.sealed(key, json.dumps(written, separators=(",", ":")))
            engine.execute(
                "update audit set previous = ?, key = ?, hash = ? where seq = ?", [previous, entry["key"], entry["hash"], entry["seq"]]
            )
        previous = entry["hash"]


def test_a_chain_sealed_anew_by_who_has_the_store_alone_is_found(engine, path):
    """Their key is none that lies beside the store."""
    engine.execute("begin")
    engine.execute("update audit set actor = 'api' where seq = 5")
    resealed(engine, "a key of their own", 5)
    found = looked(engine, path)
    assert found.first == 5 and any("7 entries, 5 to 11, are sealed with a key that is not beside the store" in one for one in found.faults)


def test_a_chain_sealed_anew_with_the_key_is_found_by_its_heads(engine, path):
    (key,) = keys.all_of(path)
    engine.execute("begin")
    engine.execute("delete from audit where seq = 11")
    engine.execute("update audit set actor = 'api' where seq = 5")
    resealed(engine, key, 5)
    found = looked(engine, path)
    assert found.first == 5
    assert [one.split(":")[1][:12] for one in found.faults] == [f" entry {seq} {'is' if seq < 11 else 'had'} "[:12] for seq in range(5, 12)]


def test_heads_that_were_kept_elsewhere_find_what_those_beside_the_store_were_made_to_hide(engine, path, tmp_path):
    """The key, the store and the heads beside it are theirs; a copy of the heads is not."""
    kept = shutil.copy(heads.place(path), tmp_path / "kept.txt")
    (key,) = keys.all_of(path)
    engine.execute("update audit set actor = 'api' where seq = 5")
    resealed(engine, key, 5)
    rows = engine.execute("select seq, hash from audit order by seq").fetchall()
    heads.place(path).write_text("".join(f"{seq} {seal} 2026-01-01T00:00:00Z\n" for seq, seal in rows))
    assert looked(engine, path).faults == []  # this is what nobody can tell from beside the store
    found = looked(engine, path, kept)
    assert found.first == 5 and "kept.txt: entry 5 is not the one whose head was written" in found.faults[0]


def test_a_lost_or_another_key_is_said(engine, path):
    place = keys.place(path)
    key = place.read_text()
    place.unlink()
    assert "11 entries, 1 to 11, are sealed with a key that is not beside the store" in looked(engine, path).faults[0]
    place.write_text("another\n")
    assert looked(engine, path).first == 1
    place.write_text("another\n" + key)
    assert looked(engine, path).faults == []


def test_heads_that_are_lost_changed_or_cut_short_are_said(engine, path):
    place = heads.place(path)
    lines = place.read_text().splitlines(keepends=True)
    told = {
        None: "There is no file own.audit-heads",
        "": "own.audit-heads holds no head, and 11 entries are there",
        "".join(lines[4:]): "begins with the head of entry 5",
        "".join([*lines[:3], *lines[5:]]): "the heads of entries 4 to 5 are missing",
        "".join([*lines[:3], "what is this\n", *lines[3:]]): "line 4: this is no head",
        "".join([*lines, lines[2].replace(lines[2].split()[1], "0" * 64)]): "two heads of entry 3",
    }
    for text, words in told.items():
        place.unlink() if text is None else place.write_text(text)
        assert any(words in one for one in looked(engine, path).faults), (words, looked(engine, path).faults)
    place.write_text("".join(lines[:9]))
    found = looked(engine, path)
    assert found.faults == [] and "Entries 10 to 11 have no head yet" in found.remarks[0]


def test_a_log_that_says_something_else_than_the_audit_is_found(engine, path):
    told = {
        "delete from log where seq = 4": "is of the log's entry 4, which is missing",
        "update log set action = 'redo' where seq = 4": "entry 4 (redo of batch 1) is not what entry 5 says",
        "update log set batch = 3 where seq = 5": "entry 5 (undo of batch 3) is not what entry 6 says",
        "insert into log values (7, 'undo', 3, now()::timestamp, 'local')": "entry 7 (undo of batch 3) has no entry in the audit",
    }
    for statement, words in told.items():
        assert any(words in one for one in after(engine, path, statement).faults), statement


def test_what_was_logged_before_there_was_an_audit_is_held_by_its_first_entry(path, tmp_path):
    with duckdb.connect(str(path)) as old:
        old.execute("drop table audit")
        old.execute("delete from meta where key = 'layout'")
    heads.place(path).unlink()
    store = Store.open(path)
    brought(store, tmp_path, "D")
    assert store.verified().faults == []
    store.close()
    with duckdb.connect(str(path)) as engine:
        found = after(engine, path, "update log set action = 'redo' where seq = 4")
    assert found.faults == ["The log of what was there before the audit began is not as it was then."]


def test_a_restore_is_no_fault_and_what_it_replaced_is_told(path, tmp_path):
    store = Store.open(path)
    backups.backup(store, tmp_path / "monday.duckdb")  # entry 12 is in the copy
    store.undo(3, "browser")  # 13
    store.close()
    backups.restore(path, tmp_path / "monday.duckdb")
    store = Store.open(path)
    found = store.verified()
    assert found.faults == [] and found.entries == 13
    assert [one.partition(" on ")[0] for one in found.remarks] == ["A restore"] and "entries 13 to 13" in found.remarks[0]
    store.undo(3, "browser")
    assert store.verified().faults == []
    store.close()
    with duckdb.connect(str(path)) as engine:
        detail = json.loads(engine.execute("select detail from audit where action = 'restore'").fetchone()[0])
        assert (detail["newest"], detail["replaced"]) == (12, 13)
        assert after(engine, path, "delete from audit where seq > 12").first == 13


def test_a_store_put_back_by_hand_is_told(path, tmp_path):
    """As a restore without the command: the older file copied over the newer one."""
    shutil.copy(path, tmp_path / "old.duckdb")
    store = Store.open(path)
    store.undo(3, "browser")
    store.close()
    shutil.copy(tmp_path / "old.duckdb", path)
    store = Store.open(path)
    assert store.verified().first == 12
    store.redo(2, "browser")  # their next deed does not cover it up
    assert any("two heads of entry 12" in one for one in store.verified().faults)
    store.close()


def test_each_close_holds_the_chain(engine, path):
    (seal,) = engine.execute("select hash from audit where seq = 6").fetchone()
    made = f"insert into rows_closes (batch, line, row_key, close_id, audit_head) values (1, 1, 'q', 'q', '6 {seal}')"
    assert after(engine, path, made).faults == []
    found = after(engine, path, made.replace(seal, "0" * 64))
    assert found.faults == ["The close q keeps another head of entry 6."] and found.first == 6


@pytest.mark.parametrize("left", [3, 40, 75, 90, 93])
def test_a_line_of_heads_that_a_crash_cut_off_is_written_anew(path, tmp_path, left):
    """A line is `11 `, 64 digits, a blank and 20 characters of a moment: cut in the number, the seal, between, in the moment, before its end."""
    text = heads.place(path).read_text()
    lines = text.splitlines(keepends=True)
    heads.place(path).write_text("".join(lines[:-1]) + lines[-1][:left])
    store = Store.open(path)
    store.undo(3, "browser")
    assert store.verified().faults == []
    store.close()
    kept = heads.place(path).read_text()
    assert kept.endswith("\n") and [line.split()[0] for line in kept.splitlines()][-2:] == ["11", "12"]


def test_a_clock_that_was_set_back_is_told(engine, path):
    """Sealed anew with the key and its head changed, too, an entry of a moment before the one before it stands out."""
    later = "update audit set done_at = done_at + interval 1 day where seq = 5"
    found = after(engine, path, later)
    assert found.first == 5
    assert [one for one in found.remarks if "Entry 6" in one and "the clock was set back" in one]
