"""A backup is one moment of the log, whatever is written meanwhile; a restore puts it back whole or changes nothing."""

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from queue import Queue
from threading import Semaphore, Thread

import pytest

from data.importing.run import import_file
from data.store.backups import backup, restore
from data.store.store import Store, StoreError, StoreHeld
from data.store.view import View
from tests.data.log.stagings import staged
from tests.waiting import PATIENCE

STEPS = ("Reading", "Writing", "Looking", "Adding", "Done")  # how the words begin in which an import tells what it does
START, DAYS = datetime(2024, 1, 1, tzinfo=UTC), (date(2024, 1, 1), date(2024, 12, 31))


@pytest.fixture
def store(tmp_path):
    opened = made(tmp_path / "used" / "own.duckdb")
    yield opened
    opened.close()


def made(path: Path) -> Store:
    (path.parent / "staging").mkdir(parents=True)
    store = Store.open(path)
    store.commit(staged(path.parent / "staging", "accounts", [{"row_key": key, "account_id": key, "name": key} for key in "AB"]))
    return store


def add(store: Store, number: int, rows: int = 400) -> int:
    events = [
        {"account_id": "AB"[n % 2], "user_id": str(n % 9), "event": "open", "occurred_at": START + timedelta(hours=n + number)}
        for n in range(rows)
    ]
    return store.commit(staged(store.path.parent / "staging", "usage_events", events)).batch


def seen(store: Store, known_at: int | None = None) -> list:
    with View(store, known_at=known_at) as view:
        return [view.accounts().rows(), view.usage_days(*DAYS).rows(), view.usage_months(*DAYS).rows(), view.usage_span(DAYS[1]).rows()]


def test_what_was_backed_up_comes_back_and_what_was_there_is_kept(store, tmp_path):
    add(store, 1)
    before, version = seen(store), store.version()
    said = backup(store, tmp_path / "away" / "monday.duckdb")
    assert (said.batches, said.rows, said.faults) == (2, 402, [])
    add(store, 5)
    store.undo(2)
    after = seen(store)
    store.close()
    checked, kept = restore(store.path, tmp_path / "away" / "monday.duckdb")
    assert checked.in_words() == "2 imports, 402 rows, 2 checksums, 1 rollups worked out anew. The store is whole."
    restored, aside = Store.open(store.path), Store.open(kept)
    assert (seen(restored), restored.version()) == (before, version)
    assert seen(aside) == after
    restored.close()
    aside.close()
    assert list((store.path.parent / "staging").glob("restore-*")) == []


def test_backups_taken_during_imports_are_moments_of_the_log(store, tmp_path):
    done, enough = [], threading.Event()

    def import_on() -> None:
        while not enough.is_set() or len(done) < 3:
            done.append(add(store, len(done)))

    writer = threading.Thread(target=import_on)
    writer.start()
    paths = [tmp_path / f"{number}.duckdb" for number in range(6)]
    for path in paths:
        backup(store, path)
    enough.set()
    writer.join()
    log = store.imports().sort("batch")
    for path in paths:
        restore(tmp_path / path.stem / "own.duckdb", path)
        restored = Store.open(tmp_path / path.stem / "own.duckdb")
        last = restored.imports()["batch"].max()
        assert restored.check() == []
        assert restored.imports().sort("batch").equals(log.head(last))
        assert seen(restored) == seen(store, known_at=last)
        restored.close()


