"""The store written anew: nothing that was taken out is left in its file, readers see the one or the other, and a kill leaves one whole."""

import random
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from data.store.store import Store, StoreError
from tests.books import company

SECRET = b"Secret suite"
WRITER = """
import sys
from data.store.store import Store
store = Store.open(sys.argv[1])
print("open", flush=True)
while True:
    store.write_anew(lambda cursor: cursor.execute("update batches set header = ['kept']"))
    print("done", flush=True)
"""


def without_secret(cursor: duckdb.DuckDBPyConnection) -> int:
    gone = cursor.execute("select count(*) from rows_contracts where product = 'Secret suite'").fetchall()[0][0]
    cursor.execute("update rows_contracts set product = 'Suite' where product = 'Secret suite'")
    return gone


def test_no_byte_is_left_of_what_was_taken_out_and_the_rest_is_as_it_was(tmp_path):
    path = tmp_path / "own.duckdb"
    with closing(company(path)) as store:
        with store.reading() as cursor:
            cursor.execute("select 1").fetchall()
            before = cursor.execute("select batch, line, row_key, account_id, amount from rows_contracts order by all").fetchall()
        store._connection.execute("checkpoint")
        assert SECRET in path.read_bytes()
        assert store.write_anew(without_secret) == 2  # lines 2 and 4 of CONTRACTS
        with store.reading() as cursor:
            assert cursor.execute("select batch, line, row_key, account_id, amount from rows_contracts order by all").fetchall() == before
            assert cursor.execute("select count(*) from rows_contracts where product = 'Suite'").fetchall() == [(2,)]
        assert not list((tmp_path / "staging").iterdir())
    assert SECRET not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_what_fails_on_the_way_changes_nothing(tmp_path):
    def fails(cursor: duckdb.DuckDBPyConnection) -> None:
        without_secret(cursor)
        raise ZeroDivisionError

    def harms(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("delete from rows_contracts where line = 2")

    with closing(company(tmp_path / "own.duckdb")) as store:
        with pytest.raises(ZeroDivisionError):
            store.write_anew(fails)
        with pytest.raises(StoreError, match="not whole"):
            store.write_anew(harms)
        assert store.check() == []
        assert not list((tmp_path / "staging").iterdir())


def test_who_reads_is_waited_for_and_who_does_not_leave_is_left_alone(tmp_path):
    with closing(company(tmp_path / "own.duckdb")) as store:
        with store.reading() as cursor:
            failed: list[Exception] = []

            def tried() -> None:
                try:
                    store.write_anew(without_secret, seconds=0.1)
                except StoreError as error:
                    failed.append(error)

            trying = threading.Thread(target=tried)
            trying.start()
            trying.join()
            assert "Nothing was changed" in str(failed[0])
            assert cursor.execute("select count(*) from rows_contracts where product = 'Suite'").fetchall() == [(0,)]
            writing = threading.Thread(target=store.write_anew, args=(without_secret,))
            writing.start()
            time.sleep(0.3)
            with store.reading() as inner:  # who is inside never waits for who waits for them
                assert inner.execute("select count(*) from rows_contracts where product = 'Suite'").fetchall() == [(0,)]
            assert writing.is_alive()
        writing.join()
        with store.reading() as cursor:
            assert cursor.execute("select count(*) from rows_contracts where product = 'Suite'").fetchall() == [(2,)]


def test_readers_beside_it_see_one_whole_moment_each(tmp_path):
    with closing(company(tmp_path / "own.duckdb")) as store:
        ended, seen, wrong = threading.Event(), [], []

        def read() -> None:
            while not ended.is_set():
                try:
                    with store.reading() as cursor:
                        counted = "select count(*) filter (where product = 'Suite'), count(*) from rows_contracts"
                        one = cursor.execute(counted).fetchall()
                        assert one == cursor.execute(counted).fetchall()
                        seen.append(one[0])
                except Exception as error:
                    wrong.append(error)

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for _ in range(3):
            store.write_anew(without_secret)
        ended.set()
        for reader in readers:
            reader.join()
        assert not wrong
        assert set(seen) <= {(0, 4), (2, 4)}
        assert seen[-1] == (2, 4)


@pytest.mark.long
def test_a_kill_at_any_moment_leaves_a_whole_store(tmp_path):
    path, chance = tmp_path / "own.duckdb", random.Random(20)
    company(path).close()
    for _ in range(25):
        child = subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, cwd=Path(__file__).parents[3])
        assert child.stdout and child.stdout.readline() == b"open\n"
        time.sleep(chance.random() * 0.6)
        child.kill()
        child.wait()
        child.stdout.close()
        with closing(Store.open(path)) as store:
            assert store.check() == []
            assert not [left for left in (tmp_path / "staging").glob("*") if left.name.startswith("anew-")]
