"""What a target is known to have: the same after every kill, as far as it is whole on the disk."""

from dataclasses import asdict

from deliveries import journal
from deliveries.journal import Open

TOLD = {"delivery_id": "d_1", "outcome": "delivered", "data_version": 7}


def begun(store, **more):
    found = journal.read(store, "d")
    found.begin(Open("d_1", "digest", "2024-01-01", 7, "2024-01-02T06:00:00+00:00", **more))
    return found


def test_rows_are_known_as_they_are_taken_and_what_is_not_written_down_is_known_too(tmp_path):
    store = tmp_path / "own.duckdb"
    found = begun(store)
    found.took({"a": "1", "b": "2"})
    again = journal.read(store, "d")
    assert (again.rows, again.open.acked) == ({"a": "1", "b": "2"}, {"a", "b"})
    again.ended(TOLD, done=True)
    later = journal.read(store, "d")
    assert (later.open, later.unwritten) == (None, {"d_1": TOLD})
    later.written("d_1")
    assert asdict(journal.read(store, "d")) == asdict(later)
    assert len(found.path.read_text().splitlines()) == 4


def test_what_arrives_whole_takes_the_place_of_all_or_is_added(tmp_path):
    for whole, expected in ((True, {"b": "3"}), (False, {"a": "1", "b": "3"})):
        store = tmp_path / str(whole) / "own.duckdb"
        begun(store).took({"a": "1", "b": "2"})
        begun(store, planned={"b": "3"}, whole=whole).arrived()
        assert (journal.read(store, "d").rows, journal.read(store, "d").digest) == (expected, "digest")


def test_a_line_that_broke_off_is_none_and_the_next_one_is_whole(tmp_path):
    store = tmp_path / "own.duckdb"
    found = begun(store)
    found.took({"a": "1"})
    text = found.path.read_bytes()
    found.path.write_bytes(text + b'{"took": {"b": "2')
    assert journal.read(store, "d").rows == {"a": "1"} and found.path.stat().st_size > len(text)  # who looks on leaves it as it is
    again = journal.read(store, "d", to_write=True)
    assert again.rows == {"a": "1"}
    again.took({"c": "3"})
    assert journal.read(store, "d").rows == {"a": "1", "c": "3"}


def test_forgotten_is_as_if_nothing_had_been_delivered(tmp_path):
    found = begun(tmp_path / "own.duckdb", planned={"a": "1"})
    found.arrived()
    found.forget()
    again = journal.read(tmp_path / "own.duckdb", "d")
    assert (again.rows, again.open, again.digest) == ({}, None, "")


def test_a_line_that_another_hand_spoilt_makes_what_the_target_has_unknown(tmp_path):
    found = begun(tmp_path / "own.duckdb")
    found.took({"a": "1"})
    found.path.write_bytes(found.path.read_bytes() + b"not json\n" + b'{"took": {"b": "2"}}\n')
    again = journal.read(tmp_path / "own.duckdb", "d")
    assert again.rows == {"a": journal.UNKNOWN, "b": "2"}  # that a row is there is known still, so that it can be emptied one day
