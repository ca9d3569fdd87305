"""What views have read is read once for all views of a moment, and never taken for another moment or another viewer."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import polars as pl
import pytest

from data.importing.run import import_file
from data.store.readings import Readings
from data.store.stopping import GivenUp, Stoppable
from data.store.view import View
from data.viewer import Viewer
from tests.books import company
from tests.waiting import PATIENCE


@pytest.fixture
def store(tmp_path):
    opened = company(tmp_path / "own.duckdb")
    yield opened
    opened.close()


def asked(held: Readings, key: str, reads: list[str], rows: int = 1) -> int:
    def read() -> pl.DataFrame:
        reads.append(key)
        return pl.DataFrame({"n": range(rows)})

    return held.once(key, read).height


def test_what_is_held_is_not_read_again_and_the_longest_unasked_goes_first():
    """Frames of 100 numbers take 800 bytes: two have room, a third takes the place of the one that was asked for longest ago."""
    held, reads = Readings(most_bytes=1_700), []
    for key in ("a", "b", "a", "c", "a", "b"):
        assert asked(held, key, reads, rows=100) == 100
    assert reads == ["a", "b", "c", "b"]


def test_who_asks_while_it_is_being_read_waits_for_it_and_where_it_fails_reads_it():
    held, reads, free, begun = Readings(), [], threading.Event(), threading.Event()

    def read() -> int:
        reads.append(1)
        begun.set()
        assert free.wait(PATIENCE)
        if len(reads) == 1:
            raise ZeroDivisionError
        return 7

    with ThreadPoolExecutor(3) as people:
        first = people.submit(held.once, ("a",), read)
        assert begun.wait(PATIENCE)
        others = [people.submit(held.once, ("a",), read) for _ in range(2)]
        free.set()
        assert isinstance(first.exception(PATIENCE), ZeroDivisionError)
        assert [one.result(PATIENCE) for one in others] == [7, 7]
    assert len(reads) == 2, "the one that failed, and one more for both"


def test_who_waits_for_what_another_reads_can_leave():
    held, work, free, begun = Readings(), Stoppable(), threading.Event(), threading.Event()

    def waits() -> None:
        with work.under_way():
            held.once(("a",), lambda: 1)

    with ThreadPoolExecutor(2) as people:
        first = people.submit(held.once, ("a",), lambda: (begun.set(), free.wait(PATIENCE)))
        assert begun.wait(PATIENCE)
        other = people.submit(waits)
        work.stop()
        assert isinstance(other.exception(PATIENCE), GivenUp)
        free.set()
        assert first.result(PATIENCE) == (None, True)


def test_one_frame_larger_than_the_room_is_given_all_the_same():
    held, reads = Readings(most_bytes=1), []
    assert asked(held, "large", reads, rows=100) == 100


def test_every_moment_and_every_viewer_reads_its_own(store, tmp_path):
    """A pays; then a file brings a line of D, an account of nobody, and is undone."""

    def seen(owner: str | None = None, known_at: int | None = None) -> dict[str, list[float]]:
        with View(store, Viewer(owner), known_at=known_at) as view:
            lines = view.contracts().filter(pl.col("account_id").is_in(["A", "D"]))
            return {
                name: [float(value) for value in values]
                for name, values in lines.sort("account_id").group_by("account_id").agg("amount").rows()
            }

    before, imports = seen(), store.imports().height
    own = seen("one@example.com")
    (tmp_path / "more.csv").write_text(
        "contract_id,account_id,starts_on,ends_on,amount,period,currency\nD-1,D,2023-01-01,2024-12-31,50,month,USD\n"
    )
    batch = import_file(store, tmp_path / "more.csv", table="contracts", options={"rows": "records"}).batch
    assert batch
    assert before == {"A": [100.1]} and seen() == before | {"D": [50]}
    assert seen("one@example.com") == own and "D" not in own
    assert seen(known_at=imports) == before
    store.undo(batch.batch)
    assert seen() == before


def test_states_of_accounts_are_those_of_the_day_looked_at(store, tmp_path):
    for day, segment in ((date(2023, 3, 1), "Small"), (date(2023, 9, 1), "Large")):
        file = tmp_path / f"accounts_{day}.csv"
        file.write_text(f"account_id,name,segment\nZ,Zeta,{segment}\n")
        assert import_file(store, file, table="accounts", options={"rows": "state", "covers": str(day), "snapshot": "no"}).batch
    told = []
    for day in (date(2023, 10, 1), date(2023, 4, 1), date(2023, 10, 1)):
        with View(store, as_of=day) as view:
            told += view.accounts().filter(pl.col("account_id") == "Z")["segment"].to_list()
    assert told == ["Large", "Small", "Large"]