@pytest.mark.long
def test_backups_taken_at_any_moment_of_whole_imports_are_moments_of_the_log(store, tmp_path):
    """Not only while rows are written: also while a file is hashed, read by the child, checked and summed. What writes is not waited for
    by those who begin a backup then: its entry of the audit is written once the import has let go of the store."""
    days = [f"{START + timedelta(minutes=n):%Y-%m-%d %H:%M:%S}" for n in range(120_000)]
    for number in range(3):
        lines = (f"{'AB'[n % 2]},u{n % 50},open{number},{day}\n" for n, day in enumerate(days))
        (tmp_path / f"{number}.csv").write_text("account_id,user_id,event,occurred_at\n" + "".join(lines))
    steps, going, outcomes = Queue(), Semaphore(0), []

    def told(share: float, words: str) -> None:
        steps.put(words)
        assert going.acquire(timeout=PATIENCE)  # until a backup begins; then both go on

    def import_all() -> None:
        try:
            outcomes.extend(import_file(store, tmp_path / f"{number}.csv", progress=told) for number in range(3))
        finally:
            steps.put(None)

    importer = threading.Thread(target=import_all)
    importer.start()
    paths, seen_steps, taken = [], Counter(), []
    while words := steps.get(timeout=PATIENCE):
        going.release()
        seen_steps[words.split()[0]] += 1
        if words.startswith("Read ") and seen_steps["Read"] > 3:  # comes by the clock while the child reads
            continue
        paths.append(tmp_path / f"{len(paths)}.duckdb")
        taken.append(Thread(target=backup, args=(store, paths[-1])))
        taken[-1].start()
    for thread in (importer, *taken):
        thread.join()
    assert [outcome.batch.accepted for outcome in outcomes] == [120_000] * 3
    assert {word: seen_steps[word] for word in STEPS} == dict.fromkeys(STEPS, 3) | {
        "Writing": 6
    }  # a backup began at each step of each import; of writing both import and store tell
    log = store.imports().sort("batch")
    for path in paths:
        restore(tmp_path / path.stem / "own.duckdb", path)
        restored = Store.open(tmp_path / path.stem / "own.duckdb")
        last = restored.imports()["batch"].max()
        assert restored.check() == []
        assert restored.imports().sort("batch").equals(log.head(last))
        assert seen(restored) == seen(store, known_at=last)
        restored.close()


@pytest.mark.parametrize("kind", ["text", "cut", "changed", "empty", "missing"])
def test_what_is_no_whole_backup_changes_nothing(store, tmp_path, kind):
    path = tmp_path / "b.duckdb"
    add(store, 1)
    backup(store, path)
    before = seen(store)
    store.close()
    if kind == "changed":
        other = Store.open(path)
        with other.writing() as cursor:
            cursor.execute("update usage_counts set n = n + 1")
        other.close()
    elif kind == "empty":
        path.unlink()
        Store.open(path).close()
    elif kind == "missing":
        path.unlink()
    else:
        whole = path.read_bytes()
        path.write_bytes(b"accounts\nA\n" if kind == "text" else whole[: len(whole) // 2])
    with pytest.raises(StoreError):
        restore(store.path, path)
    same = Store.open(store.path)
    assert seen(same) == before
    same.close()
    assert not list(store.path.parent.glob("*.replaced*"))


def test_a_store_in_use_is_not_replaced(tmp_path, store):
    import subprocess
    import sys

    backup(store, tmp_path / "b.duckdb")
    program = "import sys; from pathlib import Path; from data.store.backups import restore; restore(Path(sys.argv[1]), Path(sys.argv[2]))"
    told = subprocess.run(
        [sys.executable, "-c", program, str(store.path), str(tmp_path / "b.duckdb")],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert StoreHeld.__name__ in told.stderr
    assert store.check() == []


def test_a_backup_that_cannot_be_written_leaves_the_earlier_one(store, tmp_path):
    (tmp_path / "b.duckdb").mkdir()
    with pytest.raises(StoreError, match="could not be written"):
        backup(store, tmp_path / "b.duckdb")
    assert not list(tmp_path.glob("*.new"))


@pytest.mark.parametrize("kind", ["text", "changed"])
def test_a_damaged_store_is_no_hindrance_and_is_kept(store, tmp_path, kind):
    backup(store, tmp_path / "b.duckdb")
    before = seen(store)
    store.close()
    whole = store.path.read_bytes()
    damaged = b"no store\n" if kind == "text" else whole[:4096] + bytes(len(whole) - 4096)
    store.path.write_bytes(damaged)
    _, kept = restore(store.path, tmp_path / "b.duckdb")
    assert kept and kept.read_bytes() == damaged
    same = Store.open(store.path)
    assert seen(same) == before and same.check() == []
    same.close()
