"""Readers are forked by a helper that holds nothing, outlives what kills them, is replaced when it goes, and goes with the importer.

One that has read a small file reads the next one, too, and no file pays for another."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import polars as pl
import pytest

from data.importing.mapping import Mapping
from data.importing.outcome import ImportRefused
from data.importing.reader import child, forked, process
from data.importing.reader.fork_server import MOST_WAITING
from data.importing.reader_jobs import inspect, staged
from data.store.store import Store
from tests.data.importing.hostile import spreadsheets
from tests.waiting import PATIENCE

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc, which is Linux's")
ROOT = Path(__file__).resolve().parents[4]
ITS_OWN = {"python", "polars-ooc-clea"}  # the program, and a thread of polars that sleeps until something is spilled
LIMITS = "within the limits of memory and time"


def helper() -> int:
    """The process that forks the readers, started by then."""
    return forked._KEEPER.helper.process.pid


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def threads(pid: int) -> set[str]:
    return {path.read_text().strip() for path in Path(f"/proc/{pid}/task").glob("*/comm")}


def held(pid: int) -> list[str]:
    """What a process has open."""
    return [os.readlink(path) for path in Path(f"/proc/{pid}/fd").iterdir()]


def until_gone(pids: list[int]) -> None:
    for pid in pids:
        try:
            ends = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        assert select.select([ends], [], [], PATIENCE)[0], f"process {pid} is still there"
        os.close(ends)


@pytest.fixture(autouse=True)
def none_waits():
    """No reader that an earlier test has had."""
    waiting = children(helper()) if forked._KEEPER.helper else []
    for pid in waiting:
        os.kill(pid, signal.SIGKILL)
    until_gone(waiting)


def small(folder: Path, name: str = "accounts.csv", text: str = "account_id,name\nA,One\n") -> Path:
    (folder / name).write_text(text)
    return folder / name


@contextmanager
def at_work(folder: Path, number: int = 0):
    """A file whose reader is at work on it for as long as the context lasts: as a context, what the reading gives."""
    path = folder / f"endless{number}.csv"
    os.mkfifo(path)
    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(inspect, path)
        writes = os.open(path, os.O_WRONLY)  # waits until the reader has opened it
        try:
            yield path, reading
        finally:
            os.close(writes)


def test_the_helper_holds_no_store_begins_no_thread_and_keeps_nothing_of_its_jobs(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")):
        inspect(small(tmp_path))
        pid, before = helper(), len(held(helper())) - 2 * len(children(helper()))
        for number, (name, content) in enumerate(spreadsheets()):
            (tmp_path / str(number)).write_bytes(content)
            try:
                inspect(tmp_path / str(number), file=name)
            except ImportRefused:
                continue
        assert len(children(pid)) <= MOST_WAITING
        assert (helper(), len(held(pid)) - 2 * len(children(pid))) == (pid, before)  # two pipes for each reader
        assert not [path for path in held(pid) if str(tmp_path) in path]
        assert threads(pid) <= ITS_OWN


def test_a_reader_has_neither_the_store_nor_a_way_to_the_helper(tmp_path):
    with closing(Store.open(tmp_path / "own.duckdb")), at_work(tmp_path) as (path, reading):
        (reader,) = children(helper())
        files = held(reader)
        assert [file for file in files if str(tmp_path) in file] == [str(path)]
        assert not [file for file in files if file.startswith("socket:")]
        os.kill(reader, signal.SIGKILL)
        with pytest.raises(ImportRefused, match=LIMITS):
            reading.result(PATIENCE)


def test_the_limits_hold_in_a_reader(tmp_path):
    with at_work(tmp_path) as (_, reading):
        (reader,) = children(helper())
        limits = {line[:26].strip(): line[26:47].strip() for line in Path(f"/proc/{reader}/limits").read_text().splitlines()}
        assert (limits["Max address space"], limits["Max cpu time"], limits["Max core file size"]) == (str(8 * 1024**3), "1200", "0")
        assert os.getpriority(os.PRIO_PROCESS, reader) == min(19, os.getpriority(os.PRIO_PROCESS, helper()) + 10)
    with pytest.raises(ImportRefused, match="empty"):
        reading.result(PATIENCE)


def test_what_takes_too_long_is_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "WALL_SECONDS", 0.2)
    os.mkfifo(tmp_path / "endless.csv")
    with pytest.raises(ImportRefused, match="half an hour"):
        inspect(tmp_path / "endless.csv")
    assert children(helper()) == []


def test_a_reader_that_dies_takes_no_other_with_it(tmp_path):
    with at_work(tmp_path, 1) as (_, first):
        (one,) = children(helper())
        with at_work(tmp_path, 2) as (_, second):
            (other,) = {*children(helper())} - {one}
            os.kill(one, signal.SIGKILL)
            with pytest.raises(ImportRefused, match=LIMITS):
                first.result(PATIENCE)
            assert children(helper()) == [other]
        with pytest.raises(ImportRefused, match="empty"):
            second.result(PATIENCE)


def test_a_helper_that_has_gone_is_replaced(tmp_path):
    assert inspect(small(tmp_path)).header == ["account_id", "name"]
    gone = helper()
    os.kill(gone, signal.SIGKILL)
    until_gone([gone])
    assert inspect(small(tmp_path)).header == ["account_id", "name"]
    assert helper() != gone


def test_a_helper_that_goes_in_the_midst_takes_its_readers_with_it_and_the_file_is_read_anew(tmp_path):
    with at_work(tmp_path) as (path, reading):
        gone = [helper(), *children(helper())]
        os.kill(gone[0], signal.SIGKILL)
        until_gone(gone)
        path.open("w").close()  # waits until another reader has opened it
        assert helper() != gone[0]
    with pytest.raises(ImportRefused, match="empty"):
        reading.result(PATIENCE)


def test_all_end_with_the_importer(tmp_path):
    os.mkfifo(tmp_path / "endless.csv")
    program = f"from pathlib import Path; from data.importing.reader_jobs import inspect; inspect(Path({str(tmp_path / 'endless.csv')!r}))"
    importer = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    writes = os.open(tmp_path / "endless.csv", os.O_WRONLY)
    (its_helper,) = children(importer.pid)
    (reader,) = children(its_helper)
    importer.kill()
    importer.wait()
    until_gone([its_helper, reader])
    os.close(writes)


def test_a_fork_of_the_importer_has_a_helper_of_its_own(tmp_path):
    inspect(small(tmp_path))
    before = helper()
    (tmp_path / "out").mkdir()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            assert forked._KEEPER.helper is None
            process.ask_child({"action": "inspect", "path": str(tmp_path / "accounts.csv")}, tmp_path / "out", "accounts.csv")
            forked._KEEPER.end()
            code = 0
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert (tmp_path / "out" / "result.json").exists()
    inspect(small(tmp_path))
    assert helper() == before


def test_small_files_are_read_by_one_reader_that_keeps_nothing_of_them(tmp_path):
    def all_kinds() -> tuple[list[int], int, set[str]]:
        frame = pl.DataFrame({"account_id": ["A", "B"], "name": ["One", "Two"]})
        frame.write_csv(tmp_path / "a.csv")
        frame.write_ndjson(tmp_path / "a.jsonl")
        frame.write_parquet(tmp_path / "a.parquet")
        frame.write_excel(tmp_path / "a.xlsx")
        for name in ("a.csv", "a.jsonl", "a.parquet", "a.xlsx"):
            assert inspect(tmp_path / name).header == ["account_id", "name"]
            with staged(tmp_path / name, Mapping("accounts", columns={"account_id": "account_id"})) as ready:
                assert (ready.read, ready.rejected) == (2, 0)
        readers = children(helper())
        return readers, len(held(readers[0])), threads(readers[0]) - {"python"}

    (reader,), files, begun = all_kinds()
    assert not [file for file in held(reader) if str(tmp_path) in file]
    for _ in range(3):
        assert all_kinds() == ([reader], files, begun)


def test_a_file_that_is_refused_is_the_last_of_its_reader(tmp_path):
    inspect(small(tmp_path))
    with pytest.raises(ImportRefused, match="empty"):
        inspect(small(tmp_path, "nothing.csv", ""))
    assert children(helper()) == []


def test_a_file_that_took_more_than_a_little_is_the_last_of_its_reader(tmp_path, monkeypatch):
    job = {"action": "inspect", "path": str(small(tmp_path)), "out": str(tmp_path)}
    assert child.alone(json.dumps(job))[0] == 0
    monkeypatch.setattr(child, "FRESH_SECONDS", 0)
    assert child.alone(json.dumps(job)) == (0, False)
    monkeypatch.setattr(child, "FRESH_SECONDS", 1e9)
    monkeypatch.setattr(child, "FRESH_MEMORY", 0)
    assert child.alone(json.dumps(job)) == (0, False)


def test_a_file_at_which_a_reader_dies_that_had_others_before_is_read_by_a_new_one(tmp_path):
    inspect(small(tmp_path))
    (before,) = children(helper())
    with at_work(tmp_path) as (path, reading):
        assert children(helper()) == [before]
        os.kill(before, signal.SIGKILL)
        until_gone([before])
        path.open("w").close()  # waits until another reader has opened it
        (another,) = children(helper())
        assert another != before
    with pytest.raises(ImportRefused, match="empty"):
        reading.result(PATIENCE)


def test_a_reader_that_dies_while_it_waits_is_missed_by_nobody(tmp_path):
    for _ in range(5):
        assert inspect(small(tmp_path)).header == ["account_id", "name"]
        (waiting,) = children(helper())
        os.kill(waiting, signal.SIGKILL)


@pytest.mark.long
def test_a_reader_that_waits_in_vain_ends(tmp_path):
    inspect(small(tmp_path))
    until_gone(children(helper()))


EVENTS = Mapping("usage_events", columns={name: name for name in ("event_id", "account_id", "user_id", "event", "occurred_at")})


def _many(folder: Path, jobs: int) -> None:
    """As many files, four at a time, looked at and read in turn: with polars, pyarrow and the engine that looks through ids."""

    def look(number: int) -> bool:
        return inspect(small(folder, f"{number}.csv", f"account_id,c{number}\nA,{number}\n")).header == ["account_id", f"c{number}"]

    def read(number: int) -> bool:
        rows = "".join(f"e{row},A,u{number},open,2024-01-0{1 + row % 9}T00:00:00Z\n" for row in (*range(number % 7 + 1), 0))
        path = small(folder, f"{number}.csv", "event_id,account_id,user_id,event,occurred_at\n" + rows)
        with staged(path, EVENTS) as ready:
            return (ready.read, ready.duplicate) == (number % 7 + 2, 1)

    with ThreadPoolExecutor(4) as beside:
        assert all(beside.map(lambda number: (look, read)[number % 2](number), range(jobs)))
    until = time.monotonic() + PATIENCE
    while len(children(helper())) > MOST_WAITING:  # the others are let go, and end
        assert time.monotonic() < until
        time.sleep(0.01)


def test_many_at_once_each_get_their_own_answer(tmp_path):
    _many(tmp_path, 40)


@pytest.mark.long
def test_five_hundred_one_after_the_other_and_none_hangs(tmp_path):
    _many(tmp_path, 500)
