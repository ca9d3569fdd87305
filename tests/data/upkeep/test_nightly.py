"""Backups by night: the newest are kept, nothing else in the folder is touched, and one comes back on another path."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from data.store.backups import backup, restore
from data.store.store import Store, StoreError
from data.upkeep.nightly import due, keep_one_more, kept, newest
from tests.books import company

FIRST = datetime(2026, 3, 1, 2, 0, 7, tzinfo=UTC)
OWN = Path("/somewhere/own.duckdb")


def write(path: Path) -> None:
    path.write_bytes(b"a store")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_so_many_of_the_newest_are_kept_and_what_is_not_ours_stays(tmp_path):
    for name in ("monday.duckdb", "other-20200101T000000Z.duckdb", "own-20200101T000000Z.duckdb.old", "own-2020.duckdb", "notes.txt"):
        (tmp_path / name).write_text("the user's")
    others = names(tmp_path)
    removed = [len(keep_one_more(write, OWN, tmp_path, 3, FIRST + timedelta(days=n))[1]) for n in range(5)]
    assert removed == [0, 0, 0, 1, 1]
    assert sorted(set(names(tmp_path)) - set(others)) == [f"own-2026030{day}T020007Z.duckdb" for day in (3, 4, 5)]
    assert set(others) <= set(names(tmp_path))


def test_one_that_fails_removes_nothing(tmp_path):
    for n in range(3):
        keep_one_more(write, OWN, tmp_path, 3, FIRST + timedelta(days=n))
    before = names(tmp_path)

    def full(_: Path) -> None:
        raise StoreError("The disk is full.")

    with pytest.raises(StoreError, match="full"):
        keep_one_more(full, OWN, tmp_path, 1, FIRST + timedelta(days=4))
    assert names(tmp_path) == before


def test_a_clock_that_was_wrong_once_removes_no_backup_that_was_just_made(tmp_path):
    keep_one_more(write, OWN, tmp_path, 1, datetime(2031, 1, 1, tzinfo=UTC))
    made, gone = keep_one_more(write, OWN, tmp_path, 1, FIRST)
    assert [path.name for path in gone] == ["own-20310101T000000Z.duckdb"]
    assert names(tmp_path) == [made.name] == ["own-20260301T020007Z.duckdb"]


def test_a_backup_of_the_future_is_not_the_newest(tmp_path):
    for at in (FIRST, FIRST + timedelta(days=900)):
        keep_one_more(write, OWN, tmp_path, 5, at)
    found = newest(tmp_path, OWN, FIRST + timedelta(days=1))
    assert found and found.at == FIRST.replace(microsecond=0)
    assert [one.at.year for one in kept(tmp_path, OWN)] == [2026, 2028]


EAST = timezone(timedelta(hours=8))


@pytest.mark.parametrize(
    ("last", "now", "expected"),
    [
        (None, datetime(2026, 3, 5, 1, tzinfo=UTC), True),  # there is none yet
        (datetime(2026, 3, 4, 2, 0, 7, tzinfo=UTC), datetime(2026, 3, 5, 1, 59, tzinfo=UTC), False),  # last night's, and it is not two yet
        (datetime(2026, 3, 4, 2, 0, 7, tzinfo=UTC), datetime(2026, 3, 5, 2, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 5, 2, 0, 7, tzinfo=UTC), datetime(2026, 3, 5, 23, 59, tzinfo=UTC), False),
        (datetime(2026, 3, 3, 2, 0, 7, tzinfo=UTC), datetime(2026, 3, 5, 1, 0, tzinfo=UTC), True),  # no server ran in the night of the 4th
        # Two o'clock in the east is 18:00 UTC of the day before.
        (datetime(2026, 3, 4, 17, 59, tzinfo=UTC), datetime(2026, 3, 5, 2, 1, tzinfo=EAST), True),
        (datetime(2026, 3, 4, 18, 1, tzinfo=UTC), datetime(2026, 3, 5, 2, 30, tzinfo=EAST), False),
    ],
)
def test_when_the_nights_backup_is_due(tmp_path, last, now, expected):
    if last:
        keep_one_more(write, OWN, tmp_path, 5, last)
    assert due(tmp_path, OWN, 2, now) is expected


def test_a_nightly_backup_comes_back_on_another_path(tmp_path):
    store = company(tmp_path / "here" / "own.duckdb")
    made, _ = keep_one_more(lambda to: backup(store, to), store.path, tmp_path / "nights", 14, FIRST)
    was = store.imports()
    store.close()
    checked, aside = restore(tmp_path / "there" / "second.duckdb", made)
    assert (checked.faults, aside) == ([], None)
    opened = Store.open(tmp_path / "there" / "second.duckdb")
    assert opened.check() == [] and opened.imports().equals(was)
    opened.close()


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    store = company(tmp_path / "own.duckdb")
    (tmp_path / "taken").write_text("a file")
    with pytest.raises((StoreError, OSError)):
        keep_one_more(lambda to: backup(store, to), store.path, tmp_path / "taken", 14, FIRST)
    store.close()
